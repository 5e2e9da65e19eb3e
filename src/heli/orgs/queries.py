"""Reads about units and who works where."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from heli.kernel.access.actor import Actor
from heli.kernel.access.models import Grant
from heli.kernel.access.roles import Role, Verb
from heli.kernel.accounts.models import Account
from heli.kernel.lib.stale import row_hash
from heli.orgs.models import Kind, Unit
from heli.orgs.rules import ROLE_NAMES


@dataclass(frozen=True, slots=True)
class Worker:
    """An account with what it may do and where, in words."""

    key: uuid.UUID
    username: str
    name: str
    active: bool
    roles: tuple[tuple[str, str], ...]


def workers(actor: Actor) -> list[Worker]:
    """The accounts with a role where the actor may give roles, those switched off last."""
    grants = list(Grant.objects.filter(actor.within(Verb.GRANT, "scope")).order_by("scope", "role"))
    keys = {grant.account_id for grant in grants}
    names = dict(Unit.objects.filter(path__in={grant.scope for grant in grants}).values_list("path", "name"))
    held: dict[uuid.UUID, list[tuple[str, str]]] = {key: [] for key in keys}
    for grant in grants:
        held[grant.account_id].append((str(ROLE_NAMES[Role(grant.role)]), names.get(grant.scope, "")))
    accounts = Account.objects.filter(pk__in=keys).order_by("-is_active", "name")
    return [
        Worker(
            account.pk, account.username, account.get_full_name(), account.is_active, tuple(held[account.pk])
        )
        for account in accounts
    ]


def facts_of(account: Account) -> dict[str, str]:
    """The role an account holds and the path of where, as a page shows it; nothing without a role."""
    grant = Grant.objects.filter(account=account).order_by("scope").first()
    return {} if grant is None else {"role": grant.role, "scope": grant.scope}


def role_of(account: Account) -> dict[str, object]:
    """The role an account holds and where, as a form begins with it; ``seen`` is the hash of the two."""
    facts = facts_of(account)
    unit = Unit.objects.filter(path=facts["scope"]).first() if facts else None
    return {"role": facts.get("role"), "unit": unit, "seen": row_hash(facts)}


def firm_named(name: str, near: Unit) -> Unit | None:
    """The firm of this very name in the zone of a unit; none when there is no such firm."""
    zone = near.path.split("/", 1)[0]
    return Unit.objects.filter(kind=Kind.FIRM, name=name.strip(), path__startswith=f"{zone}/").first()
