"""``heli village``: an invented village's book, and the two tables made from it."""

from __future__ import annotations

import datetime
from pathlib import Path

from django.core.management.base import CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from heli.demo.invented import write_invented
from heli.kernel.lib.console import LANGUAGES, HeliCommand
from heli.plans.rules import Options
from heli.plans.tasks import Job, make_tables

SEED = 2017


class Command(HeliCommand):
    """See the module."""

    help = "编一个村的 Excel，排出两张表 / an invented village's book, and the two tables made from it"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command line."""
        folder = "写到哪个文件夹 / folder to write to"
        parser.add_argument("-o", "--out", type=Path, default=Path("demo"), help=folder)
        self.add_language(parser)

    def handle(self, *_args: object, out: Path, lang: str, **_words: object) -> None:
        """Write the book, plan it, say where everything is."""
        out = out.resolve()
        language = LANGUAGES[lang]
        with translation.override(language):
            today = datetime.date.today()
            book = out / "青溪村.xlsx"
            out.mkdir(parents=True, exist_ok=True)
            write_invented(book, SEED, today)
            self.stdout.write(_("编了一个村：%(book)s") % {"book": book})
            outcome = make_tables(Job(book, out, Options(date=today), language=language))
            for line in outcome.lines:
                self.stdout.write(line)
            if outcome.error:
                raise CommandError(outcome.error, returncode=2)
            self.stdout.write(_("换成自己的文件：python3 run.py tables 村里的文件.xlsx -o out"))
