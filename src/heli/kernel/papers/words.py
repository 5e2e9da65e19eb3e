"""Small shared words of paper: dates, weekdays, names with their homes, widths of text."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from heli.kernel.lib.text import without_private
from heli.kernel.papers.glyphs import BREAK, legible

_WORD = re.compile(r"[^\s\u2e80-\U0003ffff]+")
_NAME_AND_HOME = re.compile(r"(.+?)（(.+)）")
_NUMBER = re.compile(r"\d[\d-]*号?$")
_ASKED = re.compile(r"(?:(?:有变动|有事)[，,]?)?请?(?:找|联系)(.+?)[。.]?")

_EMS = {
    **dict.fromkeys("0123456789", 0.555),
    **dict.fromkeys("-() ", 0.35),
    **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 0.65),
    **dict.fromkeys("mwMW@", 0.9),
    "·": 1.0,
}


def weekday(day: int) -> str:
    """Short name of an ISO weekday (1 Monday … 7 Sunday)."""
    return (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))[day - 1]


def weekday_short(day: int) -> str:
    """Name of an ISO weekday for a narrow column."""
    return (
        pgettext("narrow column", "周一"),
        pgettext("narrow column", "周二"),
        pgettext("narrow column", "周三"),
        pgettext("narrow column", "周四"),
        pgettext("narrow column", "周五"),
        pgettext("narrow column", "周六"),
        pgettext("narrow column", "周日"),
    )[day - 1]


def date_text(date: datetime.date) -> str:
    """A date as people write it in the active language."""
    return date_format(date, "DATE_FORMAT")


def month_day(date: datetime.date) -> str:
    """A date without its year, short: 11月22日, 22 Nov."""
    return date_format(date, "MONTH_DAY_FORMAT")


def day_text(date: datetime.date) -> str:
    """A date with its weekday: 11月23日 周一, Mon 23 Nov."""
    words = {"date": month_day(date), "weekday": weekday_short(date.isoweekday())}
    return _("%(date)s %(weekday)s") % words


def day_short(date: datetime.date) -> str:
    """A date for a narrow column: 周一 11/23, Mon 23 Nov."""
    shown = date_format(date, pgettext("format of a day in a narrow column", "n/j"))
    return f"{weekday_short(date.isoweekday())} {shown}"


def listed(items: Iterable[str]) -> str:
    """Items in a row, as a sentence lists them."""
    return pgettext("between listed items", "、").join(items)


def name_and_home(name: str) -> tuple[str, str]:
    """A unique name taken apart: ``贾芳（青溪路10号）`` is ``贾芳`` and ``青溪路10号``. Home may be empty."""
    match = _NAME_AND_HOME.fullmatch(name)
    return (match[1], match[2]) if match else (name, "")


def told_apart(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Every unique name as name and home, with the least of the home that tells people of one name apart.

    The lane where they live in different lanes, the house number where they live in one, else the whole.
    """
    homes: dict[str, dict[str, str]] = {}
    for full in names:
        name, home = name_and_home(full)
        homes.setdefault(name, {})[full] = home
    return {
        full: (name, home)
        for name, known in homes.items()
        for full, home in zip(known, _least(list(known.values())), strict=True)
    }


def _least(homes: list[str]) -> list[str]:
    lanes = [_NUMBER.sub("", home) for home in homes]
    numbers = [home[len(lane) :] for home, lane in zip(homes, lanes, strict=True)]
    for parts in (lanes, numbers):
        if len(parts) > 1 and all(parts) and len(set(parts)) == len(parts):
            return parts
    return homes


def whom_to_ask(contact: str) -> str:
    """The sentence at the foot of every sheet that says whom to tell of a change.

    ``contact`` is a name or an office (村妇联), empty when the village gave none; a whole sentence stays.
    """
    named = contact_name(contact)
    if not named:
        return _sentence(_("有变动请告诉村里负责排表的人"))
    if re.search("请|[。.！？]$", named):
        return _sentence(named)
    return _("有变动请找%(contact)s。") % {"contact": named}


def contact_name(contact: str) -> str:
    """Whom to ask, as a name: ``有变动请找村妇联`` is 村妇联; the usual sentence names nobody."""
    contact = contact.strip()
    if contact in ("有变动请告诉村里负责排表的人", _("有变动请告诉村里负责排表的人")):
        return ""
    named = _ASKED.fullmatch(contact)
    return named[1] if named else contact


def _sentence(text: str) -> str:
    return text if text.endswith(("。", ".", "！", "？")) else text + pgettext("full stop", "。")


def ems(text: str) -> float:
    """About how wide the text is in the bundled font, in ems: a Chinese character is 1."""
    return sum(_EMS.get(char, 0.57) if char < "\u2e80" else 1.0 for char in text)


def breakable(text: str, width: float) -> str:
    """The text as it is drawn, with places to break in words wider than ``width`` ems.

    Chinese breaks anywhere by itself.
    """
    shown = legible(without_private(text))  # before breaks hide a long number
    return _WORD.sub(lambda word: BREAK.join(word[0]) if ems(word[0]) > width else word[0], shown)
