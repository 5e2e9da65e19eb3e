"""The zone's page: villages by name, gaps told as each village tells them; firms; where people begin."""

import datetime

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.insight.test_village import publish

from heli.duties.queries.gaps import seats_of_week
from heli.grids.models import HouseholdRow, Newcomers
from heli.insight.queries.village import standing
from heli.insight.queries.zone import FEW, told, zone_of
from heli.kernel.access.actor import Actor
from heli.kernel.access.models import Grant
from heli.kernel.access.queries import actor_of
from heli.kernel.access.roles import Role
from heli.orgs.models import Kind, Unit

pytestmark = pytest.mark.django_db
ADMIN = Actor(name="管理员", grants=((Role.ADMIN, ""),))


def page(world, person, name="zone", query=""):
    response = world.client(person).get(reverse(name) + query)
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2]


def test_villages_stand_by_name_with_their_gaps(world):
    publish(world.home)
    text = page(world, world.line)
    assert "云溪片区：2个村，12户没有人联系，本周空2个班" in text
    assert text.index("石桥村</a>") < text.index("青溪村</a>")
    assert reverse("village", kwargs={"key": world.village.pk}) + "#empty" in text


def test_an_empty_zone_is_all_gaps(world):
    for place in (world.home, world.other):
        HouseholdRow.objects.filter(village=place.unit).delete()
    text = page(world, world.line)
    assert "云溪片区：2个村，2个村还没有交名册，2个村还没有公布两张表" in text
    assert "每户都有人联系" not in text
    assert "每个班都有人" not in text
    zone = zone_of(actor_of(world.line), timezone.localdate())
    assert (zone.bare, zone.unpublished) == (2, 2)
    assert text.count("没有名册") == text.count("没有班</span>") == 2
    assert "青溪村</a>" in page(world, world.line, query="?gap=books")
    assert "青溪村</a>" in page(world, world.line, query="?gap=tables")
    world.other.households = []
    publish(world.other)
    assert "石桥村</a>" not in page(world, world.line, query="?gap=tables")


def test_a_zone_without_villages_says_so(db, django_user_model):
    zone = Unit.objects.create(kind=Kind.ZONE, name="云溪片区")
    Grant.objects.create(
        account=(somebody := django_user_model.objects.create_user("bailu", name="白露")),
        role=Role.LINE,
        scope=zone.path,
    )
    client = Client()
    client.force_login(somebody)
    text = client.get(reverse("zone")).content.decode()
    assert "云溪片区：还没有村" in text
    assert "还没有记过外来务工人员" in client.get(reverse("firms")).content.decode()


def test_a_figure_narrows_the_villages_to_its_rows(world):
    publish(world.home)
    text = page(world, world.line, query="?gap=seats")
    assert "青溪村</a>" in text
    assert "石桥村</a>" not in text


def test_an_auditor_sees_figures_but_no_way_into_a_village(world):
    text = page(world, world.auditor)
    assert "石桥村" in text
    assert reverse("village", kwargs={"key": world.village.pk}) not in text


def test_every_village_counts_as_its_own_page_does():
    call_command("seed", "--small", stdout=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    today = timezone.localdate()
    for line in zone_of(ADMIN, today).villages:
        now = standing(Unit.objects.get(pk=line.key), today)
        assert (line.unlinked, line.empty, line.seats) == (len(now.unlinked), len(now.empty), len(now.turns))
        assert line.members == len(now.members)
        assert line.stale == now.changes
    assert any(line.empty for line in zone_of(ADMIN, today).villages)


def test_a_week_before_the_roster_has_no_seats(world):
    publish(world.home)
    monday = timezone.localdate() - datetime.timedelta(days=timezone.localdate().weekday())
    assert seats_of_week([world.village.pk], monday - datetime.timedelta(days=7)) == {}


def test_firms_are_found_by_name_a_page_at_a_time(world):
    Unit.objects.bulk_create(
        Unit(
            parent=world.zone,
            kind=Kind.FIRM,
            name=f"恒鑫{number:03}有限公司",
            path=f"{world.zone.path}{number:032x}/",
        )
        for number in range(60)
    )
    text = page(world, world.line, "firms")
    assert 'rel="next"' in text
    assert "61 家企业" in text
    found = page(world, world.line, "firms", "?q=云溪")
    assert "云溪纺织" in found
    assert "恒鑫000" not in found
    assert "没有找到" in page(world, world.line, "firms", "?q=没有")


def test_a_small_count_by_employer_is_not_told(world):
    Newcomers.objects.create(
        village=world.village, address="前街1号", employer=world.firm, people=4, counted_on="2026-11-01"
    )
    assert "&lt;5" in page(world, world.line, "firms")
    assert [told(people) for people in (0, 1, FEW - 1, FEW)] == ["0", "<5", "<5", "5"]


@pytest.mark.parametrize(
    ("person", "where"),
    [("unit_officer", "village"), ("leader", "village"), ("line", "zone"), ("auditor", "zone")],
)
def test_everybody_begins_on_their_own_page(world, person, where):
    answer = world.client(getattr(world, person)).get("/")
    kwargs = {"key": world.village.pk} if where == "village" else {}
    assert answer["Location"] == reverse(where, kwargs=kwargs)


def test_an_account_without_a_role_is_told_so(world, django_user_model):
    someone = django_user_model.objects.create_user("bailu", name="白露")
    assert "还没有可以看的村" in page(world, someone, "home")
