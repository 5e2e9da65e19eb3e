"""The linking problem of a village: who needs a member, who serves, how near, who is kin, who wished."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from heli.kernel.sheets.problems import Kind, Place, Problem
from heli.plans.gather import kinds
from heli.plans.gather.names import Names, nearest, own_houses
from heli.plans.gather.where import (
    A_STEP,
    METRES,
    STEPS,
    Map,
    distances,
    household_spot,
    is_lost,
    member_spots,
    runs,
    survey,
)
from heli.plans.links.work import LinkingWork
from heli.plans.rules import (
    DEFAULT_HIGH,
    DEFAULT_LOW,
    Labels,
    LinkPin,
    Options,
    Pins,
    Previous,
    Village,
    exemption,
    workable_bounds,
)
from heliplan.codec import Ints
from heliplan.linking import Credits, LinkingPlan, LinkingProblem, Matrix

KIN = {METRES: 1000, STEPS: 200 * A_STEP}
"""Kin counts as if the house were 1,000 metres or 200 steps nearer; said by both sides, twice."""

WISH = {METRES: 500, STEPS: 100 * A_STEP}
"""A wish counts as if the house were 500 metres or 100 steps nearer; wished by both sides, twice."""

Credit = tuple[int, int, int, str]
"""Household and member by index in the problem, amount, kind (``kin``, ``wish``)."""


def gather_linking(
    village: Village, labels: Labels, options: Options, pins: Pins, previous: Previous | None
) -> LinkingWork:
    """Build the linking problem.

    A member's own house goes to that member; where several live in one house, to the first in the book;
    a pin of people goes before, and so does a refusal. Kin and wishes count as nearness (``KIN``, ``WISH``).
    Where stated bounds have no room for every household, as many are linked as fit.

    Returns
    -------
    LinkingWork
        Its ``problem`` is ``None`` when there is nobody to link or nobody to link to; ``problems`` says so.
    """
    return _Gathering(village, labels, options).work(pins, previous)


class _Gathering:
    """One village on its way into a problem; collects what is wrong on the way."""

    def __init__(self, village: Village, labels: Labels, options: Options) -> None:
        self.village, self.options = village, options
        self.names = Names(village, labels)
        self.spots = member_spots(village)
        self.labels = labels
        self.households = tuple(i for i, h in enumerate(village.households) if not h.no_link)
        self.members = tuple(
            i for i, m in enumerate(village.members) if not exemption(m, options.exempt_age).linking
        )
        self.row = {i: at for at, i in enumerate(self.households)}
        self.column = {i: at for at, i in enumerate(self.members)}
        self.bounds = workable_bounds(len(self.households), len(self.members), options)
        self.problems: list[Problem] = []

    def report(self, kind: Kind, place: Place, **params: object) -> None:
        self.problems.append(Problem(kind, place, params))

    def work(self, pins: Pins, previous: Previous | None) -> LinkingWork:
        if not self.households:
            self.report(kinds.NO_HOUSEHOLDS, Place())
        if not self.members:
            self.report(kinds.NO_MEMBERS, Place())
        if not self.households or not self.members:
            return self._finished(None, "", None)
        here = survey(self.village)
        self._say_bounds()
        near = self._nearness(here)
        refused = set(self._refused())
        own = {house: member for house, member in self._own().items() if (house, member) not in refused}
        pinned = dict(self._pinned(pins))
        fixed = sorted({**own, **pinned}.items())
        problem = _problem(near, self.bounds, fixed, list(self._credits(here, near)), sorted(refused))
        start = None if previous is None else self._start(previous)
        at_home = frozenset(self.households[row] for row in own.keys() - pinned.keys())
        return self._finished(problem, here.unit, start, at_home)

    def _start(self, previous: Previous) -> LinkingPlan:
        """Each household's earlier member by index in the problem; -1: the household is new."""
        column = {self.labels.members[i]: at for i, at in self.column.items()}
        before = [previous.links.get(self.labels.households[i]) for i in self.households]
        known = {*self.labels.households, *self.labels.members}
        gone = {name for link in previous.links.items() for name in link} - known
        if gone:
            self.report(kinds.PREVIOUS_UNKNOWN, Place(), count=len(gone))
        return LinkingPlan(np.array([column.get(name or "", -1) for name in before], np.int64))

    def _finished(
        self,
        problem: LinkingProblem | None,
        unit: str,
        start: LinkingPlan | None,
        own: frozenset[int] = frozenset(),
    ) -> LinkingWork:
        found = tuple(self.problems)
        scale = A_STEP if unit == STEPS else 1
        return LinkingWork(
            problem, unit, self.households, self.members, *self.bounds, found, start, own, scale
        )

    def _say_bounds(self) -> None:
        asked = (
            DEFAULT_LOW if self.options.low is None else self.options.low,
            DEFAULT_HIGH if self.options.high is None else self.options.high,
        )
        if self.bounds != asked:
            self.report(
                kinds.BOUNDS_WIDENED,
                Place(),
                households=len(self.households),
                members=len(self.members),
                usual=f"{asked[0]}–{asked[1]}",
                low=self.bounds[0],
                high=self.bounds[1],
            )

    def _nearness(self, here: Map) -> Ints:
        village = self.village
        spots = self.spots
        placed = sum(village.households[i].lon is not None for i in self.households)
        if here.unit != METRES and placed:
            self.report(kinds.FEW_COORDINATES, Place(), placed=placed, households=len(self.households))
        lost = np.array([is_lost(spots[i], village.members[i]) for i in self.members])
        self._say_homes(lost.tolist())
        rows = [village.households[i] for i in self.households]
        columns = [village.members[i] for i in self.members]
        near = distances(
            here,
            [(household_spot(h), h.lon, h.lat) for h in rows],
            [(spots[i], m.lon, m.lat) for i, m in zip(self.members, columns, strict=True)],
        )
        if lost.any() and not lost.all():
            near[:, lost] = round(float(near[:, ~lost].mean()))
        if here.unit == METRES:
            return near
        return near * A_STEP + runs(village, self.households, [spots[i] for i in self.members])

    def _say_homes(self, lost: list[bool]) -> None:
        for i, nowhere in zip(self.members, lost, strict=True):
            member = self.village.members[i]
            if nowhere:
                self.report(kinds.MEMBER_LOST, member.place, member=self.labels.members[i])
            elif member.home and member.lon is None and not self.names.houses(member.home):
                self.report(kinds.HOME_UNKNOWN, member.place, member=self.labels.members[i], home=member.home)

    def _own(self) -> dict[int, int]:
        spots = self.spots
        own = own_houses(self.village, self.names, {i: spots[i].address for i in self.members})
        return {self.row[house]: self.column[i] for house, i in own.items() if house in self.row}

    def _pinned(self, pins: Pins) -> Iterator[tuple[int, int]]:
        for pin in pins.links:
            house = self._one(self.names.houses(pin.household), pin.household, pin)
            member = self._one(self.names.members(pin.member, pin.home), pin.member, pin)
            if house is None or member is None:
                continue
            no_link = self.village.households[house].no_link
            exempt = exemption(self.village.members[member], self.options.exempt_age).linking
            if no_link or exempt:
                name = pin.household if no_link else pin.member
                self.report(kinds.PIN_EXEMPT, pin.place, name=name, why=no_link or exempt)
            else:
                yield self.row[house], self.column[member]

    def _one(self, meant: list[int], name: str, pin: LinkPin) -> int | None:
        if len(meant) == 1:
            return meant[0]
        if meant:
            self.report(kinds.PIN_SHARED, pin.place, name=name, count=len(meant))
        else:
            self.report(kinds.PIN_UNKNOWN, pin.place, name=name)
        return None

    def _credits(self, here: Map, near: Ints) -> Iterator[Credit]:
        far = self._far(near)
        for i in self.members:
            member = self.village.members[i]
            for written, worth, kind in ((member.kin, KIN, "kin"), (member.wishes, WISH, "wish")):
                for name in dict.fromkeys(written):
                    for house in self._houses_meant(name, i, kind, far):
                        yield self.row[house], self.column[i], worth[here.unit], kind
        for h in self.households:
            household = self.village.households[h]
            for written, worth, kind in ((household.kin, KIN, "kin"), (household.wishes, WISH, "wish")):
                for name in dict.fromkeys(written):
                    for i in self._members_meant(name, h, kind, far):
                        yield self.row[h], self.column[i], worth[here.unit], kind

    def _refused(self) -> Iterator[tuple[int, int]]:
        """Household and member of whom one asked not to be linked to the other; of namesakes all are
        meant.
        """
        for i in self.members:
            member = self.village.members[i]
            for name in dict.fromkeys(member.refused):
                meant = self.names.houses(name)
                if not meant:
                    who = self.labels.members[i]
                    self.report(kinds.REFUSAL_UNKNOWN, member.place, who=who, name=name)
                yield from ((self.row[house], self.column[i]) for house in meant if house in self.row)
        for h in self.households:
            household = self.village.households[h]
            for name in dict.fromkeys(household.refused):
                people = self.names.members(name)
                if not people:
                    who = self.labels.households[h]
                    self.report(kinds.REFUSAL_UNKNOWN, household.place, who=who, name=name)
                yield from ((self.row[h], self.column[i]) for i in people if i in self.column)

    def _far(self, near: Ints) -> Callable[[int, int], int]:
        return lambda house, member: int(near[self.row[house], self.column[member]])

    def _houses_meant(self, name: str, member: int, kind: str, far: Callable[[int, int], int]) -> list[int]:
        """Households that a member's kin or wish means and that need a link; says what is unclear."""
        who, place = self.labels.members[member], self.village.members[member].place
        meant = self.names.houses(name)
        open_ = [house for house in meant if house in self.row]
        if not meant:
            self.report(UNKNOWN[kind], place, who=who, name=name)
        elif not open_:
            why = self.village.households[meant[0]].no_link
            self.report(kinds.WISH_NOT_NEEDED, place, who=who, name=name, why=why)
        elif len(open_) > 1 and meant == self.names.heads(name):
            self.report(kinds.NAME_SHARED, place, who=who, name=name, count=len(open_))
            return [nearest(open_, lambda house: far(house, member))]
        return open_

    def _members_meant(self, name: str, house: int, kind: str, far: Callable[[int, int], int]) -> list[int]:
        """Members that a household's kin or wish means and that serve; says what is unclear."""
        who, place = self.labels.households[house], self.village.households[house].place
        meant = self.names.members(name)
        serving = [i for i in meant if i in self.column]
        if not meant:
            self.report(UNKNOWN[kind], place, who=who, name=name)
        elif not serving:
            why = exemption(self.village.members[meant[0]], self.options.exempt_age).linking
            self.report(kinds.WISH_FROM_EXEMPT, place, who=who, name=name, why=why)
        elif len(serving) > 1:
            self.report(kinds.NAME_SHARED, place, who=who, name=name, count=len(serving))
            return [nearest(serving, lambda i: far(house, i))]
        return serving


UNKNOWN = {"kin": kinds.KIN_UNKNOWN, "wish": kinds.WISH_UNKNOWN}


def _problem(
    near: Ints,
    bounds: tuple[int, int],
    fixed: list[tuple[int, int]],
    given: list[Credit],
    refused: list[tuple[int, int]],
) -> LinkingProblem:
    given = sorted(given)
    household, member, amount = (_column(given, at) for at in range(3))
    credits_ = Credits(household, member, amount, tuple(row[3] for row in given))
    pins = np.array(fixed, np.int64).reshape(-1, 2)
    pairs = np.array(refused, np.int64).reshape(-1, 2)
    low, high = (np.full(near.shape[1], bound) for bound in bounds)
    return LinkingProblem(Matrix(near), low, high, credits_, fixed=pins, refused=pairs, partial=True)


def _column(given: list[Credit], at: int) -> Ints:
    return np.array([row[at] for row in given], np.int64)
