"""Files handed in or handed out, kept in the database: a backup is one thing and a rollback is whole."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from heli.kernel.lib.rows import Row


class File(Row):
    """Bytes with a name and a media type. ``keep_until``: the day after which it is deleted."""

    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)
    keep_until = models.DateField(null=True, db_index=True)
