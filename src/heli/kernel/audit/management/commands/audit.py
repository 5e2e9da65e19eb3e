"""``heli audit verify``: whether the audit is whole."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heli.kernel.audit.queries import Fault, verify
from heli.kernel.lib.console import LANGUAGES, Word

SHOWN = 20
WORDS = {
    Fault.CHANGED: gettext_lazy("第%(number)s行被改过。"),
    Fault.MISSING: gettext_lazy("第%(number)s行不见了。"),
    Fault.MOVED: gettext_lazy("第%(number)s行换了位置。"),
    Fault.LOOSE: gettext_lazy("第%(number)s行和前后接不上，可能整行换过。"),
    Fault.EXTRA: gettext_lazy("第%(number)s行是从别处添进来的。"),
}


class Command(Word):
    """See the module."""

    help = "查操作记录有没有被动过 / whether the audit is whole"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command line."""
        parser.add_argument("what", choices=("verify",), help="查 / check")
        self.add_language(parser)

    def handle(self, *_args: Any, **words: Any) -> None:
        """Say what is wrong, and end with 1; or how many lines are right."""
        with translation.override(LANGUAGES[words["lang"]]):
            count, faults = verify()
            if not faults:
                self.stdout.write(_("操作记录%(count)s行，前后都接得上。") % {"count": count})
                return
            lines = [str(WORDS[fault.fault]) % {"number": fault.number} for fault in faults[:SHOWN]]
            if len(faults) > SHOWN:
                lines.append(_("还有%(count)s处。") % {"count": len(faults) - SHOWN})
            raise CommandError("\n".join(lines), returncode=1)
