"""What every page knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    """The actor, large type or not, where complaints go, the base map if any."""
    return {
        "actor": getattr(request, "actor", None),
        "large": getattr(request, "large", False),
        "complaints_url": settings.COMPLAINTS_URL,
        "map_tiles": settings.MAP_TILES,
        "map_credit": settings.MAP_CREDIT,
    }
