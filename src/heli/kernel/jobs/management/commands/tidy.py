"""``heli tidy``: deletes what is kept no longer. The worker does it once a day."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from heli.kernel.access.actor import SYSTEM
from heli.kernel.audit.commands import record
from heli.kernel.lib import registry
from heli.kernel.lib.console import HeliCommand


class Command(HeliCommand):
    """See the module."""

    help = "删掉过了保存期的东西 / delete what is kept no longer"

    def handle(self, *_args: object, **_words: object) -> None:
        """Ask each slice in turn (``Slice.tidy``); what was deleted is recorded as a count."""
        with transaction.atomic():
            many = sum(tidy(timezone.localdate()) for tidy in registry.tidy_functions())
            if many:
                record(SYSTEM, "tidy", "database:", "", rows=many)
