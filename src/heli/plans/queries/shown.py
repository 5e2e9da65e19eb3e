"""A plan's rows in the shapes of its pages: the list of plans, filters, the week, the lanes, the map."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from heli.duties.models import PostRow
from heli.grids.models import HouseholdRow
from heli.kernel.jobs.models import Job, State
from heli.orgs.models import Unit
from heli.people.models import MemberRow
from heli.people.rules.words import DAYS
from heli.plans.gather.where import METRES
from heli.plans.models import PlannedLink, PlannedSeat, Run, RunState
from heli.plans.queries.review import House, LinkLine, Review, SeatLine, is_there
from heli.plans.queries.titles import published_at

COLOURS = 12
CELLS = 150
"""Houses on a page of lanes."""
RUNS_SHOWN = 20
DEFAULTS: dict[str, object] = {"mode": "groups", "weeks": 1}


def runs_of(village: Unit) -> list[Run]:
    """The village's latest plans, those put away left out; with how many links and empty seats they have."""
    rows = Run.objects.filter(village=village).exclude(state=RunState.DISCARDED).select_related("base")
    runs = list(rows[:RUNS_SHOWN])
    gaps = PlannedSeat.objects.filter(run__in=runs, member=None)
    for name, counted in (("gaps", gaps), ("linked", PlannedLink.objects.filter(run__in=runs))):
        counts = dict(counted.order_by().values_list("run").annotate(Count("pk")))
        for run in runs:
            setattr(run, name, counts.get(run.pk, 0))
    return runs


@dataclass(frozen=True, slots=True)
class Drafts:
    """The plans of a village: the one to look at now, and all others, older drafts and published ones.

    ``now`` is the latest that waits for its plan or rests on what is in force and in the registers; none
    where the village changed, or other tables were published, since the last was made.
    """

    now: Run | None
    others: tuple[Run, ...]


def drafts_of(village: Unit, runs: Sequence[Run]) -> Drafts:
    """See the class; two queries."""
    since = published_at(village)
    now = next((run for run in runs if run.state in (RunState.PLANNING, RunState.DRAFT)), None)
    if now is not None and (now.revision != village.revision or now.created_at < since):
        now = None
    return Drafts(now, tuple(run for run in runs if run is not now))


def usual_options(runs: Sequence[Run]) -> dict[str, object]:
    """What the last plan was asked; nothing special when there is none."""
    asked = runs[0].options if runs else {}
    names = ("low", "high", "mode", "weeks", "exempt_age")
    return DEFAULTS | {name: asked[name] for name in names if asked.get(name) is not None}


def book_of(village: Unit, today: datetime.date) -> dict[str, int]:
    """How many households, members and posts there are to plan."""
    return {
        "households": HouseholdRow.objects.filter(village=village).needing(today).count(),
        "members": MemberRow.objects.filter(village=village, exempt="").serving(today).count(),
        "posts": PostRow.objects.filter(village=village).standing(today).count(),
    }


def job_state(run: Run) -> Job | None:
    """The job of a run that is not there yet: it waits, runs, failed, was stopped. ``None``: it is there."""
    if run.state not in (RunState.PLANNING, RunState.FAILED):
        return None
    return Job.objects.filter(pk__in=[run.job]).first() or Job(state=State.DONE)


def comparable(run: Run) -> list[Run]:
    """Other plans of the village that it can be compared to."""
    there = Run.objects.filter(village=run.village, state__in=(RunState.DRAFT, RunState.PUBLISHED))
    return list(there.exclude(pk=run.pk)[:RUNS_SHOWN])


def lanes(review: Review) -> list[str]:
    """The lanes of the plan, in book order."""
    return list(dict.fromkeys(line.house.lane for line in review.links if line.house.lane))


def groups(review: Review) -> list[str]:
    """The groups of the plan, in book order."""
    return list(dict.fromkeys(line.house.group for line in review.links if line.house.group))


def households(review: Review, lane: str, group: str, name: str) -> list[LinkLine]:
    """The households of a lane and a group; ``name`` is part of an address, a head's or a member's name."""
    return [
        line
        for line in review.links
        if (not lane or line.house.lane == lane)
        and (not group or line.house.group == group)
        and (not name or any(name in text for text in (line.house.label, line.house.head, line.name)))
    ]


class WeekRow(NamedTuple):
    """A post in a slot through the week: seven lists of seats."""

    slot: str
    start: str
    end: str
    post: str
    days: list[tuple[str, list[SeatLine]]]


class Week(NamedTuple):
    """A week of the roster."""

    number: int
    monday: datetime.date
    rows: list[WeekRow]


def weeks(review: Review) -> list[Week]:
    """The roster as a timetable."""
    times = {name: (start, end) for name, start, end in review.run.record.slots}
    monday = review.run.asked.monday
    found: dict[int, dict[tuple[str, str], list[list[SeatLine]]]] = {}
    for seat in review.seats:
        rows = found.setdefault(seat.week, {})
        rows.setdefault((seat.slot, seat.post), [[] for _ in range(7)])[seat.weekday - 1].append(seat)
    names = [str(day) for day in DAYS]
    order = {name: at for at, name in enumerate(times)}
    return [
        Week(
            number,
            monday + datetime.timedelta(weeks=number - 1),
            [
                WeekRow(slot, *times.get(slot, ("", "")), post, list(zip(names, days, strict=True)))
                for (slot, post), days in sorted(rows.items(), key=lambda row: order.get(row[0][0], 9))
            ],
        )
        for number, rows in sorted(found.items())
    ]


@dataclass(frozen=True, slots=True)
class Cell:
    """A house on a strip: its number, its link (none: nobody), the colour of the member."""

    house: House
    link: LinkLine | None
    colour: int

    @property
    def number(self) -> str:
        """The house number without the lane."""
        text = self.house.address
        return text.partition(self.house.lane)[2] or text if self.house.lane else text


Strip = tuple[str, list[Cell]]
"""A lane and its houses."""


def strips(review: Review) -> list[Strip]:
    """Every lane with its houses in the order of their numbers."""
    links = {line.house.key: line for line in review.links}
    colours = _colours(review)
    found: dict[str, list[Cell]] = {}
    for house in review.names.houses.values():
        link = links.get(house.key)
        if link is None and (house.no_link or not is_there(house.gone_on, review.today)):
            continue
        colour = colours.get(link.member, 0) if link else 0
        found.setdefault(house.lane, []).append(Cell(house, link, colour))
    for cells in found.values():
        cells.sort(key=lambda cell: (cell.house.number, cell.house.sub))
    return list(found.items())


def strip_pages(strips: Sequence[Strip]) -> list[list[Strip]]:
    """The lanes in pages of about :data:`CELLS` houses; a lane stays whole."""
    pages: list[list[Strip]] = [[]]
    for strip in strips:
        if pages[-1] and sum(len(cells) for _lane, cells in pages[-1]) + len(strip[1]) > CELLS:
            pages.append([])
        pages[-1].append(strip)
    return pages


def _colours(review: Review) -> dict[object, int]:
    """A colour for each member: neighbours in the book differ."""
    return {key: at % COLOURS for at, key in enumerate(review.names.members)}


def placed(review: Review) -> int:
    """How many households have coordinates."""
    return sum(line.house.lon is not None and line.house.lat is not None for line in review.links)


def geojson(review: Review) -> dict[str, object]:
    """The households with coordinates as points for the map: number, member and the member's colour."""
    colours, here = _colours(review), reverse("run", args=[review.run.pk])
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [line.house.lon, line.house.lat]},
                "properties": {
                    "key": str(line.house.key),
                    "label": f"{line.house.label} · {line.name}",
                    "letter": line.name[:1],
                    "kind": "house",
                    "colour": colours.get(line.member, 0),
                    "url": f"{here}household/{line.house.key}/move/",
                },
            }
            for line in review.links
            if line.house.lon is not None and line.house.lat is not None
        ],
    }


def figures(run: Run, other: Run) -> list[tuple[str, int, int]]:
    """Empty turns of two plans, and all ways together where they are known in metres: (what, here, there)."""
    empty = [one.seats.filter(member=None).count() for one in (run, other)]
    found = [(_("空的班"), empty[0], empty[1])]
    if all(one.record.unit == METRES for one in (run, other)):
        way = [one.links.aggregate(total=Sum("distance"))["total"] or 0 for one in (run, other)]
        found.append((_("所有联户加起来多少米"), way[0], way[1]))
    return found


def held(
    run: Run, house: uuid.UUID | None, seat: uuid.UUID | None, member: uuid.UUID | None
) -> tuple[list[uuid.UUID], list[uuid.UUID]]:
    """The households and turns meant: one, or all that a member has."""
    links = [house] if house else []
    seats = [seat] if seat else []
    if member:
        links += run.links.filter(member=member).values_list("household", flat=True)
        seats += run.seats.filter(member=member).values_list("pk", flat=True)
    return links, seats
