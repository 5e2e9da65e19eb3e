"""Who may open which address: uploads, plans, published tables, upkeep. See ``tests/access_rows.py``."""

from __future__ import annotations

from typing import Any

from tests.access_rows import Row, in_village, row, village
from tests.grids.access import household
from tests.people.access import absence
from tests.plans.planned import planned
from tests.world import World

from heli.kernel.access.roles import Verb
from heli.kernel.imports.models import Upload, UploadState
from heli.people.models import MemberRow
from heli.plans.models import Run


def upload(world: World) -> dict[str, Any]:
    """A book of 青溪村 that has been read."""
    made = Upload.objects.create(
        what="village", unit=world.village, state=UploadState.READ, created_by="村负责人"
    )
    return {"key": made.pk}


def old_member(world: World) -> dict[str, Any]:
    """The key of a member who is old enough to be exempt."""
    MemberRow.objects.filter(pk=world.members[0].pk).update(born=1940)
    return {"key": world.members[0].pk}


def old_plan(world: World) -> dict[str, Any]:
    """A plan of 青溪村 that is not used."""
    run = Run.objects.create(village=world.village, state="discarded", revision=0, options={})
    return {"key": run.pk}


def draft(world: World) -> dict[str, Any]:
    """A plan of 青溪村 under review."""
    return {"key": planned(world.village, low=1).pk}


def draft_again(world: World) -> dict[str, Any]:
    """A plan of 青溪村 planned again from another one."""
    return {"key": planned(world.village, planned(world.village, low=1), low=1).pk}


def two_drafts(world: World) -> dict[str, Any]:
    """Two plans of 青溪村."""
    return {"key": planned(world.village, low=1).pk, "other": planned(world.village).pk}


def planned_house(world: World) -> dict[str, Any]:
    """A household in a plan."""
    return {**draft(world), "house": world.households[3].pk}


def planned_seat(world: World) -> dict[str, Any]:
    """A seat in a plan that somebody has."""
    run = planned(world.village, low=1)
    return {"key": run.pk, "seat": run.seats.exclude(member=None)[0].pk}


def nobody_asked(world: World) -> dict[str, Any]:
    """A form about nothing."""
    return {"version": 0}


def member_to_take(world: World) -> dict[str, Any]:
    """The member who is to take a household or a turn."""
    return {"version": 0, "member": world.members[0].pk}


def household_to_pin(world: World) -> dict[str, Any]:
    """A household that is to stay with its member."""
    return {"version": 0, "household": world.households[3].pk, "pinned": "on"}


def member_to_pin(world: World) -> dict[str, Any]:
    """A member who is to keep all they have."""
    return {"version": 0, "member": world.members[0].pk, "pinned": "on"}


def nearest_member(world: World) -> dict[str, Any]:
    """The member who is to have a household."""
    return {"member": world.members[0].pk}


def usual_plan(world: World) -> dict[str, Any]:
    """What most ask of a plan."""
    return {"mode": "groups", "weeks": 1}


def dates(world: World) -> dict[str, Any]:
    """From when on a plan is to hold."""
    return {"version": 0, "links_since": "2030-01-01", "roster_since": "2030-01-07"}


def unknown_table(world: World) -> dict[str, Any]:
    """A version that was never published."""
    return {"key": world.village.pk, "kind": "division", "number": 1}


def unknown_file(world: World) -> dict[str, Any]:
    """A file of a version that was never published."""
    return {**unknown_table(world), "what": "print"}


PLAN = in_village(Verb.PLAN)
SEE = in_village(Verb.SEE_VILLAGE)
PLAN_GO = in_village(Verb.PLAN, "go")
UPLOAD = in_village(Verb.UPLOAD)
UPLOAD_GO = in_village(Verb.UPLOAD, "go")
UPLOAD_STALE = in_village(Verb.UPLOAD, "409")

TABLE: tuple[Row, ...] = (
    row("publish", PLAN, old_plan),
    row("publish", in_village(Verb.PUBLISH, "409"), old_plan, method="post", data=dates),
    row("published", SEE, village),
    row("publication", "404 404 404 404 404 404 404 404 in", unknown_table),
    row("publication_file", "404 404 404 404 404 404 404 404 in", unknown_file),
    row("responsible", SEE, village),
    row("plan", SEE, village),
    row("plan", PLAN_GO, village, method="post", data=usual_plan),
    row("plan", PLAN_GO, village, method="post", deed="all=on"),
    row("run", SEE, draft),
    row("run_members", SEE, draft),
    row("run_households", SEE, draft),
    row("run_roster", SEE, draft),
    row("run_map", SEE, draft),
    row("run_points", SEE, draft),
    row("run_changes", SEE, draft_again),
    row("run_compare", SEE, two_drafts),
    row("run_move", PLAN, planned_house),
    row("run_move", PLAN_GO, planned_house, method="post", data=nobody_asked),
    row("run_move", PLAN_GO, planned_house, method="post", data=member_to_take),
    row("run_seat", PLAN, planned_seat),
    row("run_seat", PLAN_GO, planned_seat, method="post", data=nobody_asked),
    row("run_seat", PLAN_GO, planned_seat, method="post", data=member_to_take),
    row("run_pin", PLAN_GO, draft, method="post", data=nobody_asked),
    row("run_pin", PLAN_GO, draft, method="post", data=household_to_pin),
    row("run_pin", PLAN_GO, draft, method="post", data=member_to_pin),
    row("run_undo", PLAN_GO, draft, method="post", data=nobody_asked),
    row("run_redo", PLAN_GO, draft, method="post", data=nobody_asked),
    row("run_redo", in_village(Verb.PLAN, "409"), draft, method="post"),
    row("run_discard", PLAN_GO, draft, method="post", data=nobody_asked),
    row("run_again", PLAN_GO, draft, method="post", data=nobody_asked),
    row("run_again", PLAN_GO, draft, method="post", data=member_to_take),
    row("upkeep", SEE, village),
    row("upkeep_relink", PLAN_GO, village, method="post"),
    row("upkeep_exempt", in_village(Verb.EDIT, "go"), old_member, method="post"),
    row("upkeep_return", PLAN_GO, absence, method="post"),
    row("upkeep_relink", PLAN_GO, village, method="post"),
    row("upkeep_return", PLAN_GO, absence, method="post"),
    row("household_near", PLAN, household),
    row("household_near", PLAN, household, method="post"),
    row("household_near", PLAN_GO, household, method="post", data=nearest_member),
    row("uploads", UPLOAD, village),
    row("uploads", in_village(Verb.UPLOAD, "400"), village, method="post"),
    row("uploads_template", UPLOAD, village),
    row("upload", UPLOAD, upload),
    row("upload_changes", UPLOAD_GO, upload),
    row("upload_fix", UPLOAD_STALE, upload, method="post"),
    row("upload_unfix", UPLOAD_STALE, upload, method="post"),
    row("upload_same", UPLOAD_STALE, upload, method="post"),
    row("upload_again", UPLOAD_GO, upload, method="post"),
    row("upload_import", UPLOAD_STALE, upload, method="post"),
    row("upload_away", UPLOAD_GO, upload, method="post"),
    row("upload_undo", UPLOAD_STALE, upload, method="post"),
)
