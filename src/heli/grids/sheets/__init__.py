"""Read the households (农户) of a village's book."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from heli.grids.rules import Address, Household, group_inside
from heli.grids.rules.remarks import says_empty
from heli.grids.sheets.addresses import lane_of, read_address, written
from heli.grids.sheets.free_text import FreeText
from heli.kernel.lib.text import NUMERAL, fold, join_han
from heli.kernel.sheets.answers import count, is_blank, yes_no
from heli.kernel.sheets.coordinates import read_coordinates
from heli.kernel.sheets.evidence import HEADS, fitting, houses, lanes, names, relations
from heli.kernel.sheets.problems import Kind, Place, Problem, Severity
from heli.kernel.sheets.tables import Column, Line, Row, Spec, Table
from heli.people.rules import group_in_address, parse_group
from heli.people.sheets import person

NOBODY = Kind(
    "household-empty",
    Severity.STOP,
    _("这一行没有门牌号，也没有户主，不知道是哪一户。"),
    _("请补上门牌号或户主；如果不是一户，请删掉这一行。"),
)
NO_ADDRESS = Kind(
    "household-no-address",
    Severity.LOOK,
    _("“%(head)s”户没有门牌号，只能按组算远近。"),
    _("请补上门牌号。"),
)
NO_NUMBER = Kind(
    "household-no-number",
    Severity.LOOK,
    _("“%(address)s”里看不出门牌号，只能按路名和组算远近。"),
    _("请写成“青溪路25号”这样。"),
)
NO_COLUMN = Kind(
    "households-no-column",
    Severity.LOOK,
    _("这张表里没有认出“%(column)s”一列。"),
    _("请加上这一列，或把它的表头改成“%(column)s”。"),
)
NO_HEAD = Kind("household-no-head", Severity.LOOK, _("“%(address)s”没有户主。"), _("请补上户主姓名。"))
TWICE = Kind(
    "household-twice",
    Severity.LOOK,
    _("“%(address)s”与第 %(row)s 行完全重复，只算一户。"),
    _("请删掉重复的一行。"),
)
SHARED = Kind(
    "household-shared",
    Severity.LOOK,
    _("“%(address)s”有两户（另一户在第 %(row)s 行），都算。"),
    _("如果是同一户，请删掉一行；如果门牌号写错了，请改正。"),
)
BAD_COUNT = Kind(
    "household-count-unread",
    Severity.LOOK,
    _("“%(address)s”的“%(header)s”看不懂，按没填算。"),
    _("请只写数字。"),
)

PERSONS = Kind(
    "household-persons",
    Severity.LOOK,
    _("这张表一人一行，按“%(header)s”合成了 %(count)s 户。"),
    _("请核对户数。"),
)

_GROUP = re.compile(
    rf"(?:第?(?:\d+|{NUMERAL}+)(?:村民|生产)?小?(?:组|队|网格)|(?:网格|微网格)(?:\d+|{NUMERAL}+))"
)

HOUSEHOLDS = Spec(
    code="households",
    title=_("农户"),
    columns=(
        Column("serial", "序号|序|编号|No|户号|户编号", weight=0),
        Column(
            "group",
            "组别|村民小组|小组|组|几组|组名|所在组|所属组|村民组|生产队|网格|所属网格|微网格|网格号|"
            "队别|自然村组|group",
            avoid="组长|员|人",
            weight=1,
            fill=True,
            looks=fitting(lambda text: _GROUP.fullmatch(fold(text))),
        ),
        Column(
            "lane",
            "路名|街巷|弄|弄堂|里弄|巷弄|弄巷|弄堂名|路巷|地段|路段|巷名|街路巷|街路|街巷名|弄名|街名|巷|街|地名|所在街巷|小区|自然村|片区|路|道路|街道名称|"
            "lane|street",
            avoid="号|住址|地址|人|员|长|电话|公司|物业",
            fill=True,
            looks=lanes,
            many=True,
        ),
        Column(
            "address",
            "门牌号|门牌号码|门牌|户址|房屋地址|房屋门牌|住址|家庭住址|地址|家庭地址|详细地址|现住址|"
            "居住地址|住房地址|房号|户籍地址|户籍地|房屋坐落|坐落|house number|address|"
            "house no|实际居住地|实际居住地址|实际住址|现居住地|现居住地址|现住地|住地|实际住地|现居地|"
            "常住地址|暂住地址|居住地|"
            "户籍所在地|户口所在地|户籍住址|身份证地址",
            weak="号|几号",
            avoid="工作|单位|原|店|所",
            weight=2,
            looks=houses,
            many=True,
        ),
        Column(
            "building",
            "楼栋号|楼栋|幢号|栋号|楼号|几幢|几栋|楼幢|幢|栋|排|座|幢数|栋数|楼排|building",
            avoid="长|员|人",
            weight=2,
            fill=True,
        ),
        Column("unit", "单元|单元号|几单元", avoid="长|员|人", weight=1, fill=True),
        Column("room", "室|室号|房间|房间号|房室号|户室号|单元室号|几室|room", avoid="长|员|人", weight=1),
        Column("sub", "附号|门牌附号|子号|支号|副号", weight=0),
        Column("area", "社区|行政村|村名|村|村社|村居|镇|街道|乡镇|镇街|乡|所属村|所属社区|所在村", weight=0),
        Column(
            "head",
            "户主姓名|户主|户主名|户主名字|房东姓名|房东|房主|房主姓名|屋主|业主|业主姓名|户主(姓名)|"
            "当家人|家长|户代表|户代表人|家庭代表|head|householder",
            weak="姓名|名字|农户姓名|农户|住户|住户姓名|村民姓名|联系户|联系户主|联户|结对户|联系户姓名|name|"
            "head of household|household head",
            avoid="电话|手机|身份证|联系|网格员|租|性别|年龄|亲属|关系|意向",
            weight=4,
            looks=names,
        ),
        Column(
            "people",
            "家庭人口|人口|人数|人口数|家庭人数|户人口|常住人口|在册人口|人口总数|家庭成员数|"
            "户内人口|现有人口|常住|常住人数|people|persons",
            avoid="租|外来|流动",
            weight=3,
        ),
        Column(
            "let",
            "是否出租|出租|出租情况|有无出租|是否出租房|出租房|房屋出租|let|rented",
            avoid="人数|间",
            weight=4,
        ),
        Column(
            "tenants",
            "租住人数|租客|租客人数|租客数|承租人数|租住人口|外来人口|流动人口|外来人数|租户人数|"
            "新居民人数|新居民|外来|流动|其中外来|租户|租住|租房人数|租房人口|承租人|出租人数|租赁人数|tenants",
            avoid="姓名",
            weight=4,
        ),
        Column(
            "linked",
            "网格员|联系人|联系干部|联户人|联户长|联户网格员|包户人|包联人|现联系人|联系网格员|"
            "网格员姓名|责任人|结对人|linked member",
            avoid="电话|手机|亲属|意向|希望|方式",
            weight=1,
        ),
        Column("kin", "亲属网格员|亲属|亲戚|亲属关系网格员|kin", avoid="电话", weight=2),
        Column(
            "wishes",
            "意向网格员|希望网格员|希望联系人|意向联系人|选择网格员|希望由谁联系|意向|wishes",
            avoid="电话",
            weight=2,
        ),
        Column(
            "no_link",
            "是否免联系|免联系|免联|不需联系|无需联系|免联系原因|是否空房|空房|空置|住房状态|"
            "居住状态|居住情况|no link",
            weight=2,
        ),
        Column(
            "relation",
            "与户主关系|关系|家庭关系|户主关系|与户主的关系|和户主关系|成员关系|relation",
            weight=6,
            looks=relations,
        ),
        Column(
            "phone",
            "联系电话|电话|手机|手机号|手机号码|联系方式|户主电话|电话号码|phone",
            weight=0.3,
            many=True,
        ),
        Column(
            "identity",
            "身份证号|身份证|身份证号码|公民身份号码|证件号码|户主身份证",
            weight=0.3,
            many=True,
        ),
        Column("sex", "性别", weight=0),
        Column("lon", "经度|东经|x坐标|lon|lng|longitude", weight=1),
        Column("lat", "纬度|北纬|y坐标|lat|latitude", weight=1),
        Column("coordinates", "坐标|经纬度|位置坐标|gps", weight=1),
        Column(
            "remark",
            "备注|说明|情况说明|其他|附注|备注说明|户情|remark|note|notes",
            weight=0.5,
            many=True,
        ),
    ),
    needed="address+head|address+people|address+let|address+tenants|address+group|address+linked|"
    "room+head|building+head|building+people|building+let|building+tenants|building+group|building+linked|"
    "head+people|head+group|head+let|head+lane",
    key=("address", "building", "head"),
    words="农户|住户|户籍|户主|房屋|家庭|登记表|household|各户|一户一",
)

_LANE = re.compile(r"[路弄街巷区里村沿园苑坊道桥塘头湾岙坑畈岭]$")


def read_households(
    table: Table, village: str = "", known: Set[str] = frozenset()
) -> tuple[list[Household], list[Problem]]:
    """The households of one table, in the book's order, and what is wrong in it.

    ``known`` are the names of the book, members and heads.
    Every row is a household or a reported problem; only sums, headings and exact repeats are left out.
    """
    households: list[Household] = []
    used: list[Line] = []
    problems: list[Problem] = [*table.problems]
    context = _Context(table, used, known)
    for codes, column in ((("address", "building"), "门牌号"), (("head",), "户主")):
        if not any(code in table.columns for code in codes):
            place = Place(table.sheet, max(table.rows[0].number - 1, 1) if table.rows else None)
            problems.append(Problem(NO_COLUMN, place, {"column": column}))
    rows, persons = _by_household(table)
    if persons:
        header = table.headers[table.columns["relation"][0]]
        problems.append(
            Problem(PERSONS, table.place(rows[0], "relation"), {"header": header, "count": len(rows)})
        )
    for row in rows:
        household, found = _household(table, row, context, village)
        problems += found
        if household:
            counted = household.people is None and persons
            households.append(replace(household, people=persons[row.number]) if counted else household)
    kept, doubles = _once(households)
    return kept, [*problems, *doubles, *table.skipped(used)]


def _by_household(table: Table) -> tuple[Sequence[Row], dict[int, int]]:
    """The rows that stand for households; in a list of persons, also how many persons each has."""
    said = [fold(table.text(row, "relation")) for row in table.rows]
    if not any(text in HEADS for text in said):
        return table.rows, {}
    kept: list[Row] = []
    persons: dict[int, int] = {}
    home = ""
    for row, relation in zip(table.rows, said, strict=True):
        address = _home(table, row) or home
        if relation in HEADS or address != home or not kept:
            kept.append(row)
            home = address
        persons[kept[-1].number] = persons.get(kept[-1].number, 0) + 1
    return kept, persons


def _home(table: Table, row: Row) -> str:
    """All that the row says of its address, to tell whether it is another than the row before."""
    return "|".join((lane_of(table, row), *(text for texts in written(table, row) for text in texts))).strip(
        "|"
    )


class _Context:
    """The group and lane that the sheet's name, titles and headings give to the rows below them."""

    def __init__(self, table: Table, used: list[Line], known: Set[str]) -> None:
        self.known = known
        self.groups: list[tuple[int, str]] = [(0, _group_in(table.sheet))]
        self.lanes: list[tuple[int, str]] = [(0, _lane_in(table.sheet))]
        first = table.rows[0].number if table.rows else 0
        for line in table.lines:
            group, lane = _group_in(line.text), _lane_in(line.text)
            if group:
                self.groups.append((line.row, group))
            if lane:
                self.lanes.append((line.row, lane))
            if (group or lane) and line.row > first:
                used.append(line)

    def at(self, row: int) -> tuple[str, str]:
        """Group and lane in force at a row."""
        return _last(self.groups, row), _last(self.lanes, row)


def _last(found: Sequence[tuple[int, str]], row: int) -> str:
    """What the last line above the row said; every entry says something but perhaps the first."""
    at = bisect_left(found, row, key=lambda entry: entry[0])
    return found[at - 1][1] if at else ""


def _group_in(text: str) -> str:
    match = _GROUP.search(fold(text))
    return parse_group(match[0]) if match else ""


def _lane_in(text: str) -> str:
    """A lane's name standing alone (a heading, a sheet's name)."""
    name = re.sub(r"[(（].*?[)）]", "", join_han(text)).strip(" :：")
    return name if 2 <= len(name) <= 8 and _LANE.search(name) and not _GROUP.search(fold(name)) else ""


def _household(
    table: Table, row: Row, context: _Context, village: str
) -> tuple[Household | None, list[Problem]]:
    group, lane = context.at(row.number)
    address, problems = read_address(table, row, lane_of(table, row) or lane, village)
    head = "" if says_empty(table.text(row, "head")) else person(table.text(row, "head"))
    if not address.text and not head:
        return None, [Problem(NOBODY, table.place(row, "address"))]
    if table.text(row, "group"):
        group = parse_group(table.text(row, "group"))
    elif written_group := group_in_address(address.text) or group_inside(address.text):
        group = written_group
    if address.number and not address.lane:
        address = replace(address, lane=group)  # so that 1组12号 in a member's home is this house
    if not address.text and "address" in table.columns:
        problems.append(Problem(NO_ADDRESS, table.place(row, "address"), {"head": head}))
    elif address.text and not address.number:
        problems.append(Problem(NO_NUMBER, table.place(row, "address"), {"address": address.text}))
    if not table.text(row, "head") and "head" in table.columns:
        problems.append(Problem(NO_HEAD, table.place(row, "head"), {"address": address.text}))
    said = FreeText(table, row, address.text or head, context.known, problems)
    return _with_facts(said, address, head, group), problems


def _with_facts(said: FreeText, address: Address, head: str, group: str) -> Household:
    table, row, problems, called = said.table, said.row, said.problems, said.called
    lon, lat, wrong = read_coordinates(table, row)
    tenants = _number(table, row, "tenants", called, problems)
    linked, let = table.text(row, "linked"), said.let()
    relations = (said.names("kin"), said.names("wishes"), said.remark.relations)
    household = Household(
        address=address,
        head=head,
        group=group,
        people=_number(table, row, "people", called, problems),
        let=let,
        tenants=tenants,
        lon=lon,
        lat=lat,
        kin=tuple(name for each in relations for name in each.of("kin")),
        wishes=tuple(name for each in relations for name in each.of("wishes")),
        refused=tuple(name for each in relations for name in each.of("refused")),
        linked=person(linked) if yes_no(linked) is None else "",
        no_link=said.no_link(bool(let or tenants)),
        remark=said.text,
        place=table.place(row),
        understood=tuple(said.understood),
    )
    problems += wrong
    return household


def _number(table: Table, row: Row, code: str, called: str, problems: list[Problem]) -> int | None:
    text = table.text(row, code)
    if not text:
        return None
    number = count(text)
    if number is None and not is_blank(text):
        params = {"address": called, "header": table.texts(row, code)[0][0]}
        problems.append(Problem(BAD_COUNT, table.place(row, code), params))
    return number


def _called(household: Household) -> str:
    return household.address.text or household.head


def _once(households: list[Household]) -> tuple[list[Household], list[Problem]]:
    """Without exact repeats; two heads at one address stay and are reported.

    One number of one lane in two groups is two houses.
    """
    kept: list[Household] = []
    problems = []
    seen: dict[tuple[object, ...], Place] = {}
    homes: dict[tuple[Address, str], Household] = {}
    groups = _groups_of_houses(households)
    for household in households:
        address = household.address
        group = household.group if not address.lane or len(groups[address]) > 1 else ""
        key = (address, household.head, group)
        if address.number and household.head and key in seen:
            params = {"address": _called(household), "row": seen[key].row}
            problems.append(Problem(TWICE, household.place, params))
            continue
        seen[key] = household.place
        home = (address, group)
        if address.number and home in homes:
            params = {"address": _called(household), "row": homes[home].place.row}
            problems.append(Problem(SHARED, household.place, params))
        homes.setdefault(home, household)
        kept.append(household)
    return kept, problems


def _groups_of_houses(households: Sequence[Household]) -> dict[Address, set[str]]:
    """The groups that each address stands in."""
    groups: dict[Address, set[str]] = defaultdict(set)
    for household in households:
        if household.group:
            groups[household.address].add(household.group)
    return groups
