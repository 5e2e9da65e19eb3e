"""``heli tidy``: deletes what is kept no longer. The worker does it once a day."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from heli.kernel.access.actor import SYSTEM
from heli.kernel.audit.commands import record
from heli.kernel.lib.console import Word


class Command(Word):
    """See the module."""

    help = "删掉过了保存期的东西 / delete what is kept no longer"

    def handle(self, *_args: Any, **_words: Any) -> None:
        """Ask each slice in turn (``settings.TIDY``); what was deleted is recorded as a count."""
        with transaction.atomic():
            many = sum(import_string(name)(timezone.localdate()) for name in settings.TIDY)
            if many:
                record(SYSTEM, "tidy", "database:", "", rows=many)
