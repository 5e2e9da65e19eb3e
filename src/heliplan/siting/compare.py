"""What if: today's sites, today's and one more, the best there could be, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from heliplan.codec import Ints
from heliplan.siting.problem import SitingPlan, SitingProblem, nearest_open
from heliplan.siting.solve import solve
from heliplan.stop import Stop


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a set of open sites means for the people.

    Attributes
    ----------
    name : str
        ``today``, ``with N`` (site N), ``best N`` (N sites open), or as given.
    open : tuple of int
    reached : mapping of kind to int, or None
        People within the radius, by kind; ``None`` without a radius.
    newly : mapping of kind to int, or None
        People within the radius now who are not in the first outlook, by kind.
    mean, worst : float, int or None
        Mean and longest way of the people to their nearest open site, in rounded lengths; ``None`` when
        somebody has no way at all, or there is nobody.
    worst_point : int or None
        Whose way that is.
    """

    name: str
    open: tuple[int, ...]
    reached: Mapping[str, int] | None
    newly: Mapping[str, int] | None
    mean: float | None
    worst: int | None
    worst_point: int | None


def compare(
    problem: SitingProblem, choices: Mapping[str, Sequence[int]], radius: float | None = None
) -> tuple[Outlook, ...]:
    """Set choices of open sites side by side; the first is what the others are measured against.

    Parameters
    ----------
    choices : mapping of name to open sites
    radius : float, optional
        Reach; the problem's own by default.

    Raises
    ------
    ValueError
        When a choice names a site that does not exist.
    """
    radius = problem.radius if radius is None else radius
    outlooks, before = [], None
    for name, sites in choices.items():
        if any(not 0 <= site < problem.sites for site in sites):
            raise ValueError(f"choices[{name!r}]: names a site outside 0 … {problem.sites - 1}")
        near = None if radius is None else _near(problem, sites, radius)
        before = near if before is None else before
        outlooks.append(_outlook(problem, name, tuple(sorted(sites)), near, before))
    return tuple(outlooks)


def what_if(
    problem: SitingProblem,
    extra: Sequence[int] = (),
    best: Sequence[int] = (),
    radius: float | None = None,
    stop: Stop | None = None,
    seed: int = 0,
) -> tuple[Outlook, ...]:
    """Compare today with one site more and with the best there could be.

    Parameters
    ----------
    extra : sites, each added alone to those that stand.
    best : numbers of open sites, each solved for with the problem's own goal and pins.
    radius : float, optional
        As in :func:`compare`.
    stop : Stop, optional
        For each solve.
    """
    choices: dict[str, tuple[int, ...]] = {"today": problem.existing}
    for site in extra:
        choices[f"with {site}"] = tuple(sorted({*problem.existing, site}))
    for count in best:
        plan = solve(replace(problem, p=count), stop or Stop(), seed).plan
        if plan is not None:
            choices[f"best {count}"] = plan.open
    return compare(problem, choices, radius)


def _near(problem: SitingProblem, sites: Sequence[int], radius: float) -> np.ndarray:
    if not len(sites):
        return np.zeros(problem.points, bool)
    return np.asarray(np.diff(problem.distances.within(radius, np.array(sorted(sites), np.int64)).start) > 0)


def _outlook(
    problem: SitingProblem,
    name: str,
    sites: tuple[int, ...],
    near: np.ndarray | None,
    before: np.ndarray | None,
) -> Outlook:
    reached = newly = None
    if near is not None and before is not None:
        reached, newly = _by_kind(problem, near), _by_kind(problem, near & ~before)
    mean, worst, point = _ways(problem, sites)
    return Outlook(name, sites, reached, newly, mean, worst, point)


def _by_kind(problem: SitingProblem, points: np.ndarray) -> dict[str, int]:
    return dict(zip(problem.kinds, problem.counts()[points].sum(0).tolist(), strict=True))


def _ways(problem: SitingProblem, sites: tuple[int, ...]) -> tuple[float | None, int | None, int | None]:
    people: Ints = problem.counts().sum(1)
    somebody = people > 0
    if not sites or not somebody.any():
        return None, None, None
    way = nearest_open(problem.distances, SitingPlan(sites).open)[1]
    if (way[somebody] < 0).any():
        return None, None, None
    point = int(np.argmax(np.where(somebody, way, -1)))
    return float(way @ people) / int(people.sum()), int(way[point]), point
