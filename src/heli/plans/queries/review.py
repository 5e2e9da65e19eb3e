"""A plan under review as its pages show it: from the rows alone, without the problems they came from."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.utils.translation import gettext as _

from heli.duties.models import PostRow
from heli.duties.rules import SeatKind
from heli.grids.models import HouseholdRow
from heli.kernel.lib.phrases import join_sentences
from heli.people.models import MemberRow
from heli.plans.links.words import far_words, link_why
from heli.plans.models import Run
from heli.plans.rules import unique_labels
from heli.plans.rules.differences import Differences, Place, Tables, differences, standing
from heli.plans.rules.facts import RunFacts
from heli.plans.turns.words import unfilled_why, when_words

WEEKEND = 6


class House(NamedTuple):
    """A household: its key, how it is found, who heads it."""

    key: uuid.UUID
    address: str
    head: str
    group: str
    lane: str
    number: int
    sub: int
    lon: float | None
    lat: float | None
    no_link: str
    gone_on: datetime.date | None
    label: str = ""


class Person(NamedTuple):
    """A member: key, name, home, force."""

    key: uuid.UUID
    name: str
    home: str
    force: str
    left_on: datetime.date | None
    label: str = ""


class Spot(NamedTuple):
    """A post: key and name."""

    key: uuid.UUID
    name: str


@dataclass(frozen=True, slots=True)
class Names:
    """What everybody in a village is called in a plan, by key, in book order; as :func:`rules.label` does."""

    houses: Mapping[uuid.UUID, House]
    members: Mapping[uuid.UUID, Person]
    posts: Mapping[uuid.UUID, Spot]

    def member(self, key: uuid.UUID | str | None) -> str:
        """A member's label; nobody is empty, somebody unknown a dash."""
        if key is None:
            return ""
        found = self.members.get(key if isinstance(key, uuid.UUID) else uuid.UUID(key))
        return found.label if found else "—"

    def house(self, key: uuid.UUID | str) -> str:
        """A household's label."""
        found = self.houses.get(key if isinstance(key, uuid.UUID) else uuid.UUID(key))
        return found.label if found else "—"

    def without(self, linked: Collection[uuid.UUID], day: datetime.date) -> list[House]:
        """The households that need a member on ``day`` and are not among those ``linked``."""
        return [
            house
            for house in self.houses.values()
            if house.key not in linked and not house.no_link and is_there(house.gone_on, day)
        ]


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A household's link: the member, how far, why; ``before``: the member in the plan it is compared to."""

    house: House
    member: uuid.UUID
    name: str
    distance: int
    reason: Mapping[str, object]
    names: Names
    facts: RunFacts
    pinned: bool
    before: str = ""
    changed: bool = False

    @property
    def why(self) -> str:
        """Why it is this member, in words; most pages do not ask."""
        return why_linked(self.reason, self.names, self.facts)

    @property
    def far(self) -> str:
        """How far it is, in words."""
        return far_words(self.facts.unit, self.distance)

    @property
    def signs(self) -> str:
        """Pinned, changed: as signs before the name."""
        return f"{'◆ ' * self.pinned}{'★ ' * self.changed}"


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A seat: when, where, who; ``before`` says who sat there in the plan it is compared to."""

    key: uuid.UUID
    week: int
    weekday: int
    slot: str
    post: str
    kind: str
    member: uuid.UUID | None
    name: str
    why: str
    pinned: bool
    new: bool = False

    @property
    def when(self) -> str:
        """Weekday and slot; with several weeks the week before."""
        return when_words(self.week, self.weekday, self.slot)

    @property
    def said(self) -> str:
        """When and where."""
        return f"{self.when} {self.post}"

    @property
    def signs(self) -> str:
        """Pinned, new: as signs before the words."""
        return f"{'◆ ' * self.pinned}{'★ ' * self.new}"


@dataclass(slots=True)
class MemberLine:
    """What one member has in a plan, and why they have nothing (``exempt``)."""

    person: Person
    exempt: str = ""
    houses: list[LinkLine] = field(default_factory=list)
    turns: list[SeatLine] = field(default_factory=list)
    early: int = 0
    weekend: int = 0

    @property
    def pinned(self) -> int:
        """How many of their households and turns are pinned."""
        return sum(line.pinned for line in self.houses) + sum(seat.pinned for seat in self.turns)


@dataclass(frozen=True, slots=True)
class Review:
    """A plan's rows with names; ``changes`` are those against the plan it is compared to."""

    run: Run
    names: Names
    links: tuple[LinkLine, ...]
    seats: tuple[SeatLine, ...]
    today: datetime.date
    changes: Differences[uuid.UUID]

    @property
    def empty(self) -> list[SeatLine]:
        """Seats that nobody has."""
        return [seat for seat in self.seats if seat.member is None]

    @property
    def unlinked(self) -> list[House]:
        """Households that need a member today and have none in this plan."""
        return self.names.without({line.house.key for line in self.links}, self.today)

    @property
    def gone(self) -> list[str]:
        """Members who have a part in the plan and serve no longer."""
        busy = {line.member for line in self.links} | {seat.member for seat in self.seats}
        return [
            person.label
            for person in self.names.members.values()
            if person.key in busy and not is_there(person.left_on, self.today)
        ]

    @property
    def stale(self) -> bool:
        """Whether the village changed since the plan was made."""
        return self.run.revision != self.run.village.revision

    def members(self) -> list[MemberLine]:
        """Every member in book order with what they have; exempt ones with the reason."""
        facts = self.run.record
        exempt, known, early = facts.exempt, set(facts.members), set(facts.early)
        lines = {
            key: MemberLine(person, exempt.get(str(key), ""))
            for key, person in self.names.members.items()
            if str(key) in known
        }
        for line in self.links:
            if line.member in lines:
                lines[line.member].houses.append(line)
        for seat in self.seats:
            if seat.member in lines:
                mine = lines[seat.member]
                mine.turns.append(seat)
                mine.early += seat.slot in early
                mine.weekend += seat.weekday >= WEEKEND
        return list(lines.values())


def is_there(until: datetime.date | None, day: datetime.date) -> bool:
    """Whether somebody who goes on ``until`` is still there on ``day``."""
    return until is None or until > day


def names_of(run: Run, today: datetime.date, linked: Collection[uuid.UUID]) -> Names:
    """The labels of a plan, in three queries; ``linked`` are the households in it."""
    village, people = run.village, people_of(run, today)
    houses = [
        House(*row)
        for row in HouseholdRow.objects.filter(village=village).values_list(
            "id", "address", "head", "group", "lane", "number", "sub", "lon", "lat", "no_link", "gone_on"
        )
    ]
    houses = [house for house in houses if is_there(house.gone_on, today) or house.key in linked]
    house_labels = unique_labels(houses, lambda h: h.address or h.head, lambda h: h.head)
    named_houses = {h.key: h._replace(label=text) for h, text in zip(houses, house_labels, strict=True)}
    return replace(people, houses=named_houses)


def people_of(run: Run, today: datetime.date) -> Names:
    """The labels of a plan's members and posts, in two queries; no households."""
    village, known = run.village, set(run.record.members)
    people = [
        Person(*row)
        for row in MemberRow.objects.filter(village=village).values_list(
            "id", "name", "home", "force", "left_on"
        )
    ]
    people = [person for person in people if is_there(person.left_on, today) or str(person.key) in known]
    posts = [Spot(*row) for row in PostRow.objects.filter(village=village).values_list("id", "name")]
    labels = unique_labels(people, lambda m: m.name, lambda m: m.home, lambda m: m.force)
    named_people = {m.key: m._replace(label=text) for m, text in zip(people, labels, strict=True)}
    return Names({}, named_people, {post.key: post for post in posts})


def review_of(run: Run, today: datetime.date, against: Run | None = None) -> Review:
    """The plan's rows with names; what is changed is told against another plan, else against its base.

    The number of queries does not depend on how much is in it.
    """
    other, facts = against or run.base, run.record
    links = list(
        run.links.values_list("household", "member", "distance", "why", "pinned").order_by(
            "household__order", "household"
        )
    )
    names, rows = names_of(run, today, {row[0] for row in links}), _seat_rows(run)
    before = dict(other.links.values_list("household", "member")) if other else {}
    changes = _changes(rows, other, before, {row[0]: row[1] for row in links})
    moved = {change.household for change in changes.links}
    lines = tuple(
        LinkLine(
            names.houses[house],
            member,
            names.member(member),
            distance,
            why,
            names,
            facts,
            pinned,
            _before(names, before, house, other is not None),
            house in moved,
        )
        for house, member, distance, why, pinned in links
        if house in names.houses
    )
    return Review(run, names, lines, tuple(_seats(run, names, rows, changes)), today, changes)


def seats_of(run: Run, today: datetime.date) -> tuple[SeatLine, ...]:
    """The plan's seats with names, without its households."""
    rows = _seat_rows(run)
    return tuple(_seats(run, people_of(run, today), rows, _changes(rows, run.base, {}, {})))


def planned_seats(run: Run) -> list[tuple[Place, uuid.UUID | None]]:
    """Who sits where in a plan; nobody: ``None``."""
    return [_placed(row) for row in run.seats.values_list("week", "weekday", "slot", "post", "member")]


def _placed(row: tuple[int, int, str, uuid.UUID, uuid.UUID | None]) -> tuple[Place, uuid.UUID | None]:
    week, weekday, slot, post, member = row
    return (week, weekday, slot, str(post)), member


def _changes(
    rows: Sequence[SeatRow],
    other: Run | None,
    before: Mapping[uuid.UUID, uuid.UUID],
    links: Mapping[uuid.UUID, uuid.UUID],
) -> Differences[uuid.UUID]:
    """What is other than in the plan it is compared to; nothing without one."""
    if other is None:
        return Differences()
    new = Tables(
        links, standing(_placed((row.week, row.weekday, row.slot, row.post, row.member)) for row in rows)
    )
    return differences(Tables(before, standing(planned_seats(other))), new)


def _before(names: Names, before: Mapping[uuid.UUID, uuid.UUID], house: uuid.UUID, compared: bool) -> str:
    if not compared:
        return ""
    return names.member(before[house]) if house in before else _("（没有）")


class SeatRow(NamedTuple):
    """A row of ``PlannedSeat``."""

    key: uuid.UUID
    week: int
    weekday: int
    slot: str
    post: uuid.UUID
    kind: str
    member: uuid.UUID | None
    why: str
    pinned: bool
    place: int


def _seat_rows(run: Run) -> list[SeatRow]:
    fields = ("id", *SeatRow._fields[1:])
    return [SeatRow(*row) for row in run.seats.values_list(*fields)]


def _seats(
    run: Run, names: Names, rows: Sequence[SeatRow], changes: Differences[uuid.UUID]
) -> Iterator[SeatLine]:
    new = {(change.place, who) for change in changes.turns for who in change.come}
    facts = run.record
    order = {slot[0]: at for at, slot in enumerate(facts.slots)}
    places = {key: at for at, key in enumerate(names.posts)}
    kinds = [kind.value for kind in SeatKind]

    def shown(row: SeatRow) -> tuple[int, ...]:
        slot, post, kind = order.get(row.slot, 9), places.get(row.post, 0), kinds.index(row.kind)
        return row.week, row.weekday, slot, post, kind, row.place

    for row in sorted(rows, key=shown):
        at = (row.week, row.weekday, row.slot, str(row.post))
        told = why_empty(facts, names, "/".join(map(str, at))) if row.member is None else ""
        yield SeatLine(
            row.key, row.week, row.weekday, row.slot, names.posts[row.post].name, row.kind, row.member,
            names.member(row.member), told or row.why, row.pinned, (at, row.member) in new,
        )  # fmt: skip


def why_linked(why: Mapping[str, object], names: Names, facts: RunFacts) -> str:
    """Why a household has its member, in words."""
    return link_why(str(why.get("code", "")), {"low": facts.low, **why}, names.member)


def why_empty(facts: RunFacts, names: Names, at: str) -> str:
    """Why seats of a shift stay empty, in words."""
    reasons = facts.unfilled.get(at, ())
    return join_sentences(unfilled_why(str(reason["code"]), reason, names.member) for reason in reasons)
