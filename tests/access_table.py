"""Who may open which address: what all slices say of theirs (``tests/access_rows.py``), in one table."""

from __future__ import annotations

from tests.access_rows import Row
from tests.slices import parts

TABLES: dict[str, tuple[Row, ...]] = {part.__name__.split(".")[1]: part.TABLE for part in parts("access")}
"""By slice."""
TABLE: tuple[Row, ...] = tuple(row for rows in TABLES.values() for row in rows)
from django.utils import timezone
from tests.duties.swaps import every_day, seat_of, soon
from tests.plans.planned import planned
from tests.world import World

from heli.duties.models import Swap
from heli.grids.models import Link, Newcomers
from heli.kernel.access.actor import SYSTEM
from heli.kernel.jobs.models import Job
from heli.kernel.lib.stale import row_hash
from heli.kernel.web.links import Holder, make_link
from heli.orgs.queries import role_of
from heli.people.models import MemberRow
from heli.plans.models import Run, Upload, UploadState

PEOPLE = ("admin", "line", "unit_officer", "head", "leader", "member", "auditor", "stranger", "nobody")
"""The columns: the attributes of :class:`World`; ``member`` has come by personal link, ``stranger`` is the
officer of the other village, ``nobody`` is not signed in."""

ANSWERS = {
    "ok": 200,
    "go": 302,  # done, or sent on to another page
    "in": 302,  # sent to sign in
    "400": 400,  # refused: what was posted is not valid, or no button of the form
    "403": 403,  # may see, may not do
    "404": 404,  # may not even know
    "409": 409,  # somebody else was faster
}
"""The words of the table; of the two 302, ``in`` leads to the sign-in page and ``go`` does not."""

Arguments = Callable[[World], Mapping[str, Any]]


@dataclass(frozen=True)
class Row:
    """One address and method, and what everyone gets."""

    name: str
    expected: tuple[str, ...]
    url: Arguments
    method: str
    data: Arguments
    deed: str

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.name, self.deed)))


def nothing(world: World) -> dict[str, Any]:
    """No arguments."""
    return {}


def village(world: World) -> dict[str, Any]:
    """The key of 青溪村."""
    return {"key": world.village.pk}


def upload(world: World) -> dict[str, Any]:
    """A book of 青溪村 that has been read."""
    made = Upload.objects.create(village=world.village, state=UploadState.READ, created_by="村负责人")
    return {"key": made.pk}


def first_passkey(world: World) -> dict[str, Any]:
    """A passkey that nobody has."""
    return {"pk": 1}


def job(world: World) -> dict[str, Any]:
    """A job that waits, for 青溪村; nobody here started it."""
    return {"key": Job.objects.create(kind="make_run", scope=world.village.path).pk}


def member(world: World) -> dict[str, Any]:
    """The key of a member of 青溪村."""
    return {"key": world.members[0].pk}


def old_member(world: World) -> dict[str, Any]:
    """The key of a member who is old enough to be exempt."""
    MemberRow.objects.filter(pk=world.members[0].pk).update(born=1940)
    return {"key": world.members[0].pk}


def no_absence(world: World) -> dict[str, Any]:
    """What the page of a member without an absence would carry."""
    return {"seen": row_hash({})}


def absence(world: World) -> dict[str, Any]:
    """A member's key and that of an absence that nobody noted."""
    return {"key": world.members[0].pk, "absence": world.zone.pk}


def household(world: World) -> dict[str, Any]:
    """The key of a household of 青溪村."""
    return {"key": world.households[0].pk}


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


def link(world: World) -> dict[str, Any]:
    """A personal link of the second member."""
    member = world.members[1]
    holder = Holder(member.pk, member.name, member.village.path)
    return {"token": make_link(SYSTEM, holder, "13900001002", timezone.now())}


def forged_link(world: World) -> dict[str, Any]:
    """A personal link that never was."""
    return {"token": "A" * 43}


def right_digits(world: World) -> dict[str, Any]:
    """The last four of the second member's phone."""
    return {"digits": "1002"}


def wrong_digits(world: World) -> dict[str, Any]:
    """Four others."""
    return {"digits": "0000"}


def head_account(world: World) -> dict[str, Any]:
    """The account of the grid head of 青溪村."""
    return {"key": world.head.pk}


def leader_role(world: World) -> dict[str, Any]:
    """The role of a team leader in 青溪村."""
    return {"role": "leader", "unit": world.village.pk, "seen": role_of(world.head)["seen"]}


def new_account(world: World) -> dict[str, Any]:
    """What makes an account in 青溪村."""
    return {**leader_role(world), "name": "白露", "username": "bailu"}


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


def row(
    name: str,
    expected: str,
    url: Arguments = nothing,
    *,
    method: str = "get",
    data: Arguments = nothing,
    deed: str = "",
) -> Row:
    """A row of the table; see the module."""
    words = tuple(expected.split())
    assert len(words) == len(PEOPLE), name
    assert set(words) <= set(ANSWERS), name
    if not deed:
        return Row(name, words, url, method, data, "")
    button = dict([deed.split("=")])
    return Row(name, words, url, "post", lambda world: {**data(world), **button}, deed)


def a_setting(_world: World) -> dict[str, Any]:
    """The name of a setting."""
    return {"name": "complaints"}


def turn_to_come(world: World) -> dict[str, Any]:
    """A turn of the first member two days from now."""
    date = soon()
    return {"key": seat_of(every_day(world), date).pk, "day": date.isoformat()}


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


def linked_household(world: World) -> dict[str, Any]:
    """A household of the first member."""
    household = world.households[0]
    Link.objects.create(household=household, member=world.members[0], since=soon(-1))
    return {"key": household.pk}


def calendar_token(world: World) -> dict[str, Any]:
    """A secret address that nobody has."""
    return {"token": "x"}


EVERYBODY = "ok ok ok ok ok ok ok ok ok"
EVERYBODY_GO = "go go go go go go go go go"
NOWHERE = "404 404 404 404 404 404 404 404 404"
SEE = "ok ok ok ok ok 404 404 404 in"
EDIT = "ok 403 ok ok 403 404 404 404 in"
"""See the village; edit or plan in it."""
STAFF = "ok ok ok ok ok in ok ok in"
TICKS = "ok 403 ok ok ok 404 404 404 in"
TURN_GO = "go 403 go go go go 404 404 in"
ME = "404 404 404 404 404 ok 404 404 in"
STAFF_GO = "go go go go go in go go in"

EDIT_GO = "go 403 go go 403 404 404 404 in"
EDIT_STALE = EDIT_GO.replace("go", "409")
"""A form that does not say what its writer saw counts as out of date, for those who may use it."""
TABLE: tuple[Row, ...] = (
    #                                  admin line unit head leader member auditor stranger nobody
    # kernel/accounts: signing in, one's own account
    row("account_login", "go go go go go ok go go ok"),
    row("account_login", "go go go go go ok go go ok", method="post"),
    row("account_logout", STAFF),
    row("account_logout", "in in in in in in in in in", method="post"),
    row("account_inactive", EVERYBODY),
    row("account_reauthenticate", STAFF),
    row("account_reauthenticate", STAFF, method="post"),
    row("account_change_password", STAFF),
    row("account_change_password", STAFF, method="post"),
    row("mfa_index", STAFF),
    row("mfa_authenticate", STAFF_GO),
    row("mfa_authenticate", STAFF_GO, method="post"),
    row("mfa_reauthenticate", STAFF_GO),
    row("mfa_reauthenticate", STAFF_GO, method="post"),
    row("mfa_activate_totp", STAFF_GO),
    row("mfa_activate_totp", STAFF_GO, method="post"),
    row("mfa_deactivate_totp", "404 404 404 404 404 in 404 404 in"),
    row("mfa_deactivate_totp", "404 404 404 404 404 in 404 404 in", method="post"),
    row("mfa_view_recovery_codes", "404 404 404 404 404 in 404 404 in"),
    row("mfa_generate_recovery_codes", STAFF_GO),
    row("mfa_generate_recovery_codes", STAFF_GO, method="post"),
    row("mfa_download_recovery_codes", "404 404 404 404 404 in 404 404 in"),
    row("mfa_list_webauthn", STAFF),
    row("mfa_add_webauthn", STAFF_GO),
    row("mfa_add_webauthn", STAFF_GO, method="post"),
    row("mfa_reauthenticate_webauthn", STAFF_GO),
    row("mfa_reauthenticate_webauthn", STAFF_GO, method="post"),
    row("mfa_remove_webauthn", STAFF_GO, first_passkey),
    row("mfa_remove_webauthn", STAFF_GO, first_passkey, method="post"),
    row("mfa_edit_webauthn", STAFF_GO, first_passkey),
    row("mfa_edit_webauthn", STAFF_GO, first_passkey, method="post"),
    row("mfa_login_webauthn", STAFF_GO),
    row("mfa_login_webauthn", STAFF_GO, method="post"),
    # kernel/audit: what was done
    row("audit", "ok 404 404 404 404 in ok 404 in"),
    # kernel/jobs: how far a job is
    row("job", "ok ok ok ok ok in 404 404 in", job),
    row("job_cancel", "go 403 go go 403 in 404 404 in", job, method="post"),
    # kernel/web: what belongs to no slice
    row("personal_link", EVERYBODY, link),
    row("personal_link", EVERYBODY, link, method="post", data=wrong_digits),
    row(
        "personal_link",
        EVERYBODY_GO,
        link,
        method="post",
        data=right_digits,
    ),
    row("personal_link", NOWHERE, forged_link),
    row("personal_link", NOWHERE, forged_link, method="post", data=right_digits),
    row("sign_out", EVERYBODY, method="post"),
    row("language", EVERYBODY_GO, method="post"),
    row("language", EVERYBODY_GO, deed="language=zh-hans"),
    row("language", EVERYBODY_GO, deed="language=en"),
    row("large", EVERYBODY_GO, method="post"),
    row("large", EVERYBODY_GO, deed="large=1"),
    row("complaints", EVERYBODY),
    row("district_settings", "ok 404 404 404 404 404 404 404 in"),
    row("district_setting", "ok 404 404 404 404 404 404 404 in", a_setting),
    row(
        "district_setting",
        "ok 404 404 404 404 404 404 404 in",
        a_setting,
        method="post",
    ),
    # people: one member, changed by hand
    row("member_edit", EDIT, member),
    row("member_edit", EDIT, member, method="post"),
    row("member_leave", EDIT, member),
    row("member_leave", EDIT, member, method="post"),
    row("member_leave", EDIT_STALE, member, deed="back=1"),
    row("member_absence", EDIT, member),
    row("member_back", "go 403 go go 403 404 404 404 in", absence, method="post", data=no_absence),
    row("member_absence", EDIT, member, method="post"),
    # grids: households, changed by hand
    row("households", SEE, village),
    row("household_new", EDIT, village),
    row("household_new", EDIT, village, method="post"),
    row("household", SEE, household),
    row("household_edit", EDIT, household),
    row("household_edit", EDIT, household, method="post"),
    row("household_split", EDIT, household),
    row("household_split", EDIT, household, method="post"),
    row("household_let", EDIT, household),
    row("household_let", EDIT, household, method="post"),
    row("household_empty", EDIT, household),
    row("household_empty", EDIT, household, method="post"),
    row("household_empty", EDIT_STALE, household, deed="again=1"),
    row("household_gone", EDIT, household),
    row("household_gone", EDIT, household, method="post"),
    row("household_gone", EDIT_STALE, household, deed="back=1"),
    # plans: published tables, keep true
    row("publish", EDIT, old_plan),
    row("publish", "409 403 409 403 403 404 404 404 in", old_plan, method="post", data=dates),
    row("published", SEE, village),
    row("publication", "404 404 404 404 404 404 404 404 in", unknown_table),
    row("publication_file", "404 404 404 404 404 404 404 404 in", unknown_file),
    row("responsible", SEE, village),
    row("plan", SEE, village),
    row("plan", EDIT_GO, village, method="post", data=usual_plan),
    row("run", SEE, draft),
    row("run_members", SEE, draft),
    row("run_households", SEE, draft),
    row("run_roster", SEE, draft),
    row("run_map", SEE, draft),
    row("run_points", SEE, draft),
    row("run_changes", SEE, draft_again),
    row("run_compare", SEE, two_drafts),
    row("run_move", EDIT, planned_house),
    row("run_move", EDIT_GO, planned_house, method="post", data=nobody_asked),
    row("run_seat", EDIT, planned_seat),
    row("run_seat", EDIT_GO, planned_seat, method="post", data=nobody_asked),
    row("run_pin", EDIT_GO, draft, method="post", data=nobody_asked),
    row("run_pin", EDIT_GO, draft, method="post", data=household_to_pin),
    row("run_pin", EDIT_GO, draft, method="post", data=member_to_pin),
    row("run_undo", EDIT_GO, draft, method="post", data=nobody_asked),
    row("run_redo", EDIT_GO, draft, method="post", data=nobody_asked),
    row("run_redo", "409 403 409 409 403 404 404 404 in", draft, method="post"),
    row("run_discard", EDIT_GO, draft, method="post", data=nobody_asked),
    row("run_again", EDIT_GO, draft, method="post", data=nobody_asked),
    row("keep", SEE, village),
    row("keep_relink", "go 403 go go 403 404 404 404 in", village, method="post"),
    row("keep_spare", "go 403 go go 403 404 404 404 in", old_member, method="post"),
    row("keep_back", "go 403 go go 403 404 404 404 in", absence, method="post"),
    row("keep_relink", EDIT_GO, village, method="post"),
    row("keep_back", EDIT_GO, absence, method="post"),
    row("household_near", EDIT, household),
    row("household_near", EDIT, household, method="post"),
    row("household_near", EDIT_GO, household, method="post", data=nearest_member),
    # people - the list of a village, phones, personal links
    row("members", "ok ok ok ok ok 404 404 404 in", village),
    row("member_links", "ok 403 ok ok 403 404 404 404 in", village, method="post"),
    row("member_link", "ok 403 ok ok 403 404 404 404 in", member, method="post"),
    row("member_unlink", EDIT_GO, member, method="post"),
    row("phone", "403 403 ok ok 403 404 404 404 in", member, method="post"),
    row("looked", "ok 403 ok ok 403 ok ok 404 in", member),
    # insight: a village, the zone, firms, newcomers
    row("home", "go go go go go go go go in"),
    row("zone", "ok ok 404 404 404 404 ok 404 in"),
    row("firms", "ok ok 404 404 404 404 ok 404 in"),
    row("village", SEE, village),
    row("newcomers", SEE, village),
    row("newcomers_count", EDIT, village),
    row("newcomers_count", EDIT_GO, village, method="post", data=new_count),
    row("newcomers_recount", EDIT, counted),
    row("newcomers_recount", EDIT_GO, counted, method="post", data=other_count),
    # orgs - who has an account, as what
    row("accounts", "ok 404 ok 404 404 404 404 ok in"),
    row("account_new", "ok 404 ok 404 404 404 404 ok in"),
    row("account_new", "ok 404 ok 404 404 404 404 ok in", method="post", data=new_account),
    row("account", "ok 404 ok 404 404 404 404 404 in", head_account),
    row("account", "go 404 go 404 404 404 404 404 in", head_account, method="post", data=leader_role),
    row("account_off", "go 404 go 404 404 404 404 404 in", head_account, method="post"),
    row("account_on", "go 404 go 404 404 404 404 404 in", head_account, method="post"),
    row("account_password", "ok 404 ok 404 404 404 404 404 in", head_account, method="post"),
    # plans: from a book to the village's rows
    row("uploads", "ok 403 ok 403 403 404 404 404 in", village),
    row("uploads", "400 403 400 403 403 404 404 404 in", village, method="post"),
    row("upload_template", "ok 403 ok 403 403 404 404 404 in", village),
    row("upload", "ok 403 ok 403 403 404 404 404 in", upload),
    row("upload_changes", "go 403 go 403 403 404 404 404 in", upload),
    row("upload_fix", "409 403 409 403 403 404 404 404 in", upload, method="post"),
    row("upload_unfix", "409 403 409 403 403 404 404 404 in", upload, method="post"),
    row("upload_again", "go 403 go 403 403 404 404 404 in", upload, method="post"),
    row("upload_import", "409 403 409 403 403 404 404 404 in", upload, method="post"),
    row("upload_away", "go 403 go 403 403 404 404 404 in", upload, method="post"),
    row("upload_undo", "409 403 409 403 403 404 404 404 in", upload, method="post"),
    # duties: turns, presence, notice, calendar
    row("turn", TICKS.replace("404 404 404", "ok 404 404"), turn_to_come),
    row("turn", "400 403 400 400 400 400 404 404 in", turn_to_come, method="post"),
    row("turn", "400 403 400 400 400 400 404 404 in", turn_to_come, deed="do=else"),
    row("turn", TURN_GO, turn_to_come, deed="do=offer"),
    row("turn", "409 403 409 409 409 403 404 404 in", turn_to_come, data=third_member, deed="do=give"),
    row("turn", "409 403 409 409 409 409 404 404 in", turn_to_come, deed="do=family"),
    row("turn", TURN_GO, turn_to_come, data=family_name, deed="do=family"),
    row("turn", TURN_GO.replace("go", "409"), own_offer, deed="do=withdraw"),
    row("turn", "go 403 go go go 404 404 404 in", turn_of_another, deed="do=offer"),
    row("swap_accept", "404 404 404 404 404 go 404 404 in", offered_swap, method="post"),
    row("swap_decline", "404 404 404 404 404 409 404 404 in", offered_swap, method="post"),
    row("presence", TICKS, village),
    row("presence", TICKS.replace("ok", "go"), village, method="post"),
    row("presence", TICKS.replace("ok", "go"), village, deed="rest=1"),
    row("presence_week", TICKS, village),
    row("presence_week", TICKS.replace("ok", "go"), village, method="post"),
    row("presence_hours", TICKS, village),
    row("presence_hours", TICKS, village, method="post"),
    row("presence_record", TICKS, village),
    row("presence_record", TICKS, village, method="post"),
    row("presence_pay", "ok 403 ok 403 403 404 404 404 in", village),
    row("presence_pay", "ok 403 ok 403 403 404 404 404 in", village, method="post"),
    row("notice", TICKS, village),
    row("my_calendar", ME),
    row("my_calendar", ME.replace("ok", "400"), method="post"),
    row("my_calendar", ME, deed="do=make"),
    row("my_calendar", ME.replace("ok", "go"), deed="do=drop"),
    row("calendar_feed", NOWHERE, calendar_token),
    # insight: a member's own page
    row("me", "go go go go go ok go go in"),
    row("my_phone", ME, linked_household, method="post"),
    row("my_data", ME),
    row("my_data_json", ME),
)
"""The table. Rows of a slice stand together, in the order of the slices in ``.importlinter`` from below."""
