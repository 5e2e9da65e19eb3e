"""Words for what an import changes: fields and values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heli.duties.rules import SeatKind, end_words, slots_from_json
from heli.grids.rules import Household
from heli.kernel.lib.labels import labels_of
from heli.people.rules import availability_from_json, availability_words

FIELDS: Mapping[str, str | Promise] = {
    **labels_of(Household),
    "address": gettext_lazy("门牌号"),
    "name": gettext_lazy("名称"),
    "home": gettext_lazy("住址"),
    "force": gettext_lazy("队伍"),
    "born": gettext_lazy("出生年"),
    "availability": gettext_lazy("值班时间"),
    "leader": gettext_lazy("组长"),
    "occupation": gettext_lazy("职业"),
    "partners": gettext_lazy("同班"),
    "apart": gettext_lazy("不同班"),
    "exempt": gettext_lazy("免值原因"),
    "seats": gettext_lazy("岗位性质"),
    "served": gettext_lazy("值过的班"),
    "where": gettext_lazy("位置"),
    "slots": gettext_lazy("开放时间"),
}
"""What people call the fields."""


def _slots(rows: Sequence[object]) -> str:
    words = []
    for slot in slots_from_json(rows):
        seats = _("、").join(f"{kind.label}{count}" for kind, count in slot.seats)
        span = f"{slot.start}–{end_words(slot.start, slot.end)}" if slot.end else slot.start
        words.append(" ".join(filter(None, (slot.name, span, seats))))
    return _("；").join(words)


def _seats(codes: Sequence[str]) -> str:
    return _("、").join(SeatKind(code).label for code in codes)


TURNS: Mapping[str, Callable[[Any], str]] = {
    "availability": lambda value: availability_words(availability_from_json(value)),
    "slots": _slots,
    "seats": _seats,
}
"""How the values of some fields are said."""
