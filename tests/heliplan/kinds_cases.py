"""One small invented problem of each kind, the same shape at every size."""

import numpy as np
from tests.heliplan.division.towns import town
from tests.heliplan.shifts.shifts_cases import problem as shifts_of

from heliplan.grouping import GroupingProblem
from heliplan.linking import LinkingProblem, Points
from heliplan.roster import Mode, RosterProblem
from heliplan.siting import Goal, Planar, SitingProblem
from heliplan.timetable import TimetableProblem


def problem_of(kind, size=1, seed=0):
    """A problem of this kind that has a plan; ``size`` 1 is a dozen of whatever the kind counts."""
    return MAKERS[kind](12 * size, np.random.default_rng(seed))


def _linking(count, random):
    homes, members = random.integers(0, 5000, (count, 2)), random.integers(0, 5000, (count // 4, 2))
    return LinkingProblem(Points(homes, members), 2, 6)


def _roster(count, random):
    day, period, post = (part.ravel() for part in np.indices((7, 2, max(1, count // 12))))
    return RosterProblem(
        mode=Mode.ROTATION,
        available=random.random((count, 7, 2)) < 0.9,
        shift_day=day,
        shift_period=period,
        shift_post=post,
        seats=np.tile([1, 0, 0], (len(day), 1)),
        early=[True, False],
    )


def _division(count, random):
    return town(count, max(2, count // 8), 0.5, int(random.integers(1000)))


def _siting(count, random):
    places = random.integers(0, 5000, (count, 2))
    return SitingProblem(
        Goal.MEDIAN, Planar(places, places[: count // 2]), random.integers(1, 9, count), p=max(2, count // 6)
    )


def _grouping(count, random):
    return GroupingProblem(random.integers(0, 3, count), 3, 5, point=random.integers(0, 5000, (count, 2)))


def _shifts(count, random):
    return shifts_of(count // 3, 14, 2, required=random.integers(0, count // 6 + 1, (14, 2)))


def _timetable(count, random):
    slots = 10
    return TimetableProblem(
        np.repeat(np.arange(5), 2),
        random.choice([1, 2], count),
        random.integers(5, 40, count),
        np.linspace(30, 60, max(2, count // 4)).astype(int),
        random.random((max(2, count // 4), slots)) < 0.9,
        wish_time=random.random((count, slots)) < 0.2,
    )


MAKERS = {
    "linking": _linking,
    "roster": _roster,
    "division": _division,
    "siting": _siting,
    "grouping": _grouping,
    "shifts": _shifts,
    "timetable": _timetable,
}
