"""A roster problem with what its indices mean in the village, and the seats of a plan."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol, TypeAlias

from heli.kernel.sheets.problems import Problem
from heli.plans.gather.checked import Planner
from heli.plans.rules import Labels, Options, Previous, Village
from heliplan import Result, roster
from heliplan.roster import KINDS, RosterPlan, RosterProblem, why_unfilled

RosterResult: TypeAlias = Result[RosterPlan]


@dataclass(frozen=True, slots=True)
class RosterWork:
    """A roster problem and what its indices mean.

    ``members`` are the village's rows behind the problem's members; ``slots`` are (name, start, end) in
    the order of its periods; ``posts`` are the village's rows behind its posts; ``levelled`` are the rows in
    the village of those who start at the others' level (see :func:`turns_before`).
    """

    planner: ClassVar[Planner[RosterProblem, RosterPlan]] = roster

    problem: RosterProblem | None
    members: tuple[int, ...]
    posts: tuple[int, ...]
    slots: tuple[tuple[str, str, str], ...]
    monday: datetime.date
    problems: tuple[Problem, ...] = ()
    start: RosterPlan | None = None
    levelled: tuple[int, ...] = ()


class RosterPart(Protocol):
    """What the roster of a plan is shown from: the village, its roster problem and what came of it."""

    @property
    def village(self) -> Village:
        """Its rows."""

    @property
    def labels(self) -> Labels:
        """What they are called."""

    @property
    def options(self) -> Options:
        """What was asked."""

    @property
    def roster(self) -> RosterWork:
        """The problem."""

    @property
    def seats(self) -> RosterResult | None:
        """What came of it; ``None`` when there was nothing to solve."""

    @property
    def previous(self) -> Previous | None:
        """The plan before."""

    def standing(self, member: int) -> str:
        """A member by their place in the roster problem."""


class SeatRow(NamedTuple):
    """One seat of a plan: when and where, the how manieth of its kind, who sits there (nobody: ``None``).

    ``post`` and ``member`` are rows of the village, ``shift`` counts in the problem; weeks and days count
    from 1. ``why`` says in a code why nobody sits there.
    """

    shift: int
    week: int
    weekday: int
    slot: str
    post: int
    kind: str
    place: int
    member: int | None
    why: str = ""


def seat_rows(work: RosterWork, problem: RosterProblem, made: RosterPlan) -> Iterator[SeatRow]:
    """Every seat of a plan, taken or empty, in the order of the shifts."""
    taken: dict[tuple[int, int], list[int]] = defaultdict(list)
    for m, s, k in zip(made.member.tolist(), made.shift.tolist(), made.kind.tolist(), strict=True):
        taken[s, k].append(work.members[m])
    where = zip(
        problem.shift_day.tolist(), problem.shift_period.tolist(), problem.shift_post.tolist(), strict=True
    )
    for s, (day, period, post) in enumerate(where):
        for k, kind in enumerate(KINDS):
            empty = int(made.unfilled[s, k])
            why = why_unfilled(problem, made, s)[0].code if empty else ""
            at = (s, day // 7 + 1, day % 7 + 1, work.slots[period][0], post, kind)
            for place, member in enumerate([*taken[s, k], *[None] * empty]):
                yield SeatRow(*at, place, member, "" if member is not None else why)
