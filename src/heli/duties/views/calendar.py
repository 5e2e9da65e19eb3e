"""The calendar feed and its secret address."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_http_methods, require_safe

from heli.duties.access import me
from heli.duties.commands import drop_feed, make_feed
from heli.duties.queries.calendar import body_hash, feed_of, has_feed, member_of_feed
from heli.kernel.access.request import PersonRequest
from heli.kernel.web.access import deed, signed_in


@signed_in
@require_http_methods(["GET", "POST"])
def address(request: PersonRequest) -> HttpResponse:
    """Make the secret address anew, which is shown this once, or give it up."""
    member = me(request.actor, timezone.localdate())
    made = ""
    do = deed(request, {"make": "make", "drop": "drop"}) if request.method == "POST" else ""
    if do == "drop":
        drop_feed(request.actor, member)
        return redirect("my_calendar")
    if do == "make":
        token = make_feed(request.actor, member)
        made = request.build_absolute_uri(reverse("calendar_feed", args=[token]))
    page = {"made": made, "webcal": made.replace("http", "webcal", 1).replace("webcals", "webcal", 1)}
    return render(request, "duties/calendar.html", {**page, "has": has_feed(member)})


@require_safe
def feed(request: PersonRequest, token: str) -> HttpResponse:
    """The member's turns of the next weeks, for whoever has the secret address."""
    member = member_of_feed(token, timezone.localdate())
    if member is None:  # plain, so that an address given up looks like one that never was
        return HttpResponse("404", content_type="text/plain", status=404)
    body, changed = feed_of(member, timezone.localdate())
    etag = quote_etag(body_hash(body))
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["ETag"], response["Last-Modified"] = etag, http_date(changed.timestamp())
    return get_conditional_response(request, etag=etag, response=response) or response
