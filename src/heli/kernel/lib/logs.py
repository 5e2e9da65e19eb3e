"""Logs without secrets."""

from __future__ import annotations

import logging
import re

from heli.kernel.lib.text import MASK, without_private

_TOKEN = re.compile(r"(?<=/)[\w-]{40,}")
"""A part of a path that is too long for a key: a personal link or a calendar's address."""


class WithoutSecrets(logging.Filter):
    """Lets every line through, with secret addresses and phone numbers masked."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; the record is changed."""
        said = record.getMessage()
        shown = without_private(_TOKEN.sub(MASK, said))
        if shown != said:
            record.msg, record.args = shown, None
        return True
