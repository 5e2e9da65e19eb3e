"""``heli serve``: the web pages, and the workers beside them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from heli.kernel.lib.console import Word
from heli.kernel.web import serving


def serve_or_refuse(host: str, port: int, processes: int) -> None:
    """Serve until a signal comes. Raises ``CommandError`` when the address cannot be had."""
    try:
        serving.serve(host, port, processes)
    except OSError as failed:
        raise CommandError(
            f"{host}:{port} 用不了（{failed.strerror}）：换个 --port，或先停下占用它的程序。\n"
            f"{host}:{port} cannot be used ({failed.strerror}): "
            "choose another --port, or stop the program that has it.",
            returncode=2,
        ) from None


class Command(Word):
    """See the module."""

    help = "开网站 / serve the web pages"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command line."""
        parser.add_argument("--host", default="127.0.0.1", help="地址 / address")
        parser.add_argument("--port", type=int, default=8000, help="端口 / port")
        parser.add_argument("--processes", type=int, default=2, help="网页进程数 / web processes")

    def handle(self, *_args: Any, **words: Any) -> None:
        """Make ready, then serve until a signal comes."""
        if lacking := serving.districts_without_tables():
            raise CommandError(
                f"数据库还没有更新，请先运行 heli migrate（{', '.join(lacking)}）。\n"
                f"The database is not up to date: run heli migrate first ({', '.join(lacking)}).",
                returncode=2,
            )
        serving.collect_static()
        serve_or_refuse(words["host"], words["port"], words["processes"])
