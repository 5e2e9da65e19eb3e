"""Keys made by the application, so that no row waits for a database to be named."""

from __future__ import annotations

import os
import time
import uuid


def new_key() -> uuid.UUID:
    """A UUID version 7 (RFC 9562): 48 bits of milliseconds, the rest by chance; later keys sort later."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)
