"""The roster problem of a village: posts and slots, who can stand when, whose way is short, who wished."""

from __future__ import annotations

import datetime
from bisect import bisect
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from heli.duties.rules import SeatKind, Slot
from heli.kernel.lib.calendar_words import MIDNIGHT
from heli.kernel.papers.words import listed
from heli.kernel.sheets.problems import Kind, Place, Problem
from heli.people.rules import Member, Period
from heli.people.rules.times import hours_of
from heli.people.rules.words import dates_words, spell_words
from heli.plans.gather import kinds
from heli.plans.gather.names import Names
from heli.plans.gather.where import (
    NOWHERE,
    distances,
    household_spot,
    lanes_of,
    locatable,
    member_spots,
    post_spot,
    survey,
)
from heli.plans.rules import (
    NEVER,
    Labels,
    Options,
    Pins,
    Previous,
    SeatPin,
    TurnsBefore,
    Village,
    exemption,
    leads,
    relay_period,
)
from heli.plans.turns.work import RosterWork
from heliplan.codec import Ints
from heliplan.roster import KINDS, Mode, RosterPlan, RosterProblem

LONG_WAY = 60
"""Cost of a turn at the post that is farthest from one's households; one more turn than others costs 100."""

WISHED = -30
"""Cost of a turn at a time that was wished for."""

ORDER = (Period.EARLY, Period.DAY, Period.LATE)

SlotKey = tuple[str, Period]


def gather_roster(
    village: Village,
    labels: Labels,
    options: Options,
    pins: Pins,
    previous: Previous | None,
    links: Mapping[int, int],
    before: TurnsBefore,
) -> RosterWork:
    """Build the roster problem.

    ``links`` is the division: household → member, by row in the village; ``before`` are turns stood before.

    Returns
    -------
    RosterWork
        Its ``problem`` is ``None`` when there is nobody to stand or nowhere to stand; ``problems`` says so.
    """
    work = _Gathering(village, labels, options, before).work(pins, previous, links)
    return replace(work, levelled=tuple(i for i in before.levelled if i in work.members))


class _Gathering:
    """One village on its way into a problem; collects what is wrong on the way."""

    def __init__(self, village: Village, labels: Labels, options: Options, before: TurnsBefore) -> None:
        self.village, self.labels, self.options, self.before = village, labels, options, before
        self.problems: list[Problem] = []
        serving = [i for i, m in enumerate(village.members) if not exemption(m, options.exempt_age).roster]
        self.members = tuple(serving)
        self.people = [village.members[i] for i in serving]
        self.slots = _slots(village)
        self.mode = Mode(options.mode)
        self.days = 7 if self.mode is Mode.GROUPS else 7 * options.weeks
        self.shifts = list(self._shifts())
        self.busy = self._busy()

    def report(self, kind: Kind, place: Place = Place(), **params: object) -> None:  # noqa: B008 - frozen
        self.problems.append(Problem(kind, place, params))

    def work(self, pins: Pins, previous: Previous | None, links: Mapping[int, int]) -> RosterWork:
        if not self.shifts:
            self.report(kinds.NO_POSTS)
        elif not self.people:
            self.report(kinds.NO_MEMBERS)
        if not self.shifts or not self.people:
            return self._finished(None, None)
        day, period, post, _slot = (list(column) for column in zip(*self.shifts, strict=True))
        problem = RosterProblem(
            mode=self.mode,
            available=self._available(),
            shift_day=np.array(day),
            shift_period=np.array(period),
            shift_post=np.array(post),
            seats=self._seats(),
            first_weekday=1,
            early=np.array([when is Period.EARLY for _, when in self.slots]),
            may_sit=self._may_sit(),
            way=self._way(links),
            wish=self._wish(),
            leader=self._leaders(),
            suits=self._suits(),
            history=self._history(),
            pairs=_rows(self._pairs()),
            apart=_rows(self._apart()),
            clashes=_rows(self._clashes()),
            forbidden=_rows(self._forbidden()),
            pins=_rows(sorted(self._pinned(pins))),
        )
        self._say_seasons()
        return self._finished(problem, None if previous is None else self._start(previous))

    def _finished(self, problem: RosterProblem | None, start: RosterPlan | None) -> RosterWork:
        shown = tuple((name, *self._times(name, when)) for name, when in self.slots)
        posts = tuple(range(len(self.village.posts)))
        return RosterWork(
            problem, self.members, posts, shown, self.options.monday, tuple(self.problems), start
        )

    def _shifts(self) -> Iterator[tuple[int, int, int, Slot]]:
        """Day, period, post, slot of every shift, day by day."""
        at = {key: period for period, key in enumerate(self.slots)}
        for day in range(self.days):
            for post, place in enumerate(self.village.posts):
                for slot in place.slots:
                    if slot.opens_on(self._date(day)):
                        yield day, at[slot.name, slot.period], post, slot

    def _date(self, day: int) -> datetime.date:
        return self.options.monday + datetime.timedelta(days=day)

    def _times(self, name: str, period: Period) -> tuple[str, str]:
        """Start and end of a slot at the first post that opens in it, else at the first that has it."""
        here = [slot for _day, _p, _post, slot in self.shifts]
        here += [slot for post in self.village.posts for slot in post.slots]
        return next(
            ((slot.start, slot.end) for slot in here if (slot.name, slot.period) == (name, period)), ("", "")
        )

    def _say_seasons(self) -> None:
        """A table that is the same every week stands for its first week's season alone."""
        for post in self.village.posts if self.mode is Mode.GROUPS else ():
            ends = [slot.until for slot in post.slots if slot.since and slot.opens_on(self.options.monday)]
            if ends:
                day, until = self.options.monday.isoformat(), dates_words(min(ends), min(ends))
                self.report(kinds.SEASON_ENDS, post.place, post=post.name, day=day, until=until)

    def _busy(self) -> NDArray[np.bool_]:
        """Who cannot stand at which shift: bool [members, shifts]. Day groups stand for months: no dates."""
        keys = [
            (
                None if self.mode is Mode.GROUPS else self._date(day),
                day % 7 + 1,
                slot.period,
                slot.start,
                slot.end,
            )
            for day, _period, _post, slot in self.shifts
        ]
        distinct = list(dict.fromkeys(keys))
        at = {key: number for number, key in enumerate(distinct)}
        rows = [[member.availability.rules_out(*key) for key in distinct] for member in self.people]
        found: NDArray[np.bool_] = np.array(rows, bool).reshape(len(self.people), len(distinct))
        return found[:, [at[key] for key in keys]]

    def _available(self) -> NDArray[np.bool_]:
        """Who is free at any of the shifts of a day and slot; see :meth:`_forbidden` for single shifts."""
        free = np.ones((len(self.people), self.days, len(self.slots)), bool)
        for day, period in {(day, period) for day, period, _post, _slot in self.shifts}:
            here = [s for s, shift in enumerate(self.shifts) if shift[:2] == (day, period)]
            free[:, day, period] = ~self.busy[:, here].all(axis=1)
        for m, member in enumerate(self.people):
            if self.busy[m].all():
                free[m] = False
                self.report(kinds.NEVER_FREE, member.place, member=self._name(m))
            elif self.mode is Mode.GROUPS:
                self._say_dates(m, member)
        return free

    def _say_dates(self, m: int, member: Member) -> None:
        """What a table that is the same every week cannot keep."""
        when = member.availability
        if when.busy_dates:
            days = listed(str(number) for number in sorted(when.busy_dates))
            self.report(kinds.MONTH_DAYS, member.place, member=self._name(m), days=days)
        dated = [spell_words(spell) for spell in when.spells if not spell.weekly]
        if dated:
            self.report(kinds.DATED, member.place, member=self._name(m), times=listed(dated))

    def _forbidden(self) -> Iterator[tuple[int, int]]:
        """Members and shifts whose hours they cannot, though they can at another post in that slot."""
        day, period = np.array([shift[:2] for shift in self.shifts]).T
        for m, shift in np.argwhere(self.busy).tolist():
            here = (day == day[shift]) & (period == period[shift])
            if not self.busy[m, here].all():
                yield m, shift

    def _clashes(self) -> Iterator[tuple[int, int]]:
        """Shifts of different slots that overlap in time, on one day or over midnight."""
        spans = [
            (day * MIDNIGHT + begin, day * MIDNIGHT + end)
            for day, _period, _post, slot in self.shifts
            for begin, end in [hours_of(slot.period, slot.start, slot.end)]
        ]
        known = [bool(shift[3].start and shift[3].end) for shift in self.shifts]
        days = [shift[0] for shift in self.shifts]
        for one, (day, period, _post, slot) in enumerate(self.shifts):
            for other in range(one + 1, bisect(days, day + 1)):
                later, beside, _other_post, another = self.shifts[other]
                if (day, period) == (later, beside):
                    continue
                if not (known[one] and known[other]):
                    if day == later and slot.period is another.period:
                        yield one, other
                elif spans[one][0] < spans[other][1] and spans[other][0] < spans[one][1]:
                    yield one, other

    def _within(self, times: Collection[tuple[int, Period]]) -> NDArray[np.bool_]:
        """Which days and slots fall on any of the weekdays and times of day."""
        found = np.zeros((self.days, len(self.slots)), bool)
        for weekday, when in times:
            for p, (_, period) in enumerate(self.slots):
                if period is when:
                    found[weekday - 1 :: 7, p] = True
        return found

    def _name(self, m: int) -> str:
        return self.labels.members[self.members[m]]

    def _seats(self) -> Ints:
        seats = np.zeros((len(self.shifts), len(KINDS)), np.int64)
        for s, (_, _, _, slot) in enumerate(self.shifts):
            for kind, count in slot.seats:
                seats[s, KINDS.index(kind)] += count
        return seats

    def _may_sit(self) -> NDArray[np.bool_]:
        """Who takes which kind: as the book says, else duty and volunteer; paid is never assumed."""
        unsaid = {SeatKind.DUTY, SeatKind.VOLUNTEER}
        may = np.array([[kind in (member.seats or unsaid) for kind in KINDS] for member in self.people])
        needed = self._seats().sum(axis=0) > 0
        for k, kind in enumerate(KINDS):
            if needed[k] and not may[:, k].any():
                self.report(kinds.NOBODY_OF_KIND, seats=SeatKind(kind).label)
        return may

    def _way(self, links: Mapping[int, int]) -> Ints:
        """Mean way from a member's own households (else the home) to each post, 0 to ``LONG_WAY``."""
        village, here = self.village, survey(self.village)
        lanes = lanes_of(village)
        spots = [post_spot(post, lanes) for post in village.posts]
        known = [locatable(here, post, spot) for post, spot in zip(village.posts, spots, strict=True)]
        for post, found in zip(village.posts, known, strict=True):
            if not found:
                self.report(kinds.POST_LOST, post.place, post=post.name)
        homes = member_spots(village)
        columns = [
            (spot or NOWHERE, post.lon, post.lat) for post, spot in zip(village.posts, spots, strict=True)
        ]
        houses = [(household_spot(h), h.lon, h.lat) for h in village.households]
        members = [(homes[i], village.members[i].lon, village.members[i].lat) for i in self.members]
        far = distances(here, [*houses, *members], columns).astype(float)
        way = far[len(houses) :].copy()
        own: dict[int, list[int]] = {}
        for house, member in links.items():
            own.setdefault(member, []).append(house)
        for m, i in enumerate(self.members):
            if i in own:
                way[m] = far[own[i]].mean(axis=0)
        way[:, ~np.array(known, bool)] = 0
        longest = way.max(initial=0)
        scaled: Ints = np.rint(way * (LONG_WAY / longest) if longest else way).astype(np.int64)
        return scaled

    def _history(self) -> Ints:
        """Turns stood before."""
        rows = [self.before.stood.get(i, NEVER) for i in self.members]
        return np.array(rows, np.int64).reshape(-1, len(NEVER))

    def _wish(self) -> Ints:
        wish = np.zeros((len(self.people), self.days, len(self.slots)), np.int64)
        for m, member in enumerate(self.people):
            wish[m, self._within(member.availability.wanted)] = WISHED
        return wish

    def _leaders(self) -> NDArray[np.bool_]:
        """Members marked as leaders; when the book marks none, the village's cadres."""
        marked = np.array([member.leader for member in self.people], bool)
        if not marked.any():
            marked = np.array([leads(member.force) for member in self.people], bool)
        if not marked.any():
            self.report(kinds.NO_LEADER)
        return marked

    def _suits(self) -> NDArray[np.bool_]:
        """Whose time of day each slot is (relay); a member whose time has no slot suits every slot."""
        times = [[relay_period(member) is period for _, period in self.slots] for member in self.people]
        return np.array([row if any(row) else [True] * len(row) for row in times], bool)

    def _pairs(self) -> Iterator[tuple[int, int]]:
        names = Names(self.village, self.labels)
        column = {i: m for m, i in enumerate(self.members)}
        for m, member in enumerate(self.people):
            for name in dict.fromkeys(member.partners):
                meant = [column[i] for i in names.members(name) if i in column and column[i] != m]
                if not meant:
                    self.report(kinds.PARTNER_UNKNOWN, member.place, who=self._name(m), name=name)
                elif len(meant) > 1:
                    self.report(
                        kinds.NAME_SHARED, member.place, who=self._name(m), name=name, count=len(meant)
                    )
                yield from ((m, other) for other in meant[:1])

    def _apart(self) -> Iterator[tuple[int, int]]:
        """Members of whom one asked not to stand with the other; of namesakes all are meant."""
        names = Names(self.village, self.labels)
        column = {i: m for m, i in enumerate(self.members)}
        for m, member in enumerate(self.people):
            for name in dict.fromkeys(member.apart):
                meant = names.members(name)
                if not meant:
                    self.report(kinds.APART_UNKNOWN, member.place, who=self._name(m), name=name)
                yield from ((m, column[i]) for i in meant if i in column and column[i] != m)

    def _pinned(self, pins: Pins) -> Iterator[tuple[int, int]]:
        names = Names(self.village, self.labels)
        column = {i: m for m, i in enumerate(self.members)}
        for pin in pins.seats:
            meant = names.members(pin.member, pin.home)
            shifts = self._shifts_named(pin)
            if len(meant) > 1:
                self.report(kinds.PIN_SHARED, pin.place, name=pin.member, count=len(meant))
            elif not meant or not shifts:
                unknown = pin.member if not meant else f"{pin.post} {pin.slot}"
                self.report(kinds.PIN_UNKNOWN, pin.place, name=unknown)
            elif meant[0] not in column:
                why = exemption(self.village.members[meant[0]], self.options.exempt_age).roster
                self.report(kinds.PIN_EXEMPT, pin.place, name=pin.member, why=why)
            else:
                yield from ((column[meant[0]], shift) for shift in shifts)

    def _shifts_named(self, pin: SeatPin) -> list[int]:
        """The shifts a pin means: in its week, or in every week."""
        return [
            s
            for s, (day, _, post, slot) in enumerate(self.shifts)
            if day % 7 + 1 == pin.weekday
            and pin.week in (0, day // 7 + 1)
            and self.village.posts[post].name == pin.post
            and (slot.name == pin.slot or slot.name[:1] == pin.slot[:1])
        ]

    def _start(self, previous: Previous) -> RosterPlan:
        """The earlier table in today's indices; how many turns are of people or shifts now gone is said."""
        column = {self._name(m): m for m in range(len(self.people))}
        shifts = {
            (day // 7 + 1, day % 7 + 1, slot.name, self.village.posts[post].name): s
            for s, (day, _, post, slot) in enumerate(self.shifts)
        }
        taken = [
            (column[turn.member], shift, KINDS.index(turn.kind))
            for turn in previous.turns
            for shift in [shifts.get((turn.week, turn.weekday, turn.slot, turn.post))]
            if shift is not None and turn.member in column and turn.kind in KINDS
        ]
        if lost := previous.lost + len(previous.turns) - len(taken):
            self.report(kinds.PREVIOUS_TURNS_LOST, count=lost)
        member, shift, kind = np.array(taken, np.int64).reshape(-1, 3).T
        group = np.array([previous.groups.get(self._name(m), 0) - 1 for m in range(len(self.people))])
        leader = np.full(self.days, -1)
        return RosterPlan(
            member, shift, kind, np.zeros((len(self.shifts), len(KINDS)), np.int64), group, leader
        )


def _slots(village: Village) -> tuple[SlotKey, ...]:
    """The different slots of all posts, in the order of the day."""
    found = {(slot.name, slot.period): slot.start for post in reversed(village.posts) for slot in post.slots}
    return tuple(sorted(found, key=lambda key: (ORDER.index(key[1]), found[key].zfill(5), key[0])))


def _rows(pairs: Iterable[tuple[int, int]]) -> Ints:
    """Pairs as an array with two columns."""
    rows: Ints = np.array(list(pairs), np.int64).reshape(-1, 2)
    return rows
