"""Changes to units and to who works in them."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.actor import Actor
from heli.kernel.access.models import Grant
from heli.kernel.access.queries import top_scope
from heli.kernel.access.roles import Role
from heli.kernel.accounts.models import Account
from heli.kernel.audit.commands import record
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.stale import refuse_if_changed
from heli.orgs.access import may_give
from heli.orgs.models import Kind, Unit
from heli.orgs.queries import facts_of

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def hold(unit: Unit | uuid.UUID) -> Unit:
    """The unit as it is now, held until the transaction ends: whoever else changes what is the unit's waits.

    It is the first lock of every command that changes rows of a unit, so that no two commands ever wait for
    each other (ARCHITECTURE.md, “Locks”). Others may still read, and add rows that name the unit.
    """
    key = unit.pk if isinstance(unit, Unit) else unit
    return Unit.objects.select_for_update(no_key=True).get(pk=key)


def bump_revision(village: Unit) -> None:
    """Members, households or posts of the village changed: plans made before are out of date."""
    Unit.objects.filter(pk=village.pk).update(revision=F("revision") + 1)


@dataclass(frozen=True, slots=True)
class Begun:
    """What :func:`begin_district` made: how many villages, and the first account's password, if it is new."""

    villages: int
    password: str


@transaction.atomic
def begin_district(actor: Actor, zone: str, villages: Sequence[str], admin: str) -> Begun:
    """The zone, its villages and the first account, as far as they are not there yet.

    Refused with ``orgs.zone-exists`` when the district has a zone of another name.
    """
    there = Unit.objects.filter(kind=Kind.ZONE).first()
    if there is not None and there.name != zone:
        message = _("这里已经有“%(name)s”了。一个数据库只管一个开发区。")
        raise DomainError("orgs.zone-exists", message, name=there.name)
    top = there or Unit.objects.create(kind=Kind.ZONE, name=zone)
    known = set(Unit.objects.villages().values_list("name", flat=True))
    new = [name for name in dict.fromkeys(villages) if name not in known]
    for name in new:
        village = Unit.objects.create(kind=Kind.VILLAGE, name=name, parent=top)
        record(actor, "unit.made", f"unit:{village.pk}", village.path)
    if Account.objects.exists():
        return Begun(len(new), "")
    password = first_password()
    account = Account.objects.create_user(admin, password=password, name=admin)
    Grant.objects.create(account=account, role=Role.ADMIN, scope=top.path)
    record(actor, "account.made", f"account:{account.pk}", top.path)
    record(actor, "grant.given", f"account:{account.pk}", top.path, role=Role.ADMIN.value)
    return Begun(len(new), password)


def first_password() -> str:
    """A password to be told once: twelve letters and digits that cannot be mistaken, in groups of four."""
    letters = "".join(secrets.choice(_LETTERS) for _place in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


@transaction.atomic
def make_account(actor: Actor, username: str, name: str, role: Role, unit: Unit) -> tuple[Account, str]:
    """A new account with one role, and its first password, which is not kept anywhere.

    Refused with ``orgs.username-taken``, or with ``orgs.role-too-high`` for a role the actor may not give
    there.
    """
    _refuse_too_high(actor, role, unit.path)
    password = first_password()
    try:
        with transaction.atomic():
            account = Account.objects.create_user(username, password=password, name=name)
    except IntegrityError:
        message = _("用户名 %(username)s 已经有人用，请换一个。")
        raise DomainError("orgs.username-taken", message, field="username", username=username) from None
    Grant.objects.create(account=account, role=role, scope=unit.path)
    record(actor, "account.made", f"account:{account.pk}", unit.path)
    record(actor, "grant.given", f"account:{account.pk}", unit.path, role=role.value)
    return account, password


@transaction.atomic
def change_role(actor: Actor, account: Account, role: Role, unit: Unit, seen: str | None = None) -> None:
    """The account holds this role in this unit and no other from now on.

    ``seen`` is the hash of the ``facts_of`` the account that the page showed: refused with
    ``kernel.row-changed`` when it holds another role by now. None: nobody was shown a page.

    Refused with ``orgs.role-too-high`` as :func:`make_account` is, and with ``orgs.last-admin`` when the
    district would have no admin any more.
    """
    _refuse_too_high(actor, role, unit.path)
    if role is not Role.ADMIN or unit.parent_id:
        _refuse_last_admin(account)
    _lock(account)
    refuse_if_changed(facts_of(account), seen)
    for grant in Grant.objects.filter(account=account):
        if (grant.role, grant.scope) != (role.value, unit.path):
            record(actor, "grant.taken", f"account:{account.pk}", grant.scope, role=grant.role)
            grant.delete()
    _grant, made = Grant.objects.get_or_create(account=account, role=role, scope=unit.path)
    if made:
        record(actor, "grant.given", f"account:{account.pk}", unit.path, role=role.value)


@transaction.atomic
def switch(actor: Actor, account: Account, active: bool) -> None:
    """Switch an account off, or on again. Whoever is signed in with it is out at once, and for good.

    Refused with ``orgs.last-admin`` when the district would have no admin any more.
    """
    if not active:
        _refuse_last_admin(account)
    row = _lock(account)
    if row.is_active == active:
        return
    row.is_active = active
    row.sessions_ended += not active
    row.save(update_fields=["is_active", "sessions_ended"])
    record(actor, "account.on" if active else "account.off", f"account:{row.pk}", top_scope(row))


@transaction.atomic
def new_password(actor: Actor, account: Account) -> str:
    """A new first password for somebody who forgot theirs; the second step is off until they set it up."""
    row = _lock(account)
    password = first_password()
    row.set_password(password)
    row.save(update_fields=["password"])
    Authenticator.objects.filter(user=row).delete()
    record(actor, "account.password", f"account:{row.pk}", top_scope(row))
    return password


def _refuse_too_high(actor: Actor, role: Role, scope: str) -> None:
    if not may_give(actor, role, scope):
        raise DomainError("orgs.role-too-high", _("您不能在这里给这个角色。"), field="role")


def _refuse_last_admin(account: Account) -> None:
    """Refuse when nobody else is admin of the whole district.

    Holds all of these grants until the end of the transaction, so that two admins who take each other's
    place away at once do not both succeed.
    """
    tops = ["", *Unit.objects.filter(parent=None).values_list("path", flat=True)]
    admins = Grant.objects.filter(role=Role.ADMIN, scope__in=tops).order_by("pk")
    grants = admins.select_for_update(no_key=True)
    holders = {grant.account_id for grant in grants}
    others = Account.objects.filter(pk__in=holders - {account.pk}, is_active=True)
    if account.pk in holders and not others.exists():
        raise DomainError("orgs.last-admin", _("这是最后一个系统管理员。请先让另一个人当系统管理员。"))


def _lock(account: Account) -> Account:
    return Account.objects.select_for_update(no_key=True).get(pk=account.pk)
