"""``heli read FOLDER``: the reader in a process of its own, with bounds on memory and time."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

from django.core.management.base import CommandParser

from heli.kernel.imports.reading import read_folder
from heli.kernel.lib.console import HeliCommand
from heli.kernel.lib.parents import leave_with_parent

try:
    import resource
except ImportError:  # not on Windows: there the bounds of size in the reader must do
    resource = None  # type: ignore[assignment]

MEMORY = 1 << 30
"""Bytes of data the reader may hold."""
SECONDS = 90
"""Seconds of a processor it may use."""


class Command(HeliCommand):
    """See the module. For the worker, not for people."""

    help = "（内部）读一个上传的文件夹 / (internal) read a folder of uploads"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command line."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--with-parent", type=int, metavar="PID", required=True)

    def handle(self, *_args: object, folder: Path, with_parent: int, **_words: object) -> None:
        """Read within bounds."""
        nothing_behind = partial(shutil.rmtree, folder, ignore_errors=True)
        leave_with_parent(with_parent, 0.5, nothing_behind)
        if resource is not None:
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        read_folder(folder)
