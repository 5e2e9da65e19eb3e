"""The list of lost items (失物登记) as a book: what each row says, and the sheet to fill in."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from heli.kernel.imports.reading import Found, tables_of
from heli.kernel.lib.text import join_han
from heli.kernel.sheets.problems import Kind, Problem, Severity
from heli.kernel.sheets.read import Book
from heli.kernel.sheets.tables import Column, Spec
from heli.kernel.sheets.template import Field, Page

NO_DAY = Kind(
    "lost-items-no-day",
    Severity.STOP,
    _("“%(text)s”不是日期，这一件没有算进去。"),
    _("请写年月日，例如 2026-11-01。"),
)
ITEMS = Spec(
    code="items",
    title=_("失物登记"),
    columns=(
        Column("what", "捡到什么|物品|失物|物品名称", weight=2),
        Column("place", "在哪里捡到|地点|拾取地点"),
        Column("found_on", "哪天捡到|日期|拾取日期"),
    ),
    needed="what+found_on",
    key=("what",),
    words="失物|招领",
)
PAGE = Page(
    "失物",
    (Field("捡到什么", 20), Field("在哪里捡到", 26), Field("哪天捡到", 14)),
    (("钱包", "桥头", "2026-11-01"),),
)


def read(books: Sequence[Book], _today: datetime.date, _known: Mapping[str, object]) -> Found:
    """Read the list: what, where, on which day."""
    tables, problems = tables_of(books, ITEMS)
    items = []
    for table in tables:
        for row in table.rows:
            what, place, text = (join_han(table.text(row, code)) for code in ("what", "place", "found_on"))
            try:
                items.append([what, place, datetime.date.fromisoformat(text).isoformat()])
            except ValueError:
                problems.append(Problem(NO_DAY, table.place(row, "found_on"), {"text": text}))
    return Found({"items": items}, {"items": len(items)}, problems, tables)
