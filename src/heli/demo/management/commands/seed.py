"""``heli seed``: an invented zone in the database, to look at and to measure."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from heli.demo.filling import Seeded, seed_zone
from heli.demo.staff import ways_in
from heli.demo.zone import DEMO, SMALL
from heli.kernel.lib.console import LANGUAGES, HeliCommand, whole
from heli.orgs.models import Unit


class Command(HeliCommand):
    """See the module."""

    help = "在空的数据库里编一个片区：29 个村，1,300 家企业 / an invented zone in an empty database"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command line."""
        same = "同样的数得同样的片区 / same seed, same zone"
        parser.add_argument("--seed", type=whole(0), default=0, help=same)
        parser.add_argument("--small", action="store_true", help="只编 3 个小村 / only three small villages")
        self.add_language(parser)

    def handle(self, *_args: object, seed: int, small: bool, lang: str, **_words: object) -> None:
        """Write the zone; never beside what is there already."""
        if Unit.objects.exists():
            with translation.override(LANGUAGES[lang]):
                raise CommandError(_("数据库里已经有单位了，没有动它。请用空的数据库。"), returncode=2)
        with translation.override("zh-hans"):
            seeded = seed_zone(SMALL if small else DEMO, seed, timezone.localdate())
        with translation.override(LANGUAGES[lang]):
            self._say(seeded)

    def _say(self, seeded: Seeded) -> None:
        line = _("编好了 %(villages)s 个村：%(residents)s 人、%(households)s 户、%(members)s 名网格员；")
        self.stdout.write(line % seeded.counts)
        self.stdout.write(_("%(firms)s 家企业、%(workers)s 名外来务工人员。") % seeded.counts)
        if settings.DEMO:
            for line in ways_in(seeded.member, "http://127.0.0.1:8000"):
                self.stdout.write(line)
