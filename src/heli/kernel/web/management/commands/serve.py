"""``heli serve``: the web pages, and the workers beside them."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from heli.kernel.audit.commands import WrongKey
from heli.kernel.lib.console import HeliCommand, whole
from heli.kernel.web import serving

HERE = ("127.0.0.1", "localhost", "::1")
"""Addresses that only this machine reaches."""


def serve_or_refuse(host: str, port: int, processes: int) -> None:
    """Serve until a signal comes. Raises ``CommandError`` when the address cannot be had."""
    try:
        serving.serve(host, port, processes)
    except OSError as failed:
        raise CommandError(
            f"{host}:{port} 用不了（{failed.strerror}）：换个 --port，或先停下占用它的程序。 / "
            f"{host}:{port} cannot be used ({failed.strerror}): "
            "choose another --port, or stop the program that has it.",
            returncode=2,
        ) from None


class Command(HeliCommand):
    """See the module."""

    help = "开网站 / serve the web pages"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command line."""
        parser.add_argument("--host", default="127.0.0.1", help="地址 / address")
        parser.add_argument("--port", type=whole(1, 65535), default=8000, help="端口 / port")
        parser.add_argument("--processes", type=whole(1, 64), default=2, help="网页进程数 / web processes")
        local = "在本机试用，不用 HTTPS，别的机器打不开 / a trial on this machine alone, without HTTPS"
        parser.add_argument("--local", action="store_true", help=local)

    def handle(self, *_args: object, host: str, port: int, processes: int, **_words: object) -> None:
        """Make ready, say where, then serve until a signal comes."""
        _refuse(host)
        serving.collect_static()
        self.stdout.write(f"网站 / web: http://{f'[{host}]' if ':' in host else host}:{port}")
        if not (settings.PLAIN_HTTP or settings.PROXIES):
            self.stdout.write(
                "没有写 HELI_PROXIES：每一页都会转到 HTTPS，前面要有代理。本机试用请加 --local。 / "
                "HELI_PROXIES is not set: every page leads to HTTPS, which a proxy in front must serve. "
                "For a trial on this machine add --local."
            )
        self.stdout.flush()
        serve_or_refuse(host, port, processes)


def _refuse(host: str) -> None:
    """Raises ``CommandError`` for what must not be served, with the cure."""
    if settings.LOCAL and host not in HERE:
        raise CommandError(
            "--local 只能在本机打开，请去掉 --host。 / --local is for this machine alone: leave out --host.",
            returncode=2,
        )
    if lacking := serving.districts_without_tables():
        raise CommandError(
            f"数据库还没有更新，请先运行 heli migrate（{', '.join(lacking)}）。 / "
            f"The database is not up to date: run heli migrate first ({', '.join(lacking)}).",
            returncode=2,
        )
    if not settings.DEMO and (seeded := serving.seeded_districts()):
        raise CommandError(
            f"数据库里是编的试用开发区，人人知道它的密码，不能正式使用（{', '.join(seeded)}）。"
            "请用空的数据库：换一个 HELI_DATA 或 HELI_DATABASE，运行 heli migrate 和 heli begin。 / "
            f"The database holds an invented zone for trying ({', '.join(seeded)}), not for real use. Take "
            "an empty one: another HELI_DATA or HELI_DATABASE, then heli migrate and heli begin.",
            returncode=2,
        )
    if other := serving.districts_with_another_key():
        raise CommandError(f"{WrongKey()} ({', '.join(other)})", returncode=2)
