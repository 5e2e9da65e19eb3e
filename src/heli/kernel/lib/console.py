"""What all words of the ``heli`` command have in common."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

LANGUAGES = {"zh": "zh-hans", "en": "en"}
"""What ``--lang`` takes, and Django's name for it."""


def prepare() -> None:
    """Load the slices: ``django.setup()`` without the web's URLs, which take half a second to import."""
    apps.populate(settings.INSTALLED_APPS)


class Word(BaseCommand):
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

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run; see the class. Called from Python instead of a shell, the error is raised."""
        try:
            return super().execute(*args, **options)
        except CommandError as error:
            if not getattr(self, "_called_from_command_line", False):
                raise
            self.stderr.write(str(error))
            raise SystemExit(error.returncode) from None

    @staticmethod
    def add_language(parser: CommandParser) -> None:
        """The option ``--lang``."""
        words = "表和提示用的语言 / language of tables and messages"
        parser.add_argument("--lang", choices=tuple(LANGUAGES), default="zh", help=words)
