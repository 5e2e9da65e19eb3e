"""A process that was started by another goes when that one is gone, however it went."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable


def with_parent(born_of: int) -> Callable[[], bool]:
    """A question to ask again and again: is the process that started this one, ``born_of``, still there?

    The number is told by the parent: a child that asks for it may come too late, when the parent is gone.
    """
    return lambda: os.getppid() == born_of


def leave_with_parent(born_of: int, every: float = 1.0, leaving: Callable[[], object] = lambda: None) -> None:
    """Watch from a thread; once the one that started it is gone, do ``leaving`` and end this process."""
    there = with_parent(born_of)

    def watch() -> None:
        while there():
            time.sleep(every)
        try:
            leaving()
        finally:
            os._exit(1)

    threading.Thread(target=watch, daemon=True, name="parent").start()
