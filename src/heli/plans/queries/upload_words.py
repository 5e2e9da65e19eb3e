"""Words for what an import changes: fields and values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from heli.duties.rules import SeatKind, slots_from_json
from heli.people.rules import Availability, Period, Times, availability_from_json

FIELDS: Mapping[str, str | Promise] = {
    "address": gettext_lazy("门牌号"),
    "head": gettext_lazy("户主"),
    "group": gettext_lazy("组别"),
    "people": gettext_lazy("人口"),
    "let": gettext_lazy("出租"),
    "tenants": gettext_lazy("租住人数"),
    "lon": gettext_lazy("经度"),
    "lat": gettext_lazy("纬度"),
    "kin": gettext_lazy("亲属"),
    "wishes": gettext_lazy("意向"),
    "linked": gettext_lazy("现联系人"),
    "no_link": gettext_lazy("免联系"),
    "remark": gettext_lazy("备注"),
    "name": gettext_lazy("名称"),
    "home": gettext_lazy("住址"),
    "force": gettext_lazy("队伍"),
    "born": gettext_lazy("出生年"),
    "availability": gettext_lazy("值班时间"),
    "leader": gettext_lazy("组长"),
    "occupation": gettext_lazy("职业"),
    "partners": gettext_lazy("同班"),
    "exempt": gettext_lazy("免值原因"),
    "seats": gettext_lazy("岗位性质"),
    "served": gettext_lazy("已值班次"),
    "where": gettext_lazy("位置"),
    "slots": gettext_lazy("开放时间"),
}
"""What people call the fields."""
_DAYS = (
    pgettext_lazy("weekday", "周一"),
    pgettext_lazy("weekday", "周二"),
    pgettext_lazy("weekday", "周三"),
    pgettext_lazy("weekday", "周四"),
    pgettext_lazy("weekday", "周五"),
    pgettext_lazy("weekday", "周六"),
    pgettext_lazy("weekday", "周日"),
)
_PERIODS = {
    Period.EARLY: pgettext_lazy("period", "早"),
    Period.DAY: pgettext_lazy("period", "中"),
    Period.LATE: pgettext_lazy("period", "晚"),
}


def field_words(names: Sequence[str]) -> str:
    """The fields' names in one line."""
    return _("、").join(str(FIELDS[name]) for name in names if name in FIELDS)


def value_words(field: str, value: Any) -> str:
    """A kept value as people read it; a dash where there is none."""
    if value in (None, "", [], {}):
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if turn := _TURNS.get(field):
        return turn(value)
    return _("、").join(map(str, value)) if isinstance(value, list) else str(value)


def _availability(when: Availability) -> str:
    parts = []
    if when.busy:
        parts.append(_("%(times)s不便") % {"times": _times(when.busy)})
    if when.busy_dates:
        parts.append(_("每月%(days)s日不便") % {"days": _("、").join(map(str, sorted(when.busy_dates)))})
    if when.wanted:
        parts.append(_("愿值%(times)s") % {"times": _times(when.wanted)})
    parts += [_("“%(text)s”没看懂") % {"text": text} for text in when.unread]
    return _("；").join(parts)


def _times(times: Times) -> str:
    """``周一、周二早``: a day alone is the whole day."""
    by_day: dict[int, list[Period]] = {}
    for day, period in times:
        by_day.setdefault(day, []).append(period)
    words = []
    for day, periods in sorted(by_day.items()):
        told = (
            "" if len(periods) == len(Period) else "".join(str(_PERIODS[p]) for p in Period if p in periods)
        )
        words.append(f"{_DAYS[day - 1]}{told}")
    return _("、").join(words)


def _slots(rows: Any) -> str:
    words = []
    for slot in slots_from_json(rows):
        seats = _("、").join(f"{kind.label}{count}" for kind, count in slot.seats)
        span = f"{slot.start}–{slot.end}" if slot.end else slot.start
        words.append(" ".join(filter(None, (slot.name, span, seats))))
    return _("；").join(words)


def _seats(codes: Any) -> str:
    return _("、").join(SeatKind(code).label for code in codes)


_TURNS: Mapping[str, Callable[[Any], str]] = {
    "availability": lambda value: _availability(availability_from_json(value)),
    "slots": _slots,
    "seats": _seats,
}
