"""Who may open which address: accounts. See ``tests/access_rows.py``."""

from __future__ import annotations

from typing import Any

from tests.access_rows import Row, in_village, row, somewhere
from tests.world import World

from heli.kernel.access.roles import Verb
from heli.orgs.queries import role_of


def head_account(world: World) -> dict[str, Any]:
    """The account of the grid head of 青溪村."""
    return {"key": world.head.pk}


def leader_role(world: World) -> dict[str, Any]:
    """The role of a team leader in 青溪村."""
    return {"role": "leader", "unit": world.village.pk, "seen": role_of(world.head)["seen"]}


def new_account(world: World) -> dict[str, Any]:
    """What makes an account in 青溪村."""
    return {**leader_role(world), "name": "白露", "username": "bailu"}


GRANT = somewhere(Verb.GRANT)
GRANT_GO_HERE = in_village(Verb.GRANT, "go", refused="404")

TABLE: tuple[Row, ...] = (
    row("accounts", GRANT),
    row("account_new", GRANT),
    row("account_new", GRANT, method="post", data=new_account),
    row("account", in_village(Verb.GRANT, refused="404"), head_account),
    row("account", GRANT_GO_HERE, head_account, method="post", data=leader_role),
    row("account_off", GRANT_GO_HERE, head_account, method="post"),
    row("account_on", GRANT_GO_HERE, head_account, method="post"),
    row("account_password", in_village(Verb.GRANT, refused="404"), head_account, method="post"),
)
