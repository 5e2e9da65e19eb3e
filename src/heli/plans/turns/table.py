"""The weekly roster of a plan."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from django.utils.translation import gettext as _

from heli.duties.queries import Block, Cell, Gap, Group, Load, RosterTable, Row, Seat, Week
from heli.duties.rules import SeatKind, Slot
from heli.kernel.papers.words import listed
from heli.people.rules.words import spell_words
from heli.plans.rules import Keys
from heli.plans.turns.words import unfilled_words
from heli.plans.turns.work import RosterPart
from heliplan.roster import KINDS, Mode, RosterPlan, RosterProblem, loads

BlockKey = tuple[str, str, str]
"""A slot's name, start and end: posts that open at another time stand in a block of their own."""


def roster_table(plan: RosterPart, keys: Keys | None = None) -> RosterTable | None:
    """The table, or ``None`` when there is no plan; with ``keys`` it says what its names stand for."""
    problem, made = plan.roster.problem, plan.seats.plan if plan.seats else None
    if problem is None or made is None:
        return None
    cells = _Cells(plan, problem, made)
    weeks = tuple(cells.week(number) for number in range(problem.days // 7))
    names = [plan.labels.members[i] for i in plan.roster.members]
    return RosterTable(
        village=plan.village.name,
        date=plan.options.date,
        repeats=problem.mode is Mode.GROUPS,
        weeks=weeks,
        posts=tuple((post.name, post.where) for post in plan.village.posts),
        loads=tuple(
            Load(name, *turns) for name, turns in zip(names, loads(problem, made).tolist(), strict=True)
        ),
        gaps=tuple(cells.gaps()),
        notes=roster_notes(plan),
        contact=plan.options.contact,
        member_keys=_keyed(plan.labels.members, keys.members) if keys else (),
        post_keys=_keyed([post.name for post in plan.village.posts], keys.posts) if keys else (),
        away=tuple(names[m] for m in np.flatnonzero(~problem.can_take().any(axis=1)).tolist()),
    )


def _keyed(names: Sequence[str], keys: Sequence[uuid.UUID]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(key)) for name, key in zip(names, keys, strict=True))


def roster_notes(plan: RosterPart) -> tuple[str, ...]:
    """How newcomers are counted; in a table that repeats, who cannot on which days."""
    notes = []
    repeats = plan.roster.problem is None or plan.roster.problem.mode is Mode.GROUPS
    if plan.roster.levelled and not repeats:
        names = listed(plan.labels.members[i] for i in plan.roster.levelled)
        rule = _("新来的人、离开后回来的人，从其他人的平均班数算起，不补以前的班：%(names)s。")
        notes.append(rule % {"names": names})
    if not repeats:
        return tuple(notes)
    for i in plan.roster.members:
        days = sorted(plan.village.members[i].availability.busy_dates)
        if days:
            params = {"member": plan.labels.members[i], "days": listed(map(str, days))}
            notes.append(_("%(member)s 每月 %(days)s 日不便，轮到时请换班。") % params)
        spells = plan.village.members[i].availability.spells
        if dated := [spell_words(spell) for spell in spells if not spell.weekly]:
            params = {"member": plan.labels.members[i], "times": listed(dated)}
            notes.append(_("%(member)s %(times)s不便，轮到时请换班。") % params)
    return tuple(notes)


class _Cells:
    """The seats of a plan, found by week, day, slot and post."""

    def __init__(self, plan: RosterPart, problem: RosterProblem, made: RosterPlan) -> None:
        self.plan, self.problem, self.made = plan, problem, made
        self.names = [plan.labels.members[i] for i in plan.roster.members]
        self.shift: dict[tuple[int, int, int], int] = {}
        where = zip(problem.shift_day, problem.shift_period, problem.shift_post, strict=True)
        for s, (day, period, post) in enumerate(where):
            self.shift[int(day), int(period), int(post)] = s
        self.taken: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for m, s, k in zip(made.member.tolist(), made.shift.tolist(), made.kind.tolist(), strict=True):
            self.taken[s].append((k, m))
        self.before = (
            {(t.week, t.weekday, t.slot, t.post, t.member) for t in plan.previous.turns}
            if plan.previous
            else None
        )

    def week(self, number: int) -> Week:
        """One week's blocks and groups."""
        blocks: dict[BlockKey, list[Row]] = {}
        for period, (name, _start, _end) in enumerate(self.plan.roster.slots):
            for post, place in enumerate(self.plan.village.posts):
                for slot in place.slots:
                    if slot.name == name:
                        row = Row(place.name, tuple(self._row(number, period, post, slot)))
                        if slot.since and all(cell.closed for cell in row.cells):
                            continue  # another season's hours
                        blocks.setdefault((slot.name, slot.start, slot.end), []).append(row)
        monday = self.plan.roster.monday + datetime.timedelta(weeks=number)
        shown = tuple(Block(*key, tuple(rows)) for key, rows in blocks.items())
        return Week(monday, shown, tuple(self._groups(number)))

    def _row(self, week: int, period: int, post: int, slot: Slot) -> Iterator[Cell]:
        for weekday in range(7):
            s = self.shift.get((7 * week + weekday, period, post))
            date = self.plan.roster.monday + datetime.timedelta(days=7 * week + weekday)
            if s is None or not slot.opens_on(date):
                yield Cell(closed=True)
                continue
            seats = tuple(
                Seat(self.names[m], SeatKind(KINDS[k]), self._moved(week, weekday, slot, post, m))
                for k, m in sorted(self.taken[s])
            )
            yield Cell(seats, int(self.made.unfilled[s].sum()))

    def _moved(self, week: int, weekday: int, slot: Slot, post: int, member: int) -> bool:
        if self.before is None:
            return False
        place = self.plan.village.posts[post].name
        return (week + 1, weekday + 1, slot.name, place, self.names[member]) not in self.before

    def _groups(self, week: int) -> Iterator[Group]:
        for weekday in range(7):
            day = 7 * week + weekday
            standing = self._standing(day)
            if self.problem.mode is Mode.GROUPS:
                members = [m for m, group in enumerate(self.made.group.tolist()) if group == day]
            else:
                members = standing
            leader = int(self.made.leader[day])
            yield Group(
                weekday + 1,
                self.names[leader] if leader >= 0 else "",
                tuple(self.names[m] for m in members),
                tuple(self.names[m] for m in members if m not in standing),
            )

    def _standing(self, day: int) -> list[int]:
        """Everybody with a turn that day, each once, in the order of the table."""
        shifts = [s for s, other in enumerate(self.problem.shift_day.tolist()) if other == day]
        return list(dict.fromkeys(m for s in shifts for _, m in sorted(self.taken[s])))

    def gaps(self) -> Iterator[Gap]:
        """Every shift with empty seats, and why."""
        empty = self.made.unfilled.sum(axis=1)
        for s in empty.nonzero()[0].tolist():
            day, post = int(self.problem.shift_day[s]), int(self.problem.shift_post[s])
            name = self.plan.roster.slots[int(self.problem.shift_period[s])][0]
            monday = self.plan.roster.monday + datetime.timedelta(weeks=day // 7)
            why = unfilled_words(self.problem, self.made, s, self.plan.standing)
            yield Gap(self.plan.village.posts[post].name, name, day % 7 + 1, monday, int(empty[s]), why)
