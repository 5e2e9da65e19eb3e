"""What a spreadsheet shows for a number: a date, a time, a figure, or a figure with words around it."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache

_BUILT_IN = {
    **dict.fromkeys((14, 15, 22, 27, 30, 31, 36, 50, 52, 53, 54), "yyyy-m-d"),
    **dict.fromkeys((16, 28, 29, 51, 56, 58), "m-d"),
    **dict.fromkeys((17, 57), "yyyy-m"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55), "h:mm"),
    46: "[h]:mm",
}
"""The numbered formats that show a date or time, the Chinese ones included; 28 and so on show no year."""
_UNSAID = re.compile(r'"[^"]*"|\\.|[_*].|\[(?![hms]+\])[^\]]*\]', re.I | re.S)
_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[[^\]]*\]|(?P<digits>[0#?]+)|(?P<other>.)', re.S
)
_ELAPSED = re.compile(r"\[[hms]", re.I)
_GENERAL = re.compile(r"General|G/通用格式")
_WORD = re.compile(r"[A-Za-z\u2e80-\u9fff]")
_MONTHS = "January February March April May June July August September October November December".split()
MONTHS = {name[:3].lower(): number for number, name in enumerate(_MONTHS, start=1)}
"""English months by their first three letters."""
_TYPED_SINCE = 2000
"""A year that nobody typed is the one of typing; an older one was typed, and is only not shown."""
_EPOCH = datetime.datetime(1899, 12, 30)
_EPOCH_1904 = datetime.datetime(1904, 1, 1)


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell is shown: its number format's code, and whether it is struck through."""

    code: str = ""
    struck: bool = False


def format_code(number: int, codes: dict[int, str]) -> str:
    """The code of a number format by its number: a book's own, else a numbered one; empty for a plain one."""
    return codes.get(number) or _BUILT_IN.get(number, "")


@lru_cache(maxsize=1000)
def shows(code: str) -> str:
    """What a format shows of a date: some of ``y m d h``; empty when it shows a plain number."""
    first = _UNSAID.sub("", code.partition(";")[0]).lower()
    if not first or "general" in first or "通用" in first or re.search("[0#?]", first.replace("ss.0", "ss")):
        return ""
    clock = "h" in first or "s" in first
    parts = "y" * ("y" in first or "e" in first) + "d" * ("d" in first)
    minutes = clock and not parts
    return parts + "m" * ("m" in first and not minutes) + "h" * clock


def number_text(value: float) -> str:
    """A number as people write it: without a needless fraction."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def clock_text(days: float) -> str:
    """A part of a day as HH:MM; a program may keep 5:30 a second short."""
    minutes = round(days * 24 * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def date_text(moment: datetime.datetime, shown: str) -> str:
    """A date as it is seen: ``2026-05-01``, without its year ``5月1日``, without its day ``2026-05``.

    A spreadsheet keeps a whole date even where somebody typed two numbers; what it shows of it says which.
    """
    if "h" not in shown and "y" not in shown and "d" in shown and moment.year >= _TYPED_SINCE:
        return f"{moment.month}月{moment.day}日"
    if "h" not in shown and "d" not in shown and "m" in shown:
        return f"{moment.year}-{moment.month:02d}"
    if moment.time() == datetime.time():
        return moment.date().isoformat()
    return moment.isoformat(" ", "minutes")


def shown_number(value: float, code: str, since_1904: bool = False) -> str:
    """The text of a number under a format's code."""
    shown = shows(code)
    if not shown:
        return _with_words(value, code) or number_text(value)
    if shown == "h":
        return clock_text(value if _ELAPSED.search(code) else value % 1)
    if 0 <= value < 1 and "h" in shown:
        return clock_text(value)
    try:
        epoch = _EPOCH_1904 if since_1904 else _EPOCH
        days = value + (not since_1904 and value < 60)  # the 29 February 1900 that never was
        moment = epoch + datetime.timedelta(seconds=round(days * 86400))
    except OverflowError:
        return number_text(value)
    return date_text(moment, shown)


@lru_cache(maxsize=1000)
def _pieces(code: str) -> tuple[tuple[str, str], ...]:
    """A format as pieces, digits and words, if it puts words around whole numbers; else nothing."""
    found: list[tuple[str, str]] = []
    for piece in _PIECE.finditer(_GENERAL.sub("0", code.partition(";")[0])):
        if piece["digits"]:
            found.append(("digits", piece["digits"]))
        elif piece["other"] and piece["other"] in ".,%eE@/":
            return ()
        else:
            words = piece["quoted"] or piece["escaped"] or piece["other"] or ""
            if words:
                found.append(("words", words))
    words = "".join(text for kind, text in found if kind == "words")
    groups = sum(kind == "digits" for kind, _text in found)
    return tuple(found) if groups and (_WORD.search(words) or groups > 1) else ()


def _with_words(value: float, code: str) -> str:
    """A whole number with the words its format puts into it (``前街12号``, ``12-03``); else empty."""
    pieces = _pieces(code)
    if not pieces or not value.is_integer() or not 0 <= value < 1e12:
        return ""
    digits, texts = str(int(value)), []
    groups = sum(kind == "digits" for kind, _text in pieces)
    for kind, text in reversed(pieces):
        if kind == "words":
            texts.append(text)
            continue
        groups -= 1
        width = len(digits) if groups == 0 else len(text)
        cut = max(len(digits) - width, 0)
        texts.append(digits[cut:].rjust(text.count("0"), "0"))
        digits = digits[:cut]
    return "".join(reversed(texts))


@lru_cache(maxsize=1000)
def text_words(code: str) -> tuple[str, str]:
    """The words that a format puts before and after a text (``"前街"@"号"``); mostly none."""
    part = next((part for part in code.split(";") if "@" in part), "")
    if part in ("", "@"):
        return "", ""
    before, _at, after = part.partition("@")
    return _literal(before), _literal(after)


def _literal(code: str) -> str:
    return "".join(
        piece["quoted"] or piece["escaped"] or piece["other"] or "" for piece in _PIECE.finditer(code)
    )
