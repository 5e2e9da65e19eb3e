"""``heli template FILE``: an empty book with drop-downs, and beside it a filled example."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from heli.kernel.lib.console import LANGUAGES, HeliCommand
from heli.plans.sheets import write_template


class Command(HeliCommand):
    """See the module."""

    help = "写一个空的登记表和一个填好的例子 / an empty book with drop-downs, and a filled example"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command line."""
        book = "写到哪个文件 / file to write"
        parser.add_argument("book", type=Path, nargs="?", default=Path("登记表.xlsx"), help=book)
        parser.add_argument(
            "--force", action="store_true", help="覆盖同名文件 / write over a file that is there"
        )
        self.add_language(parser)

    def handle(self, *_args: object, book: Path, force: bool, lang: str, **_words: object) -> None:
        """Write both files; never over somebody's work unless told to."""
        with translation.override(LANGUAGES[lang]):
            empty = book.with_suffix(".xlsx")
            example = empty.with_name(empty.stem + _("-例子") + ".xlsx")
            for path in (empty, example):
                if path.exists() and not force:
                    raise CommandError(
                        _("%(file)s 已经有了，没有动它。换个名字，或加 --force 覆盖。") % {"file": path},
                        returncode=2,
                    )
            try:
                write_template(empty, example=False)
                write_template(example, example=True)
            except OSError as failed:
                why = failed.strerror or type(failed).__name__
                raise CommandError(
                    _("写不进 %(file)s：%(why)s。") % {"file": empty, "why": why}, returncode=2
                ) from None
            self.stdout.write(_("空表：%(file)s") % {"file": empty})
            self.stdout.write(_("填好的例子：%(file)s") % {"file": example})
            self.stdout.write(_("填好后：python3 run.py tables %(file)s -o out") % {"file": empty})
