"""From an account or a member to the actor who acts."""

from __future__ import annotations

from heli.kernel.access.actor import Actor
from heli.kernel.access.models import Grant
from heli.kernel.access.roles import Role
from heli.kernel.accounts.models import Account


def actor_of(account: Account) -> Actor:
    """The account with its grants."""
    grants = Grant.objects.filter(account=account).order_by("scope").values_list("role", "scope")
    held = tuple((Role(role), scope) for role, scope in grants)
    return Actor(account=account.pk, name=account.get_full_name(), grants=held)


def top_scope(account: Account) -> str:
    """The path of a unit in which the account holds a role, the highest first; empty when it holds none."""
    scopes = Grant.objects.filter(account=account).order_by("scope").values_list("scope", flat=True)
    return scopes.first() or ""
