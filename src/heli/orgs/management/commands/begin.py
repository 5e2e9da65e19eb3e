"""``heli begin ZONE VILLAGE …``: a district's units and its first account."""

from __future__ import annotations

from django.core.management.base import CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from heli.kernel.access.actor import SYSTEM
from heli.kernel.lib.console import LANGUAGES, HeliCommand
from heli.kernel.lib.errors import DomainError
from heli.orgs.commands import begin_district


class Command(HeliCommand):
    """See the module."""

    help = "建开发区、村和第一个账号，也用来加村 / units and the first account; later: more villages"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command line."""
        parser.add_argument("zone", help="开发区的名称 / the zone's name")
        parser.add_argument("villages", nargs="*", help="各村的名称 / the villages' names")
        parser.add_argument(
            "--admin", default="admin", help="第一个账号的用户名 / the first account's user name"
        )
        self.add_language(parser)

    def handle(
        self, *_args: object, zone: str, villages: list[str], admin: str, lang: str, **_words: object
    ) -> None:
        """Make what is missing; tell the first password once."""
        with translation.override(LANGUAGES[lang]):
            try:
                made = begin_district(SYSTEM, zone, villages, admin)
            except DomainError as refused:
                raise CommandError(str(refused), returncode=2) from None
            self.stdout.write(_("%(zone)s：新建 %(count)d 个村。") % {"zone": zone, "count": made.villages})
            if made.password:
                facts = {"name": admin, "password": made.password}
                self.stdout.write(_("账号 %(name)s，密码 %(password)s（只说这一次，登录后请换）") % facts)
