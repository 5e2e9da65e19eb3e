"""What it would cost to give a turn to somebody else, and which rules it would break."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heli.kernel.lib.phrases import join_clauses
from heli.people.rules.words import DAYS
from heli.plans.rules import Candidate, Keys, Labels, SeatFact, Stored, Village, place_of
from heli.plans.rules.facts import RunFacts
from heli.plans.turns.rows import ShiftKey, roster_plan, shifts_of
from heli.plans.turns.words import shift_at
from heli.plans.turns.work import RosterWork
from heliplan import Reason, Report
from heliplan.roster import KINDS, Mode, RosterPlan, check

NONE = np.zeros((0, 2), np.int64)

FREE_SHOWN = 5
"""So many free members are shown with their cost at once."""

SEAT_BREAKS = {
    "not_available": gettext_lazy("%(member)s %(shift)s不便"),
    "forbidden": gettext_lazy("%(member)s 不能排%(shift)s"),
    "wrong_kind": gettext_lazy("%(member)s 不站%(shift)s这种班（义务、志愿、有偿要对上）"),
    "two_posts": gettext_lazy("%(member)s 这个时间已经在%(other)s"),
    "overlap": gettext_lazy("%(member)s 在%(other)s还没下班"),
    "twice": gettext_lazy("%(member)s 已经在%(shift)s"),
    "over_day": gettext_lazy("%(member)s %(day)s已有 %(turns)d 班，一天最多 %(most)d 班"),
    "over_total": gettext_lazy("%(member)s 会有 %(turns)d 班，最多 %(most)d 班"),
    "not_in_group": gettext_lazy("分组值班每人只在一天：%(member)s 是%(day)s的组"),
    "no_rest": gettext_lazy("%(member)s 前一天晚上在%(other)s，第二天一早又排%(shift)s"),
}
PARTS = {
    "leader": gettext_lazy("缺组长"),
    "total": gettext_lazy("班数不匀"),
    "early": gettext_lazy("早班不匀"),
    "weekend": gettext_lazy("周末不匀"),
    "way": gettext_lazy("路远"),
    "wish": gettext_lazy("不合心愿"),
    "pair": gettext_lazy("同伴分开"),
    "balance": gettext_lazy("各组人数不匀"),
    "second": gettext_lazy("一天两班"),
    "rest": gettext_lazy("晚班接早班"),
    "unsuited": gettext_lazy("时段不合"),
    "apart": gettext_lazy("不愿同班的人排在一起"),
}


Change = Mapping[uuid.UUID, uuid.UUID | None]
"""Seats and who would sit there; nobody: ``None``."""


class SeatMoves:
    """The seats of a plan, some of which might change. Pins do not bind whoever moves by hand.

    ``facts`` are those of the run. Raises ``LookupError`` when there is no roster, and in its methods when
    the plan knows no such seat or member.
    """

    def __init__(
        self,
        work: RosterWork,
        rows: Stored,
        facts: RunFacts,
        village: Village,
        labels: Labels,
        keys: Keys,
    ) -> None:
        if work.problem is None:
            raise LookupError("there is no roster")
        self.problem = replace(work.problem, pins=NONE)
        self.work, self.rows, self.facts = work, rows, facts
        self.village, self.labels, self.keys = village, labels, keys
        self.seats = {seat.key: seat for seat in rows.seats}

    @cached_property
    def standing(self) -> RosterPlan:
        """The roster as it is."""
        return self.after({})

    @cached_property
    def standing_report(self) -> Report:
        """What it costs as it is."""
        return check(self.problem, self.standing)

    @cached_property
    def seats_of(self) -> dict[uuid.UUID | None, list[SeatFact]]:
        """The seats of each member."""
        found: dict[uuid.UUID | None, list[SeatFact]] = {}
        for seat in self.rows.seats:
            found.setdefault(seat.member, []).append(seat)
        return found

    @cached_property
    def shifts(self) -> dict[ShiftKey, int]:
        """Where each shift is in the problem."""
        return shifts_of(self.work, self.problem, self.keys)

    @cached_property
    def columns(self) -> dict[uuid.UUID, int]:
        """Where each member is in the problem."""
        return {self.keys.members[i]: m for m, i in enumerate(self.work.members)}

    def after(self, change: Change) -> RosterPlan:
        """The roster with other members in some seats."""
        seats = tuple(
            replace(seat, member=change[seat.key]) if seat.key in change else seat for seat in self.rows.seats
        )
        rows = replace(self.rows, seats=seats)
        return roster_plan(self.facts, self.work, self.problem, self.keys, rows, self.shifts)

    def swap(self, seat: uuid.UUID, other: uuid.UUID) -> Change:
        """Two members in each other's seat; in day groups all their seats, when their days differ."""
        one, two = self._seat(seat), self._seat(other)
        if self.problem.mode is not Mode.GROUPS or one.weekday == two.weekday:
            return {seat: two.member, other: one.member}
        return {
            row.key: two.member if row.member == one.member else one.member
            for row in self.rows.seats
            if row.member is not None and row.member in (one.member, two.member)
        }

    def candidates(self, seat: uuid.UUID, every: bool = False) -> list[Candidate]:
        """Everybody who stands for duty: the free ones by cost, then the others with what is against it.

        What is plainly against somebody is found without counting the whole table again. Of many free ones
        only those with the fewest turns are counted (``FREE_SHOWN``), unless ``every`` is asked for.
        """
        holder = self._seat(seat).member
        free: list[uuid.UUID] = []
        found: list[Candidate] = []
        turns = Counter({member: len(seats) for member, seats in self.seats_of.items()})
        for key, column in self.columns.items():
            against = () if key == holder else self._plainly_against(seat, key)
            if against:
                found.append(Candidate(key, self._label(column), turns[key] + 1, 0, "", against))
            elif key != holder:
                free.append(key)
        free.sort(key=lambda key: turns[key])
        counted = [self.candidate({seat: key}, key) for key in (free if every else free[:FREE_SHOWN])]
        return [*sorted(counted, key=lambda candidate: (not candidate.allowed, candidate.cost)), *found]

    def candidate(self, change: Change, member: uuid.UUID | None) -> Candidate:
        """What a change of seats would mean; ``member`` is whom it is about."""
        plan = self.after(change)
        report, before = check(self.problem, plan), self.standing_report
        known = {(reason.code, *reason.params.items()) for reason in before.violations}
        breaks = [
            str(SEAT_BREAKS[reason.code]) % self._facts(reason)
            for reason in report.violations
            if reason.code in SEAT_BREAKS and (reason.code, *reason.params.items()) not in known
        ]
        parts = {name: cost - before.parts[name] for name, cost in report.parts.items() if name in PARTS}
        filled = int(self.standing.unfilled.sum()) - int(plan.unfilled.sum())
        column = None if member is None else place_of(self.columns, member)
        return Candidate(
            member=member or uuid.UUID(int=0),
            name="" if column is None else self._label(column),
            load=0 if column is None else int((plan.member == column).sum()),
            cost=sum(parts.values()),
            words=join_clauses(_seat_words(parts, filled)),
            breaks=tuple(dict.fromkeys(breaks)),
        )

    def swapped(self, seat: uuid.UUID, other: uuid.UUID) -> Candidate:
        """What it would mean if two turns were swapped; ``member`` is who would come to the first."""
        return self.candidate(self.swap(seat, other), self._seat(other).member)

    def breaks(self, change: Change) -> tuple[str, ...]:
        """Which rules a change of seats would break, in words."""
        for key, member in change.items():
            self._seat(key)
            if member is not None:
                place_of(self.columns, member)
        return self.candidate(change, None).breaks

    def _seat(self, key: uuid.UUID) -> SeatFact:
        if key not in self.seats:
            raise LookupError("the plan has no such seat")
        return self.seats[key]

    def _label(self, column: int) -> str:
        return self.labels.members[self.work.members[column]]

    def _shift(self, shift: int) -> str:
        return shift_at(self.work, self.village, shift)

    def _plainly_against(self, seat: uuid.UUID, member: uuid.UUID) -> tuple[str, ...]:
        """What stands against a member in a seat and can be seen without counting: time, kind, another
        turn.
        """
        problem, row = self.problem, self.seats[seat]
        shift = self.shifts.get((row.week, row.weekday, row.slot, row.post))
        if shift is None:
            return ()
        column = place_of(self.columns, member)
        day, period = int(problem.shift_day[shift]), int(problem.shift_period[shift])
        facts = {"member": self._label(column), "shift": self._shift(shift)}
        if not problem.available[column, day, period]:
            return (str(SEAT_BREAKS["not_available"]) % facts,)
        if not problem.may_sit[column, KINDS.index(row.kind)]:
            return (str(SEAT_BREAKS["wrong_kind"]) % facts,)
        for other in self.seats_of.get(member, ()):
            if other.week != row.week:
                continue
            if problem.mode is Mode.GROUPS and other.weekday != row.weekday:
                day_word = str(DAYS[other.weekday - 1])
                return (str(SEAT_BREAKS["not_in_group"]) % {**facts, "day": day_word},)
            if (other.weekday, other.slot) == (row.weekday, row.slot):
                at = self.shifts.get((other.week, other.weekday, other.slot, other.post), shift)
                return (str(SEAT_BREAKS["two_posts"]) % {**facts, "other": self._shift(at)},)
        return ()

    def _facts(self, reason: Reason) -> dict[str, object]:
        facts = dict(reason.params)
        column = facts["member"]
        facts["member"] = self._label(column)
        for name in ("shift", "other"):
            if name in facts:
                facts[name] = self._shift(facts[name])
        if "day" in facts:
            facts["day"] = str(DAYS[facts["day"] % 7])
        elif reason.code == "not_in_group":
            facts["day"] = str(DAYS[int(self.standing.group[column]) % 7])
        return facts


def _seat_words(parts: Mapping[str, int], filled: int) -> Iterator[str]:
    if filled > 0:
        yield ngettext("补上 %(n)d 个空班", "补上 %(n)d 个空班", filled) % {"n": filled}
    elif filled < 0:
        yield ngettext("空出 %(n)d 个班", "空出 %(n)d 个班", -filled) % {"n": -filled}
    worse = [str(PARTS[name]) for name, cost in parts.items() if cost > 0]
    better = [str(PARTS[name]) for name, cost in parts.items() if cost < 0]
    if worse:
        yield _("多：%(what)s") % {"what": "、".join(worse)}
    if better:
        yield _("少：%(what)s") % {"what": "、".join(better)}
    if not worse and not better:
        yield _("没有更好，也没有更差")
