"""The zone, its villages and firms, and the accounts of a demo."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.hashers import make_password

from heli.demo.staff import PASSWORD, STAFF
from heli.kernel.access.actor import Actor
from heli.kernel.access.models import Grant
from heli.kernel.access.roles import Role
from heli.kernel.accounts.models import Account
from heli.orgs.models import Kind, Unit

BATCH = 500


def officer_of(village: Unit) -> Actor:
    """Who does in a village what its officer does."""
    return Actor(name="村负责人", grants=((Role.UNIT, village.path),))


def fill_firms(zone: Unit, names: Sequence[str]) -> list[Unit]:
    """The firms of the zone."""
    firms = [Unit(parent=zone, kind=Kind.FIRM, name=name) for name in names]
    for firm in firms:
        firm.path = f"{zone.path}{firm.id.hex}/"
    return Unit.objects.bulk_create(firms, batch_size=BATCH)


def fill_accounts(zone: Unit, village: Unit) -> None:
    """An account for every role: of the whole district, of the zone, or of the first village."""
    scopes = {Role.ADMIN: "", Role.LINE: zone.path, Role.AUDITOR: zone.path}
    password = make_password(PASSWORD)
    accounts = [Account(username=name, name=called, password=password) for name, called, _role in STAFF]
    Account.objects.bulk_create(accounts)
    Grant.objects.bulk_create(
        Grant(account=account, role=role, scope=scopes.get(role, village.path))
        for account, (_name, _called, role) in zip(accounts, STAFF, strict=True)
    )
