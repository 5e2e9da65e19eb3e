"""The zone's page: villages by name, gaps told as each village tells them; firms; where people begin."""

import datetime

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.insight.test_village import publish

from heli.duties.models import Turn
from heli.duties.queries.gaps import seats_ahead
from heli.grids.models import HouseholdRow, Newcomers
from heli.insight.queries.village import home_of
from heli.insight.queries.zone import FEW, told, zone_of
from heli.kernel.access.actor import Actor
from heli.kernel.access.models import Grant
from heli.kernel.access.roles import Role
from heli.kernel.audit.models import Event
from heli.kernel.lib.todo import Asked
from heli.orgs.models import Kind, Unit

pytestmark = pytest.mark.django_db
ADMIN = Actor(name="管理员", grants=((Role.ADMIN, ""),))


def page(world, person, name="zone", query=""):
    response = world.client(person).get(reverse(name) + query)
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2]


def test_villages_with_gaps_stand_first_and_the_title_counts_them(world):
    publish(world.home)
    text = page(world, world.line)
    assert "云溪片区：1个村空班，1个村没公布两张表</h1>" in text
    assert "青溪村：空2个班" in text
    assert "石桥村：没公布两张表" in text
    assert text.index("青溪村：") < text.index("石桥村：")
    assert f'href="{reverse("village", kwargs={"key": world.village.pk})}"' in text
    assert "▲" not in text
    admin = page(world, world.admin)
    assert "今天2件事要办：1个村空班，1个村没公布两张表</h1>" in admin
    assert "▲" in admin


def test_villages_without_a_gap_are_folded(world):
    publish(world.home)
    Turn.objects.update(member=world.members[0])
    text = page(world, world.line)
    assert "<details><summary>1个村没有缺的</summary>" in text
    publish(world.other)
    Turn.objects.filter(member=None).update(member=world.other.members[0])
    assert "云溪片区：2个村，每户都有人联系，7天里每个班都有人</h1>" in page(world, world.line)


def test_a_zone_without_registers_is_all_gaps(world):
    for place in (world.home, world.other):
        HouseholdRow.objects.filter(village=place.unit).delete()
    text = page(world, world.line)
    assert "云溪片区：2个村没交名册</h1>" in text
    assert text.count("没交名册</p>") == 2


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
    assert 'aria-current="step"' in text
    assert "还没有记过外来务工人员" in client.get(reverse("firms")).content.decode()


def test_an_auditor_sees_figures_but_no_way_into_a_village(world):
    text = page(world, world.auditor)
    assert "石桥村" in text
    assert reverse("village", kwargs={"key": world.village.pk}) not in text


def test_every_village_counts_as_its_own_page_does():
    call_command("seed", "--small", stdout=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    moment = timezone.localtime()
    for line in zone_of(ADMIN, moment).villages:
        village = Unit.objects.get(pk=line.key)
        home = home_of(Asked(ADMIN, village, moment), "", every=True)
        numbers = {"turn": 0, "house": 0}
        for row in home.rows.rows:
            if row.counts:
                numbers["turn" if row.key.startswith("turn") else "house"] += row.number
        assert numbers == {"turn": line.empty, "house": line.unlinked}
        assert line.stale == home.state.changes
    assert any(line.empty for line in zone_of(ADMIN, moment).villages)


def test_an_auditor_is_told_how_much_was_done_this_week(world):
    publish(world.home)
    done = Event.objects.count()
    text = page(world, world.auditor)
    assert f"这一周{done}件操作记录</h1>" in text
    assert f"这一周记下{done}件事" in text
    assert reverse("audit") in text
    assert "件操作记录" not in page(world, world.admin)
    assert "件操作记录" not in page(world, world.line)


def test_days_before_the_roster_have_no_seats(world):
    publish(world.home)
    assert seats_ahead([world.village.pk], timezone.localtime() - datetime.timedelta(days=14)) == {}


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
