"""Read what people write about each other: kin, wishes and refusals. The whole of a text, or nothing.

A remark is cut at commas, stops and brackets into clauses. A clause is understood when all of it is one of
the forms of ``FORMS``; names in it must be known in the book or look like names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from heli.kernel.lib.lexicon import Unread
from heli.kernel.lib.personal_names import is_name, split_names
from heli.kernel.lib.text import fold, join_han

NEGATION = (
    "(?:坚决|千万|一定|请|希望|要求|本人|本户|户主|我家?|最好|尽量)*(?:不(?:是|再|太)?(?:希望|愿意?|想要?|要"
    "|能够?|可以?|肯|同意|接受|宜|适合|方便|得|便|许)?"
    "|拒绝|反对|别|勿|莫|避免|避开|回避|不用)(?:再|安排|排|分|被|由|让|叫)*"
)
ASKING = (
    "(?:本户|户主|我家?|本人|他家|她家|请|最好|尽量)*(?:希望|愿意?|想要?|要求|意向|请|指定|申请)"
    "(?:能|是|继续|安排|还是)*"
)
WITH = "(?:与|和|跟|同|由|让|请|被|给|叫|是)?"
LINKING = (
    "(?:来|去|继续)?(?:负责)?(?:联系|对接|结对|联户|联络|走访|服务|管理|管|负责|包户|包联|包|联)"
    "(?:我家|本户|他家|她家|我们|的|户)*"
)
TOGETHER = (
    "(?:再|排在?|安排在?|分在?|编在?|放在?|在)*(?:搭班|搭档|同班|同组|同一[班组]|一组|一班|一起|一块)"
    "(?:值班|值|班|上岗|的)*"
)
_RELATION = (
    "(?:亲|堂|表|族)?(?:兄弟|姐妹|兄妹|姐弟|父子|母子|母女|父女|夫妻|夫妇|亲戚|亲属|亲家|儿子|女儿"
    "|儿媳妇?|女婿|哥哥?|弟弟?|"
    "姐姐?|妹妹?|父亲|母亲|妻子?|丈夫|老公|老婆|侄[子女]?|侄儿|外甥女?|叔叔?|伯伯?|舅舅?|姑姑?|姨妈?"
    "|岳父|岳母|婆婆|公公|爷爷|奶奶|孙子|孙女)"
)
_KIN = "(?:亲属|亲戚|亲缘|血缘)"
_BAD_TERMS = "(?:有|存在)?(?:矛盾|纠纷|过节|意见|冲突|不和|合不来|处不来)"
_ALL_FINE = (
    "(?:由|让)?(?:谁|哪个|哪位|任何人|其他人?|别人|其余(?:人|的)?|随便谁)?(?:联系|管|来)?(?:都|均"
    "|也)?(?:可以?|行|好|愿意|同意|没意见|无意见|无所谓|随便)"
    "|随便|[无没]意见|无要求|服从(?:组织|村里)?安排|不限"
)
N = "(?P<who>.+?)"

FORMS: Mapping[str, Sequence[str]] = {
    "not_kin": (
        rf"(?:非|不是|并非|无|没有){_KIN}(?:关系)?(?:户主?|网格员)?:?{N}",
        rf"(?:与|和|跟){N}(?:无|没有|不是|并非|非|没)(?:任何)?(?:{_KIN}|{_RELATION})(?:关系)?",
        rf"{N}(?:不是|并非|非)(?:本户|户主|我家)?(?:的)?(?:{_KIN}|{_RELATION})",
    ),
    "kin": (
        rf"(?:{_KIN}|亲)(?:网格员|户主?|关系)?(?:是|为|有|系)?:?{N}",
        rf"(?:与|和|跟|同){N}(?:是|系|为|有)*(?:{_KIN}|{_RELATION})(?:关系)?",
        rf"(?:我|本人|户主|本户)?(?:是|系|为){N}[的之]?(?:{_KIN}|{_RELATION})",
        rf"{N}(?:是|系|为)(?:我家?|其|本人|本户|户主)?的?(?:{_KIN}|{_RELATION})",
        rf"(?:我|其|户主)?(?:的)?{_RELATION}:?{N}",
    ),
    "refused": (
        rf"{NEGATION}{WITH}{N}(?:{LINKING})",
        rf"{NEGATION}{LINKING}:?{N}",
        rf"希望(?:不是|不由|不让|不要|别是){N}(?:{LINKING})?",
        rf"(?:{ASKING})?(?:不要|别让?|不让|不由|拒绝|反对|不选|不接受){N}",
        rf"(?:除了?|除去){N}(?:之外|以外|外)?(?:都|均|其他人?|其余|别人|谁|的)*(?:可以?|行|好|愿意)",
        rf"{N}(?:除外|以外|之外)(?:的)?(?:其他人?|其余人?|谁|别人|任何人)?(?:都|均)?(?:可以?|行|好|愿意)?",
        rf"(?:只要)?不是{N}(?:就|都|均)?(?:可以?|行|好)",
        rf"{N}(?:不行|不可以?|不要|不合适|不能(?:{LINKING}))",
        rf"(?:与|和|跟){N}{_BAD_TERMS}",
    ),
    "wishes": (
        rf"{ASKING}{WITH}{N}(?:{LINKING})",
        rf"{ASKING}(?:由我|我)?{LINKING}:?{N}",
        rf"(?:意向|希望)(?:网格员|联系人|户)?:{N}",
    ),
    "apart": (
        rf"{NEGATION}(?:与|和|跟|同){N}{TOGETHER}",
        rf"希望不(?:要)?(?:与|和|跟|同){N}{TOGETHER}",
        rf"(?:与|和|跟|同){N}(?:不能|不要|不愿意?|不想|不可以?|不宜|不便|别|勿|不适合|不得){TOGETHER}",
        rf"(?:{ASKING})?(?:与|和|跟|同){N}(?:错开|分开|不同组|不同班|不一组|不一班|不在一组"
        rf"|不在一起)(?:值班|排班|排|值|安排)*",
        rf"(?:与|和|跟){N}{_BAD_TERMS}",
        rf"(?:不同班|不同组|不搭班)(?:的人)?:{N}",
    ),
    "partners": (
        rf"(?:{ASKING})?(?:与|和|跟|同){N}{TOGETHER}",
        rf"(?:{ASKING})?(?:同班|搭档|搭班)(?:人)?:?{N}",
    ),
}
FINE = re.compile(_ALL_FINE)
_COMPILED = {kind: [re.compile(form) for form in forms] for kind, forms in FORMS.items()}
_WHICH_KIN = re.compile(rf"\((?:{_RELATION}|{_KIN})\)")
_LEADING = re.compile("^(?:也|但是?|并且?|而且|还|另外?|且|同时)")
_CUT = re.compile(r"[;.!\n()\[\]]+|,")
_DENIES = re.compile("[不非无没未别勿莫]|拒绝|反对|除|避")
LONGEST = 60
"""A longer clause is none of the forms."""
SIDES = {
    "household": ("not_kin", "kin", "refused", "wishes"),
    "member": ("not_kin", "apart", "partners", "refused", "wishes", "kin"),
}
"""What may be said on which side, in the order in which the forms are tried."""


@dataclass(frozen=True, slots=True)
class Relations:
    """What a text says of others: names (or, on a member's side, addresses) by kind of statement."""

    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, kind: str) -> tuple[str, ...]:
        """The names said to be of that kind (``kin``, ``wishes``, ``refused``, ``partners``, ``apart``)."""
        return self.said.get(kind, ())


def clauses_of(text: str) -> list[str]:
    """The clauses of a text, folded, without the words that only join them."""
    plain = _WHICH_KIN.sub("", fold(join_han(text)))
    return [_LEADING.sub("", clause) for clause in _CUT.split(plain) if clause]


def read_clause(clause: str, side: str, known: Set[str]) -> tuple[str, tuple[str, ...]] | None:
    """Kind and names of a clause, all of which is one of the forms; else ``None``."""
    for kind in SIDES[side] if len(clause) <= LONGEST else ():
        for form in _COMPILED[kind]:
            match = form.fullmatch(clause)
            if match and (named := _named(match["who"], kind, side, known)):
                return kind, named
    return None


def _named(text: str, kind: str, side: str, known: Set[str]) -> tuple[str, ...]:
    """The names in their part of a form, or the places a member speaks of; empty when they are neither."""
    names = split_names(text, known)
    if names and all(is_name(name, known) for name in names):
        return names
    if side == "member" and kind in ("wishes", "refused"):
        places = places_of(text)
        if places and all(_is_place(place) or is_name(place, known) for place in places):
            return places
    return ()


_PLACE = re.compile(r"[\u4e00-\u9fff]{0,10}\d+(?:-\d+)?(?:[号幢栋单元室]+(?:\d+(?:-\d+)?[号室]?)?)*")


def _is_place(text: str) -> bool:
    return _PLACE.fullmatch(text) is not None and not _DENIES.search(text)


def places_of(text: str) -> tuple[str, ...]:
    """The addresses in a list; a bare number keeps the lane before it (``青溪路4号、5号``)."""
    places, lane = [], ""
    for piece in re.split(r"[、,，;；\s]+|(?<=[\d号室户])[和及与跟]", join_han(text)):
        place = piece.strip("。.户")
        if not place:
            continue
        if not place[0].isdecimal():
            lane = re.split(r"\d", place)[0] if re.search(r"\d", place) else ""
        places.append(f"{lane}{place}" if place[0].isdecimal() else place)
    return tuple(places)


_OF_PARTNERS = {"refused": "apart", "wishes": "partners"}
"""What a sentence that does not speak of households (``不要张三``) means in the column of partners."""

_OF_COLUMN = {
    "kin": {"kin", "not_kin"},
    "wishes": {"wishes", "refused"},
    "partners": {"partners", "apart"},
}
"""What may be said in each column of names."""


def names_somebody(clause: str, known: Set[str]) -> bool:
    """Whether a clause has the name of somebody in the book in it."""
    ends = ((at, at + length) for length in (2, 3, 4) for at in range(len(clause) - length + 1))
    return any(clause[start:end] in known for start, end in ends)


def read_names(text: str, column: str, side: str, known: Set[str]) -> Relations:
    """What a column of names says: a list of names (and places), or a sentence that refuses some.

    Raises
    ------
    Unread
        When it is neither.
    """
    bare = _WHICH_KIN.sub("", fold(join_han(text)))
    if FINE.fullmatch(bare):
        return Relations()
    named = _named(bare.replace("户主", ""), column, side, known)
    if named and not any(FINE.fullmatch(name) for name in named):
        return Relations({column: named})
    found = read_all(bare, side, known)
    if column == "partners":
        found = [(_OF_PARTNERS.get(kind, kind), names) for kind, names in found]
    if any(kind not in _OF_COLUMN[column] for kind, _names in found):
        raise Unread(bare)  # 我儿子王伟 under 意向网格员: kin, but is he wished for?
    return gathered(found)


def read_all(text: str, side: str, known: Set[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Every clause of a text. Raises ``Unread`` with the first that is not understood."""
    found = []
    for clause in clauses_of(text):
        read = read_clause(clause, side, known)
        if read is not None:
            found.append(read)
        elif not FINE.fullmatch(clause):
            raise Unread(clause)
    return found


def gathered(found: Iterable[tuple[str, tuple[str, ...]]]) -> Relations:
    """The statements by kind. Raises ``Unread`` where somebody is both wished for and refused."""
    said: dict[str, tuple[str, ...]] = {}
    for kind, names in found:
        said[kind] = (*said.get(kind, ()), *names)
    for one, other in (("wishes", "refused"), ("partners", "apart"), ("kin", "not_kin")):
        if both := set(said.get(one, ())) & set(said.get(other, ())):
            raise Unread("、".join(sorted(both)))
    return Relations(said)


_WHY = "(?:[^不非无未没别勿莫,]|身体不[好适佳]|(?:行动|腿脚|生活|手脚)不便|,)*?"
_EXEMPT = re.compile(
    rf"(?P<why>{_WHY})(?:免(?:除|予|于|去)?(?:值班?|联系?|排班?|联户)?|不再?(?:参加|参与)(?:值班|排班"
    rf"|联系|联户|活动)?"
    "|不再?(?:安排|排班?|值班)(?:值班)?|退出(?:网格员|队伍)?)"
)
_NO_REASON = re.compile(
    "[今明后]年|[本下上这][个]?[周月]|申请|要求|希望|想|曾|原(?!因)|取消|拟|是否|愿|可|副|年底|以后|之前"
    "|以前|期间|暂"
)
_LEADER = re.compile(
    "(?P<no>(?:不|别|勿)(?:愿意?|想|能|可以?|适合|要|宜)?再?|副)?(?:可以?|能|愿意?|适合)?(?:担任"
    "|当选?|做|任|为|是)?"
    r"(?:第?(?:\d+|[一二三四五六七八九十]+)组)?(?:值班)?(?:组长|班长|队长|带班)(?:人选)?"
)
NEUTRAL = re.compile(
    "(?:联系)?(?:电话|手机)(?:号码?)?:?|(?:低保|五保|特困|残疾|困难|计生|党员|军人|中心|示范)(?:户"
    "|人|家庭)?|(?:独居|空巢|留守|孤寡)(?:老人|儿童|户)?|高龄老人|老人|军属|烈属|"
    "退役军人(?:家庭)?|老?党员|行动不便|腿脚不便|会开车|有(?:电动|三轮)?车|新来的?|新(?:增|进)"
    "|已?(?:核对|确认|核实)|同上|热心|退休(?:教师|干部|工人)?|种植户|养殖户"
)
"""Clauses that change nothing in a plan, so that they may stand beside those that do."""
_TIME = re.compile(
    r"周[一二三四五六日末]|星期|礼拜|双休|[早中晚夜白日]班|早上|晚上|白天|[上下]午|工作日|平[时日]"
    r"|逢[\d一二三四五六七八九十]|务工|打工|每[月天日]|随时|在外|"
    r"轮班|倒班|看情况|农忙|\d[点时:]|有空|没空|有时间|没时间|[一二三四五六七八九十\d]月"
    r"|[春夏秋冬][天季]|[寒暑][假期]|值班"
)
_ABOUT_OTHERS = re.compile(
    "亲属|亲戚|夫妻|联系(?!电话|方式)|对接|结对|联户|搭班|搭档|分开|错开|同班|同组|一[组班起]|免(?![费税疫])"
    "|参[加与]|退出|组长|队长|带班|矛盾|除外"
)
_CANNOT_SERVE = re.compile(
    "去世|过世|病故|死亡|亡故|已故|离职|离任|辞职|停职|调离|调走|调出|迁出|搬走|外迁|外出|[请休病事产长]假|暂缓|暂停"
    "|月子|孕|哺乳|住院|卧床|手术|[生患养因有]病"
)
"""Words of a remark that may keep somebody from serving: one that has them and is not understood is shown."""


@dataclass(frozen=True, slots=True)
class MemberRemark:
    """What a member's remark says; ``times`` is the text about their time, ``exempt`` the words that
    exempt.
    """

    relations: Relations = Relations()
    times: str = ""
    exempt: str = ""
    leader: bool = False


def read_member_remark(text: str, known: Set[str]) -> MemberRemark:
    """A member's remark, read whole; one that speaks of nothing of this kind says nothing.

    Raises
    ------
    Unread
        With the clause that is not understood. Nothing of the remark counts.
    """
    found: list[tuple[str, tuple[str, ...]]] = []
    rest: list[str] = []
    exempt, leader, told = "", False, False
    for sentence in filter(None, re.split(r"[;；。\n]", join_han(text))):
        if is_exempt(sentence):
            exempt = sentence.strip()
            continue
        for clause in clauses_of(sentence):
            if read := read_clause(clause, "member", known):
                found.append(read)
            elif match := _LEADER.fullmatch(clause):
                told = True
                leader = leader or not match["no"]
            elif not NEUTRAL.fullmatch(clause) and not FINE.fullmatch(clause):
                rest.append(clause)
    if any(map(_TIME.search, rest)):
        return MemberRemark(gathered(found), "，".join(rest), exempt, leader)
    matters = [clause for clause in rest if _matters(clause, known)]
    if rest and (found or exempt or told or matters):
        raise Unread((matters or rest)[0])
    return MemberRemark(gathered(found), "", exempt, leader)


def _matters(clause: str, known: Set[str]) -> bool:
    """Whether a clause that is not understood may change a plan."""
    return bool(_ABOUT_OTHERS.search(clause) or _CANNOT_SERVE.search(clause)) or names_somebody(clause, known)


def is_exempt(sentence: str) -> bool:
    """Whether a sentence as a whole takes somebody out, with its reason (``因病免``,
    ``年满75岁，免值班``).
    """
    folded = fold(sentence)
    match = _EXEMPT.fullmatch(folded) if len(folded) <= LONGEST else None
    return match is not None and not (_NO_REASON.search(match["why"]) or _TIME.search(match["why"]))
