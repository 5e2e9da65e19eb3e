"""What was done, by whom: append-only, each row carries the hash of the one before."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from heli.kernel.lib.rows import Row


class AppendOnly(TypeError):
    """A line of the audit is written once, by ``audit.commands.record``, and never changed or deleted."""


class EventQuerySet(models.QuerySet["Event"]):
    """Lines to read."""

    def update(self, **_values: object) -> NoReturn:
        """Never."""
        raise AppendOnly

    def delete(self) -> NoReturn:
        """Never."""
        raise AppendOnly

    def bulk_create(self, *_args: object, **_kwargs: object) -> NoReturn:
        """Never: every line is chained to the one before."""
        raise AppendOnly

    def bulk_update(self, *_args: object, **_kwargs: object) -> NoReturn:
        """Never."""
        raise AppendOnly


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

    objects = EventQuerySet.as_manager()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new line; one that is there raises ``AppendOnly``."""
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *_args: object, **_kwargs: object) -> NoReturn:
        """Never."""
        raise AppendOnly


class Head(models.Model):
    """The end of the chain, one row: writers lock it, so that they come one after the other on any database,
    and a line cut off at the end is missed.

    ``key`` names the key that proves its lines (``seal.key_name``), ``era`` the last restore
    (``seal.era_of``; empty before the first).
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)
    era = models.CharField(max_length=16, default="", blank=True)
    key = models.CharField(max_length=16, default="", blank=True)

    def fits(self, key_name: str) -> bool:
        """Whether lines may be added that are proved with the key of that name."""
        return self.key in ("", key_name)
