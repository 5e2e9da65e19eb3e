"""Published tables: those in force, earlier ones, what a plan would change, who was responsible on a day."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from heli.duties.models import Presence, Roster
from heli.duties.models import Turn as TurnRow
from heli.duties.queries import RosterTable, roster_from_json
from heli.duties.queries.days import DayTurn, names_of, turns_on
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
from heli.plans.turns.words import WEEKDAYS

KINDS = ("division", "roster")
MOST_FOUND = 30
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


@dataclass(frozen=True, slots=True)
class Difference:
    """A house or seat that has another member: ``what`` it is, who had it, who has it; empty: nobody."""

    what: str
    before: str
    after: str
    why: str = ""


def compared(version: Version, before: Version) -> list[Difference]:
    """What is not the same in a version as in the one before; what was only renamed is the same."""
    if version.kind == "division":
        return _links_compared(division_of(version), division_of(before))
    old, new = (_placed(TurnRow.objects.filter(roster=one.key)) for one in (before, version))
    standing = {who for kinds, _posts in (old, new) for _place, _kind, who in kinds if who}
    names = names_of(MemberRow.objects.filter(pk__in=standing))
    return seats_changed(_named(old[0], names), _named(new[0], names), {**old[1], **new[1]})


def _links_compared(new: DivisionTable, old: DivisionTable) -> list[Difference]:
    """By key where both tables have keys, else by the names that they show."""
    keyed = all(row.key for table in (old, new) for row in table.rows)
    was, now = _houses(old, keyed), _houses(new, keyed)
    return [
        Difference(*_sides(was.get(house), now.get(house)))
        for house in dict.fromkeys((*now, *was))
        if (house in was and was[house][0]) != (house in now and now[house][0])
    ]


def _sides(was: tuple[str, str, str] | None, now: tuple[str, str, str] | None) -> tuple[str, str, str]:
    shown = now or was
    return shown[2] if shown else "", was[1] if was else "", now[1] if now else ""


def _houses(table: DivisionTable, keyed: bool) -> dict[str, tuple[str, str, str]]:
    """Household → member as known, member as shown, house as shown."""
    found = {}
    for row in table.rows:
        for house in row.houses:
            shown = house.lane + house.number
            found[house.key if keyed else shown] = (row.key if keyed else row.name, row.name, shown)
    return found


Place = tuple[int, int, str, str]
"""Week, ISO weekday, slot, drop point as :func:`point_of` names it."""

Kinds = tuple[tuple[Place, str, uuid.UUID | None], ...]
"""Turns: where and when, the kind of seat, who stands there."""


def seats_changed(
    old: Mapping[Place, list[str]], new: Mapping[Place, list[str]], posts: Mapping[str, str]
) -> list[Difference]:
    """Where other people stand: those who leave a place beside those who come, one line each."""
    found = []
    for place in sorted({*old, *new}, key=lambda place: place[:2]):
        gone = list((Counter(old.get(place, ())) - Counter(new.get(place, ()))).elements())
        come = list((Counter(new.get(place, ())) - Counter(old.get(place, ()))).elements())
        for at in range(max(len(gone), len(come))):
            before = gone[at] if at < len(gone) else ""
            found.append(Difference(place_words(place, posts), before, come[at] if at < len(come) else ""))
    return found


def point_of(key: uuid.UUID | None, name: str) -> str:
    """What a drop point is known by: its key; by its name where only that was kept."""
    return str(key) if key else name


def place_words(place: Place, posts: Mapping[str, str]) -> str:
    """A place of the roster as people say it; the week is named from the second on.

    ``posts`` says what drop points are called, by what they are known by.
    """
    week, day, slot, post = place
    return f"{f'{week}· ' if week > 1 else ''}{WEEKDAYS[day - 1]} {slot} {posts.get(post, post)}"


@dataclass(frozen=True, slots=True)
class InForce:
    """What was published last: household → member, and who stands where, by key.

    ``versions`` names the two tables by their numbers (``3/2``; 0: none): other numbers are other tables.
    """

    links: Mapping[uuid.UUID, uuid.UUID]
    turns: Mapping[Place, list[uuid.UUID | None]]
    kinds: Kinds
    names: Mapping[uuid.UUID, str]
    posts: Mapping[str, str]
    versions: str

    def __bool__(self) -> bool:
        return bool(self.links or self.turns)


def _placed(rows: QuerySet[TurnRow]) -> tuple[Kinds, dict[str, str]]:
    """Published turns by place, and what each drop point is called there; one query."""
    kinds, posts = [], {}
    told = rows.values_list("week", "weekday", "slot", "drop_point", "post", "kind", "member")
    for week, day, slot, key, post, kind, member in told:
        point = point_of(key, post)
        posts[point] = post
        kinds.append(((week, day, slot, point), kind, member))
    return tuple(kinds), posts


def _named(kinds: Kinds, names: Mapping[uuid.UUID, str]) -> dict[Place, list[str]]:
    """Place → names of those who stand there."""
    found: dict[Place, list[str]] = {}
    for place, _kind, who in kinds:
        found.setdefault(place, []).extend([names[who]] if who else [])
    return found


def in_force(village: Unit) -> InForce:
    """What was published last, in three queries."""
    links = Link.objects.filter(household__village=village).still().values_list("household", "member")
    kinds, posts = _placed(TurnRow.objects.filter(roster__in=Roster.objects.filter(village=village).still()))
    turns: dict[Place, list[uuid.UUID | None]] = {}
    for place, _kind, member in kinds:
        turns.setdefault(place, []).append(member)
    numbers = {
        kind: Coalesce(Subquery(rows.filter(village=village).still().values("number")), 0)
        for kind, rows in (("division", Division.objects), ("roster", Roster.objects))
    }
    members = MemberRow.objects.filter(village=village).annotate(**numbers)
    told = list(members.values_list("pk", "name", *numbers))
    versions = "/".join(map(str, told[0][2:])) if told else ""
    return InForce(dict(links), turns, kinds, {row[0]: row[1] for row in told}, posts, versions)


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
    """The file of a version if it was drawn before, without its bytes."""
    found = Drawing.objects.filter(publication=version.key, what=what, language=language)
    return found.select_related("file").defer("file__data").first()


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
