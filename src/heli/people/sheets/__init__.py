"""Read the members (网格员) of a village's book."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left
from collections.abc import Set
from functools import lru_cache, partial

from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.text import MASK, clean, fold, join_han, without_private
from heli.kernel.sheets.answers import TURNS, count, is_blank, yes_no
from heli.kernel.sheets.coordinates import read_coordinates
from heli.kernel.sheets.evidence import fitting, houses, names
from heli.kernel.sheets.problems import Kind, Place, Problem, Severity
from heli.kernel.sheets.tables import Column, Line, Row, Spec, Table
from heli.people.rules import (
    Member,
    Served,
    group_in_address,
    parse_age,
    parse_group,
)
from heli.people.sheets.free_text import FreeText

NO_NAME = Kind(
    "member-no-name",
    Severity.LOOK,
    _("这一行没有姓名，没有算成网格员。"),
    _("请补上姓名，或删掉这一行。"),
)
TWICE = Kind(
    "member-twice",
    Severity.LOOK,
    _("“%(name)s”与第 %(row)s 行重复，只算一次。"),
    _("请删掉重复的一行；如果是同名的两个人，请写上不同的住址。"),
)
BAD_AGE = Kind(
    "member-age-unread",
    Severity.LOOK,
    _("“%(name)s”的年龄看不懂或不可能，按不知道算。"),
    _("请写成“52”或出生年月“1970-05”。"),
)

BAD_SERVED = Kind(
    "member-served-unread",
    Severity.LOOK,
    _("“%(name)s”的“%(header)s”看不懂，按不知道算：从其他人的平均班数算起。"),
    _("请只写数字；没值过写 0。"),
)

_FORCE_WORDS = re.compile("干部|党员|代表|护村|妇联|志愿|民兵|工会|共青团|团员|村民|队员|网格|两委|四委")
_TIME_WORDS = re.compile(r"周[一二三四五六日末]|星期|礼拜|双休|早班|晚班|不便|没空|有空|每月逢|务工|工作日")

MEMBERS = Spec(
    code="members",
    title=_("网格员"),
    columns=(
        Column("serial", "序号|序|编号|No|号", weight=0),
        Column(
            "name",
            "姓名|网格员姓名|网格员|成员姓名|队员姓名|志愿者姓名|名字|联户长|微网格长|党员姓名|督导员|值班员|"
            "值班人员|队员|成员|志愿者|楼道长|name|member",
            weak="人员",
            avoid="亲属|户主|联系|手机|电话|住址|队|工作|意向|所属|人员|是否",
            weight=1,
            looks=names,
        ),
        Column("sex", "性别|男女|sex|gender", looks=fitting(lambda text: text in ("男", "女"))),
        Column(
            "force",
            "队伍|所属队伍|身份|类别|人员类别|所属力量|力量|人员身份|队别|组织|来源|来自|政治面貌|force|team",
            weight=3,
            looks=fitting(_FORCE_WORDS.search),
            fill=True,
        ),
        Column(
            "group",
            "组别|所在组|小组|村民小组|所属组|网格|所属网格|几组|组|group",
            fill=True,
        ),
        Column("age", "年龄|岁数|年纪|周岁|age", weight=2),
        Column("born", "出生年月|出生日期|出生年月日|生日|出生|birth date", weight=2),
        Column(
            "home",
            "住址|门牌号|门牌号码|家庭住址|家庭地址|居住地址|现住址|地址|居住地|住处|门牌|住所|家住|住哪里|住哪|home|address",
            avoid="联系|愿|意向",
            looks=houses,
        ),
        Column(
            "phone",
            "手机号|手机|手机号码|电话|联系电话|联系方式|电话号码|长号|短号|phone|mobile",
            weight=0.5,
            many=True,
        ),
        Column(
            "identity",
            "身份证号|身份证|身份证号码|公民身份号码|证件号码|证件号",
            weight=0.5,
            many=True,
        ),
        Column(
            "busy",
            "不便时间|不方便时间|不能值班时间|不可值班时间|没空时间|不值班时间|请假时间|休息时间|"
            "不能来的时间|忙的时间|不便值班时间|不便|没空|什么时候没空|哪天没空|没时间|请假|请假情况|休息日|休息|"
            "值班要求|值班意见|时间要求|值班时间要求|值班说明|值班不便|值班不便时间|不能值班|不能值班的时间|"
            "unavailable|not available|busy",
            weight=5,
            looks=fitting(_TIME_WORDS.search),
            many=True,
        ),
        Column(
            "free",
            "可值班时间|有空时间|哪天有空|什么时候有空|有空|方便时间|可用时间|能值班时间|空闲时间|可参加时间|可排班时间|"
            "值班意向时间|available",
            avoid="不",
            weight=5,
            many=True,
        ),
        Column(
            "want",
            "希望时间|意向班次|愿值班次|希望班次|想值的班|意向时间|值班时间意愿|值班意愿|意愿时间|preferred",
            weight=4,
        ),
        Column(
            "weekday",
            "|".join(f"{week}{day}" for week in ("周", "星期", "礼拜") for day in "一二三四五六日天")
            + "|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|sat|sun",
            weight=0.2,
            many=True,
        ),
        Column("leader", "是否组长|组长|班长|队长|leader", avoid="姓名|电话", weight=2),
        Column("duty", "职务|村内职务|担任职务|岗位|角色|position", weight=1),
        Column("occupation", "职业|工作|工作单位|从业情况|单位|occupation|job", weight=1),
        Column("kin", "亲属|亲戚|亲属户|亲属户主|kin", avoid="电话", weight=1),
        Column(
            "wishes",
            "愿联系|意向联系户|愿联系户|意向户|希望联系|希望联系户|想联系的户|wishes",
            weight=3,
        ),
        Column("partners", "同班|搭档|希望同班|想同班的人|搭班|partner", weight=3),
        Column(
            "exempt",
            "免值|免|免值原因|是否免值|免值班|不参加原因|免排原因|exempt",
            weight=3,
        ),
        Column(
            "joins",
            "是否参加|参加|是否参与|是否值班|是否排班|能否参加|joins",
            avoid="不",
            weight=2,
        ),
        Column("seats", "岗位性质|性质|值班性质|服务性质|用工性质|seat kind", weight=3),
        Column(
            "served",
            "已值班次|已值|累计班次|已值次数|已值总数|历史班次|已排班次|served",
            weight=3,
        ),
        Column("served_early", "已值早班|早班次数|其中早班|累计早班", weight=2),
        Column("served_weekend", "已值周末|周末次数|其中周末|累计周末", weight=2),
        Column("lon", "经度|东经|lon|lng|longitude", weight=0.5),
        Column("lat", "纬度|北纬|lat|latitude", weight=0.5),
        Column("coordinates", "坐标|经纬度|位置坐标|gps", weight=0.5),
        Column(
            "remark",
            "备注|说明|其他|附注|备注说明|remark|note|notes",
            weight=0.5,
            many=True,
        ),
    ),
    needed="name+force|name+busy|name+free|name+phone|name+home|name+age|name+sex|name+duty|name+wishes",
    key=("name",),
    words="网格员|志愿者|成员|队员|人员名单|党员|干部|名单|联户长|member|staff|队伍",
)

_BRACKETED = re.compile(r"[(（\[].*?[)）\]]")
_NO_PART_OF_NAME = re.compile(r"[\d+]{5,}|[*＊#]+|^[\d.、]+")
_TITLES = re.compile(r"(同志|先生|女士|户主)$")
_TITLE_OF_LEADER = re.compile(r"(?<!副)(?:组长|班长|队长|带班)")


def read_members(
    table: Table, today: datetime.date, known: Set[str] = frozenset()
) -> tuple[list[Member], list[Problem]]:
    """The members of one table, in the book's order, and what is wrong in it.

    ``known`` are the names of the book, members and heads.
    """
    members: list[Member] = []
    problems: list[Problem] = [*table.problems]
    used: list[Line] = []
    force = _force_of(table.sheet)
    headings = _headings(table, used)
    for row in table.rows:
        name = person(table.text(row, "name"))
        if not name:
            problems.append(Problem(NO_NAME, table.place(row, "name")))
            continue
        at = bisect_left(headings, row.number, key=lambda entry: entry[0])
        heading = headings[at - 1][1] if at else force
        member, found = _member(table, row, name, heading, today, known)
        members.append(member)
        problems += found
    kept, twice = _once(members)
    return kept, [*problems, *twice, *table.skipped(used)]


@lru_cache(maxsize=100_000)
def person(text: str) -> str:
    """A person's name: without spaces, digits, brackets and titles; empty when no name is left."""
    name = _NO_PART_OF_NAME.sub("", _BRACKETED.sub("", without_private(clean(text))))
    name = join_han(_TITLES.sub("", name.strip())).strip(" ,，、:：-/.")
    name = re.sub(r"(?<=[\u3400-\u9fff])\s*[.．]\s*(?=[\u3400-\u9fff])", "·", name)
    return "" if is_blank(name) or name == "待定" else name


def _force_of(text: str) -> str:
    match = re.search("村?四委干部|村?两委|村?干部|党员|村民代表|护村队|村?妇联|志愿者|民兵", text)
    return match[0] if match and "名单" not in text else ""


def _headings(table: Table, used: list[Line]) -> list[tuple[int, str]]:
    """Lines that name the force of the rows below them."""
    found = []
    for line in table.lines:
        if len(line.text) <= 14 and (force := _force_of(line.text)):
            found.append((line.row, force))
            used.append(line)
    return found


def _served(table: Table, row: Row, name: str, problems: list[Problem]) -> Served:
    """Turns stood before: total, early, weekend; what is blank is not known."""

    def said(code: str, most: int | None = None) -> int | None:
        text = table.text(row, code)
        found = None if text in ("", "-", "/") else count(text, TURNS)
        many = found is not None and most is not None and found > most
        if many or (found is None and not is_blank(text)):
            params = {"name": name, "header": table.texts(row, code)[0][0]}
            problems.append(Problem(BAD_SERVED, table.place(row, code), params))
        return None if many else found

    total = said("served")
    return total, said("served_early", total), said("served_weekend", total)


def _member(
    table: Table, row: Row, name: str, heading: str, today: datetime.date, known: Set[str]
) -> tuple[Member, list[Problem]]:
    text = partial(table.text, row)
    said = FreeText(table, row, name, known)
    availability, problems = said.availability(), said.problems
    lon, lat, wrong = read_coordinates(table, row)
    age = _age(table, row, name, today, problems)
    duty = text("duty")
    force = join_han(text("force")) or heading or (join_han(duty) if _FORCE_WORDS.search(duty) else "")
    home = join_han(text("home").replace(MASK, ""))
    group = parse_group(text("group")) if text("group") else group_in_address(home)
    if group and re.fullmatch(r"\d+(-\d+)?号?", fold(home)):
        home = f"{group}{home}"
    return Member(
        name=name,
        home=home,
        force=force,
        group=group,
        age=age,
        lon=lon,
        lat=lat,
        availability=availability,
        leader=said.leader or _is_leader(text("leader"), name) or _TITLE_OF_LEADER.search(duty) is not None,
        occupation=text("occupation"),
        kin=said.named("kin"),
        wishes=said.named("wishes"),
        refused=said.named("refused"),
        partners=said.named("partners"),
        apart=said.named("apart"),
        exempt=said.exemption(),
        seats=_seats(text("seats")),
        served=_served(table, row, name, problems),
        remark="；".join(text for _head, text in table.texts(row, "remark")),
        place=table.place(row),
        understood=tuple(said.understood),
    ), [*problems, *wrong]


def _age(table: Table, row: Row, name: str, today: datetime.date, problems: list[Problem]) -> int | None:
    """Whole years, from the age or else the day of birth."""
    code = "age" if table.text(row, "age") else "born"
    age = parse_age(table.figure(row, code), today)
    if age is None and not is_blank(table.text(row, code)):
        problems.append(Problem(BAD_AGE, table.place(row, code), {"name": name}))
    return age


def _is_leader(text: str, name: str) -> bool:
    """A tick, a title, or the member's own name under 组长."""
    return bool(yes_no(text)) or _TITLE_OF_LEADER.search(fold(text)) is not None or join_han(text) == name


def _seats(text: str) -> frozenset[str]:
    words = {"义务": "duty", "志愿": "volunteer", "有偿": "paid", "付费": "paid", "计酬": "paid"}
    return frozenset(code for word, code in words.items() if word in text)


def _once(members: list[Member]) -> tuple[list[Member], list[Problem]]:
    """Without those listed twice: the same name at the same home, or without any other home."""
    kept: list[Member] = []
    problems = []
    seen: dict[tuple[str, str], Place] = {}
    for member in members:
        key = (member.name, fold(member.home) or f"{member.force}/{member.age}/{member.group}")
        if key in seen:
            params = {"name": member.name, "row": seen[key].row}
            problems.append(Problem(TWICE, member.place, params))
            continue
        seen[key] = member.place
        kept.append(member)
    return kept, problems
