"""``heli audit verify``: whether the audit is whole; ``heli audit rekey`` when its key was lost."""

from __future__ import annotations

import argparse
import re

from django.core.management.base import CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heli.kernel.audit.commands import rekey
from heli.kernel.audit.queries import Fault, head, verify
from heli.kernel.lib.console import LANGUAGES, HeliCommand

SHOWN = 20
WORDS = {
    Fault.CHANGED: gettext_lazy("第%(number)s行被改过。"),
    Fault.MISSING: gettext_lazy("第%(number)s行不见了。"),
    Fault.MOVED: gettext_lazy("第%(number)s行换了位置。"),
    Fault.LOOSE: gettext_lazy("第%(number)s行和前后接不上，可能整行换过。"),
    Fault.EXTRA: gettext_lazy("第%(number)s行是从别处添进来的。"),
    Fault.OTHER: gettext_lazy("第%(number)s行不是原来那一行：和数据库外面留的记录不一样。"),
    Fault.PUT_BACK: gettext_lazy("整个数据库被换成了以前的，不是用 heli restore 换的（到第%(number)s行）。"),
    Fault.EMPTY: gettext_lazy("操作记录一行也没有，可是数据库里有资料。"),
    Fault.KEY: gettext_lazy("到第%(number)s行是用别的密钥写的，查不了：请放回原来的 audit-key。"),
}


class Command(HeliCommand):
    """See the module."""

    help = "查操作记录有没有被动过 / whether the audit is whole"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command line."""
        words = "verify：查；rekey：密钥丢了，换一个 / check; go on with a new key after the old one was lost"
        parser.add_argument("what", choices=("verify", "rekey"), help=words)
        since = "以前看到过的末行，还在不在 / a last line that was seen before must still be there"
        parser.add_argument("--since", type=_head, metavar="N:HASH", help=since)
        self.add_language(parser)

    def handle(
        self, *_args: object, what: str, since: tuple[int, str] | None, lang: str, **_words: object
    ) -> None:
        """Say what is wrong, and end with 1; or how many lines are right, and the last one."""
        with translation.override(LANGUAGES[lang]):
            if what == "rekey":
                self.stdout.write(_("换好了。") if rekey() else _("密钥没有变，不用换。"))
                return
            count, faults = verify(since)
            if not faults:
                self.stdout.write(_("操作记录%(count)s行，前后都接得上。") % {"count": count})
                number, proof = head()
                self.stdout.write(_("末行：%(head)s") % {"head": f"{number}:{proof}"})
                return
            lines = [str(WORDS[fault.fault]) % {"number": fault.number} for fault in faults[:SHOWN]]
            if len(faults) > SHOWN:
                lines.append(_("还有%(count)s处。") % {"count": len(faults) - SHOWN})
            raise CommandError("\n".join(lines), returncode=1)


def _head(text: str) -> tuple[int, str]:
    """``N:HASH`` as ``verify`` prints it."""
    found = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r}: N:HASH")
    return int(found[1]), found[2]
