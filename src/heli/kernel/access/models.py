"""Who holds which role where."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint

from heli.kernel.access.roles import Role
from heli.kernel.lib.rows import Row


class Grant(Row):
    """A role of an account, for a unit and all below it: ``scope`` is the unit's path."""

    account = models.ForeignKey("accounts.Account", models.CASCADE, related_name="+")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    scope = models.CharField(max_length=255, db_index=True)

    class Meta:
        constraints = (UniqueConstraint("account", "role", "scope", name="one_grant_each"),)
