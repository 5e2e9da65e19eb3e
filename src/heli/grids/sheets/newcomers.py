"""The newcomers' register (新居民登记): how many people from outside live where and work for whom."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from heli.kernel.imports.reading import Found, tables_of
from heli.kernel.lib.records import from_json
from heli.kernel.lib.text import fold, join_han
from heli.kernel.sheets.answers import count, is_blank
from heli.kernel.sheets.evidence import houses
from heli.kernel.sheets.problems import Kind, Problem, Severity
from heli.kernel.sheets.read import Book
from heli.kernel.sheets.tables import Column, Row, Spec, Table
from heli.kernel.sheets.template import Field, Page

UNREAD = Kind(
    "newcomers-unread",
    Severity.STOP,
    _("这一行的住址或人数看不懂，没有算进去。"),
    _("请写上住址，人数写一个数字，例如 12。"),
)
NO_FIRM = Kind(
    "newcomers-firm-unknown",
    Severity.LOOK,
    _("企业名单里没有“%(name)s”，先当作不知道在哪家企业上班。"),
    _("请照企业名单上的全名写；名单上没有的，请先把企业加上，再读一遍。"),
)
TWICE = Kind(
    "newcomers-twice",
    Severity.LOOK,
    _("同一住址、同一企业，第 %(row)s 行已经写过，照这一行算。"),
    _("如果是两批人，请合成一行，写总人数。"),
)
NEWCOMERS = Spec(
    code="newcomers",
    title=_("新居民登记"),
    columns=(
        Column("serial", "序号|序|编号", weight=0),
        Column("address", "住址|居住地址|现住址|暂住地址|租住地址|门牌号|地址|宿舍|address", looks=houses),
        Column("employer", "在哪家企业上班|企业|工作单位|用工单位|务工企业|企业名称|单位|公司|employer"),
        Column("people", "人数|住了几个人|居住人数|新居民人数|外来人数|务工人数|登记人数|people", weight=2),
    ),
    needed="address+people",
    key=("address", "people"),
    words="新居民|外来|流动人口|务工",
)
PAGE = Page(
    "新居民",
    (Field("住址", 26), Field("在哪家企业上班", 26), Field("人数", 10, number=True)),
    (("前街8号", "", 4), ("一号宿舍楼", "青溪竹业有限公司", 120)),
)
Count = tuple[str, str, int]
"""Address, firm (else empty), people."""
Rows = dict[tuple[str, str], tuple[Row, str, str, int]]
"""By address and employer as written: the row, address, known firm (else empty), people."""


def read(books: Sequence[Book], _today: datetime.date, known: Mapping[str, object]) -> Found:
    """Read the register; ``known`` has the names of the zone's ``firms``."""
    tables, problems = tables_of(books, NEWCOMERS)
    firms = {fold(name): name for name in from_json(known["firms"], tuple[str, ...])}
    rows = Rows()
    for table in tables:
        for row in table.rows:
            problems += _take(table, row, firms, rows)
    counts: dict[tuple[str, str], Count] = {}
    for _row, address, firm, people in rows.values():
        first, _firm, before = counts.get((fold(address), firm), (address, firm, 0))
        counts[fold(address), firm] = (first, firm, before + people)
    facts = {"newcomers": len(counts), "people": sum(people for *_row, people in rows.values())}
    return Found({"newcomers": [*counts.values()]}, facts, problems, tables)


def _take(table: Table, row: Row, firms: dict[str, str], rows: Rows) -> Iterator[Problem]:
    """Keep one row of a table, and say what is wrong with it."""
    address, name, text = (join_han(table.text(row, code)) for code in ("address", "employer", "people"))
    people, firm, key = count(text), firms.get(fold(name), ""), (fold(address), fold(name))
    if not address or people is None:
        yield Problem(UNREAD, table.place(row, "people" if address else "address"))
        return
    if not firm and not is_blank(name):
        yield Problem(NO_FIRM, table.place(row, "employer"), {"name": name})
    if key in rows:
        yield Problem(TWICE, table.place(row), {"row": rows[key][0].number})
    rows[key] = (row, address, firm, people)
