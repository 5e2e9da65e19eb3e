"""Pages of the frame: what is below an entry of the menu, all places, what a search finds, the front."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from itertools import islice

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heli.kernel.access.actor import Actor
from heli.kernel.access.request import PersonRequest
from heli.kernel.lib import registry
from heli.kernel.lib.registry import Entry, Level, SearchResult
from heli.kernel.lib.text import clean
from heli.kernel.settings.definitions import TELEPHONE
from heli.kernel.settings.queries import value_of
from heli.kernel.web.access import signed_in
from heli.kernel.web.addresses import address
from heli.kernel.web.menu import (
    NAMES,
    MenuLink,
    entry_address,
    home_of,
    links_of,
    may_search,
    place_for,
    shows_villages,
)

MOST = 20
"""So many results of a kind stand on the page."""
LONGEST = 80
"""Characters that are searched for."""


@signed_in
@require_safe
def entry(request: PersonRequest, entry: str, key: uuid.UUID | None = None) -> HttpResponse:
    """The pages below an entry of the menu that one may open, each with a line on what is there."""
    actor, which = request.actor, next((one for one in Entry if one == entry), None)
    if which is None:
        raise Http404
    place = place_for(actor, key) if key else None
    links = links_of(actor, place, which)
    villages = []
    if shows_villages(actor, place, which):
        villages = [one for one in registry.places()(actor, None) if one.level is Level.VILLAGE]
    if not links and not villages:
        raise Http404
    name = NAMES[which]
    words = {
        "title": _("%(place)s：%(entry)s") % {"place": place.name, "entry": name} if place else name,
        "links": links,
        "villages": [MenuLink(entry_address(one, which), one.name) for one in villages],
    }
    return render(request, "web/entry.html", {**words, "place": place})


@signed_in
@require_safe
def places(request: PersonRequest) -> HttpResponse:
    """All places that one may open."""
    found = registry.places()(request.actor, None)
    if not found:
        raise Http404
    links = [MenuLink(home_of(request.actor, place), place.name) for place in found]
    return render(request, "web/entry.html", {"title": _("换地方"), "villages": links})


@dataclass(frozen=True, slots=True)
class KindFound:
    """What was found of one kind; ``more``: there is more of it than is shown."""

    label: Promise
    results: tuple[SearchResult, ...]
    more: bool


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: PersonRequest) -> HttpResponse:
    """What one may see by house number or name. The text comes in the body: no name stands in an address."""
    if not may_search(request.actor):
        raise Http404
    text = clean(request.POST.get("q", "")[:LONGEST])
    kinds = _found(request.actor, text) if text else []
    title = _("找门牌号、姓名、企业")
    if text:
        number = sum(len(kind.results) for kind in kinds)
        title = _("“%(text)s”：找到%(number)s个") % {"text": text, "number": number}
    return render(request, "web/search.html", {"title": title, "text": text, "kinds": kinds})


def _found(actor: Actor, text: str) -> list[KindFound]:
    """By kind, what the slices find."""
    found = []
    for label, finds in registry.search_kinds():
        results = tuple(islice(finds(actor, text, MOST + 1), MOST + 1))
        if results:
            found.append(KindFound(label, results[:MOST], len(results) > MOST))
    return found


@dataclass(frozen=True, slots=True)
class Telephone:
    """A telephone number as it is written, and as a telephone dials it."""

    words: str
    number: str


_NUMBER = re.compile(r"\+?\d[\d -]{2,}\d")


def telephone() -> Telephone | None:
    """The number that the district names for everybody; none when it names none. One query."""
    words = value_of(TELEPHONE, timezone.localdate()).strip()
    number = _NUMBER.search(words)
    return Telephone(words, re.sub(r"[ -]", "", number[0])) if number else None


def front(request: HttpRequest) -> HttpResponse:
    """Where people without an account begin: a door for each thing that one can do without."""
    doors = [MenuLink(address(door.url), door.label, door.help) for door in registry.doors()]
    return render(
        request, "web/front.html", {"title": _("要办什么？"), "doors": doors, "telephone": telephone()}
    )
