"""When and where activities take place and who helps, as a problem.

Time is cut into T slots; every slot belongs to a day. A session of an activity takes ``length`` slots in a
row on one day, in one place, with the helpers it needs. A plan lists the sessions that take place.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from heliplan.codec import Ints, dumps
from heliplan.fields import LIMIT, Bools, numbers, read_record, truths, whole

ANY = -1
"""In a pin or a wish: whichever."""

_DEFAULT: Any = None  # "not given": __post_init__ puts the real default in its place


@dataclass(frozen=True, slots=True, eq=False)
class TimetableProblem:
    """A activities, P places, H helpers, T slots, E kinds of equipment, K skills, U audiences.

    Only the first five fields are needed. JSON (:meth:`to_json`) is one object with these fields; arrays
    are nested lists, truth values true/false.

    Attributes
    ----------
    day : int [T]
        The day of every slot, ascending.
    length : int >= 1 [A]
        Slots of a session.
    people : int >= 0 [A]
        Seats that an activity needs.
    capacity : int >= 0 [P]
        Seats of a place.
    opening : bool [P, T]
        When a place is open.
    sessions : int >= 1 [A]
        Sessions of each activity (default 1).
    apart : int >= 0 [A]
        Two sessions of an activity are at least so many days apart (default 1: not on one day).
    times : bool [A, T]
        Slots in which a session may begin (default: all).
    needs : bool [A, E], has : bool [P, E]
        Equipment that an activity needs, that a place has.
    audience : bool [A, U]
        Who is expected: activities that share an audience do not overlap.
    helpers : int >= 0 [A, K]
        Helpers needed for each skill; one person fills one need.
    skill : bool [H, K]
        What every helper can do.
    available : bool [H, T]
        When a helper can come (default: always).
    most : int >= 0 [H]
        Most sessions of a helper (default: no limit); one number stands for all.
    wish_time : bool [A, T]
        Wished beginnings; none true is no wish.
    wish_place : int [A]
        Wished place, -1 for no wish.
    gap : int >= 0
        Free slots after a session for clearing the place and for the helpers' way, within the day.
    fixed : int [N, 3]
        (activity, beginning, place) of sessions that must take place; -1 as place: any.
    forbidden : int [N, 3]
        (activity, beginning, place) that must not be; -1 as beginning or place: any.

    Raises
    ------
    ValueError
        Names field, index and reason. Pins that contradict each other are not an error here: solving
        then gives ``INFEASIBLE`` and names them.
    """

    day: Ints
    length: Ints
    people: Ints
    capacity: Ints
    opening: Bools
    sessions: Ints = _DEFAULT
    apart: Ints = _DEFAULT
    times: Bools = _DEFAULT
    needs: Bools = _DEFAULT
    has: Bools = _DEFAULT
    audience: Bools = _DEFAULT
    helpers: Ints = _DEFAULT
    skill: Bools = _DEFAULT
    available: Bools = _DEFAULT
    most: Ints = _DEFAULT
    wish_time: Bools = _DEFAULT
    wish_place: Ints = _DEFAULT
    gap: int = 0
    fixed: Ints = _DEFAULT
    forbidden: Ints = _DEFAULT

    def __post_init__(self) -> None:
        self._set("day", numbers(self.day, "day", (None,), 0))
        back = np.flatnonzero(np.diff(self.day) < 0)
        if back.size:
            raise ValueError(f"day[{back[0] + 1}]: {self.day[back[0] + 1]} comes after {self.day[back[0]]}")
        self._set_activities()
        self._set_places()
        self._set_helpers()
        self._set("gap", whole(self.gap, "gap", 0))
        for name in ("fixed", "forbidden"):
            self._set(name, self._pins(name))

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def _set_activities(self) -> None:
        self._set("length", numbers(self.length, "length", (None,), 1))
        a, t = self.activities, self.slots
        self._set("people", numbers(self.people, "people", (a,), 0))
        for name in ("sessions", "apart"):
            given = getattr(self, name)
            low = 1 if name == "sessions" else 0
            self._set(name, numbers(np.ones(a) if given is None else given, name, (a,), low))
        self._set("times", truths(np.ones((a, t)) if self.times is None else self.times, "times", (a, t)))
        wish = np.zeros((a, t)) if self.wish_time is None else self.wish_time
        self._set("wish_time", truths(wish, "wish_time", (a, t)))
        audience = np.zeros((a, 0)) if self.audience is None else self.audience
        self._set("audience", truths(audience, "audience", (a, None)))

    def _set_places(self) -> None:
        self._set("capacity", numbers(self.capacity, "capacity", (None,), 0))
        a, p = self.activities, self.places
        self._set("opening", truths(self.opening, "opening", (p, self.slots)))
        needs = np.zeros((a, 0)) if self.needs is None else self.needs
        self._set("needs", truths(needs, "needs", (a, None)))
        kinds = self.needs.shape[1] if a else None
        has = np.zeros((p, kinds or 0)) if self.has is None else self.has
        self._set("has", truths(has, "has", (p, kinds)))
        wish = np.full(a, ANY) if self.wish_place is None else self.wish_place
        self._set("wish_place", numbers(wish, "wish_place", (a,), ANY, p - 1))

    def _set_helpers(self) -> None:
        a = self.activities
        helpers = np.zeros((a, 0)) if self.helpers is None else self.helpers
        self._set("helpers", numbers(helpers, "helpers", (a, None), 0))
        kinds = self.helpers.shape[1] if a else None
        skill = np.zeros((0, kinds or 0)) if self.skill is None else self.skill
        self._set("skill", truths(skill, "skill", (None, kinds)))
        h = len(self.skill)
        available = np.ones((h, self.slots)) if self.available is None else self.available
        self._set("available", truths(available, "available", (h, self.slots)))
        most = LIMIT if self.most is None else self.most
        self._set("most", numbers(np.full(h, most) if np.ndim(most) == 0 else most, "most", (h,), 0))

    def _pins(self, name: str) -> Ints:
        pins = numbers(getattr(self, name), name, (None, 3), ANY)
        for column, count in enumerate((self.activities, self.slots, self.places)):
            free = column == 2 or (column == 1 and name == "forbidden")
            numbers(pins[:, column], f"{name}[:, {column}]", (None,), ANY if free else 0, count - 1)
        return pins

    @property
    def activities(self) -> int:
        """A."""
        return len(self.length)

    @property
    def places(self) -> int:
        """P."""
        return len(self.capacity)

    @property
    def slots(self) -> int:
        """T."""
        return len(self.day)

    def to_json(self) -> str:
        """One JSON object with the fields of this class."""
        return dumps({field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def from_json(cls, text: str) -> TimetableProblem:
        """Read what :meth:`to_json` wrote; ``ValueError`` on broken JSON or an unknown or wrong field."""
        return cls(**read_record(text, cls))


@dataclass(frozen=True, slots=True)
class Params:
    """What wishes weigh, and what the engine may spend.

    Attributes
    ----------
    wish_time, wish_place : int
        Cost of every session that does not begin at, is not held in, what was wished.
    whole : int
        Problems with at most this many possible (activity, beginning, place) and (…, helper) are given to
        HiGHS whole, with proof where the time allows.
    rounds : int
        Rounds of the search without improvement after which it ends.

    Raises
    ------
    ValueError
        On a number outside 0 to 10**6 (``whole``, ``rounds``: to 10**9).
    """

    wish_time: int = 1
    wish_place: int = 1
    whole: int = 400_000
    rounds: int = 60

    def __post_init__(self) -> None:
        whole(self.wish_time, "wish_time", 0, 10**6)
        whole(self.wish_place, "wish_place", 0, 10**6)
        whole(self.whole, "whole", 0)
        whole(self.rounds, "rounds", 0)


@dataclass(frozen=True, slots=True, eq=False)
class TimetablePlan:
    """Sessions that take place, and who helps. JSON (:meth:`to_json`): an object with these fields.

    Attributes
    ----------
    activity, begin, place : int [N]
        One row a session, ordered by beginning, place, activity.
    helper : int [M, 3]
        (session row, helper, skill).
    """

    activity: Ints
    begin: Ints
    place: Ints
    helper: Ints = _DEFAULT

    def __post_init__(self) -> None:
        rows = numbers(self.activity, "activity", (None,), 0)
        columns = [rows]
        for name in ("begin", "place"):
            columns.append(numbers(getattr(self, name), name, (len(rows),), 0))
        helper = numbers(self.helper, "helper", (None, 3), 0)
        order = np.lexsort((columns[0], columns[2], columns[1]))
        for name, column in zip(("activity", "begin", "place"), columns, strict=True):
            object.__setattr__(self, name, column[order])
        if len(helper):
            numbers(helper[:, 0], "helper[:, 0]", (None,), 0, len(rows) - 1)
            place = np.argsort(order)
            helper = np.column_stack([place[helper[:, 0]], helper[:, 1:]])
            helper = helper[np.lexsort(helper.T[::-1])]
        object.__setattr__(self, "helper", helper)
        for name in ("activity", "begin", "place", "helper"):
            getattr(self, name).setflags(write=False)

    def fits(self, problem: TimetableProblem) -> None:
        """Raise ``ValueError`` (field, index, reason) if the plan speaks of what is not in ``problem``."""
        counts = (problem.activities, problem.slots, problem.places)
        for name, count in zip(("activity", "begin", "place"), counts, strict=True):
            numbers(getattr(self, name), name, (None,), 0, count - 1)
        for column, count in ((1, len(problem.skill)), (2, problem.skill.shape[1])):
            numbers(self.helper[:, column], f"helper[:, {column}]", (None,), 0, count - 1)

    def to_json(self) -> str:
        """One JSON object with the fields of this class."""
        return dumps({field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def from_json(cls, text: str) -> TimetablePlan:
        """Read what :meth:`to_json` wrote; ``ValueError`` on broken JSON or an unknown or wrong field."""
        return cls(**read_record(text, cls))


@dataclass(frozen=True, slots=True)
class Weights:
    """What makes one whole number of the goals, in strict order: each more than all after it."""

    unplaced: int
    change: int
    helper_change: int


def weights(problem: TimetableProblem, params: Params, start: TimetablePlan | None) -> Weights:
    """The weights for a problem, and with ``start`` for a repair of it."""
    wishes = 1 + int(problem.sessions.sum()) * (params.wish_time + params.wish_place)
    if start is None:
        return Weights(wishes, 0, 0)
    change = wishes * (1 + len(start.helper))
    return Weights(change * (1 + len(start.activity)), change, wishes)
