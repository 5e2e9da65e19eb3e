"""What was done, by whom: append-only, each row carries the hash of the one before."""

from __future__ import annotations

from django.db import models

from heli.kernel.lib.rows import Row


class Event(Row):
    """One line. ``subject`` is ``kind:key`` (``household:0190…``), ``scope`` the unit's path.

    ``facts`` never hold a phone number or free text about a person: codes, keys and counts only.
    """

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    account = models.UUIDField(null=True, db_index=True)
    member = models.UUIDField(null=True, db_index=True)
    verb = models.CharField(max_length=40, db_index=True)
    subject = models.CharField(max_length=80, db_index=True)
    scope = models.CharField(max_length=255, db_index=True)
    facts = models.JSONField(default=dict)
    before = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
