"""What the journeys walk with: a user who presses what is written there, in either language, and a worker
that does the jobs in the test's own process.

Words are given in Chinese and looked for in the language of the page, so that one path is walked in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import openpyxl
from django.utils import timezone, translation
from playwright.sync_api import Locator, Page, expect
from tests.browser.looking import assert_fits, assert_good, assert_quiet, assert_touchable
from tests.plans import books
from tests.world import PASSWORD, World, account

from heli.kernel.access.roles import Role
from heli.kernel.jobs import child, commands
from heli.kernel.jobs.attempt import attempt
from heli.kernel.lib import districts
from heli.orgs.models import Kind, Unit
from heli.people.models import MemberRow

VILLAGE = "柳岸村"
OFFICER = "liuan"
HOUSEHOLDS, MEMBERS = 33, 6
"""Five or six each, so that there is room for a household to move."""

CHROME = """() => [document.title, ...[...document.querySelectorAll(
    'h1, h2, h3, button, .button, label, legend, caption, summary, thead th, nav a, header a, footer a, ' +
    '.mark, .note, .messages li, .help, .quiet, .steps li, dt, [aria-label], [data-label]'
  )].filter((each) => each.checkVisibility() && !each.closest('[lang=zh-Hans]:not(html), .problem table'))
    .flatMap((each) => [each.matches('[data-label]') ? '' : each.innerText,
      each.getAttribute('aria-label') || '', each.dataset.label || ''])]"""
NUMBERED = re.compile(r"\d+号(?!点)|户主[甲-龥]\d+")
CJK = re.compile(r"[\u3001-\u303f\u4e00-\u9fff\uff01-\uff65]+")


def do_jobs() -> None:
    """Do all that waits, as the worker's child process does it, here and now."""
    while held := commands.take(timezone.now()):
        order = child.Order(
            districts.names()[0],
            held.job,
            held.kind,
            held.params,
            held.attempt,
            held.scope,
            held.account,
        )
        end = attempt(order, lambda news: None)
        if end.result is None:
            commands.fail(held, end.code, end.said, timezone.now())
        else:
            commands.finish(held, end.result, timezone.now())


def empty_village(world: World) -> Unit:
    """A village without a row, and the account of its officer."""
    unit = Unit.objects.create(kind=Kind.VILLAGE, name=VILLAGE, parent=world.zone)
    account(OFFICER, "柳村长", Role.UNIT, unit.path)
    return unit


def messy_book(path: Path) -> Path:
    """A book as a village writes it: a merged title above the head, spaces, and a cell that is no number."""
    sheets = books.village(HOUSEHOLDS, MEMBERS)
    wrong = list(sheets["农户"][3])
    wrong[4] = "好几口"
    sheets["农户"][3] = tuple(wrong)
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(f" {name}")
        sheet.append([f"{VILLAGE}{name}登记表"])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(rows[0]))
        for row in rows:
            sheet.append([f" {cell} " if isinstance(cell, str) and cell else cell for cell in row])
    book.save(path)
    return path


def data_words(unit: Unit) -> list[str]:
    """What stays Chinese on an English page: names, addresses, and what the book says."""
    words = {
        VILLAGE,
        "柳村长",
        "中文",
        "上宅弄",
        "下宅弄",
        "塘沿路",
        "溪沿",
        "村妇联",
        "党员",
        "早班",
        "晚班",
        "号点",
    }
    words |= set(MemberRow.objects.filter(village=unit).values_list("name", flat=True))
    return sorted(words, key=len, reverse=True)


class Walker:
    """Somebody at a page: presses buttons and follows links by what is written on them."""

    def __init__(self, page: Page, look: dict[str, object], js: bool = True, name: str = "") -> None:
        self.page, self.look, self.js, self.name = page, look, js, name
        self.shots = 0

    def word(self, chinese: str) -> str:
        """As the page says it."""
        with translation.override(str(self.look["language"])):
            return translation.gettext(chinese)

    def button(self, chinese: str, within: Locator | None = None) -> Locator:
        """The first button with these words."""
        return (within or self.page).get_by_role("button", name=self.word(chinese)).first

    def press(self, chinese: str, within: Locator | None = None) -> None:
        """Press that button."""
        self.button(chinese, within).click()

    def follow(self, chinese: str, within: Locator | None = None) -> None:
        """Follow the first link with these words."""
        (within or self.page).get_by_role("link", name=self.word(chinese)).first.click()

    def job(self) -> None:
        """The page of a job; it is done; on to what it made."""
        expect(self.page).to_have_url(re.compile("/job/"))
        self.good("job")
        do_jobs()
        if not self.js:
            self.page.reload()
        expect(self.page).not_to_have_url(re.compile("/job/"))

    def good(self, told: str, data: Iterable[str] | None = None) -> None:
        """The page is good to look at and, in English, says nothing in Chinese but what is data."""
        self.page.wait_for_load_state()
        self.shots += 1
        large = bool(self.look.get("large"))
        if self.js:
            assert_good(self.page, self.name and f"{self.name}-{self.shots:02}-{told}", large)
        else:
            assert_fits(self.page)
            assert_touchable(self.page)
            assert_quiet(self.page)
        if self.look["language"] == "en" and data is not None:
            found = foreign(self.page, data)
            assert not found, "\n".join([told, *found])


def foreign(page: Page, data: Iterable[str]) -> list[str]:
    """The Chinese in what an English page itself says, without the words of the data."""
    found = []
    for text in page.evaluate(CHROME):
        rest = NUMBERED.sub("", text)
        for word in data:
            rest = rest.replace(word, "")
        if CJK.search(rest):
            found.append(" ".join(text.split())[:100])
    return sorted(set(found))


def sign_in(walker: Walker, username: str) -> None:
    """As one signs in from the front, with name and password."""
    walker.follow("登录")
    form = walker.page.locator("form.narrow").first
    form.locator("input[name=login]").fill(username)
    form.locator("input[name=password]").fill(PASSWORD)
    walker.press("登录", form)
