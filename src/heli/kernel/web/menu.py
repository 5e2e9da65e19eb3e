"""Links to the pages of the slices, for those who may open them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from heli.kernel.access.actor import Actor
from heli.kernel.access.roles import Verb
from heli.kernel.lib import registry


@dataclass(frozen=True, slots=True)
class MenuLink:
    """An address and what it is called."""

    address: str
    label: Promise


def top_menu(actor: Actor) -> list[MenuLink]:
    """What stands on top of every page, for whoever may do the verb of an entry somewhere."""
    return [
        MenuLink(reverse(entry.url), entry.label)
        for entry in registry.menu()
        if not entry.in_village and actor.scopes(Verb(entry.verb))
    ]


def village_menu(actor: Actor, key: uuid.UUID, path: str) -> list[MenuLink]:
    """The buttons on the page of the village with this key and path."""
    return [
        MenuLink(reverse(entry.url, args=[key]), entry.label)
        for entry in registry.menu()
        if entry.in_village and actor.may(Verb(entry.verb), path)
    ]
