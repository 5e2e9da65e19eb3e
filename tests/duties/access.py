"""Who may open which address: turns, presence, the notice, calendars. See ``tests/access_rows.py``."""

from __future__ import annotations

from typing import Any

from tests.access_rows import EVERYBODY, EVERYBODY_GO, NOWHERE, Row, in_village, row, village
from tests.duties.swaps import every_day, seat_of, soon
from tests.world import World

from heli.duties.models import Roster, Swap
from heli.kernel.access.roles import Verb


def turn_to_come(world: World) -> dict[str, Any]:
    """A turn of the first member two days from now."""
    date = soon()
    return {"key": seat_of(every_day(world), date).pk, "day": date.isoformat()}


def in_force(world: World) -> None:
    """The roster of 青溪村, unless one is there."""
    if not Roster.objects.filter(village=world.village).exists():
        every_day(world)


def with_roster(world: World) -> dict[str, Any]:
    """青溪村, whose roster is in force."""
    in_force(world)
    return {"key": world.village.pk}


def one_roster(world: World) -> dict[str, Any]:
    """No arguments; one village has a roster."""
    in_force(world)
    return {}


def turn_of_another(world: World) -> dict[str, Any]:
    """A turn of the second member two days from now."""
    date = soon()
    return {"key": seat_of(every_day(world), date, "晚班").pk, "day": date.isoformat()}


def own_offer(world: World) -> dict[str, Any]:
    """A turn of the first member that they have offered."""
    found = turn_to_come(world)
    Swap.objects.create(turn_id=found["key"], date=found["day"], giver=world.members[0])
    return found


def third_member(world: World) -> dict[str, Any]:
    """Somebody who is free."""
    return {"to": world.members[2].pk}


def family_name(world: World) -> dict[str, Any]:
    """Somebody of the family."""
    return {"name": "苏小满"}


def offered_swap(world: World) -> dict[str, Any]:
    """A turn of the second member, offered to all."""
    date = soon()
    seat = seat_of(every_day(world), date, "晚班")
    return {"key": Swap.objects.create(turn=seat, date=date, giver=world.members[1]).pk}


def calendar_token(world: World) -> dict[str, Any]:
    """A secret address that nobody has."""
    return {"token": "x"}


def drop_point(world: World) -> dict[str, Any]:
    """The key of a drop point of 青溪村."""
    return {"key": world.posts[0].pk}


EDIT = in_village(Verb.EDIT)
TICK = in_village(Verb.TICK)
TICK_GO = in_village(Verb.TICK, "go")

TABLE: tuple[Row, ...] = (
    row("points", EVERYBODY),
    row("points", EVERYBODY_GO, one_roster),
    row("village_points", NOWHERE, village),
    row("village_points", EVERYBODY, with_roster),
    row("turn", in_village(Verb.SWAP, member="ok"), turn_to_come),
    row("turn", in_village(Verb.SWAP, "400", member="400"), turn_to_come, method="post"),
    row("turn", in_village(Verb.SWAP, "400", member="400"), turn_to_come, deed="do=else"),
    row("turn", in_village(Verb.SWAP, "go", member="go"), turn_to_come, deed="do=offer"),
    row("turn", in_village(Verb.SWAP, "409", member="403"), turn_to_come, data=third_member, deed="do=give"),
    row("turn", in_village(Verb.SWAP, "409", member="409"), turn_to_come, deed="do=exchange"),
    row("turn", in_village(Verb.SWAP, "409", member="409"), turn_to_come, deed="do=family"),
    row("turn", in_village(Verb.SWAP, "go", member="go"), turn_to_come, data=family_name, deed="do=family"),
    row("turn", in_village(Verb.SWAP, "409", member="409"), own_offer, deed="do=withdraw"),
    row("turn", in_village(Verb.SWAP, "go"), turn_of_another, deed="do=offer"),
    row("swap_accept", "404 404 404 404 404 go 404 404 in", offered_swap, method="post"),
    row("swap_decline", "404 404 404 404 404 409 404 404 in", offered_swap, method="post"),
    row("drop_points", in_village(Verb.SEE_VILLAGE), village),
    row("point_new", EDIT, village),
    row("point_new", EDIT, village, method="post"),
    row("point_new", EDIT, village, deed="sure=x"),
    row("point", EDIT, drop_point),
    row("point", EDIT, drop_point, method="post"),
    row("point", EDIT, drop_point, deed="sure=x"),
    row("point_close", EDIT, drop_point),
    row("point_close", EDIT, drop_point, method="post"),
    row("point_close", in_village(Verb.EDIT, "409"), drop_point, deed="back=1"),
    row("presence", TICK, village),
    row("presence", TICK_GO, village, method="post"),
    row("presence", TICK_GO, village, deed="rest=1"),
    row("presence_week", TICK, village),
    row("presence_week", TICK_GO, village, method="post"),
    row("presence_hours", TICK, village),
    row("presence_hours", TICK, village, method="post"),
    row("presence_record", TICK, village),
    row("presence_record", TICK, village, method="post"),
    row("presence_pay", in_village(Verb.PUBLISH), village),
    row("presence_pay", in_village(Verb.PUBLISH), village, method="post"),
    row("notice", TICK, village),
    row("my_calendar", "404 404 404 404 404 ok 404 404 in"),
    row("my_calendar", "404 404 404 404 404 400 404 404 in", method="post"),
    row("my_calendar", "404 404 404 404 404 ok 404 404 in", deed="do=make"),
    row("my_calendar", "404 404 404 404 404 go 404 404 in", deed="do=drop"),
    row("calendar_feed", NOWHERE, calendar_token),
)
