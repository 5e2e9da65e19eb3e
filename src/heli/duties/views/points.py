"""The drop points and their hours, for people without an account."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heli.duties.queries.points import open_points, villages_with_hours
from heli.kernel.web.addresses import address_at
from heli.kernel.web.menu import MenuLink


@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """The villages that have a roster; where there is one, its page."""
    villages = list(villages_with_hours(timezone.localdate()))
    if len(villages) == 1:
        return redirect("village_points", villages[0].pk)
    links = [MenuLink(address_at("village_points", village.pk), village.name) for village in villages]
    title = _("投放点和时间：您是哪个村的？") if links else _("还没有公布投放点和时间")
    return render(request, "duties/points.html", {"title": title, "villages": links})


@require_safe
def village_points(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The drop points of a village and their hours, as its roster in force says."""
    today = timezone.localdate()
    found = get_object_or_404(villages_with_hours(today), pk=key)
    shown = open_points(found, today)
    title = _("%(village)s：投放点和时间") % {"village": found}
    return render(request, "duties/points.html", {"title": title, "points": shown})
