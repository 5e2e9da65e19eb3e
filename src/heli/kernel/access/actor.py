"""Who acts: the first argument of every command and access function."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Q

from heli.kernel.access.roles import MAY, Role, Verb


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at work, with the roles they hold: (role, scope) pairs, scope a unit's path.

    ``account`` is the key of an account, ``member`` that of a grid member who came by personal link; the
    system itself has neither. ``name`` is for the audit line.
    """

    account: uuid.UUID | None = None
    member: uuid.UUID | None = None
    name: str = ""
    grants: tuple[tuple[Role, str], ...] = ()

    @property
    def signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return self.account is not None or self.member is not None

    def scopes(self, verb: Verb) -> tuple[str, ...]:
        """The paths below which the actor may do it; the empty path is the whole district."""
        return tuple(scope for role, scope in self.grants if verb in MAY[role])

    def may(self, verb: Verb, path: str) -> bool:
        """Whether the actor may do it in the unit with this path."""
        return any(path == scope or path.startswith(scope) for scope in self.scopes(verb))

    def within(self, verb: Verb, field: str = "path") -> Q:
        """The same question for many rows: a filter on the field that holds a unit's path."""
        found = Q(pk__in=[])
        for scope in self.scopes(verb):
            found |= Q(**{f"{field}__startswith": scope})
        return found


SYSTEM = Actor(name="system")
NOBODY = Actor()
