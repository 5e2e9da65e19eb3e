"""The pages of publishing: what would change, the tables in force and before, files, who was responsible."""

import datetime
import io
import re
import zipfile
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from tests.plans.publishing import draft, in_force, monday_after

from heli.duties.models import Swap, SwapState, Turn
from heli.grids.commands import edit_household, facts_of
from heli.grids.models import Division, HouseholdRow
from heli.kernel.access.queries import actor_of
from heli.kernel.files.models import File
from heli.kernel.lib.stale import row_hash
from heli.kernel.papers import render
from heli.people.commands import leave
from heli.people.models import MemberRow
from heli.plans.models import Run
from heli.plans.queries.publications import in_force as published

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
FILES = ("picture-1", "print", "wall", "pen", "book")
PHONE = re.compile(rb"139\d{8}|\d{17}[\dXx]")


def page(client, name, **key):
    return client.get(reverse(name, kwargs=key))


def post(world, run, person="unit_officer", **more):
    today = timezone.localdate()
    data = {"version": run.version, "links_since": today, "roster_since": monday_after(today)}
    data |= {"replaces": published(world.village).versions, **more}
    return world.client(getattr(world, person)).post(reverse("publish", kwargs={"key": run.pk}), data)


def test_it_works(world):
    run = draft(world)
    shown = page(world.client(world.unit_officer), "publish", key=run.pk)
    assert "12户" in shown.content.decode()
    assert post(world, run).status_code == 302
    after = page(world.client(world.line), "published", key=world.village.pk).content.decode()
    assert "12户都有人联系" in after
    assert "data-copy" in after


def test_the_notice_of_tomorrow_is_of_the_roster_in_force_tomorrow(world, monkeypatch):
    wednesday = monday_after(timezone.localdate()) + 2 * DAY
    in_force(world, wednesday - 20 * DAY)
    Turn.objects.filter(slot="早班").update(member=world.members[0])
    in_force(world, wednesday)  # its roster begins on the Monday after
    Turn.objects.exclude(roster__number=1).update(member=world.members[1])
    Swap.objects.create(
        turn=Turn.objects.get(roster__number=1, weekday=4, slot="早班", post="1号点"),
        date=wednesday + DAY,
        giver=world.members[0],
        taker=world.members[2],
        state=SwapState.ACCEPTED,
    )
    monkeypatch.setattr(timezone, "localdate", lambda *args: wednesday)
    shown = page(world.client(world.unit_officer), "published", key=world.village.pk)
    texts = dict(shown.context["notices"])
    old, new = world.members[0].name, world.members[1].name
    assert old in texts[wednesday + DAY]
    assert world.members[2].name in texts[wednesday + DAY], "swaps are in it, as on the notice's own page"
    assert new in texts[wednesday + 5 * DAY]
    assert f"：{old}" not in texts[wednesday + 5 * DAY].split("组长")[0]


def test_no_notice_is_offered_for_a_day_without_a_roster(world, monkeypatch):
    today = timezone.localdate()
    in_force(world, today)
    monkeypatch.setattr(timezone, "localdate", lambda *args: monday_after(today) - 10 * DAY)
    text = page(world.client(world.unit_officer), "published", key=world.village.pk).content.decode()
    assert "data-copy" not in text
    assert "还没开始" in text
    assert "都有人联系" not in text


def test_only_what_changes_is_shown_and_why(world):
    in_force(world, timezone.localdate() - 10 * DAY)
    leave(actor_of(world.unit_officer), world.members[3], timezone.localdate())
    run = draft(world, base=Run.objects.get())
    text = page(world.client(world.head), "publish", key=run.pk).content.decode()
    assert f"{world.members[3].name}不再参加" in text
    assert "公布要由村负责人来点" in text
    assert text.count("<tr>") < 20


def test_the_second_of_two_is_told(world):
    run = draft(world)
    assert post(world, run).status_code == 302
    again = post(world, run, person="admin")
    assert again.status_code == 409
    assert "已经公布过" in again.content.decode()
    assert reverse("published", kwargs={"key": world.village.pk}) in again.content.decode()
    assert Division.objects.count() == 1


def test_out_of_date_is_said_with_the_cure(world):
    run = draft(world)
    row = world.households[0]
    edit_household(actor_of(world.head), row, {"people": 9}, row_hash(facts_of(row)))
    shown = page(world.client(world.unit_officer), "publish", key=run.pk).content.decode()
    assert "不能公布了" in shown
    assert reverse("upkeep_relink", kwargs={"key": world.village.pk}) in shown
    refused = post(world, run).content.decode()
    assert "请重新排一次，再公布" in refused


@pytest.mark.parametrize("kind", ["division", "roster"])
def test_files_are_drawn_once_and_carry_no_phone(world, kind, django_assert_max_num_queries):
    HouseholdRow.objects.filter(pk=world.households[0].pk).update(head="林一帆 13912345678")
    MemberRow.objects.filter(pk=world.members[0].pk).update(remark="身份证330102196001011234")
    in_force(world)
    client = world.client(world.unit_officer)
    for what in FILES:
        key = {"key": world.village.pk, "kind": kind, "number": 1, "what": what}
        first = page(client, "publication_file", **key)
        assert first.status_code == 200
        assert "filename*=utf-8''" in first["Content-Disposition"]
        assert world.members[0].name not in first["Content-Disposition"]
        count = File.objects.count()
        with django_assert_max_num_queries(8):
            again = page(client, "publication_file", **key)
        assert (again.content, File.objects.count()) == (first.content, count)
        known = client.get(reverse("publication_file", kwargs=key), headers={"If-None-Match": first["ETag"]})
        assert (known.status_code, known.content) == (304, b"")
        assert not PHONE.search(readable(what, first.content))


def readable(what, data):
    """The text of a file, as far as it has any."""
    if what == "book":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return b"".join(book.read(name) for name in book.namelist())
    if what.startswith("picture"):
        assert data.startswith(b"\x89PNG")
        return b""
    return "".join(found.extract_text() for found in PdfReader(io.BytesIO(data)).pages).encode()


def test_every_print_is_a_file_of_its_own(world):
    in_force(world)
    client = world.client(world.unit_officer)
    prints = {"division": ("houses", "print", "wall", "pen"), "roster": ("print", "wall", "pen")}
    for kind, files in prints.items():
        titles = set()
        for what in files:
            key = {"key": world.village.pk, "kind": kind, "number": 1, "what": what}
            answer = page(client, "publication_file", **key)
            titles.add(PdfReader(io.BytesIO(answer.content)).outline[0].title)
            assert quote(f"{world.village.name}-") in answer["Content-Disposition"]
        assert len(titles) == len(files)


def test_whom_to_ask_is_asked_on_publishing_and_kept_for_the_next_time(world):
    run = draft(world)
    assert post(world, run, contact="有变动请找村妇联").status_code == 302
    key = {"key": world.village.pk, "kind": "roster", "number": 1, "what": "print"}
    drawn = page(world.client(world.unit_officer), "publication_file", **key)
    assert "有变动请找村妇联".encode() in readable("print", drawn.content)
    shown = page(world.client(world.unit_officer), "publish", key=draft(world, base=run).pk)
    assert shown.context["form"].initial["contact"] == "村妇联"


def test_whom_to_ask_is_no_telephone_number(world):
    run = draft(world)
    answer = post(world, run, contact="林主任 13800000000")
    assert "不能写电话" in answer.content.decode()
    assert not Division.objects.exists()


def test_no_such_file_is_404(world):
    in_force(world)
    for what in ("picture-9", "print-1", "notice", "pictureX"):
        key = {"key": world.village.pk, "kind": "division", "number": 1, "what": what}
        assert page(world.client(world.unit_officer), "publication_file", **key).status_code == 404


def test_english_files_are_drawn_for_themselves(world):
    in_force(world)
    client = world.client(world.unit_officer)
    key = {"key": world.village.pk, "kind": "roster", "number": 1, "what": "pen"}
    chinese = page(client, "publication_file", **key)
    client.cookies["language"] = "en"
    assert page(client, "publication_file", **key)["ETag"] != chinese["ETag"]


def test_earlier_versions_stay_and_are_compared(world):
    in_force(world, timezone.localdate() - 20 * DAY)
    leave(actor_of(world.unit_officer), world.members[3], timezone.localdate() - 5 * DAY)
    in_force(world, timezone.localdate() - 5 * DAY)
    client = world.client(world.line)
    for kind in ("division", "roster"):
        new = page(client, "publication", key=world.village.pk, kind=kind, number=2).content.decode()
        assert world.members[3].name in new
        assert page(client, "publication", key=world.village.pk, kind=kind, number=1).status_code == 200
        assert page(client, "publication", key=world.village.pk, kind=kind, number=3).status_code == 404


def test_responsible_is_searched_by_house_number_and_day(world):
    in_force(world, timezone.localdate() - 10 * DAY)
    url = reverse("responsible", kwargs={"key": world.village.pk})
    client = world.client(world.line)
    found = client.get(url, {"date": timezone.localdate().isoformat(), "q": "前街3"}).content.decode()
    assert "前街3号由" in found
    assert client.get(url, {"date": "xx"}).status_code == 200
    early = client.get(url, {"date": "2020-01-01", "q": "前街3"}).content.decode()
    assert "没有人联系" in early


def test_a_plan_that_is_not_ready_waits(world):
    run = Run.objects.create(village=world.village, revision=0, options={})
    waiting = page(world.client(world.unit_officer), "publish", key=run.pk)
    assert waiting["Refresh"]
    Run.objects.filter(pk=run.pk).update(state="failed")
    assert "没有排成" in page(world.client(world.unit_officer), "publish", key=run.pk).content.decode()


def test_an_old_page_does_not_replace_tables_it_did_not_show(world):
    first, second = draft(world), draft(world)
    client = world.client(world.admin)
    page = reverse("publish", kwargs={"key": second.pk})
    opened = {field.html_name: field.value() for field in client.get(page).context["form"]}
    assert post(world, first).status_code == 302
    told = client.post(page, opened)
    assert told.status_code == 409
    assert "别人公布了新的表" in told.content.decode()
    assert list(Division.objects.values_list("number", flat=True)) == [1]
    anew = {field.html_name: field.value() for field in told.context["form"]}
    assert client.post(page, anew).status_code == 302
    assert list(Division.objects.values_list("number", flat=True)) == [2, 1]


def test_a_draft_changed_meanwhile_is_shown_anew(world):
    run = draft(world)
    client, page = world.client(world.admin), reverse("publish", kwargs={"key": run.pk})
    opened = {field.html_name: field.value() for field in client.get(page).context["form"]}
    Run.objects.filter(pk=run.pk).update(version=1)
    told = client.post(page, opened)
    assert told.status_code == 409
    assert told.context["form"]["version"].value() == 1


def test_a_drawing_that_takes_too_long_is_a_clear_page_and_is_drawn_the_next_time(world, monkeypatch):
    in_force(world)
    client = world.client(world.line)
    key = {"key": world.village.pk, "kind": "division", "number": 1, "what": "wall"}
    with monkeypatch.context() as impatient:
        impatient.setattr(render, "SECONDS", 0.0)
        refused = page(client, "publication_file", **key)
    assert (refused.status_code, refused["Retry-After"]) == (503, "60")
    assert "画得太久" in refused.content.decode()
    assert page(client, "publication_file", **key).status_code == 200
