"""Who may open which address: a member's own page, a village's, the zone's. See ``tests/access_rows.py``."""

from __future__ import annotations

from typing import Any

from tests.access_rows import Row, in_village, row, somewhere, village
from tests.duties.swaps import soon
from tests.world import World

from heli.grids.models import Link, Newcomers
from heli.kernel.access.roles import Verb


def counted(world: World) -> dict[str, Any]:
    """Twelve people from outside, counted in 青溪村."""
    row = Newcomers.objects.create(
        village=world.village, address="前街1号", people=12, counted_on="2026-11-01"
    )
    return {"key": row.pk}


def other_count(world: World) -> dict[str, Any]:
    """Fewer of them."""
    return {"people": 3, "seen": 12}


def new_count(world: World) -> dict[str, Any]:
    """People at an address that was not counted before."""
    return {"address": "后河9号", "people": 4}


def linked_household(world: World) -> dict[str, Any]:
    """A household of the first member."""
    household = world.households[0]
    Link.objects.create(household=household, member=world.members[0], since=soon(-1))
    return {"key": household.pk}


def days_away(world: World) -> dict[str, Any]:
    """Days on which the member cannot come."""
    return {"since": soon(3), "last": soon(4), "why": "生病"}


ME = "404 404 404 404 404 ok 404 404 in"

TABLE: tuple[Row, ...] = (
    row("home", "go go go go go go go go ok"),
    row("zone", somewhere(Verb.SEE_ZONE)),
    row("firms", somewhere(Verb.SEE_ZONE)),
    row("village", in_village(Verb.SEE_VILLAGE), village),
    row("village_week", in_village(Verb.SEE_VILLAGE), village),
    row("newcomers", in_village(Verb.SEE_VILLAGE), village),
    row("newcomers_count", in_village(Verb.EDIT), village),
    row("newcomers_count", in_village(Verb.EDIT, "go"), village, method="post", data=new_count),
    row("newcomers_recount", in_village(Verb.EDIT), counted),
    row("newcomers_recount", in_village(Verb.EDIT, "go"), counted, method="post", data=other_count),
    row("me", "go go go go go ok go go in"),
    row("my_absence", ME),
    row("my_absence", "404 404 404 404 404 go 404 404 in", method="post", data=days_away),
    row("my_phone", ME, linked_household, method="post"),
    row("my_data", ME),
    row("my_data_json", ME),
)
