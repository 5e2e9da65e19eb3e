"""Who may sign in, and the personal links of those who need no account."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from heli.kernel.lib.keys import new_key
from heli.kernel.lib.rows import Row


class Account(AbstractUser):
    """A member of staff who signs in by password (and a second factor, if they set one up).

    No phone, no unit: roles are grants (``kernel.access``).
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=80)

    def get_full_name(self) -> str:
        """What people call them."""
        return self.name or self.username

    get_short_name = get_full_name


class PersonalLink(Row):
    """The secret address of somebody without an account: a token and the last four digits of their phone.

    Neither the token nor the digits are stored: ``digits_hash`` is keyed with the token, so that a copy of
    the table does not tell the digits. ``subject`` is the member's key, ``scope`` their unit's path.
    ``failures`` counts wrong digits since the last right ones; too many close it until ``closed_until``.
    """

    subject = models.UUIDField(db_index=True)
    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=255)
    token_hash = models.CharField(max_length=64, unique=True)
    digits_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    closed_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            UniqueConstraint("subject", condition=Q(revoked_at=None), name="one_living_link_each"),
        )
