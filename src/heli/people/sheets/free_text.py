"""What one row of a members' table says in free text: times, others, exemption, leader."""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heli.kernel.lib.lexicon import Unread
from heli.kernel.lib.text import MASK, join_han
from heli.kernel.sheets.answers import is_blank, yes_no
from heli.kernel.sheets.problems import Kind, Problem, Severity, Understood
from heli.kernel.sheets.tables import Row, Table
from heli.people.rules import (
    EVERY_DAY,
    Availability,
    Period,
    availability_words,
    parse_days,
    read_availability,
)
from heli.people.rules.remarks import Relations, is_exempt, read_member_remark, read_names

UNREAD_TIME = Kind(
    "member-time-unread",
    Severity.LOOK,
    gettext_lazy("“%(name)s”的时间写着“%(text)s”，其中“%(piece)s”看不懂，整格没有用上。"),
    gettext_lazy(
        "请改成“周一、周二不便”“早班不便”“周三19:00以后不便”“8月1日至8月15日不便”“每月5日不便”这样的写法。"
    ),
)
UNREAD_REMARK = Kind(
    "member-remark-unread",
    Severity.LOOK,
    gettext_lazy("“%(name)s”写着“%(text)s”，其中“%(piece)s”看不懂，整格没有用上。"),
    gettext_lazy("请分开写清楚，例如“亲属：张三”“愿联系前街2号”“不愿与李四同班”“因病免值班”“晚班不便”。"),
)
_BEHIND_NAME = re.compile(r"[(（\[【]([^()（）\[\]【】]+)[)）\]】]")
"""What somebody wrote in brackets behind a name: 王伟（组长）, 王伟（已调离）."""
_JOINS = re.compile("(?:可以?|愿意?|同意|正常|照常|能|都)*(?:参加|参与|排班?|值班?)")
Read = TypeVar("Read")
NAMED = ("kin", "wishes", "partners")
"""Columns that hold names (or, under ``wishes``, addresses)."""


@dataclass(slots=True)
class FreeText:
    """One row's free text. Each cell is read whole or reported whole; ``understood`` says what was read."""

    table: Table
    row: Row
    name: str
    known: Set[str]
    problems: list[Problem] = field(default_factory=list)
    understood: list[Understood] = field(default_factory=list)
    exempt: str = ""
    leader: bool = False
    _relations: list[Relations] = field(default_factory=list)
    _times: list[Availability] = field(default_factory=list)

    def __post_init__(self) -> None:
        for code in NAMED:
            for _head, text in self.table.texts(self.row, code):
                if not is_blank(text):
                    self._names(code, text)
        for _head, text in self.table.texts(self.row, "remark"):
            self._remark(text)
        for inside in _BEHIND_NAME.findall(self.table.text(self.row, "name")):
            self._remark(inside, "name")

    def named(self, kind: str) -> tuple[str, ...]:
        """All names said to be of that kind."""
        return tuple(name for said in self._relations for name in said.of(kind))

    def exemption(self) -> str:
        """The book's words that take somebody out: the column 免, 是否参加 = 否, or a remark."""
        text = self.table.text(self.row, "exempt")
        if text and not is_blank(text) and yes_no(text) is not False:
            if yes_no(text):
                return join_han(self.table.texts(self.row, "exempt")[0][0]).removeprefix("是否")
            if is_exempt(text) or is_exempt(f"{text}免"):
                return text
            self._report("exempt", text)
        joins = self.table.text(self.row, "joins")
        if yes_no(joins) is False or is_exempt(joins):
            return joins if len(joins) > 2 else _("不参加")
        if joins and yes_no(joins) is None and not is_blank(joins) and not _JOINS.fullmatch(joins):
            self._report("joins", joins)
        return self.exempt

    def _report(self, code: str, text: str) -> None:
        params = {"name": self.name, "text": text, "piece": text}
        self.problems.append(Problem(UNREAD_REMARK, self.table.place(self.row, code), params))

    def availability(self) -> Availability:
        """All that the row says about time, from every column and the remark, joined."""
        for code in ("busy", "free", "want"):
            for _head, text in self.table.texts(self.row, code):
                self._time(code, text)
        parts = [*self._times, _ticked(self.table, self.row)]
        return Availability(
            busy=frozenset().union(*(said.busy for said in parts)),
            busy_dates=frozenset().union(*(said.busy_dates for said in parts)),
            wanted=frozenset().union(*(said.wanted for said in parts)),
            unread=tuple(piece for said in parts for piece in said.unread),
            spells=tuple(dict.fromkeys(spell for said in parts for spell in said.spells)),
        )

    def _read(self, code: str, text: str, kind: Kind, read: Callable[[], Read]) -> Read | None:
        """What a cell says; a cell that is not understood is reported."""
        try:
            return read()
        except Unread as wrong:
            params = {"name": self.name, "text": text, "piece": wrong.piece}
            self.problems.append(Problem(kind, self.table.place(self.row, code), params))
            return None

    def _say(self, code: str, text: str, words: list[str]) -> None:
        said = "；".join(filter(None, words))
        if said:
            self.understood.append(Understood(self.table.place(self.row, code), text, said))

    def _time(self, code: str, text: str) -> None:
        read = self._read(
            code,
            text,
            UNREAD_TIME,
            lambda: read_availability(text, free=code == "free", wish=code == "want"),
        )
        self._times.append(Availability(unread=(text,)) if read is None else read)
        if read is not None:
            self._say(code, text, [availability_words(read)])

    def _names(self, code: str, text: str) -> None:
        read = self._read(code, text, UNREAD_REMARK, lambda: read_names(text, code, "member", self.known))
        if read is not None:
            self._relations.append(read)
            self._say(code, text, _relation_words(read))

    def _remark(self, text: str, code: str = "remark") -> None:
        plain = text.replace(MASK, "")
        read = self._read(code, text, UNREAD_REMARK, lambda: read_member_remark(plain, self.known))
        if read is None:
            return
        times = Availability()
        if read.times:
            found = self._read(code, text, UNREAD_TIME, lambda: read_availability(read.times))
            if found is None:
                self._times.append(Availability(unread=(text,)))
                return
            times = found
        self._times.append(times)
        self._relations.append(read.relations)
        self.exempt = self.exempt or read.exempt
        self.leader = self.leader or read.leader
        words = [*_relation_words(read.relations), availability_words(times)]
        words += [_("免：%(why)s") % {"why": read.exempt}] if read.exempt else []
        self._say(code, text, [*words, _("当组长") if read.leader else ""])


def _relation_words(said: Relations) -> list[str]:
    """What was understood of others, in plain words."""
    sentences = {
        "kin": _("亲属：%(names)s"),
        "not_kin": _("不是亲属：%(names)s"),
        "wishes": _("愿联系：%(names)s"),
        "refused": _("不联系：%(names)s"),
        "partners": _("愿同班：%(names)s"),
        "apart": _("不同班：%(names)s"),
    }
    return [sentences[kind] % {"names": "、".join(names)} for kind, names in said.said.items()]


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
            days = (
                parse_days(re.sub(r"[^一二三四五六日天周星期礼拜a-zA-Z]|值班|不便", "", header))
                or frozenset()
            )
            (free if said != against else off).update(days)
    busy = off or (EVERY_DAY - free if free else frozenset())
    return Availability(busy=frozenset((day, period) for day in busy for period in Period))
