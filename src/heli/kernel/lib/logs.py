"""Logs without secrets."""

from __future__ import annotations

import logging
import re
from copy import copy

from heli.kernel.lib.faults import Fault, fault_of
from heli.kernel.lib.text import MASK, without_private

_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{40,}")
"""A word as long and mixed as the secret part of a personal link or a calendar's address."""
_ROW = re.compile(r"^(DETAIL|CONTEXT): .*$", re.MULTILINE)
"""What PostgreSQL tells of the row that did not fit: names and addresses."""

_OF_THE_MACHINE = (Fault.FULL, Fault.BUSY, Fault.NO_DATABASE)


def without_secrets(text: str) -> str:
    """The text with secret addresses, phone and ID numbers and the contents of rows masked."""
    return without_private(_ROW.sub(rf"\1: {MASK}", _TOKEN.sub(MASK, text)))


class MaskedFormatter(logging.Formatter):
    """Masks the whole text, tracebacks too. A request that is refused (below 500) gives one line, and so does
    what is wrong with the machine and not with the program."""

    def format(self, record: logging.LogRecord) -> str:
        """See the class."""
        fault = fault_of(record.exc_info[1]) if record.exc_info else None
        if fault not in _OF_THE_MACHINE:
            fault = None
        if fault or getattr(record, "status_code", 500) < 500:
            record = copy(record)  # another handler has a format of its own
            record.exc_info = record.exc_text = None
        said = super().format(record)
        return without_secrets(f"{said}: {fault.value[1]}" if fault else said)
