"""The steps of a village that has no table in force yet, with what is done and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.insight.queries.village import Home
from heli.kernel.access.actor import Actor
from heli.kernel.access.roles import Verb


@dataclass(frozen=True, slots=True)
class Step:
    """A step: ``done``, ``now`` or ``todo``. ``address`` is where it is taken, for who may take it now."""

    name: Promise
    help: Promise
    state: str
    address: str = ""


NAMES = (
    (_("交名册"), _("农户、网格员、投放点，一个 Excel 表")),
    (_("排"), _("两张表一起排")),
    (_("看"), _("看谁联系哪户、谁哪天值班，要改就改")),
    (_("公布"), _("从哪天起用，由您定")),
    (_("发到群里"), _("两张图片和明天的值班通知")),
)
"""What the steps are called, and what there is to do."""


ZONE_NAMES = (
    (_("建村"), _("在装合力的机器上用 heli begin，写上各村的村名")),
    (_("给账号"), _("每个村给村负责人一个")),
    (_("村里交名册"), _("再排、看、公布；公布以后，这里先写哪个村有缺")),
)
"""The steps of a zone that has no village yet."""


def zone_steps() -> list[Step]:
    """The steps of a zone without villages."""
    return [Step(name, help, "todo" if at else "now") for at, (name, help) in enumerate(ZONE_NAMES)]


def steps(home: Home, actor: Actor) -> list[Step]:
    """The five steps from the register to the group of the village's members."""
    state, village = home.state, home.village
    done = [home.registered, state.drafts or state.published, state.published, state.published, False]
    now = next(at for at, one in enumerate(done) if not one)
    pages = (
        (Verb.UPLOAD, "uploads", village.pk),
        (Verb.PLAN, "plan", village.pk),
        (Verb.PLAN, "run", state.drafts[0] if state.drafts else village.pk),
        (Verb.PUBLISH, "publish", state.drafts[0] if state.drafts else village.pk),
        (Verb.SEE_VILLAGE, "published", village.pk),
    )
    verb, page, key = pages[now]
    address = reverse(page, args=[key]) if actor.may(verb, village.path) else ""
    return [
        Step(name, help, "done" if at < now else "now" if at == now else "todo", address if at == now else "")
        for at, (name, help) in enumerate(NAMES)
    ]
