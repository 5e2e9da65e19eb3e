"""``heli web``: the web processes alone, for ``heli serve``, which starts them again when they end."""

from __future__ import annotations

from django.core.management.base import CommandParser

from heli.kernel.lib.console import HeliCommand
from heli.kernel.web import serving


class Command(HeliCommand):
    """See the module. For the server, not for people."""

    help = "（内部）网页进程 / (internal) the web processes"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command line."""
        parser.add_argument("--host", required=True)
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--processes", type=int, required=True)
        parser.add_argument("--with-parent", type=int, metavar="PID", required=True)

    def handle(
        self, *_args: object, host: str, port: int, processes: int, with_parent: int, **_words: object
    ) -> None:
        """Serve until a signal comes or the parent is gone."""
        serving.serve_web(host, port, processes, with_parent)
