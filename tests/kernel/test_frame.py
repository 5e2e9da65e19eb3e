"""The frame of every page: place, entries, the way back, the page of an entry, the places, the front."""

import re
import uuid

import pytest
from django.db import connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from tests.access_rows import PEOPLE
from tests.access_table import TABLE

from heli.kernel.access.actor import Actor
from heli.kernel.access.queries import actor_of
from heli.kernel.access.roles import Role, Verb
from heli.kernel.lib import registry
from heli.kernel.lib.registry import Entry, Level, MenuEntry, Place
from heli.kernel.settings.definitions import TELEPHONE
from heli.kernel.settings.models import Value
from heli.kernel.web import menu
from heli.kernel.web.menu import frame_of
from heli.orgs.models import Kind, Unit
from heli.orgs.queries import places_of

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a\b[^>]*\shref="(/[^"#]*)')
ENTRY = re.compile(r'<nav class="entries".*?</nav>', re.S)
STAFF = ("admin", "line", "unit_officer", "head", "leader", "auditor")


def shown(client, address):
    return client.get(address).content.decode()


def entries(text):
    """The entries of a page: (address, name, whether it is the current one)."""
    bar = "".join(ENTRY.findall(text))
    found = re.findall(r'<a href="([^"]+)"( aria-current="\w+")?>([^<]+)</a>', bar)
    return [(address, name, bool(current)) for address, current, name in found]


def names(text):
    return [name for _address, name, _current in entries(text)]


def in_village(world, name):
    return reverse(name, kwargs={"key": world.village.pk})


def test_the_entries_are_those_of_the_place_and_the_role(world):
    village, zone = in_village(world, "members"), reverse("zone")
    officer, line = world.client(world.unit_officer), world.client(world.line)
    assert names(shown(officer, village)) == ["今天", "联户", "值班", "更多"]
    assert names(shown(line, village)) == ["今天", "联户", "值班"]
    assert names(shown(line, zone)) == ["今天", "联户", "组织"]
    assert names(shown(world.client(world.auditor), zone)) == ["今天", "组织", "更多"]
    assert names(shown(world.member_client(world.members[0]), reverse("me"))) == ["今天", "值班", "更多"]
    assert names(shown(world.client(None), "/")) == []


def test_every_page_of_a_slice_marks_its_entry_and_names_its_village(world):
    """Pages about a village show it and its entries to whoever may open them, one of them marked."""
    clients, wrong, seen = world.clients(), [], 0
    for row in TABLE:
        below = registry.entries_of(row.name) or row.name in ("place_menu", "menu")
        if row.method != "get" or "ok" not in row.expected or not below:
            continue
        person = next(one for one in (*STAFF, "member") if row.expected[PEOPLE.index(one)] == "ok")
        with transaction.atomic():
            answer = clients[person].get(reverse(row.name, kwargs=row.url(world)))
            transaction.set_rollback(True)
        if not answer["Content-Type"].startswith("text/html"):
            continue
        seen += 1
        text = answer.content.decode()
        if sum(current for _address, _name, current in entries(text)) != 1:
            wrong.append(f"{row.name}: {entries(text)}")
        levels = {entry.level for entry in registry.entries_of(row.name)}
        if levels == {Level.VILLAGE} and "<b>青溪村</b>" not in text:
            wrong.append(f"{row.name}: no village")
    assert seen > 40
    assert wrong == [], "\n".join(wrong)


def test_a_page_below_a_list_leads_back_to_it_and_the_list_to_its_entry(world):
    client = world.client(world.head)
    household = shown(client, reverse("household", args=[world.households[0].pk]))
    assert f'<p class="back"><a href="{in_village(world, "households")}">‹ 农户</a></p>' in household
    below = reverse("place_menu", args=[world.village.pk, "households"])
    assert f'<p class="back"><a href="{below}">‹ 联户</a></p>' in shown(
        client, in_village(world, "households")
    )
    assert 'class="back"' not in shown(client, in_village(world, "village"))


def test_the_page_of_an_entry_lists_what_one_may_open_with_a_line_on_each(world):
    address = reverse("place_menu", args=[world.village.pk, "households"])
    officer, line = (shown(world.client(one), address) for one in (world.unit_officer, world.line))
    assert "<h1>青溪村：联户</h1>" in officer
    for name in ("published", "households", "members", "newcomers", "upkeep", "plan", "uploads"):
        assert f'<a href="{in_village(world, name)}"><b>' in officer, name
    assert in_village(world, "members") in line
    assert in_village(world, "plan") not in line
    assert "谁在当网格员，请假，个人链接" in line


def test_an_entry_with_one_page_leads_there_at_once(world):
    text = shown(world.client(world.auditor), reverse("zone"))
    assert (reverse("firms"), "组织", False) in entries(text)
    assert (reverse("audit"), "更多", False) in entries(text)


def test_the_zone_leads_to_the_households_of_each_village(world):
    address = reverse("place_menu", args=[world.zone.pk, "households"])
    text = shown(world.client(world.line), address)
    for place in (world.home, world.other):
        assert reverse("place_menu", args=[place.unit.pk, "households"]) in text


def test_the_place_switch_offers_the_places_that_one_may_open(world):
    line = shown(world.client(world.line), in_village(world, "members"))
    switch = line.partition('<details class="place">')[2].partition("</details>")[0]
    assert "云溪片区 ›" in switch
    assert re.findall(r">([^<]+)</a>", switch) == ["云溪片区", "石桥村", "青溪村"]
    officer = shown(world.client(world.unit_officer), in_village(world, "members"))
    assert '<b class="place">青溪村</b>' in officer
    assert '<details class="place">' not in officer


def test_with_many_places_the_switch_leads_to_the_page_of_all(world):
    made = [Unit(kind=Kind.VILLAGE, name=f"{number:02}村", parent=world.zone) for number in range(90)]
    for unit in made:
        unit.save()
    client = world.client(world.line)
    text = shown(client, reverse("zone"))
    switch = text.partition('<details class="place">')[2].partition("</details>")[0]
    assert switch.count("<li>") == menu.SWITCHED + 1
    assert reverse("places") in switch
    everywhere = shown(client, reverse("places"))
    assert all(reverse("village", args=[unit.pk]) in everywhere for unit in made)


def test_the_places_of_each_role(world):
    def of(account):
        return [place.name for place in places_of(actor_of(account))]

    assert of(world.admin) == of(world.line) == ["云溪片区", "石桥村", "青溪村"]
    assert of(world.auditor) == ["云溪片区"]
    assert of(world.unit_officer) == of(world.leader) == ["青溪村"]
    both = Actor(
        account=uuid.uuid4(), grants=tuple((Role.HEAD, one.unit.path) for one in (world.home, world.other))
    )
    assert [place.name for place in places_of(both)] == ["云溪片区", "石桥村", "青溪村"]
    assert places_of(Actor(account=uuid.uuid4(), grants=((Role.HEAD, world.firm.path),))) == []


def test_the_frame_costs_one_query_at_most_and_no_more_with_many_places(world, rf: RequestFactory):
    for number in range(30):
        Unit.objects.create(kind=Kind.VILLAGE, name=f"{number:02}村", parent=world.zone)
    for account in (world.admin, world.unit_officer, world.auditor):
        request = rf.get("/")
        request.actor, request.resolver_match = actor_of(account), resolve(reverse("audit"))
        with CaptureQueriesContext(connection) as asked:
            frame_of(request, world.village)
        assert len(asked) <= (0 if account == world.unit_officer else 1)
    request.actor = Actor(member=world.members[0].pk)
    with CaptureQueriesContext(connection) as asked:
        frame_of(request, world.village)
    assert len(asked) == 0


def test_a_rare_entry_stands_on_the_page_of_the_last_one(world, monkeypatch):
    """No slice has places to book yet; the entry that has no room on a phone is reached by 更多 there."""
    booked = MenuEntry("members", _("网格员"), Verb.SEE_VILLAGE, Entry.VENUES)
    stated = (*registry.menu(), booked, MenuEntry("households", _("农户"), Verb.SEE_VILLAGE, Entry.VENUES))
    monkeypatch.setattr(registry, "menu", lambda: stated)
    place = Place(world.village.pk, world.village.path, "青溪村", Level.VILLAGE)
    venues = reverse("place_menu", args=[place.key, "venues"])
    for account in (world.line, world.unit_officer):
        more = menu.links_of(actor_of(account), place, Entry.MORE)
        assert more[0].address == venues
    text = shown(world.client(world.unit_officer), in_village(world, "members"))
    assert f'<li class="rare"><a href="{venues}"' in text


def test_language_large_type_and_sign_out_stand_below_one_name(world):
    text = shown(world.client(world.head), in_village(world, "members"))
    mine = text.partition('<details class="mine">')[2].partition("</details>")[0]
    assert "网格长" in mine
    for name in ("language", "large", "account_logout"):
        assert f'action="{reverse(name)}"' in mine
    member = shown(world.member_client(world.members[0]), reverse("me"))
    assert f'action="{reverse("sign_out")}"' in member


def test_without_an_account_the_site_begins_with_doors(world):
    text = shown(world.client(None), "/")
    doors = text.partition('<ol class="doors">')[2].partition("</ol>")[0]
    assert [resolve(one).view_name for one in LINK.findall(doors)] == ["find_member", "points", "complaints"]
    assert reverse("account_login") in text
    assert "tel:" not in text
    Value.objects.create(
        setting=TELEPHONE.name,
        value="村服务台 0570-123 4567，8点到17点",
        since="2026-01-01",
        source="会议",
        set_by="管理员",
    )
    assert 'href="tel:05701234567">村服务台 0570-123 4567，8点到17点</a>' in shown(world.client(None), "/")


def test_an_english_frame_has_no_chinese_but_names(world):
    client = world.client(world.unit_officer)
    client.cookies["language"] = "en"
    with translation.override("en"):
        text = shown(client, reverse("place_menu", args=[world.village.pk, "households"]))
    rest = re.sub(r"青溪村|村负责人|中文", "", re.sub(r"<[^>]+>", "", text))
    assert re.findall("[\u4e00-\u9fff]+", rest) == []
    assert names(text) == ["Today", "Households", "Duty", "More"]
