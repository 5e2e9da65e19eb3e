"""Where things should stand: the problem and the plan, validated, JSON in and out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from heliplan.codec import Ints, dumps, integers
from heliplan.fields import real, whole
from heliplan.result import Reason
from heliplan.siting.distances import Distances, Listed, Planar, between, from_json


class Goal(StrEnum):
    """What a good set of sites is."""

    COVER_MOST = "cover-most"  #: reach as many people as can be within ``radius`` (maximal covering)
    COVER_ALL = "cover-all"  #: reach every point within ``radius`` at least cost (set covering)
    MEDIAN = "median"  #: the shortest ways in all (p-median; with capacities: capacitated p-median)


@dataclass(frozen=True, slots=True, eq=False)
class SitingProblem:
    """Choose sites to open.

    Parameters
    ----------
    goal : Goal
    distances : Planar, Sphere or Listed
    people : array of int, shape (points,) or (points, kinds), optional
        How many people of each kind are at each point; one each by default.
    kinds : tuple of str
        Names of the kinds.
    factors : tuple of int, optional
        How much one person of each kind counts; 1 by default.
    p : int, optional
        At most so many sites open, those that stand already among them.
    radius : float, optional
        Reach in the unit of the distances before ``scale``; both covering goals need it.
    existing : sites that stand already: always open, they cost nothing.
    fixed : sites that must open, at their cost.
    forbidden : sites that must not open.
    costs : array of int, shape (sites,), optional
        Cost of opening a site; 1 by default.
    budget : int, optional
        The costs of the sites opened sum to at most this.
    capacities : array of int, shape (sites,), optional
        How much demand a site can serve. With capacities every point is served by one site as a whole.
    demand : array of int, shape (points,), optional
        What a point takes of a capacity; its people of all kinds by default.

    Raises
    ------
    ValueError
        Names field and index of what is wrong.

    Notes
    -----
    The value of a plan is to be made small: for ``MEDIAN`` the sum of weight × length, for ``COVER_ALL``
    the cost, for ``COVER_MOST`` *minus* the weight reached. The weight of a point is the sum over kinds
    of people × factor.
    """

    goal: Goal
    distances: Distances
    people: Ints | None = None
    kinds: tuple[str, ...] = ("people",)
    factors: tuple[int, ...] | None = None
    p: int | None = None
    radius: float | None = None
    existing: tuple[int, ...] = ()
    fixed: tuple[int, ...] = ()
    forbidden: tuple[int, ...] = ()
    costs: Ints | None = None
    budget: int | None = None
    capacities: Ints | None = None
    demand: Ints | None = None

    def __post_init__(self) -> None:
        self._set("goal", Goal(self.goal))
        if not self.points or not self.sites:
            raise ValueError(
                f"distances: {self.points} points and {self.sites} sites; at least 1 of each is needed"
            )
        self._check_people()
        self._check_limits()
        self._check_sites()
        for field, length in (("costs", self.sites), ("capacities", self.sites), ("demand", self.points)):
            if getattr(self, field) is not None:
                array = integers(getattr(self, field), field, (length,))
                between(array, field, 0, 2**53)
                self._set(field, array)
        if self.demand is not None and self.capacities is None:
            raise ValueError("demand: means nothing without capacities")

    def _set(self, field: str, value: Any) -> None:
        object.__setattr__(self, field, value)

    def _check_people(self) -> None:
        people = np.ones(self.points, np.int64) if self.people is None else np.asarray(self.people)
        people = people[:, None] if people.ndim == 1 else people
        people = integers(people, "people", (self.points, len(self.kinds)))
        between(people, "people", 0, 2**53)
        self._set("people", people)
        self._set("kinds", tuple(str(kind) for kind in self.kinds))
        factors = integers(self.factors or [1] * len(self.kinds), "factors", (len(self.kinds),))
        between(factors, "factors", 0, 2**31)
        self._set("factors", tuple(factors.tolist()))
        if float(people.sum(0, dtype=float) @ factors) * 2.0**31 > 2.0**62 and self.goal is Goal.MEDIAN:
            raise ValueError("people: weights × lengths do not fit into 64 bits; count in thousands")

    def _check_limits(self) -> None:
        covers = self.goal is not Goal.MEDIAN
        if covers:
            self._set("radius", real(self.radius, "radius", 0, float("inf")))
        if not covers and self.radius is not None:
            raise ValueError("radius: means nothing for the median")
        if self.goal is not Goal.COVER_ALL and self.p is None and self.budget is None:
            raise ValueError("p: say how many sites may open, or give a budget")
        if self.p is not None:
            self._set("p", whole(self.p, "p", 1, self.sites))
        if self.budget is not None:
            self._set("budget", whole(self.budget, "budget", 0, 2**53))

    def _check_sites(self) -> None:
        taken: dict[int, str] = {}
        for field in ("existing", "fixed", "forbidden"):
            listed = integers(list(getattr(self, field)), field, (None,))
            between(listed, field, 0, self.sites - 1)
            for index, site in enumerate(listed.tolist()):
                if site in taken:
                    raise ValueError(f"{field}[{index}]: site {site} stands in {taken[site]} already")
                taken[site] = field
            self._set(field, tuple(sorted(listed.tolist())))

    @property
    def points(self) -> int:
        """Number of points."""
        return self.distances.points

    @property
    def sites(self) -> int:
        """Number of sites."""
        return self.distances.sites

    @property
    def pinned(self) -> tuple[int, ...]:
        """Sites that are open in every plan."""
        return tuple(sorted(self.existing + self.fixed))

    @property
    def allowed(self) -> Ints:
        """Sites that may be open, rising."""
        keep = np.ones(self.sites, bool)
        keep[list(self.forbidden)] = False
        return np.flatnonzero(keep)

    def weights(self) -> Ints:
        """Weight of each point: people × factor, summed over the kinds."""
        people = self.counts()
        if self.factors == (1,):
            return people[:, 0]
        weights: Ints = people @ np.array(self.factors, np.int64)
        return weights

    def counts(self) -> Ints:
        """People, shape (points, kinds)."""
        assert self.people is not None  # noqa: S101 - set on construction; narrows the type
        return self.people

    def demands(self) -> Ints:
        """What each point takes of a capacity."""
        total: Ints = self.counts().sum(1) if self.demand is None else self.demand
        return total

    def prices(self) -> Ints:
        """Cost of opening each site: 0 where one stands already."""
        prices = np.ones(self.sites, np.int64) if self.costs is None else self.costs.copy()
        prices[list(self.existing)] = 0
        return prices

    def warnings(self) -> tuple[Reason, ...]:
        """What is allowed but looks like a mistake, in codes.

        ``coordinates.like_degrees`` (span): plane coordinates that look like degrees although the radius, or
        the rounding of lengths, belongs to metres: take :class:`Sphere`.
        ``lengths.coarse`` (span, scale): the whole area is less than a hundred of the whole numbers that
        lengths are rounded to: give a larger ``scale``. ``radius.reaches_all`` (radius): one reaches all.
        """
        if not isinstance(self.distances, Planar):
            return ()
        both = (self.distances.point_xy, self.distances.site_xy)
        low = np.min([xy.min(0) for xy in both], axis=0)
        high = np.max([xy.max(0) for xy in both], axis=0)
        span = float(np.hypot(*(high - low)))
        degrees = bool((np.abs([low, high]) <= 180).all() and (np.abs([low, high]).min(1) <= 90).all())
        reaches_all = self.radius is not None and self.radius >= span > 0
        coarse = self.goal is Goal.MEDIAN and 0 < span * self.distances.scale < 100
        if degrees and (reaches_all or coarse):
            return (Reason("coordinates.like_degrees", {"span": span}),)
        if coarse:
            return (Reason("lengths.coarse", {"span": span, "scale": self.distances.scale}),)
        return (Reason("radius.reaches_all", {"radius": self.radius}),) if reaches_all else ()

    def to_json(self) -> str:
        """One JSON document, read back by :meth:`from_json`."""
        fields = {name: getattr(self, name) for name in self.__slots__ if name != "distances"}
        return dumps({**fields, "distances": self.distances.as_json()})

    @classmethod
    def from_json(cls, text: str) -> SitingProblem:
        """The problem of a JSON document.

        Raises
        ------
        ValueError
            Not JSON, an unknown or missing field, or what construction refuses.
        """
        data = _object(text)
        unknown = sorted(set(data) - set(cls.__slots__))
        if unknown:
            raise ValueError(f"{unknown[0]}: unknown field")
        for field in ("goal", "distances"):
            if field not in data:
                raise ValueError(f"{field}: missing")
        fields: dict[str, Any] = {**data, "distances": from_json(data["distances"])}
        for name in ("kinds", "existing", "fixed", "forbidden"):
            if name in data:
                fields[name] = tuple(data[name])
        return cls(**fields)


@dataclass(frozen=True, slots=True, eq=False)
class SitingPlan:
    """Which sites are open, and who serves whom.

    Attributes
    ----------
    open : tuple of int
        Open sites, rising.
    served_by : array of int, shape (points,), or None
        Site that serves each point, -1 for none. ``None``: every point goes to its nearest open site (there
        are no capacities).
    """

    open: tuple[int, ...]
    served_by: Ints | None = None

    def __post_init__(self) -> None:
        listed = integers(list(self.open), "open", (None,))
        object.__setattr__(self, "open", tuple(sorted(listed.tolist())))
        if self.served_by is not None:
            object.__setattr__(self, "served_by", integers(self.served_by, "served_by", (None,)))

    def to_json(self) -> str:
        """One JSON document, read back by :meth:`from_json`."""
        return dumps({"open": self.open, "served_by": self.served_by})

    @classmethod
    def from_json(cls, text: str) -> SitingPlan:
        """The plan of a JSON document; ``ValueError`` names what is wrong."""
        data = _object(text)
        if not isinstance(data.get("open"), Sequence):
            raise ValueError("open: a list of sites is needed")
        return cls(tuple(data["open"]), data.get("served_by"))


@dataclass(frozen=True, slots=True)
class Params:
    """How to solve; the defaults suit all sizes.

    Attributes
    ----------
    engine : "auto", "model" or "pick"
        ``model``: one integer model, small problems of every kind. ``pick``: search, price bounds and
        branch and bound for the median and maximal covering without budget and capacities; needs numba.
        ``auto`` takes one of them, and with capacities anneals first where numba is installed.
    neighbours : int, optional
        Nearest sites kept for each point by ``pick`` on the median; all, or by size.
    """

    engine: str = "auto"
    neighbours: int | None = None

    def __post_init__(self) -> None:
        if self.engine not in ("auto", "model", "pick"):
            raise ValueError(f"params.engine: {self.engine!r} is none of auto, model, pick")
        if self.neighbours is not None:
            whole(self.neighbours, "params.neighbours", 2)


def nearest_open(distances: Distances, sites: Sequence[int]) -> tuple[Ints, Ints]:
    """For each point its nearest of ``sites`` and the length; -1 and -1 where there is no way.

    ``NO_WAY`` is -1 for both because a point without a way has no site either.
    """
    chosen = np.asarray(sites, np.int64)
    # two, because lengths are rounded after the search: the second may be as near
    found, length = distances.nearest(chosen, min(2, len(chosen)))
    at = found[:, 0].astype(np.int64)
    return np.where(at >= 0, chosen[at], -1), length[:, 0].astype(np.int64)


def is_sparse(distances: Distances) -> bool:
    """Whether some point may have no way to some site."""
    return isinstance(distances, Listed) and len(distances.site) < distances.points * distances.sites


def _object(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as wrong:
        raise ValueError(f"not JSON: line {wrong.lineno}, column {wrong.colno}") from wrong
    if not isinstance(data, dict):
        raise ValueError("a JSON object is needed")
    return data
