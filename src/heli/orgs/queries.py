"""Reads about units and who works where."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.actor import Actor
from heli.kernel.access.models import Grant
from heli.kernel.access.roles import Role, Verb
from heli.kernel.accounts.models import Account
from heli.kernel.lib.lists import Column, List
from heli.kernel.lib.phrases import in_brackets
from heli.kernel.lib.registry import Level, Place, SearchResult
from heli.kernel.lib.stale import row_hash
from heli.kernel.web.addresses import address_at
from heli.orgs.models import Kind, Unit
from heli.orgs.rules import ROLE_NAMES


def places_of(actor: Actor, most: int | None = None) -> list[Place]:
    """The zones and villages that the actor may open, zones first, each by name; one query.

    A zone is opened by whoever sees the figures of its villages, or more than one village of it.
    """
    if not (actor.scopes(Verb.SEE_ZONE) or actor.scopes(Verb.SEE_VILLAGE)):
        return []
    zones = Q(kind=Kind.ZONE)
    if not actor.scopes(Verb.SEE_ZONE):
        zones &= Q(path__in={f"{scope.split('/', 1)[0]}/" for scope in actor.scopes(Verb.SEE_VILLAGE)})
    units = Unit.objects.filter(zones | Q(kind=Kind.VILLAGE) & actor.within(Verb.SEE_VILLAGE))
    rows = units.order_by("-kind", "name", "pk").values_list("pk", "path", "name", "kind")
    found = [Place(key, path, name, Level(kind)) for key, path, name, kind in rows[:most]]
    villages = sum(place.level is Level.VILLAGE for place in found)
    return found if actor.scopes(Verb.SEE_ZONE) or villages > 1 else found[-villages:] if villages else []


def find(actor: Actor, text: str, most: int) -> Iterator[SearchResult]:
    """The villages whose name has the text in it, of those that the actor may see."""
    rows = Unit.objects.villages().visible_to(actor).filter(name__icontains=text)
    for key, name in rows.values_list("pk", "name")[:most]:
        yield SearchResult(name, "", address_at("village", key))


@dataclass(frozen=True, slots=True)
class Worker:
    """An account with what it may do and where, in words."""

    key: uuid.UUID
    username: str
    name: str
    active: bool
    roles: tuple[tuple[str, str], ...]
    mine: bool = False


def accounts_within(actor: Actor) -> QuerySet[Account]:
    """The accounts with a role where the actor may give roles."""
    held = Grant.objects.filter(actor.within(Verb.GRANT, "scope"))
    return Account.objects.filter(pk__in=held.values("account"))


def account_names(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of accounts, by key."""
    return {account.pk: account.get_full_name() for account in Account.objects.filter(pk__in=keys)}


def unit_names(paths: Iterable[str]) -> dict[str, str]:
    """What the units with these paths are called."""
    return dict(Unit.objects.filter(path__in=paths).values_list("path", "name"))


def accounts_words(active: int) -> str:
    """How many accounts are in use."""
    return ngettext("%(number)d 个账号在用", "%(number)d 个账号在用", active) % {"number": active}


def workers(actor: Actor, accounts: Sequence[Account]) -> list[Worker]:
    """The accounts with those of their roles that the actor may give; two queries."""
    held: dict[uuid.UUID, list[tuple[str, str]]] = {account.pk: [] for account in accounts}
    grants = Grant.objects.filter(actor.within(Verb.GRANT, "scope"), account__in=held)
    found = list(grants.order_by("scope", "role").values_list("account", "role", "scope"))
    names = unit_names({scope for _account, _role, scope in found})
    for key, role, scope in found:
        held[key].append((str(ROLE_NAMES[Role(role)]), names.get(scope, "")))
    return [
        Worker(
            account.pk,
            account.username,
            account.get_full_name(),
            account.is_active,
            tuple(held[account.pk]),
            mine=account.pk == actor.account,
        )
        for account in accounts
    ]


def _roles(worker: Worker) -> str:
    return "、".join(role + in_brackets(where or gettext("全区")) for role, where in worker.roles)


def _address(worker: Worker) -> str:
    """The page of the account; nobody changes their own."""
    return "" if worker.mine else reverse("account", args=[worker.key])


ACCOUNTS = List(
    name="accounts",
    label=_("账号"),
    order=("-is_active", "name", "id"),
    search=("name", "username"),
    search_label=_("姓名或用户名"),
    columns=(
        Column(_("姓名"), lambda worker: worker.name, link=_address, head=True),
        Column(_("角色"), _roles),
        Column(_("用户名"), lambda worker: worker.username, wide=True),
        Column(
            _("能不能登录"),
            lambda worker: _("能") if worker.active else _("已停用"),
            template="orgs/account_active.html",
        ),
    ),
    empty=_("还没有账号。"),
)
"""The accounts, those switched off last, of :class:`Worker`."""


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
    return _firms(near).filter(name=name.strip()).first()


def firms_near(unit: Unit) -> dict[str, Unit]:
    """The firms in the zone of a unit, by name."""
    return {firm.name: firm for firm in _firms(unit)}


def _firms(near: Unit) -> QuerySet[Unit]:
    zone = near.path.split("/", 1)[0]
    return Unit.objects.filter(kind=Kind.FIRM, path__startswith=f"{zone}/")
