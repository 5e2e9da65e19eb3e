"""Short answers as people write them: yes or no, how many, nothing."""

from __future__ import annotations

import re
from functools import lru_cache

from heli.kernel.lib.text import NUMERAL, fold, numeral

_YES = frozenset("是|有|对|y|yes|true|t|1|√|✓|✔|☑|v|○|●|已".split("|"))
_NO = frozenset("否|无|不|不是|没有|没|未|n|no|false|f|0|×|x|✗|✘|☐|-|/|不免|不开|不设".split("|"))
_BLANK = frozenset(
    "|无|没有|-|--|---|/|\\|—|——|不详|不清楚|暂无|未知|空|?|??|***|n/a|none|null|nan".split("|")
)
_COUNT = re.compile(r"(?:约|共|\D{0,2}?)(\d{1,5})(?:\.0+)?[人口个位名户间次班岁]*(?:\(.*\))?")
_WORDS = re.compile(rf"({NUMERAL}+)[人口个位名户间次班]*")
_SUM = re.compile(r"\d{1,4}(?:\+\d{1,4})+[人口]?")
_PEOPLE = re.compile(r"(?<!\d)(\d{1,4})[人口]")
_DIGITS = re.compile(r"\d+")


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
def count(text: str) -> int | None:
    """A whole number (``4``, ``4人``, ``四口``, ``3.0``, ``2+1``, ``无``); None when the text says none."""
    folded = fold(text)
    if match := _COUNT.fullmatch(folded):
        return int(match[1])
    if match := _WORDS.fullmatch(folded):
        return numeral(match[1])
    if _SUM.fullmatch(folded):
        return sum(map(int, _DIGITS.findall(folded)))
    people = _PEOPLE.findall(folded)
    if len(people) == 1:
        return int(people[0])
    return 0 if folded in ("无", "没有") else None
