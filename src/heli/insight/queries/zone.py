"""How all villages of a zone stand, side by side and by name; firms and the workers they employ."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from heli.duties.models import Roster
from heli.duties.queries.gaps import Seats, seats_ahead
from heli.grids.models import Division, HouseholdRow, Newcomers
from heli.grids.queries.links import without_member
from heli.kernel.access.actor import Actor
from heli.kernel.access.roles import Verb
from heli.kernel.lib.lists import Column, List
from heli.kernel.lib.phrases import join_clauses
from heli.kernel.lib.registry import SearchResult
from heli.kernel.lib.todo import Asked, Todo, sign_of
from heli.kernel.web.addresses import address
from heli.orgs.models import Kind, Unit
from heli.people.models import MemberRow
from heli.plans.models import Run, RunState

FEW = 5
"""A count of people below this is not told exactly in lists by employer."""
EMPTY, LACKING, UNPUBLISHED, BARE = 1, 2, 4, 6
"""How a village's row stands among all that is to be done, by its worst gap: in days (``Todo.weight``)."""


@dataclass(frozen=True, slots=True)
class VillageLine:
    """One village's figures. ``division`` and ``roster`` are the days from which its tables hold, if any.

    ``stale``: so often did its books change since the older of the two was made.
    """

    key: uuid.UUID
    path: str
    name: str
    households: int
    residents: int
    members: int
    unlinked: int
    seats: int
    empty: int
    newcomers: int
    division: datetime.date | None
    roster: datetime.date | None
    stale: int
    drafts: int

    @property
    def since(self) -> datetime.date | None:
        """The day since which both tables hold; none while one is missing."""
        return max(self.division, self.roster) if self.division and self.roster else None

    @property
    def bare(self) -> bool:
        """Whether its register was not handed in: it has no households or no members."""
        return not (self.households and self.members)

    @property
    def unpublished(self) -> bool:
        """Whether one of the two tables, or both, is not in force."""
        return self.since is None

    @property
    def weight(self) -> int:
        """Which of its gaps matters first, as ``Todo.weight``; 0: it has none."""
        if self.bare:
            return BARE
        return EMPTY if self.empty else UNPUBLISHED if self.unpublished else LACKING if self.unlinked else 0


@dataclass(frozen=True, slots=True)
class Zone:
    """The villages that somebody may see, by name, and what they come to together."""

    name: str
    villages: tuple[VillageLine, ...]
    firms: int

    def total(self, figure: str) -> int:
        """The sum of a figure over the villages."""
        return sum(int(getattr(line, figure)) for line in self.villages)

    @property
    def totals(self) -> dict[str, int]:
        """Every sum by name."""
        figures = ("households", "residents", "members", "unlinked", "seats", "empty", "newcomers", "drafts")
        return {figure: self.total(figure) for figure in figures}

    @property
    def whole(self) -> tuple[VillageLine, ...]:
        """The villages without a gap."""
        return tuple(line for line in self.villages if not line.weight)


def villages_seen_by(actor: Actor) -> QuerySet[Unit]:
    """The villages whose figures the actor may see, by name."""
    seen = actor.within(Verb.SEE_ZONE, "path") | actor.within(Verb.SEE_VILLAGE, "path")
    return Unit.objects.villages().filter(seen)


def zone_of(actor: Actor, moment: datetime.datetime) -> Zone:
    """The figures of every village the actor may see; the number of queries is fixed."""
    today = moment.date()
    units = list(villages_seen_by(actor))
    keys = [unit.pk for unit in units]
    homes = _homes(keys, today)
    serving = MemberRow.objects.filter(village__in=keys).serving(today)
    members = _by_village(serving, Count("pk"))
    need = _by_village(without_member(today).filter(village__in=keys), Count("pk"))
    newcomers = _by_village(Newcomers.objects.filter(village__in=keys), Sum("people"))
    drafts = _by_village(Run.objects.filter(village__in=keys, state=RunState.DRAFT), Count("pk"))
    seats = seats_ahead(keys, moment)
    divisions, rosters = _since(Division, keys, today), _since(Roster, keys, today)
    lines = []
    for unit in units:
        division, roster = divisions.get(unit.pk), rosters.get(unit.pk)
        made = [found[1] for found in (division, roster) if found]
        households, residents = homes.get(unit.pk, (0, 0))
        week = seats.get(unit.pk, Seats())
        lines.append(
            VillageLine(
                key=unit.pk,
                path=unit.path,
                name=unit.name,
                households=households,
                residents=residents,
                members=members.get(unit.pk, 0),
                unlinked=need.get(unit.pk, 0),
                seats=week.planned,
                empty=week.empty,
                newcomers=newcomers.get(unit.pk, 0),
                division=division[0] if division else None,
                roster=roster[0] if roster else None,
                stale=max(unit.revision - min(made), 0) if made else 0,
                drafts=drafts.get(unit.pk, 0),
            )
        )
    return Zone(_name(actor), tuple(lines), firms_seen_by(actor).count())


def todo(asked: Asked) -> Iterator[Todo]:
    """Of all that somebody sees: a row for each village that has a gap."""
    if asked.unit is not None or not asked.actor.signed_in:
        return
    for line in asked.read(zone_of, asked.actor, asked.moment).villages:
        if line.weight:
            opens = asked.actor.may(Verb.SEE_VILLAGE, line.path)
            yield Todo(
                key=f"village-{line.key}",
                sign=sign_of(asked.actor.may(Verb.EDIT, line.path)),
                what=gettext("%(village)s：%(gaps)s")
                % {"village": line.name, "gaps": join_clauses(gaps_of(line))},
                why=join_clauses(_why(line)),
                address=reverse("village", args=[line.key]) if opens else "",
                button=gettext("看这个村") if opens else "",
                weight=line.weight,
            )


def gaps_of(line: VillageLine) -> Iterator[str]:
    """What a village lacks, in words. Of one without a register nothing else is said."""
    if line.bare:
        yield gettext("没交名册")
        return
    if line.empty:
        yield ngettext("空%(count)d个班", "空%(count)d个班", line.empty) % {"count": line.empty}
    if line.division and line.unlinked:
        yield ngettext("缺%(count)d户", "缺%(count)d户", line.unlinked) % {"count": line.unlinked}
    if line.unpublished:
        none = not (line.division or line.roster)
        yield (
            gettext("没公布两张表")
            if none
            else gettext("没有值班表")
            if line.division
            else gettext("没有网格划分表")
        )


def _why(line: VillageLine) -> Iterator[str]:
    if line.drafts:
        yield gettext("有草稿")
    if line.stale:
        yield gettext("公布以后名册改过")


def _name(actor: Actor) -> str:
    """What the villages together are called: the one zone the actor sees, else simply all villages."""
    zones = list(Unit.objects.filter(actor.within(Verb.SEE_ZONE, "path"), kind=Kind.ZONE)[:2])
    return zones[0].name if len(zones) == 1 else gettext("全部村")


def _by_village(rows: QuerySet[Any], what: Count | Sum) -> dict[uuid.UUID, int]:
    counts = rows.order_by().values("village").annotate(figure=what)
    return dict(counts.values_list("village", "figure"))


def _homes(keys: list[uuid.UUID], today: datetime.date) -> dict[uuid.UUID, tuple[int, int]]:
    """Village → households and people who live there."""
    rows = HouseholdRow.objects.present(today).filter(village__in=keys).order_by().values("village")
    counts = rows.annotate(homes=Count("pk"), people_=Sum("people"))
    return {
        village: (homes, people or 0)
        for village, homes, people in counts.values_list("village", "homes", "people_")
    }


def _since(
    table: type[Division] | type[Roster], keys: list[uuid.UUID], today: datetime.date
) -> dict[uuid.UUID, tuple[datetime.date, int]]:
    """Village → since when its table holds, and the revision it was made from."""
    found = table.objects.filter(village__in=keys).on(today).values_list("village", "since", "revision")
    return {village: (since, revision) for village, since, revision in found}


@dataclass(frozen=True, slots=True)
class FirmLine:
    """A firm and how many people from outside it employs, in how many villages they live."""

    name: str
    people: int
    villages: int

    @property
    def told(self) -> str:
        """The count as it may be told: a small one only as small."""
        return told(self.people)


def told(people: int) -> str:
    """A count of people as lists by employer tell it: below ``FEW`` only that it is so."""
    return f"<{FEW}" if 0 < people < FEW else str(people)


FIRMS = List(
    name="firms",
    label=_("企业"),
    order=("name", "id"),
    search=("name",),
    search_label=_("企业名称"),
    columns=(
        Column(_("企业"), lambda firm: firm.name, head=True),
        Column(_("外来务工人员"), lambda firm: firm.told, number=True),
        Column(_("住在几个村"), lambda firm: firm.villages, number=True),
    ),
    empty=_("还没有企业。"),
)
"""The firms by name, of :class:`FirmLine`."""


def firms_seen_by(actor: Actor) -> QuerySet[Unit]:
    """The firms of the zones whose figures the actor may see, by name."""
    return Unit.objects.filter(actor.within(Verb.SEE_ZONE, "path"), kind=Kind.FIRM)


def find(actor: Actor, text: str, most: int) -> Iterator[SearchResult]:
    """The firms whose name has the text in it, of those that the actor may see, each in the list of firms."""
    rows = firms_seen_by(actor).filter(name__icontains=text).values_list("name", flat=True)
    for name in rows[:most]:
        yield SearchResult(name, "", f"{address('firms')}?{urlencode({'q': name})}")


def firm_lines(actor: Actor, firms: Sequence[Unit]) -> tuple[FirmLine, ...]:
    """A line for each of the firms; one query."""
    seen = Newcomers.objects.filter(employer__in=firms, village__in=villages_seen_by(actor))
    counts = (
        seen.order_by().values("employer").annotate(all=Sum("people"), at=Count("village", distinct=True))
    )
    found = {firm: (people, at) for firm, people, at in counts.values_list("employer", "all", "at")}
    return tuple(FirmLine(firm.name, *found.get(firm.pk, (0, 0))) for firm in firms)


def workers_seen_by(actor: Actor) -> tuple[int, int]:
    """How many people from outside are counted, and of how many nobody knows the employer."""
    seen = Newcomers.objects.filter(village__in=villages_seen_by(actor))
    counts = seen.aggregate(all=Sum("people"), unknown=Sum("people", filter=Q(employer=None)))
    return counts["all"] or 0, counts["unknown"] or 0
