"""What a change by hand would cost, and which rules it would break: for the page and for the command."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heli.kernel.lib.phrases import in_one_breath
from heli.plans.models import Run
from heli.plans.queries.runs import Linked, linking_of, roster_of, stored
from heli.plans.rules import SeatFact, Stored
from heli.plans.turns.rows import ShiftKey, roster_plan, shifts_of
from heli.plans.turns.words import WEEKDAYS, shift_at
from heli.plans.turns.work import RosterWork
from heliplan import Reason, Report, linking, roster
from heliplan.linking import LinkingPlan, LinkingProblem
from heliplan.roster import KINDS, Mode, RosterPlan, RosterProblem

NONE = np.zeros((0, 2), np.int64)

FREE_SHOWN = 8
"""So many free members are shown with their cost at once."""

LINK_BREAKS = {
    "over_high": gettext_lazy("%(member)s 会有 %(load)d 户，最多 %(high)d 户"),
    "under_low": gettext_lazy("%(member)s 会只剩 %(load)d 户，至少 %(low)d 户"),
    "forbidden": gettext_lazy("%(member)s 不能联系这一户"),
    "refused": gettext_lazy("%(member)s 与这一户有一方不愿"),
}
SEAT_BREAKS = {
    "not_available": gettext_lazy("%(member)s %(shift)s不便"),
    "forbidden": gettext_lazy("%(member)s 不能排%(shift)s"),
    "wrong_kind": gettext_lazy("%(member)s 不坐%(shift)s这种席位（义务、志愿、有偿要对上）"),
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could take a household or a turn: what it would cost, what it would break.

    ``load`` is what they would have then; ``cost`` is below 0 when the plan gets better.
    """

    member: uuid.UUID
    name: str
    load: int
    cost: int
    words: str
    breaks: tuple[str, ...] = ()
    distance: int = 0

    @property
    def allowed(self) -> bool:
        """Whether no rule stands against it."""
        return not self.breaks


class Board:
    """A run with its problems, each made only when asked for. Pins do not bind whoever moves by hand."""

    def __init__(self, run: Run, today: datetime.date) -> None:
        self.run, self.today = run, today

    @cached_property
    def rows(self) -> Stored:
        """The run's rows."""
        return stored(self.run)

    @cached_property
    def linking(self) -> Linked:
        """Village, keys, linking work and its result."""
        return linking_of(self.run, self.today, self.rows)

    @cached_property
    def links(self) -> tuple[LinkingProblem, LinkingPlan]:
        """The linking problem without pins, and the plan."""
        problem, made = self.linking.work.problem, self.linking.result
        if problem is None or made is None or made.plan is None:
            raise LookupError("there are no links")
        return replace(problem, fixed=NONE), made.plan

    @cached_property
    def duty(self) -> RosterWork:
        """The roster's work."""
        return roster_of(self.linking)

    @cached_property
    def turns(self) -> RosterProblem:
        """The roster's problem without pins."""
        problem = self.duty.problem
        if problem is None:
            raise LookupError("there is no roster")
        return replace(problem, pins=NONE)

    @cached_property
    def standing(self) -> RosterPlan:
        """The roster as it is."""
        return self.after({})

    @cached_property
    def standing_report(self) -> Report:
        """What it costs as it is."""
        return roster.check(self.turns, self.standing)

    @cached_property
    def seats(self) -> dict[uuid.UUID, SeatFact]:
        """The seats by key."""
        return {seat.key: seat for seat in self.rows.seats}

    @cached_property
    def seats_of(self) -> dict[uuid.UUID | None, list[SeatFact]]:
        """The seats of each member."""
        found: dict[uuid.UUID | None, list[SeatFact]] = {}
        for seat in self.rows.seats:
            found.setdefault(seat.member, []).append(seat)
        return found

    @cached_property
    def shifts(self) -> dict[ShiftKey, int]:
        """Where each shift is in the roster's problem."""
        return shifts_of(self.duty, self.turns, self.linking.keys)

    @cached_property
    def columns(self) -> dict[uuid.UUID, int]:
        """Where each member is in the roster's problem."""
        keys = self.linking.keys.members
        return {keys[i]: m for m, i in enumerate(self.duty.members)}

    def after(self, change: Mapping[uuid.UUID, uuid.UUID | None]) -> RosterPlan:
        """The roster with other members in some seats."""
        seats = tuple(
            replace(seat, member=change[seat.key]) if seat.key in change else seat for seat in self.rows.seats
        )
        rows = replace(self.rows, seats=seats)
        return roster_plan(self.run.facts, self.duty, self.turns, self.linking.keys, rows, self.shifts)

    def swap(self, seat: uuid.UUID, other: uuid.UUID) -> dict[uuid.UUID, uuid.UUID | None]:
        """Two members in each other's seat; in day groups all their seats, when their days differ."""
        one, two = self.seats[seat], self.seats[other]
        if self.turns.mode is not Mode.GROUPS or one.weekday == two.weekday:
            return {seat: two.member, other: one.member}
        return {
            row.key: two.member if row.member == one.member else one.member
            for row in self.rows.seats
            if row.member is not None and row.member in (one.member, two.member)
        }

    def member_label(self, column: int, members: tuple[int, ...]) -> str:
        """A member of a problem by label."""
        return self.linking.labels.members[members[column]]


def link_candidates(board: Board, house: uuid.UUID) -> list[Candidate]:
    """Everybody who serves, the nearest first, with what it would mean to give them the household."""
    problem, plan = board.links
    at = _household(board, house)
    now = int(plan.member[at])
    others = [column for column in range(problem.members) if column != now]
    far = problem.nearness.pairs(np.full(len(others), at), np.array(others, np.int64)).tolist()
    found = [_link_candidate(board, at, column, d) for column, d in zip(others, far, strict=True)]
    return [candidate for _d, candidate in sorted(zip(far, found, strict=True), key=lambda pair: pair[0])]


def link_candidate(board: Board, house: uuid.UUID, member: uuid.UUID) -> Candidate:
    """What it would mean to give a household to one member.

    Raises ``LookupError`` when the plan knows no such household or member.
    """
    problem, _plan = board.links
    at, column = _household(board, house), _column(board, member)
    far = int(problem.nearness.pairs(np.array([at]), np.array([column]))[0])
    return _link_candidate(board, at, column, far)


@dataclass(frozen=True, slots=True)
class Now:
    """Where a household is now: its label, head and member, how many that member has, the bounds."""

    label: str
    head: str
    member: str
    load: int
    distance: int
    metres: bool
    low: int
    high: int
    pinned: bool


def household_of(board: Board, house: uuid.UUID) -> Now:
    """A household as it stands in the plan."""
    problem, plan = board.links
    made, at = board.linking, _household(board, house)
    row, column = made.work.households[at], int(plan.member[at])
    far = int(problem.nearness.pairs(np.array([at]), np.array([column]))[0])
    return Now(
        label=made.labels.households[row],
        head=made.village.households[row].head,
        member=board.member_label(column, made.work.members),
        load=int((plan.member == column).sum()),
        distance=far // made.work.scale,
        metres=made.work.unit == "metres",
        low=made.work.low,
        high=made.work.high,
        pinned=any(link.pinned for link in board.rows.links if link.household == house),
    )


def link_breaks(board: Board, house: uuid.UUID, member: uuid.UUID) -> tuple[str, ...]:
    """Which rules the move of a household would break, in words."""
    return link_candidate(board, house, member).breaks


def _at(places: Mapping[uuid.UUID, int], key: uuid.UUID) -> int:
    """Where a key is; ``LookupError`` when it has no part in the plan."""
    if key not in places:
        raise LookupError("the plan knows no such key")
    return places[key]


def _household(board: Board, house: uuid.UUID) -> int:
    keys = board.linking.keys.households
    return _at({keys[i]: h for h, i in enumerate(board.linking.work.households)}, house)


def _column(board: Board, member: uuid.UUID) -> int:
    keys = board.linking.keys.members
    return _at({keys[i]: m for m, i in enumerate(board.linking.work.members)}, member)


def _link_candidate(board: Board, at: int, column: int, far: int) -> Candidate:
    problem, plan = board.links
    work = board.linking.work
    move = linking.move_cost(replace(problem, refused=NONE), plan, at, column)
    against = linking.move_cost(problem, plan, at, column).breaks
    now = int(problem.nearness.pairs(np.array([at]), plan.member[at : at + 1])[0])
    farther = (far // work.scale) - (now // work.scale)
    credit = round((move.delta - (far - now)) / work.scale)
    breaks = tuple(
        str(LINK_BREAKS[reason.code]) % _link_facts(board, reason)
        for reason in against
        if reason.code in LINK_BREAKS
    )
    return Candidate(
        member=board.linking.keys.members[work.members[column]],
        name=board.member_label(column, work.members),
        load=int((plan.member == column).sum()) + (int(plan.member[at]) != column),
        cost=farther + credit,
        words=in_one_breath(_link_words(work.unit, farther, credit)),
        breaks=breaks,
        distance=far // work.scale,
    )


def _link_facts(board: Board, reason: Reason) -> dict[str, Any]:
    facts = dict(reason.params)
    facts["member"] = board.member_label(facts["member"], board.linking.work.members)
    return facts


def _link_words(unit: str, farther: int, credit: int) -> Iterator[str]:
    """A move's cost in words: the way, then kin and wishes lost or won."""
    metres = unit == "metres"
    if farther == 0:
        yield _("一样近")
    elif farther > 0:
        yield (_("远 %(n)d 米") if metres else _("远 %(n)d 步")) % {"n": farther}
    else:
        yield (_("近 %(n)d 米") if metres else _("近 %(n)d 步")) % {"n": -farther}
    if credit > 0:
        yield _("少了亲属或心愿（算 %(n)d）") % {"n": credit}
    elif credit < 0:
        yield _("多了亲属或心愿（算 %(n)d）") % {"n": -credit}


def seat_candidates(board: Board, seat: uuid.UUID, every: bool = False) -> list[Candidate]:
    """Everybody who stands for duty: the free ones by cost, then the others with what is against it.

    What is plainly against somebody is found without counting the whole table again. Of many free ones only
    those with the fewest turns are counted (``FREE_SHOWN``), unless ``every`` is asked for.
    """
    holder = board.seats[seat].member
    keys = board.linking.keys.members
    free: list[uuid.UUID] = []
    found: list[Candidate] = []
    turns = Counter({member: len(seats) for member, seats in board.seats_of.items()})
    for key in (keys[i] for i in board.duty.members):
        against = () if key == holder else _plainly_against(board, seat, key)
        if against:
            label = board.member_label(_roster_column(board, key), board.duty.members)
            found.append(Candidate(key, label, turns[key] + 1, 0, "", against))
        elif key != holder:
            free.append(key)
    free.sort(key=lambda key: turns[key])
    counted = [seat_candidate(board, {seat: key}, key) for key in (free if every else free[:FREE_SHOWN])]
    return [*sorted(counted, key=lambda candidate: (not candidate.allowed, candidate.cost)), *found]


def _plainly_against(board: Board, seat: uuid.UUID, member: uuid.UUID) -> tuple[str, ...]:
    """What stands against a member in a seat and can be seen without counting: time, kind, another turn."""
    problem, row, made = board.turns, board.seats[seat], board.linking
    shift = board.shifts.get((row.week, row.weekday, row.slot, row.post))
    if shift is None:
        return ()
    column = _roster_column(board, member)
    day, period = int(problem.shift_day[shift]), int(problem.shift_period[shift])
    facts = {"member": board.member_label(column, board.duty.members)}
    facts["shift"] = shift_at(board.duty, made.village, shift)
    if not problem.available[column, day, period]:
        return (str(SEAT_BREAKS["not_available"]) % facts,)
    if not problem.may_sit[column, KINDS.index(row.kind)]:
        return (str(SEAT_BREAKS["wrong_kind"]) % facts,)
    for other in board.seats_of.get(member, ()):
        if other.week != row.week:
            continue
        if problem.mode is Mode.GROUPS and other.weekday != row.weekday:
            return (str(SEAT_BREAKS["not_in_group"]) % {**facts, "day": str(WEEKDAYS[other.weekday - 1])},)
        if (other.weekday, other.slot) == (row.weekday, row.slot):
            at = board.shifts.get((other.week, other.weekday, other.slot, other.post), shift)
            told = {**facts, "other": shift_at(board.duty, made.village, at)}
            return (str(SEAT_BREAKS["two_posts"]) % told,)
    return ()


def seat_candidate(
    board: Board, change: Mapping[uuid.UUID, uuid.UUID | None], member: uuid.UUID | None
) -> Candidate:
    """What a change of seats would mean; ``member`` is whom it is about."""
    problem = board.turns
    plan = board.after(change)
    report, before = roster.check(problem, plan), board.standing_report
    known = {(reason.code, *reason.params.items()) for reason in before.violations}
    breaks = [
        str(SEAT_BREAKS[reason.code]) % _seat_facts(board, reason)
        for reason in report.violations
        if reason.code in SEAT_BREAKS and (reason.code, *reason.params.items()) not in known
    ]
    parts = {name: cost - before.parts[name] for name, cost in report.parts.items() if name in PARTS}
    filled = int(before_empty(board)) - int(plan.unfilled.sum())
    column = None if member is None else _roster_column(board, member)
    return Candidate(
        member=member or uuid.UUID(int=0),
        name="" if column is None else board.member_label(column, board.duty.members),
        load=0 if column is None else int((plan.member == column).sum()),
        cost=sum(parts.values()),
        words=in_one_breath(_seat_words(parts, filled)),
        breaks=tuple(dict.fromkeys(breaks)),
    )


def seat_breaks(board: Board, change: Mapping[uuid.UUID, uuid.UUID | None]) -> tuple[str, ...]:
    """Which rules a change of seats would break, in words; ``LookupError`` for a seat or member unknown."""
    for key, member in change.items():
        if key not in board.seats:
            raise LookupError("the plan has no such seat")
        if member is not None:
            _roster_column(board, member)
    return seat_candidate(board, change, None).breaks


def swap_candidate(board: Board, seat: uuid.UUID, other: uuid.UUID) -> Candidate:
    """What it would mean if two turns were swapped; ``member`` is who would come to the first."""
    change = board.swap(seat, other)
    return seat_candidate(board, change, board.seats[other].member)


def before_empty(board: Board) -> int:
    """How many seats are empty now."""
    return int(board.standing.unfilled.sum())


def _roster_column(board: Board, member: uuid.UUID) -> int:
    return _at(board.columns, member)


def _seat_facts(board: Board, reason: Reason) -> dict[str, Any]:
    facts = dict(reason.params)
    column = facts["member"]
    facts["member"] = board.member_label(column, board.duty.members)
    for name in ("shift", "other"):
        if name in facts:
            facts[name] = shift_at(board.duty, board.linking.village, facts[name])
    if "day" in facts:
        facts["day"] = str(WEEKDAYS[facts["day"] % 7])
    elif reason.code == "not_in_group":
        facts["day"] = str(WEEKDAYS[int(board.standing.group[column]) % 7])
    return facts


def _seat_words(parts: Mapping[str, int], filled: int) -> Iterator[str]:
    if filled > 0:
        yield ngettext("补上 %(n)d 个空席", "补上 %(n)d 个空席", filled) % {"n": filled}
    elif filled < 0:
        yield ngettext("空出 %(n)d 个席位", "空出 %(n)d 个席位", -filled) % {"n": -filled}
    worse = [str(PARTS[name]) for name, cost in parts.items() if cost > 0]
    better = [str(PARTS[name]) for name, cost in parts.items() if cost < 0]
    if worse:
        yield _("多：%(what)s") % {"what": "、".join(worse)}
    if better:
        yield _("少：%(what)s") % {"what": "、".join(better)}
    if not worse and not better:
        yield _("没有更好，也没有更差")
