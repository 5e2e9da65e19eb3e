"""``heli restore``: see ``kernel.web.restore``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from heli.kernel.lib.console import LANGUAGES, HeliCommand
from heli.kernel.lib.errors import DomainError
from heli.kernel.web.restore import Restored, restore


class Command(HeliCommand):
    """See the module."""

    help = "从备份恢复数据库 / restore the database from a backup"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command line."""
        parser.add_argument("file", type=Path, help="备份文件 / the backup")
        lost = "那时的密钥丢了，也恢复；操作记录不再能证明 / although the key of that time is lost"
        parser.add_argument("--unproved", action="store_true", help=lost)
        self.add_language(parser)

    def handle(self, *_args: object, file: Path, unproved: bool, lang: str, **_words: object) -> None:
        """Do it, and say where what is and what to look after."""
        with translation.override(LANGUAGES[lang]):
            try:
                done = restore(file, unproved=unproved)
            except DomainError as refused:
                raise CommandError(str(refused), returncode=2) from None
            self.stdout.write("\n".join(_lines(done)))


def _lines(done: Restored) -> Iterator[str]:
    yield _("恢复好了。原来的数据库留在：%(old)s") % {"old": done.old} if done.old else _("恢复好了。")
    yield _("所有人都要重新登录。")
    if done.addresses is None:
        yield _("原来的数据库读不了。备份以后作废的个人链接和日历地址、停用的账号又有效了，请逐个核对。")
    if done.addresses:
        names = {"names": "、".join(done.addresses)}
        yield _("这些人的个人链接或日历地址备份以后作废过，现在又能用了，请再作废一次：%(names)s") % names
    if done.accounts:
        names = {"names": "、".join(done.accounts)}
        yield _("这些账号备份以后停用过，现在又能用了，请再停用一次：%(names)s") % names
