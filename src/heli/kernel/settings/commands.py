"""Set a setting."""

from __future__ import annotations

import datetime

from django.db import transaction

from heli.kernel.access.actor import Actor
from heli.kernel.audit.commands import record
from heli.kernel.lib.stale import refuse_if_changed
from heli.kernel.settings.definitions import Setting
from heli.kernel.settings.models import Value
from heli.kernel.settings.queries import value_of


@transaction.atomic
def set_value(
    actor: Actor, setting: Setting, value: str, source: str, today: datetime.date, seen: str | None = None
) -> None:
    """Let ``value`` hold from ``today`` on; ``source`` says on what ground. What held before is kept.

    ``seen`` is the hash of the value that the form showed. Raises ``DomainError`` (``kernel.row-changed``).
    """
    record(actor, "setting.changed", f"setting:{setting.name}", "")  # of two at once the second waits here
    refuse_if_changed({"value": value_of(setting, today)}, seen)
    Value.objects.filter(setting=setting.name).still().update(until=today)
    Value.objects.create(setting=setting.name, value=value, source=source, set_by=actor.name, since=today)
