"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from heli.kernel.web.menu import top_menu


def page(request: HttpRequest) -> dict[str, Any]:
    """The actor and the menu on top, large type or not, where complaints go, the base map if any."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "menu": top_menu(actor) if actor else [],
        "large": getattr(request, "large", False),
        "complaints_url": settings.COMPLAINTS_URL,
        "map_tiles": settings.MAP_TILES,
        "map_credit": settings.MAP_CREDIT,
    }
