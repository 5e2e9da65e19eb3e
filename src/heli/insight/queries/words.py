"""The sentence a page is called by: the answer to its question."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heli.insight.queries.village import Standing
from heli.insight.queries.zone import Zone


def standing_words(now: Standing) -> str:
    """``青溪村：328户都有人联系，本周空2个班``."""
    parts = {"village": now.village.name, "division": _division(now), "roster": _roster(now)}
    return _("%(village)s：%(division)s，%(roster)s") % parts


def _division(now: Standing) -> str:
    if now.unlinked:
        count = len(now.unlinked)
        return ngettext("%(count)d户没有人联系", "%(count)d户没有人联系", count) % {"count": count}
    if now.linked:
        return ngettext("%(count)d户都有人联系", "%(count)d户都有人联系", now.linked) % {"count": now.linked}
    if now.division_next:
        return _("网格划分表从%(day)s起") % {"day": date_format(now.division_next, "MONTH_DAY_FORMAT")}
    return _("还没有网格划分表")


def _roster(now: Standing) -> str:
    if now.roster is None:
        if now.roster_next:
            return _("值班表从%(day)s起") % {"day": date_format(now.roster_next, "MONTH_DAY_FORMAT")}
        return _("还没有值班表")
    if now.roster.over:
        return _("值班表已经到期")
    return seats_words(len(now.empty))


def seats_words(empty: int) -> str:
    """How the week's seats stand."""
    if not empty:
        return _("本周每个班都有人")
    return ngettext("本周空%(count)d个班", "本周空%(count)d个班", empty) % {"count": empty}


def zone_words(zone: Zone) -> str:
    """``和溪片区：29个村，10户没有人联系，本周空12个班``."""
    count = len(zone.villages)
    unlinked = zone.total("unlinked")
    parts = {
        "zone": zone.name,
        "villages": ngettext("%(count)d个村", "%(count)d个村", count) % {"count": count},
        "links": ngettext("%(count)d户没有人联系", "%(count)d户没有人联系", unlinked) % {"count": unlinked}
        if unlinked
        else _("每户都有人联系"),
        "seats": seats_words(zone.total("empty")),
    }
    return _("%(zone)s：%(villages)s，%(links)s，%(seats)s") % parts
