"""A small zone with people in it, for every test of the web: ``world`` and what hangs on it.

Two villages alike, 青溪村 and 石桥村, and a firm. Twelve households in two lanes, four members, two posts and
the phones of all of them a village. One account of every role in 青溪村 (or the zone), a stranger of 石桥村,
and a member who comes by personal link. All names are invented.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

import pytest
from django.test import Client
from tests.slices import parts

from heli.duties.models import PostRow
from heli.grids.models import HouseholdRow
from heli.kernel.access.models import Grant
from heli.kernel.access.roles import Role
from heli.kernel.accounts.models import Account, PersonalLink
from heli.kernel.web.links import hash_of
from heli.kernel.web.middleware import MEMBER_KEY
from heli.orgs.commands import bump_revision
from heli.orgs.models import Kind, Unit
from heli.people.models import MemberRow

PASSWORD = "xiangyu-linqi-2026"
"""The password of every account here."""

MEMBERS = {
    "青溪村": ("苏晚晴", "钱望舒", "柳问荆", "程知秋"),
    "石桥村": ("何映雪", "陆惊鸿", "温如玉", "简明月"),
}
LANES = ("前街", "后河")


@dataclass
class Place:
    """A village and what is in it."""

    unit: Unit
    members: list[MemberRow] = field(default_factory=list)
    households: list[HouseholdRow] = field(default_factory=list)
    posts: list[PostRow] = field(default_factory=list)


@dataclass
class World:
    """The zone; ``village``, ``members``, ``households`` and ``posts`` are those of 青溪村.

    ``stranger`` is the unit officer of ``other`` (石桥村); ``nobody`` is not signed in.
    """

    zone: Unit
    home: Place
    other: Place
    firm: Unit
    admin: Account
    line: Account
    unit_officer: Account
    head: Account
    leader: Account
    auditor: Account
    stranger: Account
    nobody: None = None

    @property
    def village(self) -> Unit:
        """青溪村."""
        return self.home.unit

    @property
    def members(self) -> list[MemberRow]:
        """The four members of 青溪村, in the order of the book."""
        return self.home.members

    @property
    def households(self) -> list[HouseholdRow]:
        """The twelve households of 青溪村, in the order of the book."""
        return self.home.households

    @property
    def posts(self) -> list[PostRow]:
        """The two posts of 青溪村."""
        return self.home.posts

    def client(self, person: Account | None) -> Client:
        """A browser in which ``person`` is signed in; None: nobody is."""
        client = Client()
        if person is not None:
            client.force_login(person)
        return client

    def member_client(self, member: MemberRow) -> Client:
        """A browser in which the member has come in by personal link."""
        token = secrets.token_urlsafe(32)
        link, _ = PersonalLink.objects.get_or_create(
            subject=member.pk,
            revoked_at=None,
            defaults={
                "name": member.name,
                "scope": member.village.path,
                "token_hash": hash_of(token),
            },
        )
        client = Client()
        session = client.session
        session[MEMBER_KEY] = [str(member.pk), member.name, str(link.pk)]
        session.save()
        client.cookies["sessionid"] = session.session_key
        return client

    def clients(self) -> dict[str, Client]:
        """A browser for everyone of the access table, by the name of the role there."""
        people = ("admin", "line", "unit_officer", "head", "leader", "auditor", "stranger", "nobody")
        found = {person: self.client(getattr(self, person)) for person in people}
        return found | {"member": self.member_client(self.members[0])}


def account(username: str, name: str, role: Role, scope: str) -> Account:
    """An account that holds one role."""
    made = Account.objects.create_user(username, password=PASSWORD, name=name)
    Grant.objects.create(account=made, role=role, scope=scope)
    return made


def fill(unit: Unit, phones: str) -> Place:
    """What each slice puts into a village (``tests/<slice>/world.py``); phones begin with ``phones``."""
    place = Place(unit)
    for part in reversed(list(parts("world"))):
        part.fill(place, phones)
    return place


def copies(village: Unit, into: Unit, mark: str) -> Place:
    """As much of everything again, in the same village or another; names begin with ``mark``."""
    place = Place(into)
    for part in reversed(list(parts("world"))):
        part.copy(village, place, mark)
    bump_revision(into)
    return place


@pytest.fixture
def world(db: None) -> World:
    """The zone, made anew for the test."""
    zone = Unit.objects.create(kind=Kind.ZONE, name="云溪片区")
    villages = [
        Unit.objects.create(kind=Kind.VILLAGE, name=name, parent=zone, residents=1200) for name in MEMBERS
    ]
    firm = Unit.objects.create(kind=Kind.FIRM, name="云溪纺织", parent=zone)
    home, other = fill(villages[0], "1390000"), fill(villages[1], "1380000")
    path = home.unit.path
    return World(
        zone=zone,
        home=home,
        other=other,
        firm=firm,
        admin=account("admin", "管理员", Role.ADMIN, ""),
        line=account("line", "妇联干部", Role.LINE, zone.path),
        unit_officer=account("unit", "村负责人", Role.UNIT, path),
        head=account("head", "网格长", Role.HEAD, path),
        leader=account("leader", "组长", Role.LEADER, path),
        auditor=account("auditor", "审计员", Role.AUDITOR, zone.path),
        stranger=account("stranger", "邻村负责人", Role.UNIT, other.unit.path),
    )
