"""A process that was started by another goes when that one is gone, however it went."""

from __future__ import annotations

import os
import threading
import time

_BORN_OF = os.getppid()


def orphaned() -> bool:
    """Whether the process that started this one is gone."""
    return os.getppid() != _BORN_OF


def leave_with_parent(every: float = 1.0) -> None:
    """Watch from a thread; end this process at once when the one that started it is gone."""

    def watch() -> None:
        while not orphaned():
            time.sleep(every)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="parent").start()
