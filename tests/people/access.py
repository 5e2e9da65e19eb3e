"""Who may open which address: members. See ``tests/access_rows.py``."""

from __future__ import annotations

from typing import Any

from tests.access_rows import Row, in_village, row, village
from tests.world import World

from heli.kernel.access.roles import Verb
from heli.kernel.lib.stale import row_hash


def member(world: World) -> dict[str, Any]:
    """The key of a member of 青溪村."""
    return {"key": world.members[0].pk}


def no_absence(world: World) -> dict[str, Any]:
    """What the page of a member without an absence would carry."""
    return {"seen": row_hash({})}


def absence(world: World) -> dict[str, Any]:
    """A member's key and that of an absence that nobody noted."""
    return {"key": world.members[0].pk, "absence": world.zone.pk}


EDIT = in_village(Verb.EDIT)

TABLE: tuple[Row, ...] = (
    row("member_new", EDIT, village),
    row("member_new", EDIT, village, method="post"),
    row("member_phone", EDIT, member),
    row("member_phone", EDIT, member, method="post"),
    row("member_edit", EDIT, member),
    row("member_edit", EDIT, member, method="post"),
    row("member_leave", EDIT, member),
    row("member_leave", EDIT, member, method="post"),
    row("member_leave", in_village(Verb.EDIT, "409"), member, deed="back=1"),
    row("member_absence", EDIT, member),
    row("member_back", in_village(Verb.EDIT, "go"), absence, method="post", data=no_absence),
    row("member_absence", EDIT, member, method="post"),
    row("members", in_village(Verb.SEE_VILLAGE), village),
    row("member_links", EDIT, village, method="post"),
    row("member_link", EDIT, member, method="post"),
    row("member_unlink", in_village(Verb.EDIT, "go"), member, method="post"),
    row("phone", in_village(Verb.REVEAL), member, method="post"),
    row("looked", in_village(Verb.EDIT, member="ok", auditor="ok"), member),
)
