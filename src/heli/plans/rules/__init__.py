"""What a village hands in and what is asked for: pure facts, no file and no database."""

from __future__ import annotations

import datetime
import re
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields
from typing import TypeVar

from django.utils.translation import gettext as _

from heli.duties.rules import Counts, PastTurns, Post, Who, slots_to_json
from heli.grids.rules import Household
from heli.kernel.lib.records import Json, from_json, to_json
from heli.kernel.sheets.problems import Place, Problem, Understood
from heli.people.rules import Member, Period
from heli.plans.rules.differences import Tables, standing

RowT = TypeVar("RowT")

DEFAULT_LOW = 5
DEFAULT_HIGH = 6


@dataclass(frozen=True, slots=True)
class Village:
    """One village's book, read: its rows and every problem found on the way."""

    name: str
    households: tuple[Household, ...]
    members: tuple[Member, ...]
    posts: tuple[Post, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def understood(self) -> tuple[Understood, ...]:
        """What the free texts of all rows were taken to mean."""
        rows: tuple[Household | Member | Post, ...] = (*self.households, *self.members, *self.posts)
        return tuple(each for row in rows for each in row.understood)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys behind a :class:`Village`'s rows, in their order, where it comes from a database."""

    households: tuple[uuid.UUID, ...]
    members: tuple[uuid.UUID, ...]
    posts: tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True)
class LinkPin:
    """A household that people have decided to give to a member: both as written."""

    household: str
    member: str
    home: str = ""
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class SeatPin:
    """A turn that people have decided to give to a member: slot, post and member as written.

    ``week`` counts from 1; 0 means every week.
    """

    weekday: int
    slot: str
    post: str
    member: str
    home: str = ""
    place: Place = field(default=Place(), compare=False)
    week: int = 0


@dataclass(frozen=True, slots=True)
class Pins:
    """What people have decided beforehand; the plan keeps it."""

    links: tuple[LinkPin, ...] = ()
    seats: tuple[SeatPin, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of a plan.

    ``low`` and ``high`` bound the households of a member; ``None`` means the default, which is widened
    (and said) where it cannot be kept, while a number given is kept or refused. ``seconds`` is the time
    allowed for each of the two plans. ``date`` is the day the tables are made; the roster begins on the
    Monday that follows, or on the day itself when that is a Monday. ``contact`` is whom to ask, as it
    stands on every sheet (村妇联); empty: the usual sentence, or on the web what is said on publishing.
    """

    date: datetime.date
    low: int | None = None
    high: int | None = None
    mode: str = "groups"
    weeks: int = 1
    seed: int = 0
    seconds: float = 10.0
    exempt_age: int | None = None
    contact: str = ""

    @property
    def monday(self) -> datetime.date:
        """The roster's first day."""
        return self.date + datetime.timedelta(days=-self.date.weekday() % 7)


@dataclass(frozen=True, slots=True)
class Labels:
    """What every household and member is called in the tables: no two alike, in book order."""

    households: tuple[str, ...]
    members: tuple[str, ...]


def label(village: Village) -> Labels:
    """Households by house number (else by head), members by name, namesakes with their home."""
    return Labels(
        unique_labels(village.households, lambda h: h.address.text or h.head, lambda h: h.head),
        unique_labels(village.members, lambda m: m.name, lambda m: m.home, lambda m: m.force),
    )


@dataclass(frozen=True, slots=True)
class Exemption:
    """Why a member has no households and why no turns; empty: they serve."""

    linking: str = ""
    roster: str = ""


def exemption(member: Member, from_age: int | None) -> Exemption:
    """What a member is exempt from, and the reason.

    Only what the book says, or an age limit that was asked for. Words that name the duty alone (免值班)
    exempt from the roster alone, words that name the link alone (免联系) from the links alone.
    """
    words = member.exempt
    if words:
        only_roster = "值" in words and "联" not in words
        only_links = "联" in words and "值" not in words
        return Exemption("" if only_roster else words, "" if only_links else words)
    if from_age is not None and member.age is not None and member.age >= from_age:
        why = _("满%(age)d岁") % {"age": from_age}
        return Exemption(why, why)
    return Exemption()


CADRES = re.compile("干部|四委|两委|村委|支委|书记|主任|村长|社长|组长|队长")
STAFF = re.compile("干部|四委|两委|社工|专职|工作人员")
EMPLOYED = re.compile("上班|职工|企业|务工|打工|工人|员工|教师|老师|医生|护士|在职")


def leads(force: str) -> bool:
    """Whether people of this force lead a day group when the book marks no leader: cadres do."""
    return bool(CADRES.search(force))


def relay_period(member: Member) -> Period:
    """Whose time of day it is in a relay: residents early, staff by day, employed people in the evening.

    What a member does counts before the force; who is neither staff nor employed counts as a resident.
    """
    for words in (member.occupation, member.force):
        if EMPLOYED.search(words):
            return Period.LATE
        if STAFF.search(words):
            return Period.DAY
        if words and words == member.occupation:
            break
    return Period.EARLY


@dataclass(frozen=True, slots=True)
class Turn:
    """One seat of an earlier plan, by labels: week from 1, ISO weekday, slot, post, member, seat kind."""

    week: int
    weekday: int
    slot: str
    post: str
    member: str
    kind: str


@dataclass(frozen=True, slots=True)
class Previous:
    """An earlier plan by labels; see ``document.read_previous``.

    Who is gone stands in it by a label that nobody has; ``lost`` are turns of which not even that is known.
    """

    links: Mapping[str, str]
    turns: tuple[Turn, ...]
    groups: Mapping[str, int]
    lost: int = 0

    @property
    def tables(self) -> Tables[str]:
        """Both tables by label, to be compared."""
        rows = (((turn.week, turn.weekday, turn.slot, turn.post), turn.member) for turn in self.turns)
        return Tables(self.links, standing(rows))


TURNS = ("total", "early", "weekend")
"""What is counted of a member's turns."""

Stood = Mapping[int, Counts]
"""Turns that members stood before, by their row in the village."""

NEVER = (0, 0, 0)
"""Nothing was stood before."""


@dataclass(frozen=True, slots=True)
class TurnsBefore:
    """Turns that count for a fair rotation; ``levelled`` are the rows of those given the others' level."""

    stood: Stood = field(default_factory=dict)
    levelled: tuple[int, ...] = ()


def turns_before(
    history: Sequence[PastTurns[Who]], names: Sequence[Who], members: Sequence[Member]
) -> TurnsBefore:
    """The turns that count for each member, named as in the history.

    Earlier tables go before the book: only where there are none count the turns that the book tells of, so
    that no turn counts twice. Who was not there in a part of the past (a newcomer, somebody away) is counted
    as the others on average: from the day they come they take an equal share, no more.
    """
    if not history:
        return _told_by(members)
    counted = [[0.0, 0.0, 0.0] for _ in names]
    given = [0.0] * len(names)
    for past in history:
        level = past.level
        for row, who in enumerate(names):
            counts: tuple[float, float, float] = past.counts.get(who, NEVER)
            if who not in past.counts or who in past.away:
                given[row] += max(level[0] - counts[0], 0)
                counts = max(counts[0], level[0]), max(counts[1], level[1]), max(counts[2], level[2])
            counted[row] = [had + more for had, more in zip(counted[row], counts, strict=True)]
    stood = {row: (round(total), round(early), round(end)) for row, (total, early, end) in enumerate(counted)}
    return TurnsBefore(stood, tuple(row for row, turns in enumerate(given) if round(turns)))


def _told_by(members: Sequence[Member]) -> TurnsBefore:
    """The turns that the book tells of; what it leaves blank is the average of what it tells of others."""
    columns = list(zip(*(member.served for member in members if not member.exempt), strict=True)) or [()] * 3
    told = [[turns for turns in column if turns is not None] for column in columns]
    total, early, weekend = (round(sum(column) / len(column)) if column else 0 for column in told)
    stood = {}
    for row, member in enumerate(members):
        turns, mornings, ends = member.served
        turns = total if turns is None else turns
        mornings = min(early, turns) if mornings is None else mornings
        stood[row] = turns, mornings, min(weekend, turns) if ends is None else ends
    levelled = (row for row, member in enumerate(members) if member.served[0] is None and total)
    return TurnsBefore(stood, tuple(levelled))


@dataclass(frozen=True, slots=True)
class LinkFact:
    """A row of ``PlannedLink``: keys, and whether people decided it."""

    household: uuid.UUID
    member: uuid.UUID
    pinned: bool


@dataclass(frozen=True, slots=True)
class SeatFact:
    """A row of ``PlannedSeat``: where and when, who sits there (nobody: ``None``), whether decided."""

    key: uuid.UUID
    week: int
    weekday: int
    slot: str
    post: uuid.UUID
    kind: str
    member: uuid.UUID | None
    pinned: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """The rows of a run."""

    links: tuple[LinkFact, ...]
    seats: tuple[SeatFact, ...]

    @property
    def keys(self) -> frozenset[uuid.UUID]:
        """Every household, member and post that has a part in it."""
        found = {link.household for link in self.links} | {link.member for link in self.links}
        found |= {seat.post for seat in self.seats}
        return frozenset(found | {seat.member for seat in self.seats if seat.member is not None})


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could take a household or a turn: what it would cost, what it would break.

    ``load`` is what they would have then; ``cost`` is below 0 when the plan gets better. ``far``: how far a
    household is, in words; ``others``: so many others must change hands at least, for the bounds to hold.
    """

    member: uuid.UUID
    name: str
    load: int
    cost: int
    words: str
    breaks: tuple[str, ...] = ()
    far: str = ""
    others: int = 0

    @property
    def allowed(self) -> bool:
        """Whether no rule stands against it."""
        return not self.breaks


def place_of(places: Mapping[uuid.UUID, int], key: uuid.UUID) -> int:
    """Where a key is in a problem; ``LookupError`` when it has no part in the plan."""
    if key not in places:
        raise LookupError("the plan knows no such key")
    return places[key]


def unique_labels(
    rows: Sequence[RowT], label: Callable[[RowT], str], *tellers: Callable[[RowT], str]
) -> tuple[str, ...]:
    """A label for every row that no other row has.

    Rows whose plain ``label`` is shared are told apart by the first of ``tellers`` that is not empty and
    makes them differ, written in （）; rows that nothing tells apart are numbered in book order.
    """
    labels = [label(row) for row in rows]
    for tell in tellers:
        shared = {text for text, count in Counter(labels).items() if count > 1}
        if not shared:
            break
        labels = [
            f"{text}（{tell(row)}）" if text in shared and tell(row) and not text.endswith("）") else text
            for text, row in zip(labels, rows, strict=True)
        ]
    return _numbered(labels)


def _numbered(labels: Sequence[str]) -> tuple[str, ...]:
    totals, seen = Counter(labels), Counter[str]()
    taken = set(labels)
    numbered = []
    for text in labels:
        seen[text] += 1
        if totals[text] > 1:
            number = seen[text]
            while f"{text}·{number}" in taken:
                number += 1
            text = f"{text}·{number}"  # noqa: PLW2901 - the label grows
            taken.add(text)
        numbered.append(text)
    return tuple(numbered)


def workable_bounds(households: int, members: int, options: Options) -> tuple[int, int]:
    """Load bounds for a member: as asked, a default widened just enough to give every household a member.

    The nearest bounds that work: a default ``high`` rises to ⌈households / members⌉, a default ``low``
    falls to ⌊households / members⌋ and never stands above ``high``. Bounds that were asked for stay.
    """
    even, rest = divmod(households, members) if members else (0, 0)
    high = max(DEFAULT_HIGH, even + (rest > 0)) if options.high is None else options.high
    low = min(DEFAULT_LOW, even, high) if options.low is None else options.low
    if options.high is None:
        high = max(high, low)
    return low, high


VILLAGE_SCHEMA = 1
"""Of a village's book as JSON."""
ADDRESS = ("lane", "number", "sub", "text")
"""The parts of an address that a book keeps, as a list."""


def village_to_json(village: Village) -> Json:
    """Plain values that :func:`village_from_json` reads back; without problems and places in the file."""
    return {
        "schema": VILLAGE_SCHEMA,
        "name": village.name,
        "households": [
            _said(row) | {"address": [*astuple(row.address)[: len(ADDRESS)]]} for row in village.households
        ],
        "members": [_said(row) for row in village.members],
        "posts": [
            _said(row) | ({"slots": slots_to_json(row.slots)} if row.slots else {}) for row in village.posts
        ],
    }


def village_from_json(rows: Mapping[str, object]) -> Village:
    """See :func:`village_to_json`. Raises ``DomainError`` as ``from_json``."""
    book = from_json(rows, _Book, VILLAGE_SCHEMA)
    households = [{**row, "address": _named(row.get("address"))} for row in book.households]
    return Village(book.name, from_json(households, tuple[Household, ...]), book.members, book.posts)


def _named(address: object) -> Json:
    """The parts of an address, which a book keeps as a list, by name."""
    return dict(zip(ADDRESS, from_json(address, tuple[str, int, int, str]), strict=True))


@dataclass(frozen=True, slots=True)
class _Book:
    """A village's book with its addresses as lists still."""

    name: str
    households: tuple[dict[str, object], ...]
    members: tuple[Member, ...]
    posts: tuple[Post, ...]


def _said(row: Household | Member | Post) -> Json:
    """The fields that say something, by name."""
    kept = {part.name for part in fields(row) if part.compare and getattr(row, part.name) != part.default}
    return {name: value for name, value in to_json(row, sort=True).items() if name in kept}
