"""What every table shares."""

from __future__ import annotations

from django.db import models

from heli.kernel.lib.keys import new_key


class Row(models.Model):
    """A table with a key made by the application (UUIDv7)."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)

    class Meta:
        abstract = True
