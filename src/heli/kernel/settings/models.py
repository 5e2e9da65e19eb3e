"""The values of settings, with their days."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint

from heli.kernel.lib.dated import STILL, Dated, DatedQuerySet
from heli.kernel.lib.rows import Row


class Value(Dated, Row):
    """What a setting was for a time. ``set_by`` is a name; ``source`` the ground: a document, a decision."""

    setting = models.CharField(max_length=40)
    value = models.TextField(blank=True)
    source = models.CharField(max_length=120)
    set_by = models.CharField(max_length=80)

    objects = DatedQuerySet["Value"].as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (UniqueConstraint("setting", condition=STILL, name="one_value_in_force"),)
