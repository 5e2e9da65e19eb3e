"""Who may open which address: households. See ``tests/access_rows.py``."""

from __future__ import annotations

from typing import Any

from tests.access_rows import EVERYBODY, Row, in_village, row, village
from tests.world import World

from heli.kernel.access.roles import Verb


def household(world: World) -> dict[str, Any]:
    """The key of a household of 青溪村."""
    return {"key": world.households[0].pk}


def no_house(world: World) -> dict[str, Any]:
    """A house that is not there."""
    return {"village": world.village.pk, "address": "没有这条路9号"}


def member(world: World) -> dict[str, Any]:
    """The key of a member of 青溪村."""
    return {"key": world.members[0].pk}


EDIT = in_village(Verb.EDIT)

TABLE: tuple[Row, ...] = (
    row("find_member", EVERYBODY),
    row("find_member", EVERYBODY, method="post", data=no_house),
    row("newcomers_uploads", in_village(Verb.UPLOAD), village),
    row("newcomers_uploads", in_village(Verb.UPLOAD, "400"), village, method="post"),
    row("newcomers_uploads_template", in_village(Verb.UPLOAD), village),
    row("households", in_village(Verb.SEE_VILLAGE), village),
    row("household_new", EDIT, village),
    row("household_new", EDIT, village, method="post"),
    row("member", in_village(Verb.SEE_VILLAGE), member),
    row("household", in_village(Verb.SEE_VILLAGE), household),
    row("household_edit", EDIT, household),
    row("household_edit", EDIT, household, method="post"),
    row("household_split", EDIT, household),
    row("household_split", EDIT, household, method="post"),
    row("household_let", EDIT, household),
    row("household_let", EDIT, household, method="post"),
    row("household_empty", EDIT, household),
    row("household_empty", EDIT, household, method="post"),
    row("household_empty", in_village(Verb.EDIT, "409"), household, deed="again=1"),
    row("household_gone", EDIT, household),
    row("household_gone", EDIT, household, method="post"),
    row("household_gone", in_village(Verb.EDIT, "409"), household, deed="back=1"),
)
