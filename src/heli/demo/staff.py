"""Who can come in to a demo; in a module of its own, so that a start need not load the planner."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from heli.kernel.access.actor import SYSTEM
from heli.kernel.access.roles import Role
from heli.people.commands import link_member
from heli.people.models import MemberRow, Phone

PASSWORD = "heli-demo"  # noqa: S105 - a demo's, said aloud
STAFF = (
    ("admin", "系统管理员", Role.ADMIN),
    ("line", "片区妇联干部", Role.LINE),
    ("unit", "村负责人", Role.UNIT),
    ("head", "网格长", Role.HEAD),
    ("leader", "组长", Role.LEADER),
    ("auditor", "审计员", Role.AUDITOR),
)
"""Accounts of the demo: name to sign in with, name, role."""


def ways_in(member: MemberRow | None, address: str) -> Iterator[str]:
    """What is said to whoever tries the demo: the accounts, and a new personal link of ``member``."""
    yield _("试用账号（密码都是 %(password)s）：") % {"password": PASSWORD}
    for name, called, _role in STAFF:
        yield f"  {name:8} {called}"
    if member is not None:
        token = link_member(SYSTEM, member, timezone.now())
        digits = Phone.objects.get(owner=member.pk).number[-4:]
        yield _("一名网格员的个人链接（手机后四位 %(digits)s）：") % {"digits": digits}
        yield f"  {address}{reverse('personal_link', kwargs={'token': token})}"
