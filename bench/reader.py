"""The reader: the corpus of books, how it is read; and a district's worth of households, how fast."""

from __future__ import annotations

import datetime
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlsxwriter
from tests.corpus import Case, cases

from heli.plans.sheets import read_village

DAY = datetime.date(2026, 11, 22)
HOUSEHOLDS, MEMBERS, LANES = 12_000, 600, "前后东西南北"
LIMIT = 3.0
Row = dict[str, Any]


def rows(_quick: bool, _data: Path) -> Iterator[Row]:
    """Every measurement as a row."""
    yield _corpus()
    with tempfile.TemporaryDirectory() as folder:
        yield _district(Path(folder) / "district.xlsx")


def _corpus() -> Row:
    """How many books, in how many forms; the share read whole and the share with something reported, of
    those read as they must be; and how many were not (the test lists them)."""
    every = cases()
    whole = reported = wrong = 0
    for case in every:
        found = _read(case)
        if case.differences(found):
            wrong += 1
        elif found.get("problems") or "refused" in found:
            reported += 1
        else:
            whole += 1
    return {
        "what": "corpus",
        "books": len({case.name for case in every}),
        "cases": len(every),
        "read whole": f"{whole / len(every):.0%}",
        "reported": f"{reported / len(every):.0%}",
        "wrongly read": wrong,
        "limit": 0,
    }


def _read(case: Case) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        found = case.read(Path(folder))
    # that a book has no table of a kind is no finding where the case is not about it
    absent = ("no-households", "no-members", "no-points")
    return {**found, "problems": [line for line in found.get("problems", []) if not line.startswith(absent)]}


def _district(path: Path) -> Row:
    """A book of a whole district, read three times; the best of them."""
    _write_district(path)
    walls, cpus = [], []
    for _turn in range(3):
        wall, cpu = time.perf_counter(), time.process_time()
        village = read_village(path, DAY)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return {
        "what": f"{len(village.households)} households, {len(village.members)} members",
        "seconds": round(min(walls), 2),
        "limit s": LIMIT,
        "cpu s": round(min(cpus), 2),
    }


def _write_district(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("农户")
        page.write_row(0, 0, ("序号", "组别", "门牌号", "户主", "人口", "是否出租", "租住人数", "备注"))
        for at in range(HOUSEHOLDS):
            lane, number = divmod(at, HOUSEHOLDS // len(LANES))
            group = f"{at // 400 + 1}组"
            head = f"{'赵钱孙李周吴郑王'[at % 8]}{'一二三四五六七'[at // 8 % 7]}{'明芳国华'[at % 4]}"
            remark = ("", "", "独居老人", "希望由周正联系")[at % 4]
            let = ("否", None) if at % 5 else ("是", 2)
            address = f"{LANES[lane]}街{number + 1}号"
            page.write_row(at + 1, 0, (at + 1, group, address, head, at % 6 + 1, *let, remark))
        page = book.add_worksheet("网格员")
        page.write_row(0, 0, ("姓名", "队伍", "年龄", "住址", "不便时间"))
        for at in range(MEMBERS):
            name = f"{'赵钱孙李周吴郑王'[at % 8]}{'一二三四五六七'[at // 8 % 7]}{'强敏军洁'[at // 56 % 4]}"
            page.write_row(at + 1, 0, (name, "党员", 40, f"前街{at * 3 + 1}号", "周三" if at % 2 else ""))
        page = book.add_worksheet("投放点")
        page.write_row(0, 0, ("投放点", "位置", "早", "晚", "每班人数"))
        page.write_row(1, 0, ("1号点", "前街口", "5:30-7:30", "17:30-19:30", 1))
