"""What was found in a village and waits for its owner."""

from __future__ import annotations

from django.db import models

from heli.kernel.lib.rows import Row


class Item(Row):
    """A thing that was found; ``place`` is where, in the finder's words."""

    village = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+")
    what = models.CharField(max_length=80)
    place = models.CharField(max_length=120, blank=True)
    found_on = models.DateField()

    class Meta:
        ordering = ("-found_on", "id")
