"""Changes to units."""

from __future__ import annotations

from django.db.models import F

from heli.orgs.models import Unit


def touch(village: Unit) -> None:
    """Members, households or posts of the village changed: plans made before are out of date."""
    Unit.objects.filter(pk=village.pk).update(revision=F("revision") + 1)
