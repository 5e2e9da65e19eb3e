"""``heli demo``: an invented zone on this machine, and an invented village's two tables."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from heli.demo.staff import ways_in
from heli.kernel.accounts.models import PersonalLink
from heli.kernel.lib.console import LANGUAGES, HeliCommand, whole
from heli.kernel.web import serving
from heli.kernel.web.management.commands.serve import serve_or_refuse
from heli.orgs.models import Unit
from heli.people.models import MemberRow, Phone

HOST = "127.0.0.1"


class Command(HeliCommand):
    """See the module."""

    help = "编一个片区试一试 / try it on an invented zone"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command line."""
        parser.add_argument("-o", "--out", type=Path, default=Path("demo"), help="两张表写到哪里 / folder")
        parser.add_argument("--port", type=whole(1, 65535), default=8000, help="端口 / port")
        parser.add_argument("--small", action="store_true", help="只编 3 个小村 / only three small villages")
        parser.add_argument("--no-serve", action="store_true", help="不开网站 / do not serve")
        self.add_language(parser)

    def handle(
        self, *_args: object, out: Path, port: int, small: bool, no_serve: bool, lang: str, **_words: object
    ) -> None:
        """Make what is not there yet, say where it is, serve."""
        if not settings.DEMO:
            raise CommandError("HELI_DEMO=1", returncode=2)
        with translation.override(LANGUAGES[lang]):
            address = f"http://{HOST}:{port}"
            self.stdout.write(_("网站：%(address)s（按 Ctrl+C 停下）") % {"address": address})
            self.stdout.write(_("试用的数据单独放在：%(folder)s") % {"folder": settings.DATA})
            self.stdout.flush()
            self._ready(out, small, lang)
            for line in ways_in(_linked_member(), address):
                self.stdout.write(line)
            self.stdout.flush()
        if not no_serve:
            serve_or_refuse(HOST, port, 2)

    def _ready(self, out: Path, small: bool, lang: str) -> None:
        """Static files, tables, the zone, the village's two tables; each only if it is not there."""
        serving.collect_static()
        if serving.waiting_migrations():
            call_command("migrate", verbosity=0, interactive=False)
        if not Unit.objects.exists():
            self.stdout.write(_("正在编一个片区 …"))
            self.stdout.flush()
            call_command("seed", small=small, lang=lang, stdout=_Nowhere())
        if not (out / "青溪村.xlsx").exists():
            call_command("village", out=out, lang=lang, stdout=self.stdout)


def _linked_member() -> MemberRow | None:
    """Whoever had the first personal link and still has a phone: links are stored hashed, so that an old one
    cannot be said again."""
    first = PersonalLink.objects.order_by("created_at").first()
    if first is None or not Phone.objects.filter(owner=first.subject).exists():
        return None
    return MemberRow.objects.filter(pk=first.subject).first()


class _Nowhere:
    """Takes text and keeps nothing: the accounts are said once, at the end."""

    def write(self, text: str) -> int:
        """Nowhere."""
        return len(text)

    def flush(self) -> None:
        """Nothing to do."""
