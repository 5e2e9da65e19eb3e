"""Who may open which address: signing in, the audit, jobs, personal links. See ``tests/access_rows.py``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from tests.access_rows import EVERYBODY, EVERYBODY_GO, NOWHERE, Row, in_village, row, somewhere
from tests.world import World

from heli.kernel.access.actor import SYSTEM
from heli.kernel.access.roles import Verb
from heli.kernel.jobs.models import Job
from heli.kernel.web.links import Holder, make_link


def first_passkey(world: World) -> dict[str, Any]:
    """A passkey that nobody has."""
    return {"pk": 1}


def job(world: World) -> dict[str, Any]:
    """A job that waits, for 青溪村; nobody here started it."""
    return {"key": Job.objects.create(kind="make_run", scope=world.village.path).pk}


def a_setting(_world: World) -> dict[str, Any]:
    """The name of a setting."""
    return {"name": "complaints"}


def below(entry: str) -> Callable[[World], dict[str, Any]]:
    """The page of an entry of the menu in 青溪村."""
    return lambda world: {"key": world.village.pk, "entry": entry}


def villages(world: World) -> dict[str, Any]:
    """The page of the zone that lists the villages."""
    return {"key": world.zone.pk, "entry": "households"}


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


STAFF = "ok ok ok ok ok in ok ok in"
STAFF_GO = "go go go go go in go go in"
STAFF_NOWHERE = "404 404 404 404 404 in 404 404 in"

TABLE: tuple[Row, ...] = (
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
    row("mfa_deactivate_totp", STAFF_NOWHERE),
    row("mfa_deactivate_totp", STAFF_NOWHERE, method="post"),
    row("mfa_view_recovery_codes", STAFF_NOWHERE),
    row("mfa_generate_recovery_codes", STAFF_GO),
    row("mfa_generate_recovery_codes", STAFF_GO, method="post"),
    row("mfa_download_recovery_codes", STAFF_NOWHERE),
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
    row("audit", somewhere(Verb.READ_AUDIT, member="in")),
    row("job", in_village(Verb.SEE_VILLAGE, member="in"), job),
    row("job_cancel", in_village(Verb.PLAN, "go", member="in"), job, method="post"),
    row("personal_link", EVERYBODY, link),
    row("personal_link", EVERYBODY, link, method="post", data=wrong_digits),
    row("personal_link", EVERYBODY_GO, link, method="post", data=right_digits),
    row("personal_link", NOWHERE, forged_link),
    row("personal_link", NOWHERE, forged_link, method="post", data=right_digits),
    row("sign_out", EVERYBODY, method="post"),
    row("language", EVERYBODY_GO, method="post"),
    row("language", EVERYBODY_GO, deed="language=zh-hans"),
    row("language", EVERYBODY_GO, deed="language=en"),
    row("large", EVERYBODY_GO, method="post"),
    row("large", EVERYBODY_GO, deed="large=1"),
    row("complaints", EVERYBODY),
    row("place_menu", in_village(Verb.SEE_VILLAGE, member="404"), below("households")),
    row("place_menu", in_village(Verb.SEE_VILLAGE, member="404"), below("duty")),
    row("place_menu", somewhere(Verb.GRANT, line="404", stranger="404"), below("more")),
    row("place_menu", "404 404 404 404 404 404 404 404 in", below("reports")),
    row("place_menu", "404 404 404 404 404 404 404 404 in", below("no-such-entry")),
    row("place_menu", "ok ok 404 404 404 404 404 404 in", villages),
    row("menu", "ok 404 ok 404 404 ok ok ok in", lambda world: {"entry": "more"}),
    row("places", "ok ok ok ok ok 404 ok ok in"),
    row("search", "ok ok ok ok ok 404 ok ok in"),
    row("search", "ok ok ok ok ok 404 ok ok in", method="post", data=lambda world: {"q": "青溪"}),
    row("district_settings", somewhere(Verb.CONFIGURE)),
    row("district_setting", somewhere(Verb.CONFIGURE), a_setting),
    row("district_setting", somewhere(Verb.CONFIGURE), a_setting, method="post"),
)
