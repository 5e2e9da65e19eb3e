"""A process that was started by another goes when that one is gone, however it went."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable


def with_parent() -> Callable[[], bool]:
    """A question to ask again and again: is the process that started this one still there?"""
    born_of = os.getppid()
    return lambda: os.getppid() == born_of


def leave_with_parent(every: float = 1.0) -> None:
    """Watch from a thread; end this process at once when the one that started it is gone."""
    there = with_parent()

    def watch() -> None:
        while there():
            time.sleep(every)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="parent").start()
