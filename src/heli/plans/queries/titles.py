"""What the pages of the two tables are called: the answer to one question, the same wherever it is asked.

What is in force is told by :func:`now_words`, from who has nobody today (``grids.queries.links``) and the
turns of the days ahead in which nobody comes (``duties.queries.gaps``), as the homes are. A draft is
told by what it changes (:func:`draft_words`), so that it never says of today what only it would bring.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heli.duties.models import Roster
from heli.duties.queries.gaps import Seats, seats_ahead
from heli.grids.models import Division, HouseholdRow
from heli.grids.queries.links import Unlinked, unlinked_on
from heli.kernel.lib.phrases import join_clauses
from heli.orgs.models import Unit
from heli.plans.models import Run, RunState
from heli.plans.queries.differences import Publishing


@dataclass(frozen=True, slots=True)
class Now:
    """How the published tables stand: who has nobody today, how many turns of the days ahead are empty.

    ``since``: from when both tables will hold, where neither holds yet; ``published``: there is one.
    """

    village: str
    households: int
    unlinked: tuple[Unlinked, ...]
    seats: Seats
    since: datetime.date | None
    published: bool


def now_of(village: Unit, today: datetime.date, moment: datetime.datetime) -> Now:
    """See the class; ``moment`` is local time, the number of queries fixed."""
    begins = [
        since
        for model in (Division, Roster)
        for since in model._default_manager.filter(village=village).order_by("since").values_list("since")[:1]
    ]
    first = min((since for (since,) in begins), default=None)
    return Now(
        village=village.name,
        households=HouseholdRow.objects.filter(village=village).needing(today).count(),
        unlinked=unlinked_on(village, today),
        seats=seats_ahead([village.pk], moment).get(village.pk, Seats()),
        since=first if first and first > today else None,
        published=first is not None,
    )


def now_words(now: Now) -> str:
    """``青溪村：缺1户，空2个班``, as the homes count them."""
    return _("%(village)s：%(said)s") % {"village": now.village, "said": join_clauses(_now(now))}


def _now(now: Now) -> Iterator[str]:
    if not now.published:
        yield _("还没有公布过表")
        return
    if now.since:
        yield _("两张表已经公布，%(day)s起用") % {"day": date_format(now.since, "MONTH_DAY_FORMAT")}
        return
    if count := len(now.unlinked):
        yield ngettext("缺%(count)d户", "缺%(count)d户", count) % {"count": count}
    else:
        count = now.households
        yield ngettext("%(count)d户都有人联系", "%(count)d户都有人联系", count) % {"count": count}
    if count := now.seats.empty:
        yield ngettext("空%(count)d个班", "空%(count)d个班", count) % {"count": count}
    elif now.seats.planned:
        yield _("7天里每个班都有人")


def upkeep_words(now: Now, to_do: int) -> str:
    """The same for the page that keeps the tables true: gaps, else how many things are not true any more."""
    if to_do and now.published and not now.unlinked:
        said = ngettext("有%(count)d处要重新排", "有%(count)d处要重新排", to_do) % {"count": to_do}
        return _("%(village)s：%(said)s") % {"village": now.village, "said": said}
    return now_words(now)


@dataclass(frozen=True, slots=True)
class Rest:
    """What a draft rests on no longer: the village changed (``stale``), other tables were published since
    (``published``), or a later draft was made (``later``)."""

    stale: bool
    published: bool
    later: Run | None

    @property
    def superseded(self) -> bool:
        """Whether the draft is an older one."""
        return self.stale or self.published or self.later is not None


def rest_of(run: Run) -> Rest:
    """See the class; three queries."""
    made = run.created_at
    later = Run.objects.filter(village=run.village, state=RunState.DRAFT, created_at__gt=made).first()
    return Rest(run.revision != run.village.revision, published_at(run.village) > made, later)


def published_at(village: Unit) -> datetime.datetime:
    """When the village last published a table; long ago when it never did."""
    told = [
        model._default_manager.filter(village=village).aggregate(at=Max("published_at"))["at"]
        for model in (Division, Roster)
    ]
    return max((at for at in told if at), default=datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC))


def draft_words(run: Run, changes: Publishing, stale: bool) -> str:
    """``青溪村草稿：会换2户、1个班``; for the first tables how many have somebody."""
    village = {"village": run.village.name}
    if run.state == RunState.PUBLISHED:
        return _("%(village)s：%(day)s排的这份已经公布") % {
            **village,
            "day": date_format(run.created_at, "MONTH_DAY_FORMAT"),
        }
    if run.state == RunState.DISCARDED:
        return _("%(village)s：这份草稿不用了") % village
    if stale:
        return _("%(village)s：这份草稿过时了，请重新排") % village
    return _("%(village)s草稿：%(said)s") % {**village, "said": join_clauses(_draft(changes))}


def price_words(links: int, seats: int) -> str:
    """``会换2户、1个班``."""
    if links and seats:
        return _("会换%(links)d户、%(seats)d个班") % {"links": links, "seats": seats}
    if links:
        return ngettext("会换%(count)d户", "会换%(count)d户", links) % {"count": links}
    return ngettext("会换%(count)d个班", "会换%(count)d个班", seats) % {"count": seats}


def _draft(changes: Publishing) -> Iterator[str]:
    if changes.none:
        yield _("和现在一样，没有人变动")
    elif not changes.first:
        yield price_words(len(changes.links), len(changes.seats))
    if unlinked := changes.unlinked:
        yield ngettext("%(count)d户没有人联系", "%(count)d户没有人联系", unlinked) % {"count": unlinked}
    elif changes.first and changes.households:
        count = changes.households
        yield ngettext("%(count)d户都有人联系", "%(count)d户都有人联系", count) % {"count": count}
    if empty := changes.unfilled:
        yield ngettext("空%(count)d个班", "空%(count)d个班", empty) % {"count": empty}
    elif changes.first and changes.turns:
        count = changes.turns
        yield ngettext("%(count)d个班都有人", "%(count)d个班都有人", count) % {"count": count}
