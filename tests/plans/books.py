"""Books for the tests of the whole job: small invented villages, written as a village would."""

from pathlib import Path

import openpyxl

HOUSEHOLDS = ("序号", "组别", "门牌号", "户主", "人口", "是否出租", "租住人数", "备注")
MEMBERS = ("姓名", "队伍", "年龄", "住址", "手机号", "不便时间", "备注")
POINTS = ("投放点", "位置", "早", "晚", "每班人数")


def household(number, lane="上宅弄", group="第1组", head=None, remark=""):
    return (
        number,
        group,
        f"{lane}{number}号",
        head or f"户主{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{number}",
        3,
        "否",
        None,
        remark,
    )


def member(name, home, force="党员", busy="", remark="", age=50):
    return (name, force, age, home, "10012345678", busy, remark)


def village(households=24, members=4):
    """Rows of a small village: a lane of twelve houses is a group; members live spread out; two points."""
    houses = [
        household(i % 12 + 1, ("上宅弄", "下宅弄", "塘沿路", "溪沿")[i // 12], f"第{i // 12 + 1}组")
        for i in range(households)
    ]
    names = ("林喆", "贾芳", "何犇", "应超", "韦刚", "余霞", "石樟法", "吕静")
    people = [member(names[i], houses[i * households // members][2]) for i in range(members)]
    points = [("1号点", "上宅弄口", "5:30", "17:30", 1), ("2号点", "下宅弄口", "5:30", "17:30", 1)]
    return {"农户": [HOUSEHOLDS, *houses], "网格员": [MEMBERS, *people], "投放点": [POINTS, *points]}


def save(path: Path, sheets) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path
