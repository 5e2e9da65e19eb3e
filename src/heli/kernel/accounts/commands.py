"""Count wrong passwords; delete what no longer lets anybody in."""

from __future__ import annotations

import datetime
import ipaddress

from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import salted_hmac

from heli.kernel.accounts.models import FailedSignIn, PersonalLink

KEEP_DAYS = 90
NAME_TRIES, NAME_WINDOW = 5, datetime.timedelta(minutes=5)
"""So many wrong passwords for one name from one address, in so long, and it is refused there."""
ADDRESS_TRIES, ADDRESS_WINDOW = 30, datetime.timedelta(minutes=1)
"""The same for all names together: an office shares one address."""


def locked_out(name: str, address: str, now: datetime.datetime) -> bool:
    """Whether wrong passwords came too often for this name from this address, or from it for all names.

    Only failures count, after the password was looked at: any number of right ones may come at once. So as
    many wrong ones as the server looks at in parallel may pass the limit together. From another address the
    owner of the name is let in.
    """
    key, place = _hashes(name, address)
    failed = FailedSignIn.objects.all()
    return (
        failed.filter(key=key, at__gt=now - NAME_WINDOW).count() >= NAME_TRIES
        or failed.filter(address=place, at__gt=now - ADDRESS_WINDOW).count() >= ADDRESS_TRIES
    )


def count_failure(name: str, address: str, now: datetime.datetime) -> None:
    """Count a wrong password."""
    key, place = _hashes(name, address)
    FailedSignIn.objects.create(key=key, address=place, at=now)


def _hashes(name: str, address: str) -> tuple[str, str]:
    """Of the name, however it is written, with the address; and of the address. One IPv6 network is one."""
    try:
        place = ipaddress.ip_address(address)
        if place.version == 6:
            address = str(ipaddress.ip_network((place, 64), strict=False))
    except ValueError:
        pass  # a socket that is no network address counts under its own name
    return _hash(f"{name.strip().lower()}\n{address}"), _hash(address)


def _hash(text: str) -> str:
    return salted_hmac("heli.accounts.failed-sign-in", text, algorithm="sha256").hexdigest()


def tidy(today: datetime.date) -> int:
    """Delete sessions that ran out, wrong passwords of days before, and personal links ninety days after they
    were revoked; how many."""
    sessions = Session.objects.filter(expire_date__lt=timezone.now())
    failures = FailedSignIn.objects.filter(at__date__lt=today)
    links = PersonalLink.objects.filter(revoked_at__date__lt=today - datetime.timedelta(days=KEEP_DAYS))
    return sum(rows.delete()[0] for rows in (sessions, failures, links))
