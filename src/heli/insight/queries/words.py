"""The sentence a page is called by: the answer to its question."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heli.insight.queries.village import Standing
from heli.insight.queries.zone import Zone
from heli.kernel.lib.phrases import in_one_breath


def standing_words(now: Standing) -> str:
    """``青溪村：328户都有人联系，本周空2个班``."""
    parts = {"village": now.village.name, "division": _division(now), "roster": _roster(now)}
    return _("%(village)s：%(division)s，%(roster)s") % parts


def workers_words(people: int) -> str:
    """How many people from outside are counted in all."""
    told = {"people": intcomma(people)}
    return _("%(people)s 名外来务工人员住在各村和企业宿舍") % told if people else _("还没有记过外来务工人员")


def _division(now: Standing) -> str:
    if now.unlinked:
        count = len(now.unlinked)
        return ngettext("%(count)d户没有人联系", "%(count)d户没有人联系", count) % {"count": count}
    if not now.households:
        return _("还没有交名册")
    if now.linked:
        return ngettext("%(count)d户都有人联系", "%(count)d户都有人联系", now.linked) % {"count": now.linked}
    if now.division_next:
        return _("网格划分表从%(day)s起") % {"day": date_format(now.division_next, "MONTH_DAY_FORMAT")}
    return _("没有要联系的户")


def _roster(now: Standing) -> str:
    if now.roster is None:
        if now.roster_next:
            return _("值班表从%(day)s起") % {"day": date_format(now.roster_next, "MONTH_DAY_FORMAT")}
        return _("还没有值班表")
    if now.roster.over:
        return _("值班表已经到期")
    return seats_words(len(now.turns), len(now.empty))


def seats_words(planned: int, empty: int) -> str:
    """How the week's seats stand: so many are there, in so many nobody comes."""
    if not planned:
        return _("本周没有班")
    if not empty:
        return _("本周每个班都有人")
    return ngettext("本周空%(count)d个班", "本周空%(count)d个班", empty) % {"count": empty}


def zone_words(zone: Zone) -> str:
    """``和溪片区：29个村，3个村还没有交名册，10户没有人联系，本周空12个班``.

    That every household or turn has somebody is only said of villages that have households and turns.
    """
    parts = {"zone": zone.name, "clauses": in_one_breath(_zone_clauses(zone))}
    return _("%(zone)s：%(clauses)s") % parts


def _zone_clauses(zone: Zone) -> Iterator[str]:
    count = len(zone.villages)
    if not count:
        yield _("还没有村")
        return
    yield ngettext("%(count)d个村", "%(count)d个村", count) % {"count": count}
    if bare := zone.bare:
        yield ngettext("%(count)d个村还没有交名册", "%(count)d个村还没有交名册", bare) % {"count": bare}
    unlinked = zone.total("unlinked")
    if unlinked:
        yield ngettext("%(count)d户没有人联系", "%(count)d户没有人联系", unlinked) % {"count": unlinked}
    elif not bare:
        yield _("每户都有人联系")
    if zone.total("seats"):
        yield seats_words(zone.total("seats"), zone.total("empty"))
    if lacking := zone.unpublished:
        yield ngettext("%(count)d个村还没有公布两张表", "%(count)d个村还没有公布两张表", lacking) % {
            "count": lacking
        }
