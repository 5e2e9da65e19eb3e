"""Who may sign in, and the personal links of those who need no account."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone
from django.utils.crypto import salted_hmac

from heli.kernel.lib.keys import new_key
from heli.kernel.lib.rows import Row


class Account(AbstractUser):
    """A member of staff who signs in by password (and a second factor, if they set one up).

    No phone, no unit: roles are grants (``kernel.access``). ``sessions_ended`` grows when the account is
    switched off: it is part of what a session is checked against, so that none comes back with the account.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=80)
    sessions_ended = models.PositiveIntegerField(default=0)

    def get_full_name(self) -> str:
        """What people call them."""
        return self.name or self.username

    get_short_name = get_full_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session carries of the account; both of Django's public methods ask this one."""
        value = f"{self.password}|{self.sessions_ended}"
        return salted_hmac("heli.account.session", value, secret=secret, algorithm="sha256").hexdigest()


class FailedSignIn(Row):
    """A wrong password. Neither the name that was typed nor the address is kept: both are keyed hashes.

    ``key`` is that of name and address together, ``address`` that of the address alone.
    """

    key = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        indexes = (models.Index(fields=("key", "at")), models.Index(fields=("address", "at")))


class PersonalLink(Row):
    """The secret address of somebody without an account.

    The token is not stored; the last four digits that go with it are those of the phone in force.
    ``subject`` is the member's key, ``scope`` their unit's path. ``failures`` counts wrong digits since the
    link was last opened or closed; too many close it until ``closed_until``. ``closings`` counts how often
    that happened since it was last opened; after too many it is revoked, which ``locked_out`` says.
    """

    subject = models.UUIDField(db_index=True)
    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=255)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    closed_until = models.DateTimeField(null=True)
    closings = models.PositiveSmallIntegerField(default=0)
    locked_out = models.BooleanField(default=False)

    class Meta:
        constraints = (
            UniqueConstraint("subject", condition=Q(revoked_at=None), name="one_living_link_each"),
        )
