"""What a setting is, and what it was."""

from __future__ import annotations

import datetime

from heli.kernel.settings.definitions import Setting
from heli.kernel.settings.models import Value


def value_of(setting: Setting, day: datetime.date) -> str:
    """What holds on the day; the default while the district has said nothing. One query."""
    found = Value.objects.filter(setting=setting.name).on(day).values_list("value", flat=True).first()
    return setting.default() if found is None else found


def history(setting: Setting) -> list[Value]:
    """All its values, the latest first."""
    return list(Value.objects.filter(setting=setting.name))
