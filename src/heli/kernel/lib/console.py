"""What all words of the ``heli`` command have in common."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NoReturn

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.log import configure_logging

LANGUAGES = {"zh": "zh-hans", "en": "en"}
"""What ``--lang`` takes, and Django's name for it."""


def prepare() -> None:
    """Load the slices: ``django.setup()`` without the web's URLs, which take half a second to import."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    apps.populate(settings.INSTALLED_APPS)


class HeliCommand(BaseCommand):
    """A word of the ``heli`` command: refuses with one clear line on stderr and the error's exit code."""

    suppressed_base_arguments = {  # noqa: RUF012 - Django reads it as a set
        "--version",
        "--verbosity",
        "--settings",
        "--pythonpath",
        "--traceback",
        "--no-color",
        "--force-color",
        "--skip-checks",
    }
    requires_system_checks = ()

    def execute(self, *args: object, **options: object) -> str | None:
        """Run; see the class. Called from Python instead of a shell, the error is raised."""
        try:
            return super().execute(*args, **options)
        except CommandError as error:
            if not getattr(self, "_called_from_command_line", False):
                raise
            self.stderr.write(str(error))
            raise SystemExit(error.returncode) from None

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: object) -> CommandParser:
        """A parser that refuses words it does not know in one line, like everything else."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)

        def refuse(message: str) -> NoReturn:
            line = f"命令写得不对 / {message} (heli {subcommand} --help)"
            if getattr(self, "_called_from_command_line", False):
                parser.exit(2, f"{line}\n")
            raise CommandError(line, returncode=2)

        parser.error = refuse  # type: ignore[method-assign]
        return parser

    @staticmethod
    def add_language(parser: CommandParser) -> None:
        """The option ``--lang``."""
        words = "表和提示用的语言 / language of tables and messages"
        parser.add_argument("--lang", choices=tuple(LANGUAGES), default="zh", help=words)


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """A parser of whole numbers of at least ``least`` and, if given, at most ``most``."""

    def parse(text: str) -> int:
        fits = text.isascii() and text.strip().lstrip("-").isdigit() and len(text) < 16
        if not fits or int(text) < least or (most is not None and int(text) > most):
            zh, en = (f"{least} 以上", f"{least} or more") if most is None else (f"{least}–{most}",) * 2
            raise argparse.ArgumentTypeError(f"“{text}”不是 {zh} 的整数 / not a whole number, {en}")
        return int(text)

    return parse
