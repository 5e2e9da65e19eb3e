"""What the forms of presence and exports say."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django import forms
from django.utils.translation import gettext_lazy as _

from heli.duties.commands.presence import Entry
from heli.duties.queries.days import DayTurn
from heli.duties.queries.presences import Duty, expected
from heli.duties.rules import NOBODY_CAME, encode_presence
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.fields import DayField
from heli.kernel.lib.text import join_han
from heli.people.rules import Period

WHO = _("请选是谁来了，或写上代班家属的姓名。")
TAKER = _("请先选一个人。")
WITH = _("请选跟哪个班换。")
_LONGEST_NAME = 20
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class DayRow:
    """One turn in the form of a day: ``choice`` is came, nobody, other or empty.

    ``changed`` is what somebody else has said meanwhile.
    """

    duty: Duty
    was: str
    choice: str
    who: str
    name: str
    changed: str = ""
    error: str = ""
    begun: bool = True

    @property
    def unsaid(self) -> bool:
        """Whether somebody has still to say who came: never before the turn has begun."""
        return self.begun and not self.was and not self.turn.gap

    @property
    def came(self) -> bool:
        """Whether whoever was to come is kept as having come."""
        return bool(self.was) and self.was == expected(self.turn)

    @property
    def open(self) -> bool:
        """Whether what can be said of it is shown: there is something wrong or changed, or much to say."""
        return bool(self.error or self.changed or self.choice == "other" or (self.choice and not self.was))

    @property
    def turn(self) -> DayTurn:
        """The turn."""
        return self.duty.turn

    @property
    def key(self) -> str:
        """What the fields' names end with."""
        return str(self.turn.key)


def day_rows(
    duties: Iterable[Duty], moment: datetime.datetime, data: Mapping[str, str] | None = None
) -> list[DayRow]:
    """The form of a day at a moment: as kept, or as typed (``data``)."""
    rows = (_kept_row(duty) if data is None else _typed_row(duty, data) for duty in duties)
    return [replace(row, begun=row.turn.when.past(moment)) for row in rows]


def _kept_row(duty: Duty) -> DayRow:
    tick = duty.tick
    if tick is None:
        return DayRow(duty, "", "", "", "")
    if tick.said == NOBODY_CAME:
        return DayRow(duty, tick.said, "nobody", "", "")
    if tick.said == expected(duty.turn):
        return DayRow(duty, tick.said, "came", "", "")
    return DayRow(duty, tick.said, "other", str(tick.member or ""), tick.stand_in)


def _typed_row(duty: Duty, data: Mapping[str, str]) -> DayRow:
    key = duty.turn.key
    now = duty.tick.said if duty.tick else ""
    stale = f"was-{key}" in data and data[f"was-{key}"] != now
    changed = (duty.tick.text if duty.tick else str(_("没记"))) if stale else ""
    choice, who, name = (data.get(f"{part}-{key}", "") for part in ("said", "who", "name"))
    return DayRow(
        duty, now, choice, who, join_han(name), changed, str(WHO) if _unnamed(choice, who, name) else ""
    )


def _unnamed(choice: str, who: str, name: str) -> bool:
    return choice == "other" and not who and not name.strip()


def day_entries(turns: Iterable[DayTurn], data: Mapping[str, str], moment: datetime.datetime) -> list[Entry]:
    """What the form of a day says. With ``rest`` in it, turns not spoken of were stood as planned, those
    among them that have begun by ``moment``.

    Raises ``DomainError`` (``duties.presence-no-member``) where somebody else stood and is not named.
    """
    return [
        Entry(turn.key, turn.date, data[f"was-{turn.key}"], _said(turn, data, turn.when.past(moment)))
        for turn in turns
        if f"was-{turn.key}" in data
    ]


def _said(turn: DayTurn, data: Mapping[str, str], begun: bool) -> str:
    choice, who, name = (data.get(f"{part}-{turn.key}", "") for part in ("said", "who", "name"))
    if _unnamed(choice, who, name):
        raise DomainError("duties.presence-no-member", WHO, field=str(turn.key))
    if choice == "other":
        return f"family:{join_han(name)[:_LONGEST_NAME]}" if name.strip() else f"member:{who}"
    if choice == "nobody":
        return encode_presence(False, None, "")
    return expected(turn) if choice == "came" or (not choice and begun and data.get("rest")) else ""


@dataclass(frozen=True, slots=True)
class Box:
    """One turn on the pen sheet: its field's name, ticked or not, or in words what else was said.

    ``changed``: somebody else has said it meanwhile.
    """

    turn: DayTurn
    field: str
    was: str
    ticked: bool
    text: str
    future: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A slot at a post through a week: for each of the seven days its boxes."""

    slot: str
    start: str
    end: str
    post: str
    days: tuple[list[Box], ...] = field(default_factory=lambda: tuple([] for _day in range(7)))


def week_lines(
    duties: Iterable[Duty], today: datetime.date, data: Mapping[str, str] | None = None
) -> list[Line]:
    """The pen sheet of a week, a line a slot and post: as kept, or as typed (``data``)."""
    lines: dict[tuple[int, str, str, str], Line] = {}
    for duty in duties:
        turn = duty.turn
        place = (tuple(Period).index(turn.when.period), turn.start, turn.slot, turn.post)
        line = lines.setdefault(place, Line(turn.slot, turn.start, turn.end, turn.post))
        line.days[turn.weekday - 1].append(_box(duty, today, data))
    return [lines[place] for place in sorted(lines, key=lambda place: place[:3])]


def _box(duty: Duty, today: datetime.date, data: Mapping[str, str] | None) -> Box:
    turn, was = duty.turn, duty.tick.said if duty.tick else ""
    name = f"{turn.key}_{turn.date.isoformat()}"
    came = bool(was) and was == expected(turn)
    ticked = came if data is None else f"came-{name}" in data
    stale = data is not None and data.get(f"was-{name}", was) != was
    text = duty.tick.text if duty.tick and (stale or not came) else ""
    return Box(turn, name, was, ticked, text, turn.date > today, stale)


def week_entries(turns: Iterable[DayTurn], data: Mapping[str, str], moment: datetime.datetime) -> list[Entry]:
    """What the pen sheet says: a tick is “came”. With ``rest``, turns without a tick count as nobody came,
    once they have begun.
    """
    entries = []
    for turn in turns:
        name = f"{turn.key}_{turn.date.isoformat()}"
        was = data.get(f"was-{name}")
        if was is None:
            continue
        now = was
        if f"came-{name}" in data:
            now = expected(turn)
        elif was == expected(turn) or not was:
            missed = data.get("rest") and turn.when.past(moment)
            now = encode_presence(False, None, "") if missed else ""
        entries.append(Entry(turn.key, turn.date, was, now))
    return entries


class ExportForm(forms.Form):
    """Which days to export."""

    first = DayField(label=_("从哪天"))
    last = DayField(label=_("到哪天"))

    def clean(self) -> dict[str, object]:
        """At most a year, the first day before the last."""
        found = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last and first > last:
            self.add_error("last", _("到的那天在从的那天前面了，请改一下。"))
        elif first and last and (last - first).days >= LONGEST_DAYS:
            self.add_error("last", _("一次最多导出一年，请分几次。"))
        return found


class PayForm(ExportForm):
    """Which days, and what is paid: the rate is typed each time, Heli keeps none."""

    rate = forms.DecimalField(label=_("每小时或每班多少元"), min_value=0, max_value=10_000, decimal_places=2)
    per = forms.ChoiceField(label=_("怎么算"), choices=(("hour", _("按小时")), ("turn", _("按班"))))


def member_key(text: str, needed: bool = False) -> uuid.UUID | None:
    """A member out of a list; None for everybody.

    Raises ``DomainError`` (``duties.swap-no-member``) for anything else.
    """
    if not text and not needed:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise DomainError("duties.swap-no-member", TAKER, field="to") from None


def turn_key(text: str) -> tuple[uuid.UUID, datetime.date]:
    """A turn on a date, as ``key:date``.

    Raises ``DomainError`` (``duties.swap-no-turn``) for anything else.
    """
    key, _colon, day = text.partition(":")
    try:
        return uuid.UUID(key), datetime.date.fromisoformat(day)
    except ValueError:
        raise DomainError("duties.swap-no-turn", WITH, field="with") from None
