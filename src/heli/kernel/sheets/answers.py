"""Short answers as people write them: yes or no, how many, nothing."""

from __future__ import annotations

import re
from functools import lru_cache

from heli.kernel.lib.text import NUMERAL, clean, fold, numeral

_YES = frozenset("是|有|对|y|yes|true|t|1|√|✓|✔|☑|v|○|●|已".split("|"))
_NO = frozenset("否|无|不|不是|没有|没|未|n|no|false|f|0|×|x|✗|✘|☐|-|/|不免|不开|不设".split("|"))
_BLANK = frozenset(
    "|无|没有|-|--|---|/|\\|—|——|不详|不清楚|暂无|未知|空|?|??|***|n/a|none|null|nan".split("|")
)
PEOPLE = "口人|个人|人|口|个|名|位"
TURNS = "班次|个班|班|次|个"
"""What a count may be counted in: a number with another unit (``3户``) is not this count."""
MOST = 9999
"""A larger number counts nothing that a village has; the web's forms have the same bound."""
_MARKED = "约|大约|大概|共|共有|共计|合计|总计|计|全家|全家共|一家|家有|现有|实有|有|常住|户籍"
_INCLUDED = r"\((?:其中|含|包括|包含)[^()不非无未没另除]*\)"
_PARTED = r"(?:\d{1,3}[人口]?[大小男女老少])+|(?:[大小男女老少]\d{1,3}[人口]?)+|\d{1,4}(?:\+\d{1,4})+"
_DIGITS = re.compile(r"\d+")
_SPACED = re.compile(r"\d\s+\d")


@lru_cache(maxsize=10_000)
def yes_no(text: str) -> bool | None:
    """True or false where the text says so (``是``, ``√``, ``否``, ``无`` …), else None."""
    folded = fold(text)
    return True if folded in _YES else False if folded in _NO else None


@lru_cache(maxsize=10_000)
def is_blank(text: str) -> bool:
    """Whether the text only says that there is nothing to say (empty, ``无``, ``/``, ``不详``)."""
    return fold(text) in _BLANK


@lru_cache(maxsize=10_000)
def count(text: str, units: str = PEOPLE) -> int | None:
    """A whole number of ``units`` (``4``, ``4人``, ``四口``, ``3.0``, ``2+1``, ``2大1小``, ``无``).

    None when the text is anything else, even in part: ``-1``, ``3户``, ``3人以上``, ``3（另有租客2）``.
    """
    folded = fold(text)
    if folded in ("无", "没有"):
        return 0
    match = _count_of(units).fullmatch(folded)
    if not match or _SPACED.search(clean(text)):
        return None
    number = numeral(match["number"]) if match["number"] else _sum(match["parts"])
    parted = match["inside"] and _sum(match["inside"]) != number
    return None if number is None or number > MOST or parted else number


@lru_cache
def _count_of(units: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?:{_MARKED})?(?:(?P<number>\d{{1,5}}|{NUMERAL}{{1,5}})(?:\.0+)?|(?P<parts>{_PARTED}))(?:{units})?(?:左右)?"
        rf"(?:{_INCLUDED}|\((?P<inside>{_PARTED})\))?"
    )


def _sum(text: str) -> int:
    return sum(map(int, _DIGITS.findall(text)))
