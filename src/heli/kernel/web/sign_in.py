"""Signing in and out, the own password and the second step leave lines in the audit.

allauth calls its adapters for each of these; a line is written where the adapter acts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.account.utils import filter_users_by_username
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from heli.kernel.access.actor import NOBODY, Actor
from heli.kernel.access.queries import top_scope
from heli.kernel.accounts.adapter import StaffOnly
from heli.kernel.accounts.forms import Code, CodeAgain
from heli.kernel.accounts.models import Account
from heli.kernel.audit.commands import record

QUIET_SECONDS = 3600
"""After a failure that was recorded, further ones of the same account leave no line for so long."""
ADDED = ("mfa/email/totp_activated", "mfa/email/webauthn_added")
REMOVED = ("mfa/email/totp_deactivated", "mfa/email/webauthn_removed")
RENEWED = ("mfa/email/recovery_codes_generated",)
"""allauth's notices of a change to the second step: of an app or a key, and of new recovery codes."""


class AuditedAccounts(StaffOnly):
    """As the adapter below it, with the lines of the audit."""

    def login(self, request: HttpRequest, user: Account) -> None:
        """Sign in."""
        with transaction.atomic():
            super().login(request, user)
            record(_actor(user), "account.sign_in", f"account:{user.pk}", top_scope(user))

    def logout(self, request: HttpRequest) -> None:
        """Sign out."""
        with transaction.atomic():
            user = request.user
            super().logout(request)
            if isinstance(user, Account):
                record(_actor(user), "account.sign_out", f"account:{user.pk}", top_scope(user))

    def set_password(self, user: Account, password: str) -> None:
        """Change one's own password."""
        with transaction.atomic():
            super().set_password(user, password)
            record(_actor(user), "account.own_password", f"account:{user.pk}", top_scope(user))

    def authentication_failed(self, request: HttpRequest, **credentials: object) -> None:
        """Note a wrong password for an account that exists; a name that does not exist leaves nothing."""
        super().authentication_failed(request, **credentials)
        user = filter_users_by_username(credentials.get("username", "")).first()
        if user is not None:
            _note_failure(user)

    def send_notification_mail(
        self, template_prefix: str, user: Account, *args: object, **kwargs: object
    ) -> None:
        """Record a second step that was added or removed; no mail is sent.

        allauth calls it after it committed the change itself.
        """
        super().send_notification_mail(template_prefix, user, *args, **kwargs)
        if template_prefix in ADDED:
            verb = "account.second_step_added"
        elif template_prefix in REMOVED:
            verb = "account.second_step_removed"
        elif template_prefix in RENEWED:
            verb = "account.recovery_codes"
        else:
            return
        record(_actor(user), verb, f"account:{user.pk}", top_scope(user))


class AuditedCode(Code):
    """The second step; a wrong code is a failed sign-in."""

    def clean_code(self) -> str:
        """The code. Raises ``ValidationError`` for a wrong one."""
        with _failures_noted(self.user):
            return str(super().clean_code())


class AuditedCodeAgain(CodeAgain):
    """The code once more; a wrong one is a failed sign-in."""

    def clean_code(self) -> str:
        """The code. Raises ``ValidationError`` for a wrong one."""
        with _failures_noted(self.user):
            return str(super().clean_code())


@contextmanager
def _failures_noted(user: Account) -> Iterator[None]:
    try:
        yield
    except ValidationError:
        _note_failure(user)
        raise


def _note_failure(user: Account) -> None:
    """Leave a line that somebody tried to sign in as ``user``: at most one in an hour for each account.

    Anybody may try as often as they like; a line for each try would let them fill the audit.
    """
    if cache.add(f"sign-in-failed:{user.pk}", 1, QUIET_SECONDS):
        record(NOBODY, "account.sign_in_failed", f"account:{user.pk}", top_scope(user))


def _actor(user: Account) -> Actor:
    return Actor(account=user.pk, name=user.get_full_name())
