"""Where households, members and posts are, and how far apart: in metres, or in steps without coordinates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from heli.duties.rules import Post
from heli.grids.rules import Address, Household, parse_address, step_matrix
from heli.people.rules import Member
from heli.plans.rules import Village
from heliplan.codec import Ints

METRES = "metres"
STEPS = "steps"
ENOUGH_COORDINATES = 0.8
"""Metres are used when at least this share of the households that need a link have coordinates."""

A_STEP = 100_000
"""A step in the units that the linking problem counts in, so that :func:`runs` stays below one step."""

MOST_RUNS = A_STEP - 1

METRES_A_DEGREE = 111_195.0

Degrees = NDArray[np.float64]


class Spot(NamedTuple):
    """A place in the village's own words: house number and group."""

    address: Address
    group: str


Located = tuple[Spot, float | None, float | None]
"""A spot, and longitude and latitude where they are written."""


@dataclass(frozen=True, slots=True)
class Map:
    """How nearness counts in this village: ``unit`` is ``metres`` or ``steps``."""

    unit: str
    known: dict[tuple[str, int, int], tuple[float, float]]
    by_lane: dict[str, list[tuple[int, float, float]]]
    by_group: dict[str, tuple[float, float]]
    centre: tuple[float, float]


def survey(village: Village) -> Map:
    """Decide between metres and steps for a village, and remember where its houses are."""
    needing = [h for h in village.households if not h.no_link]
    placed = [h for h in needing if h.lon is not None and h.lat is not None]
    unit = METRES if needing and len(placed) >= ENOUGH_COORDINATES * len(needing) else STEPS
    known, lanes, groups = {}, defaultdict(list), defaultdict(list)
    for h in village.households:
        if h.lon is None or h.lat is None:
            continue
        known[h.address.lane, h.address.number, h.address.sub] = (h.lon, h.lat)
        lanes[h.address.lane].append((h.address.number, h.lon, h.lat))
        groups[h.group].append((h.lon, h.lat))
    return Map(unit, known, dict(lanes), {g: _mean(at) for g, at in groups.items()}, _mean(known.values()))


def _mean(places: Iterable[tuple[float, float]]) -> tuple[float, float]:
    at = list(places)
    if not at:
        return 0.0, 0.0
    return sum(lon for lon, _ in at) / len(at), sum(lat for _, lat in at) / len(at)


def locate(survey_: Map, spot: Spot, lon: float | None, lat: float | None) -> tuple[float, float]:
    """Longitude and latitude: as written, else of that house, the nearest number in its lane, its group.

    A spot of which nothing is known stands in the middle of the village, equally fit for everybody.
    """
    if lon is not None and lat is not None:
        return lon, lat
    at = spot.address
    found = survey_.known.get((at.lane, at.number, at.sub))
    if found is not None:
        return found
    if at.lane and at.lane in survey_.by_lane:
        _, lon, lat = min(survey_.by_lane[at.lane], key=lambda house: abs(house[0] - at.number))
        return lon, lat
    return survey_.by_group.get(spot.group, survey_.centre)


def household_spot(household: Household) -> Spot:
    """Where a household is."""
    return Spot(household.address, household.group)


def member_spots(village: Village) -> tuple[Spot, ...]:
    """Where the members live.

    The group is the member's own, else that of the house they live in, else the one most houses of
    their lane belong to. A member without an address lives where the only head of that name lives.
    """
    groups = {(h.address.lane, h.address.number): h.group for h in village.households}
    by_lane: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    heads: dict[str, list[Household]] = defaultdict(list)
    for h in village.households:
        by_lane[h.address.lane][h.group] += 1
        heads[h.head].append(h)
    spots = []
    for member in village.members:
        at = parse_address(member.home, village=village.name)
        if not member.home and len(heads[member.name]) == 1:
            at = heads[member.name][0].address
        lane_groups = by_lane.get(at.lane, {"": 0})
        usual = max(lane_groups, key=lambda group: lane_groups[group])
        spots.append(Spot(at, member.group or groups.get((at.lane, at.number), usual)))
    return tuple(spots)


NOWHERE = Spot(Address("", 0, 0, ""), "")


def lanes_of(village: Village) -> dict[str, list[Household]]:
    """The households of each lane."""
    lanes: dict[str, list[Household]] = defaultdict(list)
    for h in village.households:
        if h.address.lane:
            lanes[h.address.lane].append(h)
    return lanes


def post_spot(post: Post, lanes: Mapping[str, Sequence[Household]]) -> Spot | None:
    """Where a post is, from the words of its place; ``None`` when they name none of the village's lanes.

    ``塘沿路口`` names the lane 塘沿路; ``祠堂前`` shares its first two characters with 祠堂弄. The post is
    then taken to stand at the middle number of that lane.
    """
    for words in (post.where, post.name):
        lane = _lane_named(words, lanes)
        if lane:
            houses = sorted(lanes[lane], key=lambda h: h.address)
            middle = houses[len(houses) // 2]
            return Spot(middle.address, middle.group)
    return None


def _lane_named(words: str, lanes: Iterable[str]) -> str:
    """The longest lane that stands in the words, else the only one that begins alike."""
    within = [lane for lane in lanes if lane in words]
    if within:
        return max(within, key=len)
    alike = [lane for lane in lanes if len(lane) > 1 and lane[:2] in words]
    return alike[0] if len(alike) == 1 else ""


def locatable(survey_: Map, post: Post, spot: Spot | None) -> bool:
    """Whether it is known where a post stands, in the survey's unit."""
    return spot is not None or (survey_.unit == METRES and post.lon is not None)


def distances(
    survey_: Map,
    rows: Sequence[Located],
    columns: Sequence[Located],
) -> Ints:
    """How far every row is from every column, in the survey's unit: int [rows, columns]."""
    if survey_.unit == METRES:
        return _metres(
            np.array([locate(survey_, *row) for row in rows], float).reshape(-1, 2),
            np.array([locate(survey_, *column) for column in columns], float).reshape(-1, 2),
        )
    return step_matrix([row[0] for row in rows], [column[0] for column in columns])


def _metres(rows: Degrees, columns: Degrees) -> Ints:
    """Metres on the plane that touches the village: exact to far below a metre at this size."""
    if not len(rows) or not len(columns):
        return np.zeros((len(rows), len(columns)), np.int64)
    shrink = np.cos(np.radians(rows[:, 1].mean()))
    scale = np.array([METRES_A_DEGREE * shrink, METRES_A_DEGREE])
    a, b = rows * scale, columns * scale
    far = np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1])
    metres: Ints = np.rint(far, out=far).astype(np.int64)
    return metres


def runs(village: Village, households: Sequence[int], spots: Sequence[Spot]) -> Ints:
    """What breaks ties between equally near pairs: int [households, spots], 0 to ``MOST_RUNS``.

    The square of how many houses lie between them in the order of the book. Being convex, it gives each
    member whole runs of house numbers instead of every other one. A spot in no known lane has no order: 0.
    Houses of blocks (``3幢501``) are numbered without a lane.
    """
    lanes: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, household in enumerate(village.households):
        lanes[household.address.lane].append((household.address.number, at))
    found = np.zeros((len(households), len(spots)), np.int64)
    order = np.array(households, np.int64)
    for column, spot in enumerate(spots):
        lane = lanes.get(spot.address.lane) if spot.address.lane or spot.address.number else None
        if lane:
            _, home = min(lane, key=lambda house: abs(house[0] - spot.address.number))
            found[:, column] = np.minimum((order - home) ** 2, MOST_RUNS)
    return found


def is_lost(spot: Spot, member: Member) -> bool:
    """Whether nothing says where a member lives."""
    at = spot.address
    return member.lon is None and not (at.lane or at.number or spot.group)
