"""Published tables: those in force, earlier ones, what a plan would change, who was responsible on a day."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from heli.duties.models import Presence, Roster
from heli.duties.models import Turn as TurnRow
from heli.duties.queries import RosterTable, roster_from_json
from heli.duties.queries.days import DayTurn, turns_on
from heli.grids.models import Division, HouseholdRow, Link
from heli.grids.queries import DivisionTable, division_from_json
from heli.grids.queries.links import Responsible, responsible_on
from heli.kernel.lib.dated import Span
from heli.kernel.lib.text import clean
from heli.kernel.papers.words import contact_name
from heli.orgs.models import Unit
from heli.people.models import MemberRow
from heli.plans.models import Drawing, Run, RunState
from heli.plans.queries.plan import Plan
from heli.plans.rules import Keys, Labels, Previous, Turn, Village
from heli.plans.rules.differences import Place, Tables, standing

KINDS = ("division", "roster")
MOST_FOUND = 20
"""Households shown for one question."""


@dataclass(frozen=True, slots=True)
class Version(Span):
    """One published table of a village, without the table itself."""

    key: uuid.UUID
    kind: str
    number: int
    since: datetime.date
    until: datetime.date | None
    published_at: datetime.datetime
    published_by: str


def versions(village: Unit, kind: str) -> list[Version]:
    """All published tables of one kind, the newest first."""
    model = Division if kind == "division" else Roster
    rows = model._default_manager.filter(village=village).order_by("-number")
    told = rows.values_list("pk", "number", "since", "until", "published_at", "published_by")
    return [Version(row[0], kind, *row[1:]) for row in told]


def division_of(version: Version) -> DivisionTable:
    """The table of a version of the division, as it was published."""
    return division_from_json(Division.objects.values_list("table", flat=True).get(pk=version.key))


def contact_of(village: Unit) -> str:
    """Whom to ask, as it was said when the village last published a table; empty when it never was."""
    rows = [
        row
        for model in (Division, Roster)
        for row in model._default_manager.filter(village=village)
        .order_by("-published_at")
        .values_list("published_at", "table__contact")[:1]
    ]
    said = max(rows, default=(None, ""))[1] or ""
    return contact_name(said)


def roster_of(version: Version) -> RosterTable:
    """The table of a version of the roster, as it was published."""
    return roster_from_json(Roster.objects.values_list("table", flat=True).get(pk=version.key))


Kinds = tuple[tuple[Place, str, uuid.UUID | None], ...]
"""Turns: where and when, the kind of seat, who stands there."""


def point_of(key: uuid.UUID | None, name: str) -> str:
    """What a drop point is known by: its key; by its name where only that was kept."""
    return str(key) if key else name


@dataclass(frozen=True, slots=True)
class InForce:
    """What was published last: household → member, and who stands where, by key.

    ``versions`` names the two tables by their numbers (``3/2``; 0: none): other numbers are other tables.
    """

    links: Mapping[uuid.UUID, uuid.UUID]
    kinds: Kinds
    names: Mapping[uuid.UUID, str]
    posts: Mapping[str, str]
    versions: str

    def __bool__(self) -> bool:
        return bool(self.links or self.kinds)

    @property
    def tables(self) -> Tables[uuid.UUID]:
        """Both tables, to be compared."""
        return Tables(self.links, standing((place, who) for place, _kind, who in self.kinds))

    @property
    def seats(self) -> int:
        """How many turns somebody has."""
        return sum(who is not None for _place, _kind, who in self.kinds)


def _placed(rows: QuerySet[TurnRow]) -> tuple[Kinds, dict[str, str]]:
    """Published turns by place, and what each drop point is called there; one query."""
    kinds, posts = [], {}
    told = rows.values_list("week", "weekday", "slot", "drop_point", "post", "kind", "member")
    for week, day, slot, key, post, kind, member in told:
        point = point_of(key, post)
        posts[point] = post
        kinds.append(((week, day, slot, point), kind, member))
    return tuple(kinds), posts


def turns_of(version: Version) -> tuple[list[tuple[Place, uuid.UUID | None]], dict[str, str]]:
    """Who stands where in a version of the roster, and what each drop point is called there; one query."""
    kinds, posts = _placed(TurnRow.objects.filter(roster=version.key))
    return [(place, who) for place, _kind, who in kinds], posts


def in_force(village: Unit) -> InForce:
    """What was published last, in three queries."""
    links = Link.objects.filter(household__village=village).still().values_list("household", "member")
    kinds, posts = _placed(TurnRow.objects.filter(roster__in=Roster.objects.filter(village=village).still()))
    numbers = {
        kind: Coalesce(Subquery(rows.filter(village=village).still().values("number")), 0)
        for kind, rows in (("division", Division.objects), ("roster", Roster.objects))
    }
    members = MemberRow.objects.filter(village=village).annotate(**numbers)
    told = list(members.values_list("pk", "name", *numbers))
    versions = "/".join(map(str, told[0][2:])) if told else ""
    return InForce(dict(links), kinds, {row[0]: row[1] for row in told}, posts, versions)


def previous_in_force(now: InForce, village: Village, labels: Labels, keys: Keys) -> Previous | None:
    """What was published last in the labels of a village; ``None`` before the first time.

    Who or what is not in the village any more stands there by key, so that it is counted as gone.
    """
    if not now:
        return None
    house = dict(zip(keys.households, labels.households, strict=True))
    member = dict(zip(keys.members, labels.members, strict=True))
    post = {str(key): place.name for key, place in zip(keys.posts, village.posts, strict=True)}
    links = {house.get(h, str(h)): member.get(m, str(m)) for h, m in now.links.items()}
    turns = tuple(
        Turn(week, day, slot, post.get(point, point), member.get(who, str(who)), kind)
        for (week, day, slot, point), kind, who in now.kinds
        if who is not None
    )
    groups = {turn.member: turn.weekday for turn in turns}
    return Previous(links, turns, groups)


def marked(plan: Plan, keys: Keys, now: InForce) -> Plan:
    """The plan with what is new since the last publication, not since an earlier draft."""
    return replace(plan, previous=previous_in_force(now, plan.village, plan.labels, keys))


def drawn(version: Version, what: str, language: str) -> Drawing | None:
    """The drawing of a version if it was made before."""
    return Drawing.objects.filter(publication=version.key, what=what, language=language).first()


def last_run(village: Unit) -> Run | None:
    """The plan that was published last."""
    return Run.objects.filter(village=village, state=RunState.PUBLISHED).first()


def responsible_for(village: Unit, day: datetime.date, asked: str) -> tuple[list[Responsible], bool]:
    """Who was responsible on ``day`` for the households whose number or head ``asked`` is part of.

    The second value says whether there are more than are shown.
    """
    rows = HouseholdRow.objects.filter(village=village).present(day)
    if asked:
        rows = rows.filter(Q(address__contains=clean(asked)) | Q(head__contains=clean(asked)))
    some = list(rows[: MOST_FOUND + 1])
    return responsible_on(some[:MOST_FOUND], day), len(some) > MOST_FOUND


@dataclass(frozen=True, slots=True)
class Stood:
    """A turn on a day, and who really stood as the leader ticked it: ``came`` is none where nobody ticked."""

    turn: DayTurn
    came: bool | None = None
    who: str = ""


def stood_on(village: Unit, day: datetime.date) -> list[Stood]:
    """The turns of a day with swaps, stand-ins and who was ticked."""
    turns = turns_on(village, day)
    ticked = Presence.objects.filter(turn__in=[turn.key for turn in turns], date=day)
    told = {row[0]: row[1:] for row in ticked.values_list("turn", "stood", "member__name", "stand_in")}
    found = []
    for turn in turns:
        came, member, stand_in = told.get(turn.key, (None, "", ""))
        found.append(Stood(turn, came, stand_in or member or ""))
    return found
