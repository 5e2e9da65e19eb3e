"""What is wrong in a file, in people's words: where it stands, what it is, and the cure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import pgettext


class Severity(StrEnum):
    """Whether a problem stops the plan or only wants a look."""

    STOP = "stop"
    LOOK = "look"

    @property
    def label(self) -> str:
        """The word on screen and in ``problems.csv``."""
        if self is Severity.STOP:
            return pgettext("severity", "必须改")
        return pgettext("severity", "请看一下")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file: sheet name, row as Excel counts (from 1), column as Excel letters it."""

    sheet: str = ""
    row: int | None = None
    column: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its code, severity, and the two sentences (lazy translations).

    ``message`` says what is wrong, ``cure`` what to do; both may hold ``%(name)s`` placeholders.
    """

    code: str
    severity: Severity
    message: str | Promise
    cure: str | Promise


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem found: its kind, where, and what fills the sentences. Never a phone or ID number."""

    kind: Kind
    place: Place = Place()
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """Of its kind."""
        return self.kind.severity

    @property
    def message(self) -> str:
        """What is wrong, in the active language."""
        return str(self.kind.message) % self.params

    @property
    def cure(self) -> str:
        """What to do, in the active language."""
        return str(self.kind.cure) % self.params

    @property
    def line(self) -> str:
        """Both sentences on one line; Chinese ones need no space between them."""
        gap = "" if self.message.endswith("。") else " "
        return f"{self.message}{gap}{self.cure}"


@dataclass(frozen=True, slots=True)
class Understood:
    """A free text that was read: where it stands, what was written, and what it was taken to mean."""

    place: Place
    text: str
    words: str

    def __str__(self) -> str:
        return f"{self.place.sheet}!{self.place.column}{self.place.row}: {self.text} = {self.words}"
