"""Logs without secrets."""

from __future__ import annotations

import logging
import re

from heli.kernel.lib.text import MASK, without_private

_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{40,}")
"""A word as long and mixed as the secret part of a personal link or a calendar's address."""
_ROW = re.compile(r"^(DETAIL|CONTEXT): .*$", re.MULTILINE)
"""What PostgreSQL tells of the row that did not fit: names and addresses."""


def without_secrets(text: str) -> str:
    """The text with secret addresses, phone and ID numbers and the contents of rows masked."""
    return without_private(_ROW.sub(rf"\1: {MASK}", _TOKEN.sub(MASK, text)))


class MaskedFormatter(logging.Formatter):
    """Masks the whole text, tracebacks too. A request that is refused (below 500) gives one line."""

    def format(self, record: logging.LogRecord) -> str:
        """See the class."""
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return without_secrets(super().format(record))
