"""Books changed in every way people change them never crash the reader and never lose a household."""

import random

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plans.written import read

from heli.grids.sheets import HOUSEHOLDS
from heli.people.sheets import MEMBERS

SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", "一鸣|小青|大川|春生|有余|宝琴|喆|䶮|家栋|爱莲".split("|")
LANES = ("上宅弄", "下宅弄", "溪沿", "新村一区", "青溪路")
COLUMNS = ("group", "address", "head", "people", "let", "tenants", "remark")
FILLERS = (["填表人：张某", "", "填表日期：2017.8.10"], [], ["说明：按实际居住填写"], ["审核人：李某"])
TOTALS = ("合计", "小 计", "总计", "本页合计")


def synonyms(spec, code):
    column = next(column for column in spec.columns if column.code == code)
    return [name for name in column.names.split("|") if not name.isascii()]


def houses(chance, count):
    """Households that differ from each other: group, address, head, people, let, tenants, remark."""
    rows = []
    for number in range(1, count + 1):
        lane = chance.randrange(len(LANES))
        sub = chance.choice(("", "", "-2"))
        head = chance.choice(SURNAMES) + chance.choice(GIVEN)
        let = chance.random() < 0.3
        rows.append(
            [
                f"第{lane + 1}组",
                f"{LANES[lane]}{number}{sub}号",
                head,
                chance.randrange(1, 7),
                "是" if let else "否",
                chance.randrange(1, 9) if let else "",
                chance.choice(("", "", "独居老人", "长期外出", "沿街店面")),
            ]
        )
    return sorted(rows, key=lambda row: row[0])


def wide(text):
    return text.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})


def noisy(chance, text):
    """The same word as somebody else types it."""
    turns = (str, wide, lambda text: f" {text}　", lambda text: text + "\n")
    return chance.choice(turns)(text) if isinstance(text, str) else text


def spaced(chance, head):
    return head[0] + chance.choice(("", "　", "  ")) + head[1:] if len(head) == 2 else head


def page_of(chance, rows, order, headers):
    """One sheet's rows: title, filler, header, households with blanks, headings and sums between, footer."""
    page = [["青溪村农户登记表"], chance.choice(FILLERS)][: chance.randrange(3)]
    header = ["序号", *(headers[column] for column in order)]
    page.append(header)
    for number, row in enumerate(rows, start=1):
        if number > 1 and chance.random() < 0.1:
            page.append(chance.choice([[], header, ["", "", ""]]))
        cells = [noisy(chance, row[column]) for column in order]
        cells[order.index(2)] = spaced(chance, row[2])
        page.append([number, *cells])
    if chance.random() < 0.7:
        sums = [sum(row[3] for row in rows) if column == 3 else "" for column in order]
        page.append([chance.choice(TOTALS), *sums])
    return [*page, *chance.choices(FILLERS, k=chance.randrange(2))]


def save(path, pages):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in pages.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append([cell if cell != "" else None for cell in row])
    book.save(path)
    return path


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40), st.booleans())
def test_no_household_is_lost(tmp_path_factory, seed, count, split):
    chance = random.Random(seed)
    rows = houses(chance, count)
    headers = {at: chance.choice(synonyms(HOUSEHOLDS, code)) for at, code in enumerate(COLUMNS)}
    order = [1, 2, *chance.sample([0, 3, 4, 5, 6], chance.randrange(1, 6))]
    order += [3] if 3 not in order else []
    chance.shuffle(order)
    groups = sorted({row[0] for row in rows}) if split else [""]
    pages = {
        group or "农户": page_of(
            chance, [row for row in rows if row[0] == group or not group], order, headers
        )
        for group in groups
    }
    village = read(save(tmp_path_factory.getbasetemp() / "mutated.xlsx", pages))
    assert [(row.address.text, row.head) for row in village.households] == [(row[1], row[2]) for row in rows]
    if split or 0 in order:
        assert [row.group for row in village.households] == [row[0].removeprefix("第") for row in rows]
    assert [row.people for row in village.households] == [row[3] for row in rows]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_no_member_is_lost(tmp_path_factory, seed, count):
    chance = random.Random(seed)
    codes = ["name", "force", "home", "phone", "busy", "age"]
    chance.shuffle(codes)
    names = [f"{SURNAMES[n % 10]}{GIVEN[n // 2]}" for n in range(count)]
    facts = {"force": "党员", "phone": "10000000001", "busy": "周一", "age": 52}
    rows = [
        [{**facts, "name": spaced(chance, name), "home": f"溪沿{number}号"}[code] for code in codes]
        for number, name in enumerate(names, start=1)
    ]
    header = [chance.choice(synonyms(MEMBERS, code)) for code in codes]
    page = [*([["网格员名单"]] if chance.random() < 0.5 else []), header, *rows]
    village = read(save(tmp_path_factory.getbasetemp() / "members.xlsx", {"网格员": page}))
    assert [row.name for row in village.members] == names
    assert {row.age for row in village.members} == {52}


cells = st.one_of(
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), max_size=8),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["门牌号", "户主", "姓名", "住址", "投放点", "早", "合计", "1组", "上宅弄1号", "是", "#REF!", "周一"]
    ),
    st.dates(),
    st.booleans(),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(cells, max_size=6), max_size=10))
def test_any_cells_are_read_without_a_crash(tmp_path_factory, rows):
    safe = [
        [
            "".join(char for char in cell if char.isprintable()) if isinstance(cell, str) else cell
            for cell in row
        ]
        for row in rows
    ]
    village = read(save(tmp_path_factory.getbasetemp() / "junk.xlsx", {"表": safe}))
    assert all(problem.message and problem.cure for problem in village.problems)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_junk_beside_and_below_a_table_does_no_harm(tmp_path_factory, seed):
    chance = random.Random(seed)
    rows = houses(chance, 8)
    page = [["门牌号", "户主", "家庭人口"], *([row[1], row[2], row[3]] for row in rows)]
    for row in chance.sample(page[1:], 3):
        row += ["", "", chance.choice(["？", "已核", "x", 7, "2017-08-10"])]
    page += [[], ["", "", "", "", "随手记的"], ["联系电话见村委"]]
    village = read(save(tmp_path_factory.getbasetemp() / "beside.xlsx", {"表1": page}))
    assert [(row.address.text, row.head) for row in village.households] == [(row[1], row[2]) for row in rows]
