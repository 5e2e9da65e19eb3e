"""Names that people write in several ways: 一号点 and 1号点, 新村一区 and 新村 1 区."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache

from heli.kernel.lib.text import NUMERAL, fold, numeral

_NUMERALS = re.compile(rf"\d+|{NUMERAL}+")
_SIGNS = re.compile(r"第(?=\d)|#|[()\[\]\"'“”]")


@lru_cache(maxsize=10_000)
def spelling(name: str) -> str:
    """One form for all ways to write a name: ``新村一区`` and ``新村 第1区`` are ``新村1区``."""
    return _SIGNS.sub("", _NUMERALS.sub(lambda run: _figure(run[0]), fold(name)))


def _figure(run: str) -> str:
    number = numeral(run)
    return run if number is None else str(number)


def renamings(
    new: Iterable[str], old: Iterable[str], form: Callable[[str], str] = spelling
) -> dict[str, str]:
    """New name → the old one of the same form, where each is the only one of that form."""
    news, olds = _by_form(new, form), _by_form(old, form)
    return {
        next(iter(names)): next(iter(olds[key]))
        for key, names in news.items()
        if len(names) == 1 and len(olds.get(key, ())) == 1 and names != olds[key]
    }


def _by_form(names: Iterable[str], form: Callable[[str], str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name in filter(None, names):
        found[form(name)].add(name)
    return found
