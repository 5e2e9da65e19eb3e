"""What is published and drafted in a village, and what is to be done about it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from heli.duties.models import Roster
from heli.grids.models import Division
from heli.grids.queries.links import Unlinked, unlinked_on
from heli.kernel.access.roles import Verb
from heli.kernel.lib.todo import Asked, Cure, Sign, Todo, sign_of
from heli.orgs.models import Unit
from heli.plans.links.near import Near
from heli.plans.models import Run, RunState
from heli.plans.queries.upkeep import nearest

LACKING = ngettext_lazy("缺%(count)d户", "缺%(count)d户", "count")
BEST = 3
"""So many members are offered for a household."""
SOON, LATER = 2, 6
"""Where rows without a day of their own stand among those with one: in days, as ``Todo.weight``."""


@dataclass(frozen=True, slots=True)
class Published:
    """A published table that holds today, or the next to come. ``changes``: so often did the village's books
    change since it was made. ``over``: its weeks have run out. ``begun``: it holds today."""

    kind: str
    number: int
    since: datetime.date
    changes: int
    over: bool
    begun: bool


@dataclass(frozen=True, slots=True)
class State:
    """Where a village is with its two tables: those published, the ``drafts`` that wait for review, whether
    one is being made."""

    division: Published | None
    roster: Published | None
    drafts: tuple[uuid.UUID, ...]
    planning: bool

    @property
    def published(self) -> tuple[Published, ...]:
        """The published tables, the division first."""
        return tuple(table for table in (self.division, self.roster) if table)

    @property
    def changes(self) -> int:
        """How often the books changed since the older of the two tables was made."""
        return max((table.changes for table in self.published), default=0)


def tables_of(village: Unit, today: datetime.date) -> tuple[Published, ...]:
    """The two published tables, as far as there are; two queries."""
    found = (_published(Division, village, today), _published(Roster, village, today))
    return tuple(table for table in found if table)


def state_of(village: Unit, today: datetime.date) -> State:
    """See the class; three queries."""
    waiting = (RunState.DRAFT, RunState.PLANNING)
    runs = list(Run.objects.filter(village=village, state__in=waiting).values_list("pk", "state"))
    return State(
        division=_published(Division, village, today),
        roster=_published(Roster, village, today),
        drafts=tuple(key for key, state in runs if state == RunState.DRAFT),
        planning=any(state == RunState.PLANNING for _key, state in runs),
    )


def _published(model: type[Division] | type[Roster], village: Unit, today: datetime.date) -> Published | None:
    found_on = model._default_manager.filter(village=village).overlapping(today, None)
    rows = found_on.defer("table", "published_at", "published_by").order_by("since")
    found = min(rows, key=lambda row: (row.since > today, row.since), default=None)
    if found is None:
        return None
    over = False
    if isinstance(found, Roster) and not found.repeats:
        over = (today - found.since).days >= 7 * found.weeks
    return Published(
        kind="roster" if isinstance(found, Roster) else "division",
        number=found.number,
        since=found.since,
        changes=max(village.revision - found.revision, 0),
        over=over,
        begun=found.since <= today,
    )


def todo(asked: Asked) -> Iterator[Todo]:
    """Of a village: households that have nobody, a roster that is over, drafts, books that changed."""
    if asked.unit is None or not asked.actor.may(Verb.SEE_VILLAGE, asked.unit.path):
        return
    state = asked.read(state_of, asked.unit, asked.today)
    if state.division and state.division.begun:
        yield from _lacking(asked, asked.read(unlinked_on, asked.unit, asked.today))
    if state.roster and state.roster.over:
        yield _over(asked)
    yield from _waiting(asked, state)


def _lacking(asked: Asked, unlinked: Iterable[Unlinked]) -> Iterator[Todo]:
    """A row for each household; one for all those of a member who is gone or away."""
    may, found = asked.actor.may(Verb.PLAN, asked.unit.path), dict[str, list[Unlinked]]()
    for house in unlinked:
        found.setdefault((house.member and house.why_text) or str(house.key), []).append(house)
    for houses in found.values():
        yield _one(asked, houses[0], may) if len(houses) == 1 else _several(asked, houses)


def _one(asked: Asked, house: Unlinked, may: bool) -> Todo:
    words = {"address": house.address or house.head}
    return Todo(
        key=f"house-{house.key}",
        sign=sign_of(may),
        what=_("%(address)s没有人联系") % words,
        why=house.why_text if house.member else house.head if house.address else "",
        address=reverse("household", args=[house.key]),
        button=_("给谁") if may else "",
        weight=SOON,
        counts=LACKING,
        cures=partial(_nearest, asked, house.key) if may else None,
    )


def _several(asked: Asked, houses: list[Unlinked]) -> Todo:
    may = asked.actor.may(Verb.EDIT, asked.unit.path)
    return Todo(
        key=f"houses-{houses[0].key}",
        sign=sign_of(may),
        what=ngettext("%(count)d户没有人联系", "%(count)d户没有人联系", len(houses)) % {"count": len(houses)},
        why=houses[0].why_text,
        address=reverse("upkeep", args=[asked.unit.pk]),
        button=_("看谁能接") if may else "",
        weight=SOON,
        number=len(houses),
        counts=LACKING,
    )


def _nearest(asked: Asked, household: uuid.UUID) -> list[Cure]:
    """The members who could have it at the least cost; pressing one plans with the fewest other changes."""
    return [
        Cure(
            name=one.name,
            note=_near_words(one),
            address=reverse("household_near", args=[household]),
            button=_("定给这人"),
            fields=(("member", str(one.member)),),
        )
        for one in nearest(asked.unit, household, asked.today)[:BEST]
    ]


def _near_words(one: Near) -> str:
    words = {"load": one.load, "far": one.distance}
    metres = _("有%(load)d户，离这户约%(far)d米")
    return (metres if one.unit == "metres" else _("有%(load)d户")) % words


def _over(asked: Asked) -> Todo:
    may = asked.actor.may(Verb.PLAN, asked.unit.path)
    return Todo(
        key="over",
        sign=sign_of(may),
        what=_("值班表的几周已经过完"),
        why=_("要排新的，现在没有班。"),
        address=reverse("plan", args=[asked.unit.pk]),
        button=_("排表") if may else "",
    )


def _waiting(asked: Asked, state: State) -> Iterator[Todo]:
    """What stands between the tables and what is true: a draft, a plan at work, books that changed."""
    actor, village = asked.actor, asked.unit
    if state.planning:
        yield Todo(
            key="planning", sign=Sign.WAIT, what=_("正在排表"), why=_("排好了这里会有草稿。"), weight=LATER
        )
    if state.drafts and actor.may(Verb.PLAN, village.path):
        count = len(state.drafts)
        yield Todo(
            key="draft",
            sign=Sign.WAIT,
            what=ngettext("有%(count)d份草稿没有公布", "有%(count)d份草稿没有公布", count) % {"count": count},
            address=reverse("run", args=[state.drafts[0]]),
            button=_("看草稿"),
            weight=LATER,
        )
    if state.changes and state.published and actor.may(Verb.EDIT, village.path):
        since = date_format(min(table.since for table in state.published), "MONTH_DAY_FORMAT")
        count = state.changes
        yield Todo(
            key="changed",
            sign=Sign.ACT,
            what=ngettext("名册改过%(count)d次", "名册改过%(count)d次", count) % {"count": count},
            why=_("两张表还是%(day)s的。") % {"day": since},
            address=reverse("upkeep", args=[village.pk]),
            button=_("看要动哪几户"),
            weight=LATER,
        )
