"""The frame of a page: which place one is in, the lasting entries, the way back; only what one may open."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import Http404, HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from heli.kernel.access.actor import NOBODY, Actor
from heli.kernel.access.roles import Verb
from heli.kernel.lib import registry
from heli.kernel.lib.registry import Entry, Level, MenuEntry, Place
from heli.kernel.web.addresses import address, address_at

NAMES = {
    Entry.TODAY: pgettext_lazy("menu", "今天"),
    Entry.HOUSEHOLDS: _("联户"),
    Entry.DUTY: _("值班"),
    Entry.ORGANISATIONS: _("组织"),
    Entry.VENUES: _("场地活动"),
    Entry.REPORTS: _("报事"),
    Entry.MORE: _("更多"),
}
"""What the entries are called, in their order."""
RARE = Entry.VENUES
"""The entry for which there is no room in the bar on a phone."""
SWITCHED = 8
"""So many places stand in the switch; where there are more, it leads to the page of all places."""


@dataclass(frozen=True, slots=True)
class MenuLink:
    """An address and what it is called; ``help`` says in a line what is there. A ``rare`` entry stands on
    phones on the page of the last one."""

    address: str
    label: str | Promise
    help: str | Promise = ""
    current: bool = False
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a page.

    ``zone`` is the name of the zone above the ``place``, ``others`` the places to switch to, and
    ``everywhere`` says that there are more of them. ``back`` leads to the page that this one belongs to.
    """

    place: Place | None = None
    zone: str = ""
    others: Sequence[MenuLink] = ()
    everywhere: bool = False
    entries: Sequence[MenuLink] = field(default=())
    back: MenuLink | None = None
    searches: bool = False


def frame_of(request: HttpRequest, village: object, path: str = "", place: Place | None = None) -> Frame:
    """The frame of the page of a request. ``village`` is the unit that the page is about, if it is one; a
    page that does not know the unit may say its ``path``.

    One query for somebody with an account (two where only the path is known), none for others and for those
    whose roles lie in this village alone.
    """
    actor: Actor = getattr(request, "actor", NOBODY)
    if not actor.signed_in:
        return Frame()
    place = place or _place_of(actor, village)
    found = _switch(actor, place)
    place = place or _place_at(actor, path) or next(iter(found), None)
    match = request.resolver_match
    name = match.view_name if match else ""
    page = next((one for one in registry.entries_of(name) if _may(actor, place, one)), None)
    current = page.entry if page else match.kwargs.get("entry") if match else None
    return Frame(
        place=place,
        zone=next((one.name for one in found if one.level is Level.ZONE and one != place), ""),
        others=[MenuLink(home_of(actor, one), one.name, current=one == place) for one in found[:SWITCHED]]
        if len(found) > 1
        else (),
        everywhere=len(found) > SWITCHED,
        entries=_entries(actor, place, current),
        back=_back(actor, place, page, name) if page else None,
        searches=may_search(actor),
    )


def _switch(actor: Actor, place: Place | None) -> Sequence[Place]:
    """The places to switch to, and one more where there are more than stand there."""
    if not actor.account:
        return ()
    if place and actor.grants and all(scope == place.path for _role, scope in actor.grants):
        return (place,)
    return registry.places()(actor, SWITCHED + 1)


def _place_of(actor: Actor, village: object) -> Place | None:
    """The place of a page about a village; a member sees its name and opens nothing of it."""
    path = getattr(village, "path", "")
    if path and (actor.member or actor.may(Verb.SEE_VILLAGE, path)):
        level = Level.VILLAGE if actor.account else Level.MEMBER
        return Place(getattr(village, "pk", uuid.UUID(int=0)), path, str(village), level)
    return None


def _place_at(actor: Actor, path: str) -> Place | None:
    """The place with this path, if the actor may open it."""
    if not path or not actor.account:
        return None
    return next((place for place in registry.places()(actor, None) if place.path == path), None)


def place_for(actor: Actor, key: uuid.UUID) -> Place:
    """A place that the actor may open. Raises ``Http404`` for any other."""
    found = next((place for place in registry.places()(actor, None) if place.key == key), None)
    if found is None:
        raise Http404
    return found


def links_of(actor: Actor, place: Place | None, entry: Entry) -> list[MenuLink]:
    """The pages below an entry that the actor may open in a place."""
    entries = (one for one in registry.menu() if one.entry is entry and _may(actor, place, one))
    links = [_link(place, one) for one in entries]
    if entry is Entry.MORE and links_of(actor, place, RARE):
        links.insert(0, MenuLink(entry_address(place, RARE), NAMES[RARE]))
    return links


def home_of(actor: Actor, place: Place) -> str:
    """The address at which one begins in a place."""
    return next((link.address for link in links_of(actor, place, Entry.TODAY)), "/")


def entry_address(place: Place | None, entry: Entry) -> str:
    """The address of the page that lists what is below an entry."""
    if place is None or place.level is Level.MEMBER:
        return address("menu", entry)
    return address_at("place_menu", place.key, entry)


def shows_villages(actor: Actor, place: Place | None, entry: Entry) -> bool:
    """Whether the page of the entry lists the villages, since what is below it is theirs alone."""
    zone = place is not None and place.level is Level.ZONE
    return zone and entry is Entry.HOUSEHOLDS and bool(actor.scopes(Verb.SEE_VILLAGE))


def may_search(actor: Actor) -> bool:
    """Whether there is something that the actor may search in."""
    return bool(actor.scopes(Verb.SEE_VILLAGE) or actor.scopes(Verb.SEE_ZONE))


def _entries(actor: Actor, place: Place | None, current: str | None) -> list[MenuLink]:
    """The entries with a page that the actor may open; one with a single page leads there at once."""
    found = []
    for entry, name in NAMES.items():
        links = links_of(actor, place, entry)
        listed = shows_villages(actor, place, entry)
        if links or listed:
            alone = len(links) == 1 and not listed
            where = links[0].address if alone else entry_address(place, entry)
            found.append(MenuLink(where, name, current=entry == current, rare=entry is RARE))
    return found


def _back(actor: Actor, place: Place | None, page: MenuEntry, name: str) -> MenuLink | None:
    """To the page that one came from: that of the menu, and from there the one that lists it."""
    if name != page.url:
        return _link(place, page)
    if page.entry is Entry.TODAY or len(links_of(actor, place, page.entry)) < 2:
        return None
    return MenuLink(entry_address(place, page.entry), NAMES[page.entry])


def _may(actor: Actor, place: Place | None, entry: MenuEntry) -> bool:
    if entry.level is Level.MEMBER:
        return actor.member is not None
    verb = Verb(entry.verb) if entry.verb else None
    if entry.level is Level.DISTRICT:
        return verb is not None and actor.may(verb, "")
    if entry.level is not Level.EVERYWHERE and (place is None or place.level is not entry.level):
        return False
    if verb is None:
        return True
    return actor.may(verb, place.path) if place and entry.level is Level.VILLAGE else bool(actor.scopes(verb))


def _link(place: Place | None, entry: MenuEntry) -> MenuLink:
    if place is not None and entry.level is Level.VILLAGE:
        return MenuLink(address_at(entry.url, place.key), entry.label, entry.help)
    return MenuLink(address(entry.url), entry.label, entry.help)
