"""Read the members (网格员) of a village's book."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.text import MASK, NUMERAL, clean, fold, join_han, without_private
from heli.kernel.sheets.answers import count, is_blank, yes_no
from heli.kernel.sheets.coordinates import read_coordinates
from heli.kernel.sheets.evidence import fitting, houses, names
from heli.kernel.sheets.problems import Kind, Place, Problem, Severity
from heli.kernel.sheets.tables import Column, Line, Row, Spec, Table
from heli.people.rules import (
    ALWAYS,
    EVERY_DAY,
    Availability,
    Member,
    Period,
    group_in_address,
    parse_age,
    parse_availability,
    parse_days,
    parse_group,
)

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
UNREAD_TIME = Kind(
    "member-time-unread",
    Severity.LOOK,
    _("“%(name)s”的时间里，“%(text)s”看不懂，排班时没有照顾到。"),
    _("请改成“周一、周二”“早班不便”“周六日”“每月逢五”这样的写法。"),
)
BAD_AGE = Kind(
    "member-age-unread",
    Severity.LOOK,
    _("“%(name)s”的年龄看不懂，按不知道算。"),
    _("请写成“52”或出生年月“1970-05”。"),
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
_LIST = re.compile(r"[、,，;；/和及与\s]+")
_KIN = re.compile(r"(?:亲属|亲戚|亲)(?:户主|关系|是|为)?[::是]?(?P<names>.+)")
_KIN_OF = re.compile(
    r"(?:与|和|跟|是|系)?(?P<names>[^与和跟是系\d]{2,5}?)(?:是|系|为|的)+(?:亲|堂|表)?"
    r"(?:兄弟|姐妹|兄妹|姐弟|父子|母子|母女|父女|夫妻|夫妇|亲戚|儿子|女儿|儿媳|女婿|哥哥?|弟弟?|姐姐?|妹妹?|父亲|母亲|妻子?|丈夫|侄子?|外甥)$"
)
_WISH = re.compile(r"(?:愿意?|希望|想要?|意向|要求)(?:结对|对接|联系|联|管)(?:户)?[::]?(?P<places>.+)")
_PARTNER = re.compile(r"(?:希望|想|愿)?(?:与|和|跟|同)(?P<names>.+?)(?:搭班|同班|一组|一起|一班|搭档|同组)")
_EXEMPT = re.compile(r"免(?!费|税|疫)|不参[加与]|不(?:再)?(?:安排|排班?|值班)|退出")
_LEADER = re.compile(r"(?<!副)(?:组长|班长|队长|带班)")
_MAYBE_TIME = re.compile(
    rf"周[一二三四五六日末]|星期|礼拜|双休|早班|晚班|早上|晚上|白天|上午|下午|工作日|逢({NUMERAL}|\d)|务工|打工|每月|随时|常年在外|长期在外|农忙|夜班"
)


@dataclass(slots=True)
class _Notes:
    """What a remark was found to say; ``rest`` are the clauses left."""

    kin: list[str] = field(default_factory=list)
    wishes: list[str] = field(default_factory=list)
    partners: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    exempt: str = ""
    leader: bool = False


def read_members(table: Table, today: datetime.date) -> tuple[list[Member], list[Problem]]:
    """The members of one table, in the book's order, and what is wrong in it."""
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
        member, found = _member(table, row, name, heading, today)
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


def people(text: str) -> tuple[str, ...]:
    """The names in a list such as ``张三、李四``."""
    if not text:
        return ()
    return tuple(name for piece in _LIST.split(join_han(text)) if (name := person(piece)))


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


def _served(table: Table, row: Row) -> tuple[int, int, int]:
    """Turns stood before: total, early, weekend; what is not said is 0."""
    total, early, weekend = (
        count(table.text(row, code)) or 0 for code in ("served", "served_early", "served_weekend")
    )
    return total, early, weekend


def _member(
    table: Table, row: Row, name: str, heading: str, today: datetime.date
) -> tuple[Member, list[Problem]]:
    def text(code: str) -> str:
        return table.text(row, code)

    notes = _notes(table, row)
    availability, problems = _availability(table, row, name, notes)
    lon, lat, wrong = read_coordinates(table, row)
    age_code = "age" if text("age") else "born"
    age = parse_age(table.figure(row, age_code), today)
    if age is None and not is_blank(text(age_code)):
        problems.append(Problem(BAD_AGE, table.place(row, age_code), {"name": name}))
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
        leader=notes.leader or _is_leader(text("leader"), name) or _LEADER.search(duty) is not None,
        occupation=text("occupation"),
        kin=(*people(text("kin")), *notes.kin),
        wishes=(*_places(text("wishes")), *notes.wishes),
        partners=(*people(text("partners")), *notes.partners),
        exempt=_exempt(table, row) or notes.exempt,
        seats=_seats(text("seats")),
        served=_served(table, row),
        remark="；".join(said for _head, said in table.texts(row, "remark")),
        place=table.place(row),
    ), [*problems, *wrong]


def _availability(table: Table, row: Row, name: str, notes: _Notes) -> tuple[Availability, list[Problem]]:
    """All that the row says about time, from every column and the remark, joined."""
    parts = [("busy", parse_availability(text)) for _head, text in table.texts(row, "busy")]
    parts += [("free", parse_availability(text, free=True)) for _head, text in table.texts(row, "free")]
    parts.append(("remark", parse_availability("，".join(notes.times))))
    parts.append(("weekday", _ticked(table, row)))
    if table.text(row, "want"):
        said = parse_availability(table.text(row, "want"), free=True)
        wanted = said.wanted or (ALWAYS - said.busy if said.busy else frozenset())
        parts.append(("want", Availability(wanted=wanted, unread=said.unread)))
    problems = [
        Problem(UNREAD_TIME, table.place(row, code), {"name": name, "text": piece})
        for code, said in parts
        for piece in said.unread
    ]
    whole = Availability(
        busy=frozenset().union(*(said.busy for _code, said in parts)),
        busy_dates=frozenset().union(*(said.busy_dates for _code, said in parts)),
        wanted=frozenset().union(*(said.wanted for _code, said in parts)),
        unread=tuple(piece for _code, said in parts for piece in said.unread),
    )
    return whole, problems


def _ticked(table: Table, row: Row) -> Availability:
    """A column for each weekday: a cross is a day off, ticks alone leave the other days off.

    Under a header that speaks of inconvenience a tick is the day off.
    """
    free: set[int] = set()
    off: set[int] = set()
    for header, text in table.texts(row, "weekday"):
        said = yes_no(text) if not re.match("休|假|忙|没空", text) else False
        if said is not None:
            against = re.search("不|请假|没空|休|忙", header) is not None
            days = parse_days(header) or frozenset()
            (free if said != against else off).update(days)
    busy = off or (EVERY_DAY - free if free else frozenset())
    return Availability(busy=frozenset((day, period) for day in busy for period in Period))


def _notes(table: Table, row: Row) -> _Notes:
    notes = _Notes()
    for _head, text in table.texts(row, "remark"):
        joined = re.sub(r"(务工|打工|在外|外出)[,，;；、](?=周末|双休|节假)", r"\1", join_han(text))
        for sentence in re.split(r"[;；。\n]", joined):
            for clause in filter(None, re.split("[,，]", sentence)):
                _note(clause.strip(), sentence.strip(), notes)
    return notes


def _note(clause: str, sentence: str, notes: _Notes) -> None:
    """Put one clause of a remark where it belongs; an exemption takes its whole sentence as the reason."""
    folded = fold(clause)
    if match := _WISH.search(folded):
        notes.wishes += _places(match["places"])
    elif match := _PARTNER.search(folded):
        notes.partners += people(match["names"])
    elif match := _KIN.match(folded) or _KIN_OF.match(folded):
        notes.kin += people(match["names"])
    elif _EXEMPT.search(folded) and not _MAYBE_TIME.search(folded):
        notes.exempt = sentence
    elif _LEADER.search(folded) and len(folded) <= 8:
        notes.leader = True
    elif _MAYBE_TIME.search(folded):
        notes.times.append(clause)


def _places(text: str) -> tuple[str, ...]:
    """The addresses in a list; a bare number keeps the lane before it (``青溪路4号、5号``)."""
    places, lane = [], ""
    for piece in re.split(r"[、,，;；\s]+|和|及", join_han(text)):
        place = piece.strip("。.户")
        if not place:
            continue
        if not place[0].isdecimal():
            lane = re.split(r"\d", place)[0] if re.search(r"\d", place) else ""
        places.append(f"{lane}{place}" if place[0].isdecimal() else place)
    return tuple(places)


def _is_leader(text: str, name: str) -> bool:
    """A tick, a title, or the member's own name under 组长."""
    return bool(yes_no(text)) or _LEADER.search(fold(text)) is not None or join_han(text) == name


def _exempt(table: Table, row: Row) -> str:
    """The book's words that take somebody out: the column 免, or 是否参加 = 否."""
    said = table.text(row, "exempt")
    if said and not is_blank(said) and yes_no(said) is not False:
        header = table.texts(row, "exempt")[0][0]
        return join_han(header).removeprefix("是否") if yes_no(said) else said
    joins = table.text(row, "joins")
    if joins and (yes_no(joins) is False or any(word in joins for word in "不免否")):
        return joins if len(joins) > 2 else str(_("不参加"))
    return ""


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
