"""Say in plain words what was understood of somebody's time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heli.kernel.lib.calendar_words import EVERY_DAY, MIDNIGHT, hhmm
from heli.people.rules.times import ALL_HOURS, ALL_PERIODS, ALWAYS, MONTH, Availability, Period, Spell, Times

DAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)
PERIODS = {
    Period.EARLY: gettext_lazy("早上"),
    Period.DAY: gettext_lazy("白天"),
    Period.LATE: gettext_lazy("晚上"),
}


def availability_words(when: Availability) -> str:
    """``周一至周五晚上、周六、周日不排；愿值早上``; empty when nothing was said."""
    parts = []
    busy = [times_words(when.busy)] if when.busy else []
    if when.busy_dates:
        busy.append(_("每月%(days)s日") % {"days": _runs(when.busy_dates)})
    busy += [spell_words(spell) for spell in when.spells]
    if busy:
        parts.append(_("%(times)s不排") % {"times": _("、").join(busy)})
    if when.wanted:
        parts.append(_("愿值%(times)s") % {"times": times_words(when.wanted)})
    parts += [_("“%(text)s”没看懂") % {"text": text} for text in when.unread]
    return _("；").join(parts)


def times_words(times: Times) -> str:
    """``周一至周五晚上、周六、周日``: a day alone is the whole day."""
    if times == ALWAYS:
        return _("所有时间")
    by_day: dict[int, frozenset[Period]] = defaultdict(frozenset)
    for day, period in times:
        by_day[day] |= {period}
    alike: dict[frozenset[Period], list[int]] = defaultdict(list)
    for day, periods in sorted(by_day.items()):
        alike[periods].append(day)
    # whole days last: 周一、周二晚上 would be read as two evenings
    groups = sorted(alike.items(), key=lambda group: group[0] == ALL_PERIODS)
    words = [days_words(days) + _periods(periods) for periods, days in groups]
    return _("、").join(words)


def days_words(days: Iterable[int]) -> str:
    """``周一至周五、周日``; ``每天`` for all seven."""
    chosen = sorted(days)
    if len(chosen) == len(EVERY_DAY):
        return _("每天")
    runs: list[list[int]] = []
    for day in chosen:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    words = []
    for run in runs:
        if len(run) > 2:
            words.append(_("%(first)s至%(last)s") % {"first": DAYS[run[0] - 1], "last": DAYS[run[-1] - 1]})
        else:
            words += [str(DAYS[day - 1]) for day in run]
    return _("、").join(words)


def _periods(periods: frozenset[Period]) -> str:
    if periods == ALL_PERIODS:
        return ""
    return "".join(str(PERIODS[period]) for period in Period if period in periods)


def spell_words(spell: Spell) -> str:
    """One stretch of time: dates, days of the month, weekdays, times of day, hours."""
    parts = []
    if spell.dates != ("", ""):
        parts.append(dates_words(*spell.dates))
    if spell.month_days != MONTH:
        parts.append(_("每月%(days)s日") % {"days": _runs(spell.month_days)})
    if spell.weekdays != EVERY_DAY or not parts:
        parts.append(days_words(spell.weekdays))
    parts.append(_periods(spell.periods))
    if spell.hours != ALL_HOURS:
        parts.append(_hours(*spell.hours))
    return "".join(parts)


def _hours(start: int, end: int) -> str:
    if start == 0:
        return _("%(time)s以前") % {"time": hhmm(end)}
    if end == MIDNIGHT:
        return _("%(time)s以后") % {"time": hhmm(start)}
    return f"{hhmm(start)}–{hhmm(end)}"


def dates_words(first: str, last: str) -> str:
    """``8月1日至8月15日``, ``2026年9月1日以后``."""
    if not first or not last:
        bound = _date(first or last)
        return _("%(day)s及以前") % {"day": bound} if last else _("%(day)s及以后") % {"day": bound}
    if first == last:
        return _date(first)
    return _("%(first)s至%(last)s") % {"first": _date(first), "last": _date(last)}


def _date(bound: str) -> str:
    *year, month, day = map(int, bound.split("-"))
    words = _("%(month)d月%(day)d日") % {"month": month, "day": day}
    return (_("%(year)d年") % {"year": year[0]} if year else "") + words


def _runs(days: Iterable[int]) -> str:
    """``1–5、15``."""
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return _("、").join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
