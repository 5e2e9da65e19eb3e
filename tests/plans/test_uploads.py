"""Hand in a book, correct its cells, see what it changes, import it, take the import back."""

import datetime
import io
import json
import uuid

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from heli.duties.commands import make_feed
from heli.duties.models import CalendarAddress, PostRow
from heli.grids.models import HouseholdRow, Link
from heli.kernel.access.actor import SYSTEM
from heli.kernel.accounts.models import PersonalLink
from heli.kernel.audit.models import Event
from heli.kernel.files.models import File
from heli.kernel.imports.commands import MOST_OPEN
from heli.kernel.imports.models import Upload
from heli.kernel.imports.tasks import import_upload, read_upload
from heli.kernel.jobs.models import Job, State
from heli.kernel.jobs.work import Work
from heli.orgs.commands import bump_revision
from heli.people.models import MemberRow, Phone
from heli.plans.models import Run, RunState

pytestmark = pytest.mark.django_db

HOUSEHOLDS = ("门牌号", "户主", "家庭人口", "是否出租", "租住人数", "联系电话")
MEMBERS = ("姓名", "队伍", "住址", "手机号", "不便时间")
POINTS = ("投放点", "位置", "早", "晚", "每班人数")


def rows_of(place):
    """A book that says just what is kept of the village."""
    return {
        "农户": [
            HOUSEHOLDS,
            *(
                (row.address, row.head, row.people, "是" if row.let else "否", row.tenants, "")
                for row in place.households
            ),
        ],
        "网格员": [MEMBERS, *((row.name, row.force, row.home, "", "") for row in place.members)],
    }


def file_of(sheets, name="青溪村.xlsx"):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile(name, out.getvalue())


def work_of(upload):

    job = Job.objects.get(pk=upload.job)
    return Work(job=job.pk, params=job.params, report=lambda percent, stage: None)


def finish(upload):
    """What the worker does."""

    upload.refresh_from_db()
    job = Job.objects.get(pk=upload.job)
    done = {"read_upload": read_upload, "import_upload": import_upload}[job.kind](work_of(upload))
    Job.objects.filter(pk=job.pk).update(state=State.DONE)
    upload.refresh_from_db()
    return done


@pytest.fixture
def officer(world):
    return world.client(world.unit_officer)


@pytest.fixture
def hand_in(world, officer):
    def go(*files, village=None, **fields):
        answer = officer.post(
            f"/village/{(village or world.village).pk}/upload/", {"books": list(files), **fields}
        )
        assert answer.status_code == 302, answer.content.decode()
        upload = Upload.objects.first()
        assert answer["Location"] == f"/job/{upload.job}/"
        finish(upload)
        return upload

    return go


@pytest.fixture
def take(officer):
    def go(upload, revision=None, **fields):
        revision = upload.revision if revision is None else revision
        return officer.post(
            f"/upload/{upload.pk}/import/", {"version": upload.version, "revision": revision, **fields}
        )

    return go


def page(client, upload):
    answer = client.get(f"/upload/{upload.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_works(world, officer, hand_in, take):
    sheets = rows_of(world.home)
    sheets["农户"][1] = ("前街1号", "林一帆", 9, "是", 2, "10011112222")
    gone = sheets["农户"].pop(3)
    sheets["农户"].append(("后河99号", "贺新来", 4, "否", "", "10033334444"))
    sheets["网格员"].append(("新网格员甲", "党员", "后河99号", "10055556666", "周一"))
    upload = hand_in(file_of(sheets))
    text = page(officer, upload)
    assert "12 户、4 人读好了" in text or "12 户、5 人读好了" in text
    assert upload.facts["changes"]["households"] | {"silent": []} == {
        "new": 1,
        "changed": 1,
        "gone": 1,
        "same": 10,
        "spoken": True,
        "silent": [],
    }
    assert not upload.facts["changes"]["posts"]["spoken"]
    listed = officer.get(f"/upload/{upload.pk}/changes/?part=households&kind=changed").content.decode()
    assert "<del>2</del> → <ins>9</ins>" in listed
    assert gone[1] in officer.get(f"/upload/{upload.pk}/changes/?part=households&kind=gone").content.decode()
    answer = take(upload)
    assert answer.status_code == 302
    assert HouseholdRow.objects.get(village=world.village, address="前街1号").people == 9
    assert HouseholdRow.objects.get(pk=world.households[2].pk).gone_on == timezone.localdate()
    new = HouseholdRow.objects.get(address="后河99号")
    assert Phone.objects.get(owner=new.pk).number == "10033334444"
    assert Phone.objects.get(owner=world.households[0].pk).number == "10011112222"
    assert PostRow.objects.filter(village=world.village, gone_on=None).count() == 2
    world.village.refresh_from_db()
    assert world.village.revision == 1
    event = Event.objects.get(verb="upload.import")
    assert event.facts["households_created"] == 1
    assert event.facts["households_gone"] == 1
    assert "100" not in json.dumps(event.facts)


def state_of(unit):
    """All rows of a village, but for what no undo brings back: the revision."""
    return [
        [
            {key: value for key, value in row.items() if key != "_state"}
            for row in model.objects.filter(village=unit).order_by("pk").values()
        ]
        for model in (HouseholdRow, MemberRow, PostRow, Phone)
    ]


def test_undo_puts_everything_back(world, officer, hand_in, take):
    before = state_of(world.village)
    sheets = rows_of(world.home)
    sheets["农户"] = [
        sheets["农户"][0],
        *reversed(sheets["农户"][2:]),
        ("塘边8号", "贺新来", 4, "否", "", ""),
    ]
    sheets["农户"][1] = (*sheets["农户"][1][:5], "10077778888")
    sheets["网格员"][1] = ("苏晚晴", "护村队", "前街1号", "10099990000", "早班不便")
    sheets["投放点"] = [POINTS, ("1号点", "前街口", "5:30-7:30", "17:30", 2)]
    upload = hand_in(file_of(sheets))
    assert take(upload).status_code == 302
    assert state_of(world.village) != before
    text = page(officer, upload)
    assert "撤销这次导入" in text
    assert officer.post(f"/upload/{upload.pk}/undo/").status_code == 302
    assert state_of(world.village) == before
    upload.refresh_from_db()
    assert (upload.state, upload.undo, upload.phones) == ("undone", {}, {})
    assert officer.post(f"/upload/{upload.pk}/undo/").status_code == 409


def test_undo_is_refused_after_a_later_change_or_a_plan(world, officer, hand_in, take):
    sheets = rows_of(world.home)
    sheets["农户"].append(("塘边8号", "贺新来", 4, "否", "", ""))
    upload = hand_in(file_of(sheets))
    take(upload)
    world.village.refresh_from_db()
    run = Run.objects.create(village=world.village, revision=world.village.revision, state=RunState.DRAFT)
    answer = officer.post(f"/upload/{upload.pk}/undo/")
    assert answer.status_code == 409
    assert "放弃那份草稿" in answer.content.decode()
    run.delete()
    new = HouseholdRow.objects.get(address="塘边8号")
    link = Link.objects.create(household=new, member=world.members[0], since=datetime.date(2026, 11, 1))
    assert officer.post(f"/upload/{upload.pk}/undo/").status_code == 409
    link.delete()
    bump_revision(world.village)
    answer = officer.post(f"/upload/{upload.pk}/undo/")
    assert answer.status_code == 409
    assert "资料又改过" in answer.content.decode()
    assert HouseholdRow.objects.filter(address="塘边8号").exists()


def test_an_import_ends_in_the_next_step_and_offers_no_undo_that_is_refused(world, officer, hand_in, take):
    sheets = rows_of(world.home)
    sheets["农户"].append(("塘边8号", "贺新来", 4, "否", "", ""))
    upload = hand_in(file_of(sheets))
    text = page(officer, upload)
    assert "可以导入" in text.partition("<h1>")[2].partition("</h1>")[0]
    assert text.count('aria-current="step"') == 1
    take(upload)
    text = page(officer, upload)
    assert "排两张表" in text.partition("button primary")[2].partition("</button>")[0]
    assert f'action="/village/{world.village.pk}/plan/"' in text
    assert "撤销这次导入" in text
    answer = officer.post(f"/village/{world.village.pk}/plan/")
    run = Run.objects.get()
    assert answer.url == f"/job/{run.job}/"
    text = page(officer, upload)
    assert "撤销这次导入" not in text
    assert "放弃那份草稿" in text
    assert officer.post(f"/upload/{upload.pk}/undo/").status_code == 409
    Run.objects.update(state=RunState.DISCARDED)
    assert "撤销这次导入" in page(officer, upload)
    assert officer.post(f"/upload/{upload.pk}/undo/").status_code == 302


def test_what_must_be_mended_is_folded_once_it_is_imported(world, officer, hand_in, take):
    sheets = rows_of(world.home)
    sheets["农户"] += [("", "", 4, "否", "", ""), ("塘边8号", "贺新来", 4, "否", "", "")]
    upload = hand_in(file_of(sheets))
    assert upload.facts["stop"]
    text = page(officer, upload)
    assert f"{upload.facts['stop']} 处必须改" in text.partition("<h1>")[2].partition("</h1>")[0]
    take(upload)
    text = page(officer, upload)
    assert "读表时看到" in text
    assert 'class="gap"' not in text


def test_the_same_book_changes_nothing(world, officer, hand_in, take):
    upload = hand_in(file_of(rows_of(world.home)))
    assert "不用导入" in page(officer, upload)
    assert take(upload).status_code == 409
    assert HouseholdRow.objects.filter(village=world.village).count() == 12


def test_a_village_changed_since_the_preview_is_compared_again(world, officer, hand_in, take):
    sheets = rows_of(world.home)
    sheets["农户"].append(("塘边8号", "贺新来", 4, "否", "", ""))
    upload = hand_in(file_of(sheets))
    bump_revision(world.village)
    assert "重新对比" in page(officer, upload)
    assert take(upload).status_code == 409
    assert take(upload, revision=1).status_code == 409
    assert officer.post(f"/upload/{upload.pk}/again/").status_code == 302
    finish(upload)
    assert take(upload).status_code == 302
    assert take(upload).status_code == 409


def test_a_preview_read_anew_since_it_was_shown_is_not_imported(world, officer, hand_in, take):
    sheets = rows_of(world.home)
    sheets["农户"].append(("塘边8号", "贺新来", 4, "否", "", ""))
    upload = hand_in(file_of(sheets))
    opened = {"version": upload.version, "revision": upload.revision}
    assert officer.post(f"/upload/{upload.pk}/again/").status_code == 302
    finish(upload)
    told = officer.post(f"/upload/{upload.pk}/import/", opened)
    assert told.status_code == 409
    assert "看清楚现在的预览" in told.content.decode()
    assert not HouseholdRow.objects.filter(address="塘边8号").exists()
    assert take(upload).status_code == 302


def test_a_time_that_is_not_understood_is_ticked_beside_its_cell(world, officer, hand_in):
    sheets = rows_of(world.home)
    name, force, home, *_rest = sheets["网格员"][1]
    sheets["网格员"][1] = (name, force, home, "", "农忙时不便")
    upload = hand_in(file_of(sheets))
    text = page(officer, upload)
    assert "农忙时不便" in text
    assert 'type="checkbox" name="time.' in text
    place = json.dumps(["网格员", 2, "E"], ensure_ascii=False)
    typed = {
        "version": upload.version,
        "place.0": place,
        "initial.0": "农忙时不便",
        "text.0": "农忙时不便",
        "time.0": ["1-early", "1-day", "1-late", "3-late", "9-late"],
        "until.0": "2026-13-40",
    }
    assert officer.post(f"/upload/{upload.pk}/fix/", {**typed, "version": 99}).status_code == 409
    assert officer.post(f"/upload/{upload.pk}/fix/", typed).status_code == 302
    finish(upload)
    assert [fix["text"] for fix in upload.fixes] == ["周三晚上、周一不便"]
    busy = upload.rows["members"][0]["availability"]["busy"]
    assert busy == [[1, "day"], [1, "early"], [1, "late"], [3, "late"]]
    text = page(officer, upload)
    assert "读懂的话" in text
    assert "周三晚上、周一不排" in text
    until = timezone.localdate() + datetime.timedelta(days=30)
    again = {**typed, "version": upload.version, "until.0": until.isoformat()}
    assert officer.post(f"/upload/{upload.pk}/fix/", again).status_code == 302
    finish(upload)
    spell = upload.rows["members"][0]["availability"]["spells"][0]
    assert spell["dates"] == [timezone.localdate().isoformat(), until.isoformat()]


def test_a_cell_is_corrected_in_place_and_the_correction_taken_back(world, officer, hand_in):
    sheets = rows_of(world.home)
    sheets["农户"][2] = ("前街3号", "林二川", "好几口", "否", "", "10012345678")
    upload = hand_in(file_of(sheets))
    text = page(officer, upload)
    assert "▶ 好几口" in text
    assert "10012345678" not in text + json.dumps(upload.problems)
    assert "***" in text
    place = json.dumps(["农户", 3, "C"], ensure_ascii=False)
    typed = {"version": upload.version, "place.0": place, "initial.0": "好几口", "text.0": "34"}
    assert officer.post(f"/upload/{upload.pk}/fix/", typed).status_code == 302
    finish(upload)
    assert [
        problem["code"] for problem in upload.problems if problem["code"] == "household-count-unread"
    ] == []
    assert upload.rows["households"][1]["people"] == 34
    assert "在这里改过1格" in page(officer, upload)
    late = officer.post(f"/upload/{upload.pk}/fix/", {**typed, "text.0": "35"})
    assert late.status_code == 409
    assert "刚才有人改过" in late.content.decode()
    assert "农户 C3: 35" in late.content.decode()
    assert (
        officer.post(f"/upload/{upload.pk}/unfix/", {"version": upload.version, "number": 0}).status_code
        == 302
    )
    finish(upload)
    late = officer.post(f"/upload/{upload.pk}/fix/", {**typed, "text.0": "36"})
    assert 'value="36"' in late.content.decode()
    assert "household-count-unread" in [problem["code"] for problem in upload.problems]


def test_a_problem_of_a_whole_row_lets_choose_the_cell(world, officer, hand_in):
    sheets = rows_of(world.home)
    sheets["农户"].append(sheets["农户"][1])
    upload = hand_in(file_of(sheets))
    (problem,) = [problem for problem in upload.problems if problem["code"] == "household-twice"]
    assert '<select name="column.' in page(officer, upload)
    typed = {
        "version": upload.version,
        "place.0": json.dumps(["农户", problem["row"], ""]),
        "column.0": "A",
        "text.0": "前街77号",
    }
    officer.post(f"/upload/{upload.pk}/fix/", typed)
    finish(upload)
    assert upload.facts["households"] == 13


@pytest.mark.parametrize(
    "place",
    ["", "[]", '["x"]', '["农户","3","C"]', '["农户",0,"C"]', '["农户",3,"C; x"]', "{}", '["a",1,"",2]'],
)
def test_a_forged_place_is_refused(world, officer, hand_in, place):
    upload = hand_in(file_of(rows_of(world.home)))
    typed = {"version": upload.version, "place.0": place, "text.0": "x"}
    assert officer.post(f"/upload/{upload.pk}/fix/", typed).status_code == 409


def test_nothing_typed_is_told(world, officer, hand_in):
    upload = hand_in(file_of(rows_of(world.home)))
    assert officer.post(f"/upload/{upload.pk}/fix/", {"version": upload.version}).status_code == 409


def test_a_corrected_file_takes_the_place_of_the_one_of_its_name(world, officer, hand_in):
    sheets = rows_of(world.home)
    homes, people = {"农户": sheets["农户"]}, {"网格员": sheets["网格员"]}
    upload = hand_in(file_of(homes, "农户.xlsx"), file_of(people, "网格员.xlsx"))
    assert (upload.facts["households"], upload.facts["members"]) == (12, 4)
    people["网格员"].append(("新网格员甲", "党员", "后河9号", "", ""))
    again = hand_in(file_of(people, "网格员.xlsx"), instead_of=str(upload.pk))
    assert again.pk != upload.pk
    assert (again.facts["households"], again.facts["members"]) == (12, 5)
    assert sorted(file["name"] for file in again.files) == ["农户.xlsx", "网格员.xlsx"]


def test_many_gone_or_another_village_must_be_confirmed(world, officer, hand_in, take):
    sheets = rows_of(world.home)
    sheets["农户"] = sheets["农户"][:5]
    upload = hand_in(file_of(sheets))
    assert take(upload).status_code == 409
    assert take(upload, confirmed="on").status_code == 302
    sheets = rows_of(world.home)
    other = hand_in(file_of(sheets, "石桥村.xlsx"))
    assert "表上写的是石桥村" in page(officer, other)


def test_who_came_back_is_there_again(world, hand_in, take):
    HouseholdRow.objects.filter(pk=world.households[0].pk).update(gone_on=datetime.date(2026, 1, 1))
    upload = hand_in(file_of(rows_of(world.home)))
    assert upload.facts["changes"]["households"]["changed"] == 1
    take(upload)
    assert HouseholdRow.objects.get(pk=world.households[0].pk).gone_on is None


def test_who_is_gone_by_an_import_or_its_undoing_is_out(world, officer, hand_in, take):
    """A member no longer in the book, one the book brings back, and one whom it brought and who is undone."""
    gone, back = world.members[3], world.members[2]
    MemberRow.objects.filter(pk=back.pk).update(left_on=datetime.date(2026, 1, 1))
    clients = {member: world.member_client(member) for member in (gone, back)}
    make_feed(SYSTEM, gone)
    sheets = rows_of(world.home)
    sheets["网格员"] = [row for row in sheets["网格员"] if row[0] != gone.name]
    sheets["网格员"].append(("新网格员甲", "党员", "前街1号", "10055556666", ""))
    upload = hand_in(file_of(sheets))
    assert take(upload, confirmed="on").status_code == 302
    assert [MemberRow.objects.get(pk=member.pk).left_on is None for member in (gone, back)] == [False, True]
    new = MemberRow.objects.get(name="新网格员甲")
    clients[new] = world.member_client(new)
    assert [client.get("/me/").status_code for client in clients.values()] == [302, 302, 200]
    assert not CalendarAddress.objects.filter(revoked_at=None).exists()
    assert officer.post(f"/upload/{upload.pk}/undo/").status_code == 302
    assert [client.get("/me/").status_code for client in clients.values()] == [302, 302, 302]
    assert not PersonalLink.objects.filter(revoked_at=None).exists()


def test_what_the_book_does_not_speak_of_stays(world, officer, hand_in, take):
    HouseholdRow.objects.filter(village=world.village).update(lon=120.0, lat=28.9, remark="老话")
    sheets = rows_of(world.home)
    sheets["农户"][1] = ("前街1号", "林一帆", 9, "是", 2, "")
    upload = hand_in(file_of(sheets))
    assert "农户表里没有写：组别、" in page(officer, upload)
    assert {"lon", "lat", "remark"} <= set(upload.facts["changes"]["households"]["silent"])
    take(upload)
    row = HouseholdRow.objects.get(pk=world.households[0].pk)
    assert (row.people, row.lon, row.remark) == (9, 120.0, "老话")


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("x.docx", b"PK\x03\x04", "不是表格文件"),
        ("x", b"a", "不是表格文件"),
        ("x.exe", b"MZ\0", "不是表格文件"),
        ("x.html", b"<html>", "不是表格文件"),
        ("x.svg", b"<svg/>", "不是表格文件"),
    ],
)
def test_other_kinds_of_files_are_refused_by_name(world, officer, name, data, word):
    answer = officer.post(f"/village/{world.village.pk}/upload/", {"books": SimpleUploadedFile(name, data)})
    assert answer.status_code == 400
    assert word in answer.content.decode()
    assert not Upload.objects.exists()


def test_no_file_too_many_and_too_large_are_refused(world, officer):
    address = f"/village/{world.village.pk}/upload/"
    assert officer.post(address).status_code == 400
    many = [SimpleUploadedFile(f"{number}.csv", b"a,b") for number in range(11)]
    assert "最多交 10 个" in officer.post(address, {"books": many}).content.decode()
    large = SimpleUploadedFile("a.csv", b"a" * (30 * 2**20 + 1))
    assert "超过 30 MB" in officer.post(address, {"books": large}).content.decode()
    assert not Upload.objects.exists()


def test_the_template_is_handed_out(world, officer):
    for query in ("", "?example=1"):
        answer = officer.get(f"/village/{world.village.pk}/upload/template/{query}")
        assert answer.content.startswith(b"PK")


def test_roles(world, hand_in):
    upload = hand_in(file_of(rows_of(world.home)))
    village, one = f"/village/{world.village.pk}/upload/", f"/upload/{upload.pk}/"
    gets = (village, f"{village}template/", one, f"{one}changes/?part=households&kind=new")
    posts = [f"{one}{word}/" for word in ("fix", "unfix", "again", "import", "undo")]
    expected = {
        "admin": 200,
        "line": 403,
        "unit_officer": 200,
        "head": 403,
        "leader": 403,
        "auditor": 404,
        "stranger": 404,
        "nobody": 302,
        "member": 404,
    }
    for person, client in world.clients().items():
        assert {client.get(address).status_code for address in gets} == {expected[person]}, person
        if expected[person] != 200:
            assert {client.post(address).status_code for address in posts} == {expected[person]}, person
    nothing = uuid.uuid4()
    assert world.client(world.admin).get(f"/upload/{nothing}/").status_code == 404
    assert world.client(world.admin).get(f"/village/{nothing}/upload/").status_code == 404
    assert world.client(world.admin).get(f"{one}import/").status_code == 405


def test_an_import_asks_no_more_for_a_longer_book(world, hand_in, take, django_assert_max_num_queries):
    sheets = rows_of(world.home)
    sheets["农户"] += [(f"塘边{n}号", f"贺新{n}", "不知道", "否", "", "") for n in range(1, 40)]
    upload = hand_in(file_of(sheets))
    with django_assert_max_num_queries(40):
        take(upload)


def test_an_older_reading_does_not_overwrite_a_newer(world, officer, hand_in):
    upload = hand_in(file_of(rows_of(world.home)))
    old = work_of(upload)
    officer.post(f"/upload/{upload.pk}/again/")
    assert read_upload(old)["kept"] is False
    assert officer.post(f"/upload/{upload.pk}/again/").status_code == 409
    assert finish(upload)["kept"]


def test_a_file_no_longer_kept_is_said(world, officer, hand_in):

    upload = hand_in(file_of(rows_of(world.home)))
    File.objects.all().delete()
    officer.post(f"/upload/{upload.pk}/again/")
    finish(upload)
    assert upload.state == "refused"
    assert "过了保存期限" in page(officer, upload)


def test_a_stopped_reading_can_be_begun_again(world, officer, hand_in):

    upload = hand_in(file_of(rows_of(world.home)))
    officer.post(f"/upload/{upload.pk}/again/")
    upload.refresh_from_db()
    assert "表正在读" in page(officer, upload)
    assert officer.post(f"/job/{upload.job}/cancel/").status_code == 302
    upload.refresh_from_db()
    assert upload.state == "refused"
    assert "被取消了" in page(officer, upload)
    assert officer.post(f"/upload/{upload.pk}/again/").status_code == 302


def test_english(world, officer, hand_in):
    upload = hand_in(file_of(rows_of(world.home)))
    officer.cookies["language"] = "en"
    assert officer.get(f"/upload/{upload.pk}/").status_code == 200


def test_a_large_book_is_imported_by_a_job(world, officer, hand_in, take, monkeypatch):
    monkeypatch.setattr("heli.kernel.imports.views.LARGE_BOOK", 5)
    sheets = rows_of(world.home)
    sheets["农户"].append(("塘边8号", "贺新来", 4, "否", "", ""))
    upload = hand_in(file_of(sheets))
    answer = take(upload)
    upload.refresh_from_db()
    assert answer["Location"] == f"/job/{upload.job}/"
    assert take(upload).status_code == 409
    finish(upload)
    assert upload.state == "imported"
    import_upload(work_of(upload))
    assert HouseholdRow.objects.filter(address="塘边8号").count() == 1
    assert Event.objects.filter(verb="upload.import").count() == 1


def test_books_that_wait_are_bounded_and_can_be_put_away(world, officer, hand_in):
    first = hand_in(file_of(rows_of(world.home)))
    Upload.objects.bulk_create(
        Upload(what="village", unit=world.village, state="read", created_by="x") for _ in range(MOST_OPEN - 1)
    )
    url = f"/village/{world.village.pk}/upload/"
    refused = officer.post(url, {"books": [file_of(rows_of(world.home))]})
    assert refused.status_code == 400
    assert f"已经有{MOST_OPEN}份表还没有导入" in refused.content.decode()
    assert f"/upload/{first.pk}/away/" in page(officer, first)
    assert officer.post(f"/upload/{first.pk}/away/")["Location"] == url
    assert not File.objects.exists()
    assert Event.objects.order_by("-number")[0].verb == "upload.put_away"
    kept = hand_in(file_of(rows_of(world.home)))
    Upload.objects.filter(pk=kept.pk).update(state="imported")
    assert officer.post(f"/upload/{kept.pk}/away/").status_code == 409
    assert Upload.objects.filter(pk=kept.pk).exists()
