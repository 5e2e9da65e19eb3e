"""On a phone no page of a draft, of the published tables or of a book is longer than five screens, however
large the village; and the main job takes six presses from the village's page to the saved picture."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.walking import OFFICER, Walker, empty_village, sign_in
from tests.plans.books import save, village
from tests.plans.planned import planned, unit_of
from tests.plans.publishing import monday_after
from tests.plans.test_uploads import finish

from heli.kernel.access.actor import SYSTEM
from heli.kernel.imports.commands import UploadedBook, upload_books
from heli.kernel.imports.models import Upload
from heli.plans.commands.publish import publish
from heli.plans.sheets import read_village

MOST = 4000
LANES = ("上宅弄", "下宅弄", "塘沿路", "溪沿", "新村一区", "新村二区", "后河", "前街")


def large_village(path):
    """Three hundred households, fifty members, four drop points."""
    sheets = village(8, 4)
    for number in range(9, 301):
        house = list(sheets["农户"][1])
        lane = LANES[number % len(LANES)]
        house[0], house[1], house[2] = number, f"第{number % 8 + 1}组", f"{lane}{number}号"
        house[3] = f"户主{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{number}"
        sheets["农户"].append(tuple(house))
    for number in range(5, 51):
        person = list(sheets["网格员"][1])
        person[0], person[3] = (
            f"苏{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{number}",
            sheets["农户"][number * 5][2],
        )
        sheets["网格员"].append(tuple(person))
    for number in (3, 4):
        sheets["投放点"].append((f"{number}号点", "溪沿口", "5:30", "17:30", 1))
    return save(path, sheets)


@pytest.fixture
def unit(world, tmp_path):
    """The large village, planned and published, and planned again with everything changed."""
    made = unit_of(read_village([large_village(tmp_path / "大村.xlsx")], timezone.localdate()), world.zone)
    first, today = planned(made, seconds=3.0), timezone.localdate()
    publish(SYSTEM, first.pk, 0, today, monday_after(today), today)
    made.refresh_from_db()
    made.last = planned(made, first, fresh=True, mode="rotation", weeks=2, seconds=3.0)
    return made


def faulty(unit, path):
    """A book in which every household has a cell that cannot be read."""
    sheets = village(48, 4)
    sheets["农户"] = [sheets["农户"][0], *((*row[:4], "好几口", *row[5:]) for row in sheets["农户"][1:])]
    book = save(path, sheets)
    upload = upload_books(
        SYSTEM, "village", unit, [UploadedBook(book.name, "", book.read_bytes())], timezone.localdate()
    )
    finish(upload)
    return Upload.objects.get(pk=upload.pk)


def addresses(unit, upload):
    """Every page of a draft, of the published tables, of uploads."""
    run, one = unit.last, unit.last.links.first()
    seat = run.seats.exclude(member=None).first()
    for name in ("run", "run_members", "run_households", "run_roster", "run_map", "run_changes", "publish"):
        yield reverse(name, args=[run.pk])
    yield f"{reverse('run_members', args=[run.pk])}?member={one.member_id}"
    yield f"{reverse('run_move', args=[run.pk, one.household_id])}?every=1"
    yield f"{reverse('run_seat', args=[run.pk, seat.pk])}?every=1"
    for name in ("plan", "published", "upkeep", "uploads"):
        yield reverse(name, args=[unit.pk])
    yield f"{reverse('responsible', args=[unit.pk])}?q=号"
    yield reverse("household_near", args=[one.household_id])
    yield reverse("upload", args=[upload.pk])
    yield f"{reverse('upload_changes', args=[upload.pk])}?part=households&kind=gone"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_is_longer_than_five_screens(browse, world, unit, tmp_path, language):
    upload, tall = faulty(unit, tmp_path / "错.xlsx"), {}
    page = browse("/", width="phone", language=language, client=world.client(world.admin))
    for address in addresses(unit, upload):
        answer = page.goto(address)
        assert answer.status == 200, address
        height = page.evaluate("document.documentElement.scrollHeight")
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if height > MOST or wide:
            tall[address] = height
    assert tall == {}


def test_the_main_job_takes_six_presses(browse, world, tmp_path):
    unit = empty_village(world)
    page = browse("/", width="phone")
    walker = Walker(page, {"width": "phone", "language": "zh-hans", "large": False})
    sign_in(walker, OFFICER)
    expect(page.locator("h1")).to_contain_text(unit.name)
    presses = [
        lambda: walker.follow("交名册", page.locator("main")),
        lambda: walker.press("交上去读"),
        lambda: walker.press("导入"),
        lambda: walker.press("排两张表"),
        lambda: walker.press("公布"),
    ]
    for number, press in enumerate(presses, start=1):
        if number == 2:
            page.set_input_files("input[type=file]", str(save(tmp_path / "柳岸村.xlsx", village(33, 6))))
        press()
        page.wait_for_load_state()
        if "/job/" in page.url:
            walker.job()
    expect(page).to_have_url(re.compile("/published/$"))
    with page.expect_download() as download:
        page.get_by_role("link", name="存图片").first.click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
