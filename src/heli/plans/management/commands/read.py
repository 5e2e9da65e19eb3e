"""``heli read FOLDER``: the reader in a process of its own, with bounds on memory and time."""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from heli.kernel.lib.console import Word
from heli.plans.sheets.handed import read_folder

try:
    import resource
except ImportError:  # not on Windows: there the bounds of size in the reader must do
    resource = None  # type: ignore[assignment]

MEMORY = 1 << 30
"""Bytes of data the reader may hold."""
SECONDS = 90
"""Seconds of a processor it may use."""


def _end_with_parent(parent: int, folder: Path) -> None:
    """Leave nothing behind when whoever asked was killed."""
    while os.getppid() == parent:
        time.sleep(0.5)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


class Command(Word):
    """See the module. For the worker, not for people."""

    help = "（内部）读一个上传的文件夹 / (internal) read a folder of uploads"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command line."""
        parser.add_argument("folder", type=Path)

    def handle(self, *_args: Any, **words: Any) -> None:
        """Read within bounds."""
        threading.Thread(target=_end_with_parent, args=(os.getppid(), words["folder"]), daemon=True).start()
        if resource is not None:
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        read_folder(words["folder"])
