"""Questions about accounts and personal links."""

from __future__ import annotations

import uuid

from heli.kernel.accounts.models import PersonalLink


def links_in_force() -> dict[uuid.UUID, str]:
    """The names on the personal links that are not revoked, by the key of the row."""
    return dict(PersonalLink.objects.filter(revoked_at=None).values_list("pk", "name"))
