"""What a slice says about a spreadsheet that can be imported; see ``Slice.importables``."""

from __future__ import annotations

import datetime
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar

from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from heli.kernel.access.actor import Actor
from heli.kernel.access.roles import Verb
from heli.kernel.imports.compare import Part, Rows, Undo, Values
from heli.kernel.lib.registry import importables
from heli.kernel.lib.stale import row_hash
from heli.kernel.sheets.problems import Kind
from heli.kernel.sheets.template import Page

UnitT = TypeVar("UnitT")
"""The kind of unit that the rows of a book belong to."""
Phones = Mapping[str, Mapping[str, str]]
"""By kind of rows: number by the row's place in the book."""


@dataclass(frozen=True, slots=True)
class Ticks:
    """Boxes with which a cell can be corrected: for problems of the kinds ``codes``.

    ``grid`` gives the lines of boxes, each with its title and ``(value, words)``; ``sentence`` what is
    written into the cell for the values that were ticked, with a last day or none, from today on.
    """

    codes: frozenset[str]
    grid: Callable[[], Sequence[tuple[str, Sequence[tuple[str, str]]]]]
    sentence: Callable[[Sequence[str], datetime.date | None, datetime.date], str]


@dataclass(frozen=True, slots=True)
class NextStep:
    """What follows an import: its word among the steps, its button, the unit's page that the button is sent
    to, who may press it."""

    word: str | Promise
    button: str | Promise
    address: str
    verb: Verb


class Importable(ABC, Generic[UnitT]):
    """A kind of book: how it is read, what it says, what an import writes. One instance serves all.

    ``reader`` is the import path of a function ``(books, today, known) -> Found`` that knows no database: it
    runs in a process of its own. ``address`` is the name of the page at which books are handed in.
    """

    what: ClassVar[str]
    reader: ClassVar[str]
    address: ClassVar[str]
    title: ClassVar[str | Promise]
    intro: ClassVar[str | Promise]
    done: ClassVar[str | Promise]
    back: ClassVar[str]
    """The name of the unit's page to go to after an import."""
    next_step: ClassVar[NextStep | None] = None
    gone: ClassVar[str | Promise]
    """What becomes of rows that the book no longer has."""
    rows: ClassVar[Sequence[Rows]]
    kinds: ClassVar[Mapping[str, Kind]]
    fields: ClassVar[Mapping[str, str | Promise]]
    file_name: ClassVar[str | Promise]
    example_name: ClassVar[str | Promise] = ""
    pages: ClassVar[Sequence[Page]]
    """The book to fill in, each page with the rows of its example."""
    kept_name: ClassVar[str | Promise] = ""
    """The file name of what is kept, in the same columns; empty: it is not handed out here."""
    ticks: ClassVar[Ticks | None] = None

    @abstractmethod
    def unit_for(self, actor: Actor, key: uuid.UUID, verb: Verb) -> UnitT:
        """The unit, for an actor who may do ``verb`` there; raises ``Http404`` or ``PermissionDenied``."""

    @abstractmethod
    def hold(self, unit: UnitT | uuid.UUID) -> UnitT:
        """The unit as it is now, locked until the transaction ends; given itself or its key."""

    @abstractmethod
    def known(self, unit: UnitT) -> Mapping[str, object]:
        """What the reader must know of the unit, as plain JSON: its name, and what else."""

    @abstractmethod
    def values(
        self, book: Mapping[str, object], unit: UnitT, today: datetime.date
    ) -> Mapping[str, list[Values]]:
        """The rows of a book as read, for each kind of rows, as their tables hold them."""

    def version_of(self, unit: UnitT) -> str:
        """The version of what is kept, at most 64 characters: another one where anything changed."""
        kept = {
            rows.code: [*rows.model._default_manager.filter(**{rows.unit: unit}).order_by("pk").values_list()]
            for rows in self.rows
        }
        return row_hash(kept)

    @abstractmethod
    def counted(self, facts: Mapping[str, object]) -> str:
        """How much the book holds, in words: ``12 户、4 人``."""

    def kept(self, _unit: UnitT) -> Sequence[Sequence[Sequence[str | int]]]:
        """The rows that are kept of the unit, for each of the ``pages``; see ``kept_name``."""
        return [page.rows for page in self.pages]

    def value_words(self, _field: str, value: object) -> str:
        """A value as people read it; a dash where there is none."""
        if value in (None, "", [], {}):
            return "—"
        if isinstance(value, bool):
            return _("是") if value else _("否")
        return _("、").join(map(str, value)) if isinstance(value, list) else str(value)

    def phone_counts(self, _found: Mapping[str, Part], _phones: Phones, _unit: UnitT) -> dict[str, int]:
        """How many phones are new and how many differ from those kept; empty where there can be none."""
        return {}

    def written(
        self,
        _actor: Actor,
        _unit: UnitT,
        _undo: Mapping[str, Undo],
        _owners: Mapping[str, Mapping[int, uuid.UUID]],
        _phones: Phones,
        _today: datetime.date,
    ) -> dict[str, str | None]:
        """What else an import does once its rows are written; returns the phones from before, by owner.

        ``undo`` is by kind of rows; ``owners`` the key of each row of the book by its place.
        """
        return {}

    def refuse_undo(self, _unit: UnitT, _undo: Mapping[str, Undo], _after: str) -> None:
        """Raise a ``DomainError`` where something rests on what an import brought."""

    def undone(
        self,
        _actor: Actor,
        _unit: UnitT,
        _undo: Mapping[str, Undo],
        _phones: Mapping[str, str | None],
        _today: datetime.date,
    ) -> None:
        """What else an undoing does once the rows are as before; ``phones`` are those from before."""

    def part(self, code: str) -> Rows | None:
        """The kind of rows with this code, if there is one."""
        return next((rows for rows in self.rows if rows.code == code), None)


@cache
def importable(what: str) -> Importable[Any]:
    """The importable with this code. Raises ``KeyError`` for one that no slice states."""
    made: Importable[Any] = import_string(importables()[what])()
    return made
