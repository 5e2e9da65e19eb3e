"""What one row of a households' table says in free text: members, let or not, empty or not."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heli.grids.rules.remarks import HouseRemark, is_freed, read_house_remark, says_empty
from heli.kernel.lib.lexicon import Unread
from heli.kernel.lib.text import MASK, join_han
from heli.kernel.sheets.answers import is_blank, yes_no
from heli.kernel.sheets.problems import Kind, Problem, Severity, Understood
from heli.kernel.sheets.tables import Row, Table
from heli.people.rules.remarks import Relations, read_names

EMPTY_BUT_LET = Kind(
    "household-empty-but-let",
    Severity.LOOK,
    gettext_lazy("“%(address)s”写着“%(words)s”，又写着出租或有租客，按有人住算。"),
    gettext_lazy("请核对是不是空房。"),
)
UNREAD_REMARK = Kind(
    "household-remark-unread",
    Severity.LOOK,
    gettext_lazy("“%(address)s”写着“%(text)s”，其中“%(piece)s”看不懂，整格没有用上。"),
    gettext_lazy("请分开写清楚，例如“空房”“已出租”“亲属：张三”“希望由张三联系”“不希望由李四联系”。"),
)
Read = TypeVar("Read")


@dataclass(slots=True)
class FreeText:
    """One row's free text. Each cell is read whole or reported whole; ``understood`` says what was read."""

    table: Table
    row: Row
    called: str
    known: Set[str]
    problems: list[Problem]
    understood: list[Understood] = field(default_factory=list)
    text: str = ""
    remark: HouseRemark = HouseRemark()  # noqa: RUF009 - frozen

    def __post_init__(self) -> None:
        for _header, text in self.table.texts(self.row, "remark"):
            self.text = f"{self.text}；{text}" if self.text else text
        head = self.table.text(self.row, "head")
        if says_empty(head):
            self.text = f"{head}；{self.text}" if self.text else head
        if self.text:
            self.remark = self._state("remark", self.text)

    def _read(self, code: str, text: str, read: Callable[[], Read], nothing: Read) -> Read:
        """What a cell says; a cell that is not understood is reported and says ``nothing``."""
        try:
            return read()
        except Unread as wrong:
            params = {"address": self.called, "text": text, "piece": wrong.piece}
            self.problems.append(Problem(UNREAD_REMARK, self.table.place(self.row, code), params))
            return nothing

    def _state(self, code: str, text: str) -> HouseRemark:
        plain = text.replace(MASK, "")
        said = self._read(code, text, lambda: read_house_remark(plain, self.known), HouseRemark())
        words = [*_relation_words(said.relations)]
        words += [_("没有人住，不用联系")] if said.empty else []
        words += [_("要联系")] if said.inhabited else []
        words += [{True: _("出租"), False: _("没有出租")}[said.let]] if said.let is not None else []
        self._say(code, text, words)
        return said

    def _column(self, code: str, text: str) -> HouseRemark:
        """What a column about the house's state says: more than a remark, it must say something."""
        reported = len(self.problems)
        said = self._state(code, text)
        enough = said.let is not None if code == "let" else said.says_something
        if not enough and len(self.problems) == reported:
            params = {"address": self.called, "text": text, "piece": text}
            self.problems.append(Problem(UNREAD_REMARK, self.table.place(self.row, code), params))
        return said

    def _say(self, code: str, text: str, words: list[str]) -> None:
        if words:
            self.understood.append(Understood(self.table.place(self.row, code), text, "；".join(words)))

    def names(self, code: str) -> Relations:
        """What a column of names says."""
        text = self.table.text(self.row, code)
        if is_blank(text):
            return Relations()
        said = self._read(code, text, lambda: read_names(text, code, "household", self.known), Relations())
        self._say(code, text, _relation_words(said))
        return said

    def let(self) -> bool | None:
        """Whether the house is let (``是``, ``部分出租``, ``自住`` …); None when the book does not say."""
        text = self.table.text(self.row, "let")
        answer = yes_no(text)
        if answer is None and not is_blank(text):
            answer = self._column("let", text).let
        return self.remark.let if answer is None else answer

    def no_link(self, let: bool) -> str:
        """The book's words why nobody need be linked, unless somebody lives there all the same."""
        words, code = self._unlinked()
        if words and (let or self.remark.inhabited):
            params = {"address": self.called, "words": words}
            self.problems.append(Problem(EMPTY_BUT_LET, self.table.place(self.row, code), params))
            return ""
        return words

    def _unlinked(self) -> tuple[str, str]:
        """The words that say so, and the column they stand in."""
        text = self.table.text(self.row, "no_link")
        if text and yes_no(text):
            return join_han(self.table.texts(self.row, "no_link")[0][0]).removeprefix("是否"), "no_link"
        unsaid = not text or yes_no(text) is not None or is_blank(text)
        if not unsaid and (is_freed(text) or self._column("no_link", text).empty):
            return text, "no_link"
        return (self.text, "remark") if self.remark.empty else ("", "")


def _relation_words(said: Relations) -> list[str]:
    """What was understood of members, in plain words."""
    sentences = {
        "kin": _("亲属：%(names)s"),
        "not_kin": _("不是亲属：%(names)s"),
        "wishes": _("希望由%(names)s联系"),
        "refused": _("不由%(names)s联系"),
    }
    return [sentences[kind] % {"names": "、".join(names)} for kind, names in said.said.items()]
