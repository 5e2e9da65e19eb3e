"""How far it is from where people are (points) to where something may stand (sites).

Three forms, one face: :class:`Planar` (straight lines), :class:`Sphere` (great circles) and
:class:`Listed` (given pairs). Nothing here ever holds a full table of points × sites unless it was given.
Lengths are integers: the true length times ``scale``, rounded to the nearest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from heliplan.codec import Ints, integers

Floats = NDArray[np.float64]
Int32s = NDArray[np.int32]

NO_WAY = -1  #: in a table of lengths: there is no way from this point to this site
LONGEST = 2**31 - 2  #: lengths are kept in 32 bits
EARTH = 6_371_008.8  #: mean radius of the earth in metres (IUGG)
BLOCK = 2_000_000  #: pairs measured at once when lengths are streamed


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Sparse pairs by point: row ``i`` is ``sites[start[i]:start[i + 1]]``, in rising order."""

    start: Ints
    sites: Int32s


class Distances(Protocol):
    """What the problem and the engines ask of distances."""

    @property
    def points(self) -> int:
        """Number of points."""
        ...

    @property
    def sites(self) -> int:
        """Number of sites."""
        ...

    def table(self, points: Ints, sites: Ints) -> Ints:
        """Lengths of all pairs, shape (points, sites); ``NO_WAY`` where there is none."""
        ...

    def within(self, radius: float, sites: Ints) -> Reach:
        """For each point those of ``sites`` that are at most ``radius`` away (positions in ``sites``)."""
        ...

    def nearest(self, sites: Ints, count: int) -> tuple[Int32s, Int32s]:
        """For each point its ``count`` nearest of ``sites`` (positions in ``sites``) and the lengths, rising.

        Padded with -1 and :data:`NO_WAY` where a point has fewer.
        """
        ...

    def as_json(self) -> dict[str, Any]:
        """Plain data, read back by :func:`from_json`."""
        ...


def blocks(points: int, sites: int) -> Iterator[Ints]:
    """Cut the points into runs of at most :data:`BLOCK` pairs each."""
    step = max(1, BLOCK // max(1, sites))
    for begin in range(0, points, step):
        yield np.arange(begin, min(points, begin + step))


class _Spatial:
    """What :class:`Planar` and :class:`Sphere` share: everything but the formula of a length."""

    __slots__ = ()
    scale: float

    @property
    def at_points(self) -> Floats:
        """The points in a space in which the nearest by straight line is the nearest by length."""
        raise NotImplementedError

    @property
    def at_sites(self) -> Floats:
        """The sites in the same space."""
        raise NotImplementedError

    def chord(self, length: float) -> float:
        """The straight line in that space that belongs to a length."""
        raise NotImplementedError

    def arc(self, chord: Floats) -> Floats:
        """The length that belongs to a straight line in that space."""
        raise NotImplementedError

    @property
    def points(self) -> int:
        """Number of points."""
        return len(self.at_points)

    @property
    def sites(self) -> int:
        """Number of sites."""
        return len(self.at_sites)

    def _rounded(self, chord: Floats) -> Ints:
        """Integer lengths of straight lines; refuses what does not fit into 32 bits."""
        length = np.rint(self.arc(chord) * self.scale)
        if length.size and length.max() > LONGEST:
            raise ValueError(f"distances.scale: {self.scale} makes lengths above {LONGEST}")
        return length.astype(np.int64)

    def table(self, points: Ints, sites: Ints) -> Ints:
        """See :class:`Distances`."""
        return self._rounded(_lines(self.at_points[points][:, None, :], self.at_sites[sites][None, :, :]))

    def within(self, radius: float, sites: Ints) -> Reach:
        """See :class:`Distances`."""
        places, limit = self.at_sites[sites], self.chord(radius)
        tree, counts, found = cKDTree(places), [], []
        for block in blocks(self.points, 32):
            at = self.at_points[block]
            # the tree may differ from our own formula in the last digit: ask for a little more, then judge
            near = cKDTree(at).sparse_distance_matrix(tree, limit * (1 + 1e-9), output_type="ndarray")
            i, j = near["i"], near["j"].astype(np.int32)
            keep = _lines(at[i], places[j]) <= limit
            i, j = i[keep], j[keep]
            order = np.lexsort((j, i))
            counts.append(np.bincount(i, minlength=len(block)))
            found.append(j[order])
        start = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
        return Reach(start, np.concatenate(found))

    def nearest(self, sites: Ints, count: int) -> tuple[Int32s, Int32s]:
        """See :class:`Distances`."""
        places = self.at_sites[sites]
        count = min(count, len(places))
        tree = cKDTree(places)
        found = np.empty((self.points, count), np.int32)
        length = np.empty((self.points, count), np.int32)
        for block in blocks(self.points, count):
            at = self.at_points[block]
            near = tree.query(at, k=count)[1].reshape(len(block), count)
            lengths = self._rounded(_lines(at[:, None, :], places[near]))
            order = np.argsort(lengths, axis=1, kind="stable")
            found[block] = np.take_along_axis(near, order, axis=1)
            length[block] = np.take_along_axis(lengths, order, axis=1)
        return found, length


@dataclass(frozen=True, slots=True, eq=False)
class Planar(_Spatial):
    """Straight-line distances between plane coordinates.

    Parameters
    ----------
    point_xy : array of float, shape (points, 2)
    site_xy : array of float, shape (sites, 2)
    scale : float
        Integer lengths are rounded from the true length × ``scale``; take 100 for two decimals.

    Raises
    ------
    ValueError
        Names the field and index: not finite, wrong shape, the same site twice, a scale not above 0.
    """

    point_xy: Floats
    site_xy: Floats
    scale: float = 1.0

    def __post_init__(self) -> None:
        _set(self, "point_xy", _coordinates(self.point_xy, "distances.point_xy"))
        _set(self, "site_xy", _coordinates(self.site_xy, "distances.site_xy"))
        _no_twins(self.site_xy, "distances.site_xy")
        _positive(self.scale, "distances.scale")

    @classmethod
    def anywhere(cls, point_xy: ArrayLike, scale: float = 1.0) -> Self:
        """Every distinct point may be a site."""
        points = _coordinates(point_xy, "distances.point_xy")
        return cls(points, _distinct(points), scale)

    @property
    def at_points(self) -> Floats:
        """See :class:`_Spatial`."""
        return self.point_xy

    @property
    def at_sites(self) -> Floats:
        """See :class:`_Spatial`."""
        return self.site_xy

    def chord(self, length: float) -> float:
        """See :class:`_Spatial`."""
        return length

    def arc(self, chord: Floats) -> Floats:
        """See :class:`_Spatial`."""
        return chord

    def as_json(self) -> dict[str, Any]:
        """See :class:`Distances`."""
        return {
            "form": "planar",
            "points": self.point_xy.tolist(),
            "sites": self.site_xy.tolist(),
            "scale": self.scale,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Sphere(_Spatial):
    """Great-circle distances between longitudes and latitudes in degrees (WGS 84 or CGCS 2000).

    Parameters
    ----------
    point_lonlat, site_lonlat : array of float, shape (…, 2)
        Longitude first.
    scale : float
        Integer lengths per metre.
    earth : float
        Radius of the sphere in metres.

    Raises
    ------
    ValueError
        Names the field and index: not finite, wrong shape, outside ±180 or ±90, the same site twice.
    """

    point_lonlat: Floats
    site_lonlat: Floats
    scale: float = 1.0
    earth: float = EARTH

    def __post_init__(self) -> None:
        for field in ("point_lonlat", "site_lonlat"):
            degrees = _coordinates(getattr(self, field), f"distances.{field}")
            for axis, most in enumerate((180, 90)):
                outside = np.flatnonzero(np.abs(degrees[:, axis]) > most)
                if len(outside):
                    where, what = outside[0], ("longitude", "latitude")[axis]
                    got = degrees[where, axis]
                    raise ValueError(f"distances.{field}[{where}]: {got} is no {what} in degrees")
            _set(self, field, degrees)
        _no_twins(self.site_lonlat, "distances.site_lonlat")
        _positive(self.scale, "distances.scale")
        _positive(self.earth, "distances.earth")

    @classmethod
    def anywhere(cls, point_lonlat: ArrayLike, scale: float = 1.0, earth: float = EARTH) -> Self:
        """Every distinct point may be a site."""
        points = _coordinates(point_lonlat, "distances.point_lonlat")
        return cls(points, _distinct(points), scale, earth)

    @property
    def at_points(self) -> Floats:
        """See :class:`_Spatial`."""
        return _on_sphere(self.point_lonlat, self.earth)

    @property
    def at_sites(self) -> Floats:
        """See :class:`_Spatial`."""
        return _on_sphere(self.site_lonlat, self.earth)

    def chord(self, length: float) -> float:
        """See :class:`_Spatial`."""
        return float(2 * self.earth * np.sin(min(length / (2 * self.earth), np.pi / 2)))

    def arc(self, chord: Floats) -> Floats:
        """See :class:`_Spatial`."""
        return 2 * self.earth * np.arcsin(np.minimum(1.0, chord / (2 * self.earth)))

    def as_json(self) -> dict[str, Any]:
        """See :class:`Distances`."""
        return {
            "form": "sphere",
            "points": self.point_lonlat.tolist(),
            "sites": self.site_lonlat.tolist(),
            "scale": self.scale,
            "earth": self.earth,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """Given lengths of given pairs; a pair that is not listed has no way.

    Parameters
    ----------
    start : array of int, shape (points + 1,)
        Row ``i`` of the sparse table is ``site[start[i]:start[i + 1]]``.
    site : array of int, kept as int32
        Sites of each row, in rising order.
    length : array of int, kept as int32
        Their lengths, 0 … 2³¹ - 2.
    site_count : int

    Raises
    ------
    ValueError
        Names the field and index.
    """

    start: Ints
    site: Int32s
    length: Int32s
    site_count: int

    def __post_init__(self) -> None:
        _set(self, "start", integers(self.start, "distances.start", (None,)))
        _set(
            self, "site", _narrow(self.site, "distances.site", (None,), 0, min(self.site_count - 1, LONGEST))
        )
        _set(self, "length", _narrow(self.length, "distances.length", self.site.shape, 0, LONGEST))
        start, rises = self.start, np.diff(self.start)
        if not len(start) or start[0] != 0 or start[-1] != len(self.site) or (rises < 0).any():
            raise ValueError("distances.start: must rise from 0 to the number of pairs")
        falls = np.zeros(len(self.site), bool)
        falls[1:] = self.site[1:] <= self.site[:-1]
        falls[start[:-1][rises > 0]] = False
        if falls.any():
            where = int(np.argmax(falls))
            raise ValueError(f"distances.site[{where}]: sites of one point must rise; one stands twice")

    @classmethod
    def dense(cls, table: ArrayLike) -> Self:
        """From a full table, shape (points, sites), integers; ``-1`` where there is no way.

        Raises
        ------
        ValueError
            Names the row and column of what is not a whole number of at least -1.
        """
        full = _narrow(table, "distances.table", (None, None), NO_WAY, LONGEST)
        there = full != NO_WAY
        start = np.concatenate([[0], np.cumsum(there.sum(1))])
        sites = np.broadcast_to(np.arange(full.shape[1], dtype=np.int32), full.shape)
        return cls(start, sites[there], full[there], full.shape[1])

    @property
    def points(self) -> int:
        """Number of points."""
        return len(self.start) - 1

    @property
    def sites(self) -> int:
        """Number of sites."""
        return self.site_count

    def table(self, points: Ints, sites: Ints) -> Ints:
        """See :class:`Distances`."""
        place = np.full(self.site_count, -1)
        place[sites] = np.arange(len(sites))
        lengths = np.full((len(points), len(sites)), NO_WAY, np.int64)
        for row, point in enumerate(points):
            pairs = slice(self.start[point], self.start[point + 1])
            at = place[self.site[pairs]]
            lengths[row, at[at >= 0]] = self.length[pairs][at >= 0]
        return lengths

    def within(self, radius: float, sites: Ints) -> Reach:
        """See :class:`Distances`."""
        rows, at, _ = self._among(sites, self.length <= radius)
        counts = np.bincount(rows, minlength=self.points)
        return Reach(np.concatenate([[0], np.cumsum(counts)]), at.astype(np.int32))

    def nearest(self, sites: Ints, count: int) -> tuple[Int32s, Int32s]:
        """See :class:`Distances`."""
        if len(self.site) == self.points * self.site_count:
            return self._nearest_of_all(sites, min(count, len(sites)))
        rows, at, lengths = self._among(sites, np.ones(len(self.site), bool))
        order = np.lexsort((at, lengths, rows))
        rows, at, lengths = rows[order], at[order], lengths[order]
        counts = np.bincount(rows, minlength=self.points)
        rank = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        count = min(count, len(sites))
        keep = rank < count
        found = np.full((self.points, count), -1, np.int32)
        length = np.full((self.points, count), NO_WAY, np.int32)
        found[rows[keep], rank[keep]] = at[keep]
        length[rows[keep], rank[keep]] = lengths[keep]
        return found, length

    def _nearest_of_all(self, sites: Ints, count: int) -> tuple[Int32s, Int32s]:
        """The same for a full table, which needs no list of pairs."""
        found = np.empty((self.points, count), np.int32)
        length = np.empty((self.points, count), np.int32)
        table = self.length.reshape(self.points, -1)
        for block in blocks(self.points, self.site_count):
            lengths = table[block[:, None], sites]
            order = np.argsort(lengths, axis=1, kind="stable")[:, :count]
            found[block], length[block] = order, np.take_along_axis(lengths, order, axis=1)
        return found, length

    def _among(self, sites: Ints, keep: NDArray[np.bool_]) -> tuple[Ints, Ints, Int32s]:
        """Pairs (point, position in ``sites``, length) of the sites asked for."""
        place = np.full(self.site_count, -1)
        place[sites] = np.arange(len(sites))
        at = place[self.site]
        keep = keep & (at >= 0)
        rows = np.repeat(np.arange(self.points), np.diff(self.start))[keep]
        return rows, at[keep], self.length[keep]

    def as_json(self) -> dict[str, Any]:
        """See :class:`Distances`."""
        return {
            "form": "listed",
            "start": self.start.tolist(),
            "site": self.site.tolist(),
            "length": self.length.tolist(),
            "sites": self.site_count,
        }


def from_json(data: dict[str, Any]) -> Distances:
    """Distances from plain data, as :meth:`Distances.as_json` gives them.

    Raises
    ------
    ValueError
        An unknown form, or what the form itself refuses.
    """
    form = data.get("form")
    if form == "planar":
        return Planar(data["points"], data["sites"], data.get("scale", 1.0))
    if form == "sphere":
        return Sphere(data["points"], data["sites"], data.get("scale", 1.0), data.get("earth", EARTH))
    if form == "listed":
        return Listed(data["start"], data["site"], data["length"], data["sites"])
    if form == "table":
        return Listed.dense(data["lengths"])
    raise ValueError(f"distances.form: {form!r} is none of planar, sphere, listed, table")


def between(array: Ints, name: str, low: int, high: int) -> None:
    """Refuse, by name and index, a number outside ``low`` … ``high``."""
    wrong = np.argwhere((array < low) | (array > high))
    if len(wrong):
        where = tuple(int(i) for i in wrong[0])
        index = ", ".join(map(str, where))
        raise ValueError(f"{name}[{index}]: {array[where]} is not in {low} … {high}")


def _narrow(value: ArrayLike, name: str, shape: tuple[int | None, ...], low: int, high: int) -> Int32s:
    """``value`` as a read-only int32 array in ``low`` … ``high``; ``ValueError`` names field and index."""
    wide = integers(value, name, shape)
    between(wide, name, low, high)
    array = wide.astype(np.int32)
    array.setflags(write=False)
    return array


def _set(record: object, field: str, value: Any) -> None:
    object.__setattr__(record, field, value)


def _lines(one: Floats, other: Floats) -> Floats:
    """Straight lines between places; sums the squares axis by axis, as the compiled engines do."""
    square = (one[..., 0] - other[..., 0]) ** 2
    for axis in range(1, one.shape[-1]):
        square = square + (one[..., axis] - other[..., axis]) ** 2
    root: Floats = np.sqrt(square)
    return root


def _coordinates(value: ArrayLike | Sequence[Any], name: str) -> Floats:
    """A read-only view, shape (any, 2), all finite and at least one row."""
    try:
        array = np.asarray(value, dtype=np.float64).view()
    except (TypeError, ValueError) as wrong:
        raise ValueError(f"{name}: pairs of numbers are needed") from wrong
    if array.ndim != 2 or array.shape[1] != 2 or not len(array):
        raise ValueError(f"{name}: shape {array.shape}, expected (at least 1, 2)")
    if not np.isfinite(array.sum()):
        row = np.flatnonzero(~np.isfinite(array).all(axis=1))
        if len(row):
            raise ValueError(f"{name}[{row[0]}]: {array[row[0]].tolist()} is not finite")
    array.setflags(write=False)
    return array


def _distinct(places: Floats) -> Floats:
    """Each place once, in the order of its first row."""
    first = np.unique(places, axis=0, return_index=True)[1]
    return places[np.sort(first)]


def _no_twins(places: Floats, name: str) -> None:
    order = np.lexsort(places.T)
    same = np.flatnonzero((np.diff(places[order], axis=0) == 0).all(axis=1))
    if len(same):
        one, other = sorted(int(i) for i in order[same[0] : same[0] + 2])
        raise ValueError(f"{name}[{other}]: the same place as [{one}]; give each site once")


def _positive(value: float, name: str) -> None:
    if not 0 < value < float("inf"):
        raise ValueError(f"{name}: {value} is not a finite number above 0")


def _on_sphere(lonlat: Floats, earth: float) -> Floats:
    lon, lat = np.radians(lonlat[:, 0]), np.radians(lonlat[:, 1])
    place: Floats = earth * np.stack(
        [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1
    )
    return place
