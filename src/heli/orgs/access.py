"""Fetch is authorise: the only way a page gets a unit."""

from __future__ import annotations

import uuid

from django.http import Http404

from heli.kernel.access.actor import Actor
from heli.kernel.access.fetch import row_for
from heli.kernel.access.models import Grant
from heli.kernel.access.roles import MAY, Role, Verb
from heli.kernel.accounts.models import Account
from heli.orgs.models import Kind, Unit


def unit_for(actor: Actor, key: uuid.UUID, verb: Verb, kind: Kind = Kind.VILLAGE) -> Unit:
    """The unit of that kind, for an actor who may do ``verb`` in it. Raises as ``row_for``."""
    return row_for(actor, verb, Unit.objects.filter(kind=kind, pk=key), path=lambda unit: unit.path)


def grantor(actor: Actor) -> None:
    """The actor may make accounts somewhere; raises ``Http404`` for anybody else."""
    if not actor.scopes(Verb.GRANT):
        raise Http404


def account_for(actor: Actor, key: uuid.UUID) -> Account:
    """An account, all of whose roles lie where the actor may give roles.

    Raises ``Http404`` otherwise: somebody who also works elsewhere is changed by those above both.
    """
    grantor(actor)
    account = Account.objects.filter(pk=key).first()
    if account is None or account.pk == actor.account:
        raise Http404
    grants = Grant.objects.filter(account=account)
    if not grants or not all(may_give(actor, Role(grant.role), grant.scope) for grant in grants):
        raise Http404
    return account


def givable(actor: Actor) -> list[Role]:
    """The roles that the actor may give somewhere: what a form offers."""
    places = actor.scopes(Verb.GRANT)
    return [role for role in Role if any(may_give(actor, role, place) for place in places)]


def may_give(actor: Actor, role: Role, scope: str) -> bool:
    """Whether the actor may give this role there: within their scope, and no more than they hold themselves.

    A role may be given by somebody who may do there all that the role may do; the district admin may give
    every role.
    """
    if Role.ADMIN in {held for held, where in actor.grants if scope.startswith(where)}:
        return True
    return actor.may(Verb.GRANT, scope) and all(actor.may(verb, scope) for verb in MAY[role])
