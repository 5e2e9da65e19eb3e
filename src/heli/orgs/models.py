"""Units: the zone, its villages, firms and parks, one tree that roles are scoped to."""

from __future__ import annotations

from typing import Any

from django.db import models

from heli.kernel.access.actor import Actor
from heli.kernel.access.roles import Verb
from heli.kernel.lib.rows import Row


class Kind(models.TextChoices):
    """What a unit is."""

    ZONE = "zone"
    VILLAGE = "village"
    FIRM = "firm"
    PARK = "park"


class UnitQuerySet(models.QuerySet["Unit"]):
    """Many units."""

    def villages(self) -> UnitQuerySet:
        """The villages, by name."""
        return self.filter(kind=Kind.VILLAGE)

    def visible_to(self, actor: Actor, verb: Verb = Verb.SEE_VILLAGE) -> UnitQuerySet:
        """Those in which the actor may do ``verb``."""
        return self.filter(actor.within(verb, "path"))


class Unit(Row):
    """A unit. ``path`` is the keys of the units above and its own, each closed by a slash.

    ``revision`` grows with every change of the village's members, households or posts: a plan made from
    an earlier revision is out of date.
    """

    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=80)
    path = models.CharField(max_length=255, unique=True)
    revision = models.PositiveIntegerField(default=0)
    residents = models.PositiveIntegerField(null=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new unit gets its path from its parent."""
        if not self.path:
            self.path = f"{self.parent.path if self.parent else ''}{self.id.hex}/"
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.name
