"""The duty table as a problem: who can stand where and when, and what counts as good.

A *shift* is one post in one period of one day; it holds *seats* of three kinds. A plan puts members into
seats. Days are counted from 0; day 0 falls on ``first_weekday``. Periods are counted from 0 in the order
of the day.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

import numpy as np

from heliplan.codec import Ints, dumps, integers
from heliplan.fields import LIMIT, Bools, read_record, whole, within

KINDS = ("duty", "volunteer", "paid")
"""Seat kinds in the order of their index."""

SATURDAY = 6
_DEFAULT: Any = None  # "not given": __post_init__ puts the real default in its place


class Mode(StrEnum):
    """How the table is made."""

    GROUPS = "groups"
    """Day groups: one week (D = 7), the same every week. Every member who can stand at all belongs to
    exactly one day's group, only the group stands on that day, and the groups are about equally large."""
    ROTATION = "rotation"
    """Free: whoever has served least so far comes first. Any number of weeks."""
    RELAY = "relay"
    """By time of day: as ``ROTATION``, but a turn in a period that does not suit the member
    (``suits``) costs :attr:`Params.unsuited`, and early turns are not evened out, because they are
    the job of those whom the early period suits."""


def booleans(value: Any, name: str, shape: tuple[int | None, ...]) -> Bools:
    """``value`` (true/false or 0/1) as a read-only bool array.

    Raises
    ------
    ValueError
        As :func:`heliplan.codec.integers`, or a number other than 0 and 1; names field and index.
    """
    raw = integers(value, name, shape)
    wrong = np.argwhere((raw != 0) & (raw != 1))
    if wrong.size:
        raise ValueError(f"{name}{wrong[0].tolist()}: {raw[tuple(wrong[0])]} is neither true nor false")
    array = raw.astype(np.bool_)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, slots=True, eq=False)
class RosterProblem:
    """M members, D days, P periods of the day, S shifts, Q posts; all arrays are read-only.

    Only the first six fields are needed; what is left out takes the default given here. JSON
    (:meth:`to_json`) is one object with exactly these fields; arrays are nested lists, truth values
    true/false, ``mode`` is one of ``groups``, ``rotation``, ``relay``.

    Attributes
    ----------
    mode : Mode
    available : bool [M, D, P]
        Whether the member can stand then.
    shift_day, shift_period, shift_post : int [S]
        Where and when each shift is; no two shifts are the same.
    seats : int [S, 3]
        Seats to fill by kind: duty, volunteer, paid.
    first_weekday : int
        ISO weekday (1 Monday … 7 Sunday) of day 0.
    early : bool [P]
        Which periods count as early turns (default: none).
    may_sit : bool [M, 3]
        Which kinds of seat the member takes (default: all).
    way : int >= 0 [M, Q]
        Cost of a turn at a post, by how far it is from the member's own households (default: 0).
    wish : int [M, D, P]
        Cost of a turn then: below 0 wished, above 0 rather not (default: 0).
    leader : bool [M]
        Who can lead a day (default: nobody, then no day needs a leader).
    suits : bool [M, P]
        ``RELAY`` only: whose time of day it is (default: everybody's).
    history : int >= 0 [M, 3]
        Total, early and weekend turns stood before (default: 0).
    pairs : int [N, 2]
        Members who wish to stand together: same day, same period.
    apart : int [N, 2]
        Members who are not to stand together, in ``GROUPS`` not to share a day's group. It gives way to
        nothing
        but to filling a seat, and to pins.
    clashes : int [N, 2]
        Shifts that overlap in time though their periods differ (over midnight, say): nobody takes both.
    pins, forbidden : int [N, 2]
        (member, shift) that must be, that must not be.
    max_per_day : int >= 1
        Most turns of one member on one day.
    max_total : int >= 0 [M]
        Most turns of each member in the table; one number stands for all (default: no limit).

    Raises
    ------
    ValueError
        Names field, index and reason. Pins that contradict each other are not an error here: solving
        then gives ``INFEASIBLE`` and names them.
    """

    mode: Mode
    available: Bools
    shift_day: Ints
    shift_period: Ints
    shift_post: Ints
    seats: Ints
    first_weekday: int = 1
    early: Bools = _DEFAULT
    may_sit: Bools = _DEFAULT
    way: Ints = _DEFAULT
    wish: Ints = _DEFAULT
    leader: Bools = _DEFAULT
    suits: Bools = _DEFAULT
    history: Ints = _DEFAULT
    pairs: Ints = _DEFAULT
    apart: Ints = _DEFAULT
    clashes: Ints = _DEFAULT
    pins: Ints = _DEFAULT
    forbidden: Ints = _DEFAULT
    max_per_day: int = 2
    max_total: Ints = _DEFAULT

    def __post_init__(self) -> None:
        self._set("mode", _mode(self.mode))
        self._set("available", booleans(self.available, "available", (None, None, None)))
        self._check_days()
        self._check_shifts()
        self._check_members()
        self._check_rules()

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def _check_days(self) -> None:
        whole(self.first_weekday, "first_weekday", 1, 7)
        whole(self.max_per_day, "max_per_day", 1, LIMIT)
        if self.periods < 1:
            raise ValueError(f"available: shape {self.available.shape} has no period")
        if self.mode is Mode.GROUPS and self.days != 7:
            raise ValueError(f"available: {self.days} days; day groups need exactly 7")
        if self.days < 1 or self.days % 7:
            raise ValueError(f"available: {self.days} days; whole weeks are needed")
        early = np.zeros(self.periods, bool) if self.early is None else self.early
        self._set("early", booleans(early, "early", (self.periods,)))

    def _check_shifts(self) -> None:
        day = integers(self.shift_day, "shift_day", (None,))
        count = len(day)
        self._set("shift_day", within(day, "shift_day", 0, self.days - 1))
        period = integers(self.shift_period, "shift_period", (count,))
        self._set("shift_period", within(period, "shift_period", 0, self.periods - 1))
        post = integers(self.shift_post, "shift_post", (count,))
        self._set("shift_post", within(post, "shift_post", 0, LIMIT))
        seats = self.seats if count else np.zeros((0, 3), np.int64)
        self._set("seats", within(integers(seats, "seats", (count, 3)), "seats", 0, LIMIT))
        first: dict[tuple[int, ...], int] = {}
        for shift, key in enumerate(zip(day.tolist(), period.tolist(), post.tolist(), strict=True)):
            if first.setdefault(key, shift) != shift:
                raise ValueError(f"shift_post[{shift}]: the same day, period and post as shift {first[key]}")

    def _check_members(self) -> None:
        m, d, p = self.available.shape
        posts = int(self.shift_post.max(initial=-1)) + 1
        way = np.zeros((m, posts), np.int64) if self.way is None else self.way
        self._set("way", within(integers(way, "way", (m, None)), "way", 0, LIMIT))
        if self.way.shape[1] < posts:
            raise ValueError(f"way: {self.way.shape[1]} posts, but shift_post names post {posts - 1}")
        wish = np.zeros((m, d, p), np.int64) if self.wish is None else self.wish
        self._set("wish", within(integers(wish, "wish", (m, d, p)), "wish", -LIMIT, LIMIT))
        history = np.zeros((m, 3), np.int64) if self.history is None else self.history
        self._set("history", within(integers(history, "history", (m, 3)), "history", 0, LIMIT))
        may_sit = np.ones((m, 3), bool) if self.may_sit is None else self.may_sit
        self._set("may_sit", booleans(may_sit, "may_sit", (m, 3)))
        leader = np.zeros(m, bool) if self.leader is None else self.leader
        self._set("leader", booleans(leader, "leader", (m,)))
        suits = np.ones((m, p), bool) if self.suits is None else self.suits
        self._set("suits", booleans(suits, "suits", (m, p)))
        most = d * p if self.max_total is None else self.max_total
        if np.ndim(most) == 0:
            most = np.full(m, most)
        self._set("max_total", within(integers(most, "max_total", (m,)), "max_total", 0, LIMIT))

    def _check_rules(self) -> None:
        sizes = {
            "pairs": (self.members, self.members),
            "apart": (self.members, self.members),
            "clashes": (self.shifts, self.shifts),
            "pins": (self.members, self.shifts),
            "forbidden": (self.members, self.shifts),
        }
        for name, (left, right) in sizes.items():
            value = getattr(self, name)
            none = value is None or len(value) == 0
            pairs = integers(np.zeros((0, 2), np.int64) if none else value, name, (None, 2))
            within(pairs[:, :1], name, 0, left - 1)
            within(pairs[:, 1:], name, 0, right - 1)
            self._set(name, pairs)
        for name in ("pairs", "apart", "clashes"):
            pairs = getattr(self, name)
            same = np.flatnonzero(pairs[:, 0] == pairs[:, 1])
            if same.size:
                raise ValueError(f"{name}[{same[0]}]: {pairs[same[0], 0]} stands beside itself")
            once = np.unique(np.sort(pairs, axis=1), axis=0)  # unordered, each told once
            once.setflags(write=False)
            self._set(name, once)

    @property
    def members(self) -> int:
        """M."""
        return int(self.available.shape[0])

    @property
    def days(self) -> int:
        """D, a multiple of 7."""
        return int(self.available.shape[1])

    @property
    def periods(self) -> int:
        """P."""
        return int(self.available.shape[2])

    @property
    def shifts(self) -> int:
        """S."""
        return len(self.shift_day)

    @property
    def weekday(self) -> Ints:
        """ISO weekday of every day, int [D]."""
        return (np.arange(self.days) + self.first_weekday - 1) % 7 + 1

    @property
    def open_days(self) -> Ints:
        """The days on which there are seats, in order."""
        return np.unique(self.shift_day[self.seats.sum(axis=1) > 0])

    @property
    def weekend(self) -> Bools:
        """Whether a day is a Saturday or Sunday, bool [D]."""
        weekend: Bools = self.weekday >= SATURDAY
        return weekend

    def can_take(self) -> Bools:
        """Whether member m could take a seat of some kind at shift s, each seen alone, bool [M, S]."""
        can = self.available[:, self.shift_day, self.shift_period]
        can &= self.may_sit.astype(np.int64) @ (self.seats > 0).T.astype(np.int64) > 0
        can[self.forbidden[:, 0], self.forbidden[:, 1]] = False
        can[self.max_total == 0] = False
        return can

    def rest_days(self) -> list[tuple[int, int]]:
        """(day, early period of the next day) before which the last period of the day takes the rest."""
        last = self.periods - 1
        periods = [p for p in range(last) if self.early[p]]
        return [(day, p) for day in range(self.days - 1) for p in periods]

    def to_json(self) -> str:
        """One JSON object with the fields of this class."""
        return dumps({field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def from_json(cls, text: str) -> RosterProblem:
        """Read what :meth:`to_json` wrote; ``ValueError`` on broken JSON or an unknown or wrong field."""
        return cls(**read_record(text, cls))


@dataclass(frozen=True, slots=True)
class Params:
    """What counts, as integer weights. Every part of the cost is a weight times a count.

    One more turn for somebody who already has one weighs 100 by default, so ``way`` and ``wish`` do
    best on a scale of about 0 to 100.

    Attributes
    ----------
    leader : int
        A day (in ``GROUPS``: a day's group) without a leader.
    total, early, weekend : int
        Fairness: a member's next turn costs the weight times the turns they have already (history and
        this table, less the smallest history of all who can stand): convex, so turns go to the least
        served.
    way, wish : int
        Factors on ``problem.way`` and ``problem.wish``.
    pair : int
        Credit for each time that a pair stands together.
    balance : int
        ``GROUPS``: for each pair of members in one group beyond what equal groups would have.
    second : int
        Each turn of a member on a day after their first.
    rest : int or None
        Last period of a day, then an early period on the next (where ``early`` marks one and it is not
        the last itself): cost each time; ``None`` forbids it.
    unsuited : int
        ``RELAY``: a turn in a period that does not suit the member.
    change_cost : int or None
        With a previous plan: cost of each seat occupation given up and of each member whose group
        changes. ``None`` (the default) changes as few occupations as can be, then as few groups,
        before any other cost counts.

    Raises
    ------
    ValueError
        On a weight below 0 or above 10**6; names it.
    """

    leader: int = 1000
    total: int = 100
    early: int = 40
    weekend: int = 40
    way: int = 1
    wish: int = 1
    pair: int = 30
    balance: int = 50
    second: int = 200
    rest: int | None = 100
    unsuited: int = 300
    change_cost: int | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None and field.name in ("rest", "change_cost"):
                continue
            whole(value, field.name, 0, 10**6)


@dataclass(frozen=True, slots=True, eq=False)
class RosterPlan:
    """Who sits where; sorted by shift, kind, member. JSON (:meth:`to_json`): the same fields.

    Attributes
    ----------
    member, shift, kind : int [N]
        One entry for each seat taken.
    unfilled : int [S, 3]
        Seats left empty.
    group : int [M]
        ``GROUPS``: each member's day; -1 for those who cannot stand at all, and in the other modes.
    leader : int [D]
        Who leads the day; -1: nobody.
    """

    member: Ints
    shift: Ints
    kind: Ints
    unfilled: Ints
    group: Ints
    leader: Ints

    def __post_init__(self) -> None:
        for name in ("member", "shift", "kind", "group", "leader"):
            object.__setattr__(self, name, integers(getattr(self, name), name, (None,)))
        unfilled = self.unfilled if len(self.unfilled) else np.zeros((0, 3), np.int64)
        object.__setattr__(self, "unfilled", integers(unfilled, "unfilled", (None, 3)))
        if not len(self.member) == len(self.shift) == len(self.kind):
            raise ValueError("member, shift, kind: not of the same length")
        order = np.lexsort((self.member, self.kind, self.shift))
        for name in ("member", "shift", "kind"):
            array = getattr(self, name)[order]
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    def fits(self, problem: RosterProblem) -> None:
        """Raise ``ValueError`` (field, index, reason) if the plan speaks of what is not in ``problem``."""
        within(self.member, "member", 0, problem.members - 1)
        within(self.shift, "shift", 0, problem.shifts - 1)
        within(self.kind, "kind", 0, len(KINDS) - 1)
        integers(self.group, "group", (problem.members,))
        within(self.group, "group", -1, problem.days - 1)
        integers(self.leader, "leader", (problem.days,))
        within(self.leader, "leader", -1, problem.members - 1)
        integers(self.unfilled, "unfilled", (problem.shifts, len(KINDS)))

    def to_json(self) -> str:
        """One JSON object with the fields of this class."""
        return dumps({field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def from_json(cls, text: str) -> RosterPlan:
        """Read what :meth:`to_json` wrote; ``ValueError`` on broken JSON or an unknown or wrong field."""
        return cls(**read_record(text, cls))


def _mode(value: Any) -> Mode:
    try:
        return Mode(value)
    except ValueError:
        raise ValueError(f"mode: {value!r} is not one of {', '.join(Mode)}") from None
