"""Files handed in or handed out, kept in the database: a backup is one thing and a rollback is whole."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from heli.kernel.lib.rows import Row


class File(Row):
    """Bytes with a name and a media type.

    ``kind`` is one of ``Slice.files``, ``scope`` the path of the unit that owns it: together they say who may
    get it. ``size`` is in bytes. ``keep_until``: the day after which it is deleted.
    """

    kind = models.CharField(max_length=20, blank=True)
    scope = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(default=0)
    data = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)
    keep_until = models.DateField(null=True, db_index=True)
