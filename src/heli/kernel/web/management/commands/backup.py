"""``heli backup``: see ``kernel.web.backup``."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from heli.kernel.lib.console import LANGUAGES, HeliCommand
from heli.kernel.lib.errors import DomainError
from heli.kernel.web import backup


class Command(HeliCommand):
    """See the module."""

    help = "备份数据库 / back up the database"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command line."""
        parser.add_argument("file", type=Path, help="备份文件 / the backup")
        self.add_language(parser)

    def handle(self, *_args: object, file: Path, lang: str, **_words: object) -> None:
        """Do it, and say where what is."""
        with translation.override(LANGUAGES[lang]):
            try:
                backup.back_up(file)
            except DomainError as refused:
                raise CommandError(str(refused), returncode=2) from None
            self.stdout.write(_("备份好了：%(file)s，旁边是封签。") % {"file": file})
