"""Read what a household's remark says: who is kin, wished or refused, and whether the house is let or
empty.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass

from heli.kernel.lib.lexicon import Unread
from heli.kernel.lib.text import join_han
from heli.people.rules.remarks import (
    FINE,
    LONGEST,
    NEUTRAL,
    Relations,
    clauses_of,
    gathered,
    names_somebody,
    read_clause,
)

NO_LINK_WORDS = (
    "空房",
    "空户",
    "空置",
    "空屋",
    "空关",
    "空宅",
    "闲置",
    "无人居住",
    "无人住",
    "没人居住",
    "没人住",
    "不住人",
    "已拆除",
    "已拆",
    "拆除",
    "倒塌",
    "已搬走",
    "全家外迁",
)
"""Words of a remark that say nobody lives there, so that nobody needs to be linked."""

_SINCE = "(?:长期|常年|一直|现为?|目前|已经|已|房屋|房子|整[幢栋]|[此该本]户|系|为|老[房屋]|暂时|是)*"
_EMPTY = rf"(?:{_SINCE}(?:{'|'.join(NO_LINK_WORDS)})(?:的?[房屋户宅]|[中着]|多年|\d+年|已久|状态)*)"
_WAS = rf"(?:(?:原[来先]?|曾经?|以前|之前|过去|非|不是|并非|不属于?|已不|不再)(?:为|是)?{_EMPTY})"
_NOW = (
    "(?:现|已经?|目前|后|部分|全部|整[幢栋]|都|均|[一二三四五六][楼层]|楼[上下]|长期|[另又并但]"
    "|房屋|房子|有|对外|在)*"
)
_OTHER = "[^不未没无待拟停断终空非过期到约金已搬走退原曾,]"
_LET = (
    rf"(?:{_NOW}(?:出租(?!人)|租住|租出|租客|租户|转租|租)"
    rf"(?:[了中着在房屋户去出]*|[给于]{_OTHER}{{1,8}}|(?:约|共|有)?\d+[人户间家口]|{_OTHER}{{2,3}}))"
)
_NOT_LET = (
    "(?:(?:尚未|暂未|暂不|未|没有?|不|无|停止|不再|已不|待|准备|拟|计划|非)(?:对外)?"
    "(?:出租|租出|租)(?:出去|给?[人户客]|住|房)?(?:了)?)"
)
_LIVED = rf"(?:{_NOW}(?:有人居?住?|住着?人|自住|自家住|自用|在住|本人住|家人住))"
_STATE = re.compile(
    rf"(?P<was>{_WAS})?(?P<empty>{_EMPTY})?(?P<not_let>{_NOT_LET})?(?P<let>{_LET})?(?P<lived>{_LIVED})?"
)
_FREED = re.compile(
    r"(?:[^不非无未没别勿,]{0,12})免(?:联系?|联户)?(?:[^不非无未没别勿,]{0,6})|(?:不需要?|无需|不用"
    r"|不必)(?:联系|联户|联)?"
)
_ABOUT = re.compile(
    "亲属|亲戚|联系(?!电话|方式)|对接|结对|联户|空(?![巢调气军白])|租|闲置|无人|没人|不住人"
    "|已?拆[除迁]?|倒塌|搬走|外迁|入住|去世|过世|已故|亡故|希望|不愿|不要|除外|矛盾|更换|换人"
)


@dataclass(frozen=True, slots=True)
class HouseRemark:
    """What a household's text says: ``empty``: nobody lives there; ``let`` as in the column; the
    relations.
    """

    relations: Relations = Relations()  # noqa: RUF009 - frozen
    empty: bool = False
    let: bool | None = None
    inhabited: bool = False

    @property
    def says_something(self) -> bool:
        """Whether it changes anything."""
        return bool(self.relations.said) or self.empty or self.inhabited or self.let is not None


def read_house_remark(text: str, known: Set[str]) -> HouseRemark:
    """A household's remark or state, read whole; one that speaks of nothing of this kind says nothing.

    Raises
    ------
    Unread
        With the clause that is not understood. Nothing of the text counts.
    """
    found: list[tuple[str, tuple[str, ...]]] = []
    states: set[str] = set()
    rest: list[str] = []
    for clause in clauses_of(join_han(text)):
        if state := _state(clause):
            states |= state
        elif read := read_clause(clause, "household", known):
            found.append(read)
        elif not NEUTRAL.fullmatch(clause) and not FINE.fullmatch(clause):
            rest.append(clause)
    matters = [clause for clause in rest if _ABOUT.search(clause) or names_somebody(clause, known)]
    if rest and (found or states or matters):
        raise Unread((matters or rest)[0])
    let = True if "let" in states else False if states & {"not_let", "lived"} else None
    inhabited = bool(states & {"let", "lived", "was"})
    return HouseRemark(gathered(found), "empty" in states and not states & {"let", "lived"}, let, inhabited)


def _state(clause: str) -> set[str]:
    """What a clause says of the house: empty, was (no longer empty), let, not_let, lived; nothing: no
    such clause.
    """
    match = _STATE.fullmatch(clause) if len(clause) <= LONGEST else None
    return {name for name, said in match.groupdict().items() if said} if match else set()


def says_empty(text: str) -> bool:
    """Whether a text says that nobody lives there, and nothing else (``空房`` in the column of heads)."""
    return all(_state(clause) == {"empty"} for clause in clauses_of(text)) if text else False


def is_freed(text: str) -> bool:
    """Whether a text in the column of households without a link says so in its own words (``免``,
    ``不用联系``).
    """
    return _FREED.fullmatch("".join(clauses_of(text))) is not None
