"""The whole job: a village's book in, a folder of tables out. Picklable, so that many run side by side."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heli.duties.rules import PastTurns
from heli.kernel.lib.console import prepare
from heli.kernel.lib.errors import DomainError
from heli.kernel.sheets.files import SheetError
from heli.kernel.sheets.problems import Kind, Problem, Severity
from heli.people.rules import UNSAID
from heli.plans.commands.solve import plan_village
from heli.plans.gather.kinds import HISTORY_UNKNOWN, SERVED_UNUSED
from heli.plans.gather.renamed import as_called_now
from heli.plans.papers import FILE_NAMES, Folder
from heli.plans.queries import Plan, changes, division_table, document, roster_table, summary
from heli.plans.rules import (
    Options,
    Pins,
    Village,
    label,
    turns_before,
)
from heli.plans.rules.document import read_previous, read_turns
from heli.plans.sheets import read_pins, read_village
from heliplan.executor import Executor, Processes, Serial

ReadT = TypeVar("ReadT")
In = TypeVar("In")
Out = TypeVar("Out")

PREVIOUS_BROKEN = Kind(
    "plan.previous_broken",
    Severity.STOP,
    gettext_lazy("%(file)s 不是上次排出的 plan.json（%(part)s）。"),
    gettext_lazy("请用上次输出文件夹里的那一个。"),
)
PREVIOUS_UNREADABLE = Kind(
    "plan.previous_unreadable",
    Severity.STOP,
    gettext_lazy("%(file)s：%(why)s"),
    gettext_lazy("也可以用这里的合力排出的 plan.json。"),
)
NO_BOOKS = Kind(
    "plan.no_books",
    Severity.STOP,
    gettext_lazy("文件夹 %(folder)s 里没有表格文件。"),
    gettext_lazy("请给 .xlsx、.xls、.ods 或 .csv 文件。"),
)
NOTHING_FOUND = Kind(
    "plan.nothing_found",
    Severity.STOP,
    gettext_lazy("%(file)s 里没有认出农户、网格员或投放点。"),
    gettext_lazy("请对照样表（heli template）补上表头。"),
)
BOOK_ENDINGS = {".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv", ".tsv", ".txt"}
CANNOT_WRITE = gettext_lazy("写不进 %(folder)s：%(why)s。请关掉正在打开的表，或换一个文件夹。")
NOTHING_MADE = gettext_lazy("两张表都没有排出来，要先改上面“必须改”的地方。")


@dataclass(frozen=True, slots=True)
class Job:
    """One village to do: its book (a file, or a folder of files), where to write, what is asked."""

    book: Path
    out: Path
    options: Options
    pins: Path | None = None
    previous: Path | None = None
    history: tuple[Path, ...] = ()
    names: str = "code"
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: lines for the screen, and the error that left it without tables (empty: none)."""

    lines: tuple[str, ...] = ()
    error: str = ""
    files: tuple[Path, ...] = ()


def make_all(jobs: Sequence[Job], processes: int = 1) -> Iterator[Outcome]:
    """Do the jobs, in order, on so many processes; what comes out does not depend on how many."""
    return side_by_side(make_tables, jobs, processes)


def side_by_side(work: Callable[[In], Out], items: Iterable[In], processes: int) -> Iterator[Out]:
    """``work`` done for each of the items, in order, on so many processes; both must be picklable."""
    executor: Executor = Serial() if processes == 1 else Processes(processes, prepare=prepare)
    return executor.map(work, items)


def make_tables(job: Job) -> Outcome:
    """Read, gather, solve, check, write. A file that cannot be used is an error of one line."""
    with translation.override(job.language):
        try:
            plan = make_plan(job)
            return _hand_out(job, plan)
        except SheetError as refused:
            return Outcome(error=str(refused))
        except OSError as failed:
            why = failed.strerror or type(failed).__name__
            return Outcome(error=str(CANNOT_WRITE) % {"folder": job.out, "why": why})


def make_plan(job: Job) -> Plan:
    """Read a village and plan it.

    Raises
    ------
    SheetError
        When the book, the pins or the previous plan cannot be read at all; as text it is one line.
    """
    village = read_village(_books(job.book), job.options.date)
    if not (village.households or village.members or village.posts):
        raise SheetError(NOTHING_FOUND, file=job.book.name)
    pins = Pins() if job.pins is None else read_pins(job.pins)
    previous = None if job.previous is None else _document(job.previous, read_previous)
    if previous is not None:
        previous, renamed = as_called_now(previous, village, label(village))
        village = replace(village, problems=(*village.problems, *renamed))
    history = [_document(path, read_turns) for path in job.history]
    village, names = _known(village, history)
    before = turns_before(history, names, village.members)
    return plan_village(village, job.options, pins, previous, before)


def _books(path: Path) -> list[Path]:
    """The files of a village: the one given, or those of a folder that end like a spreadsheet."""
    if not path.is_dir():
        return [path]
    books = sorted(book for book in path.iterdir() if book.suffix.lower() in BOOK_ENDINGS)
    if not books:
        raise SheetError(NO_BOOKS, folder=path.name)
    return books


def _document(path: Path, read: Callable[[object], ReadT]) -> ReadT:
    """What ``read`` makes of a ``plan.json``; one that cannot be used is a :class:`SheetError`."""
    try:
        return read(json.loads(path.read_text(encoding="utf-8")))
    except OSError as failed:
        part = failed.strerror or type(failed).__name__
    except UnicodeDecodeError:
        part = "UTF-8"
    except json.JSONDecodeError:
        part = "JSON"
    except ValueError as missing:
        part = str(missing)
    except DomainError as unreadable:
        raise SheetError(PREVIOUS_UNREADABLE, file=path.name, why=str(unreadable)) from None
    raise SheetError(PREVIOUS_BROKEN, file=path.name, part=part)


def _known(village: Village, history: Sequence[PastTurns[str]]) -> tuple[Village, tuple[str, ...]]:
    """The members' labels; the village with what is wrong between both."""
    names = label(village).members
    stood = {name for past in history for name in past.counts}
    if unknown := len(stood - set(names)):
        problem = Problem(HISTORY_UNKNOWN, params={"count": unknown})
        village = replace(village, problems=(*village.problems, problem))
    if history and any(member.served != UNSAID for member in village.members):
        village = replace(village, problems=(*village.problems, Problem(SERVED_UNUSED)))
    return village, names


def _hand_out(job: Job, plan: Plan) -> Outcome:
    """Write the folder and say what is in it."""
    division, roster = division_table(plan), roster_table(plan)
    folder = Folder(job.out, FILE_NAMES[job.names], plan.village.name)
    folder.tables(division, roster)
    folder.problems(plan.problems)
    folder.understood(plan.village.understood)
    folder.plan(document(plan, roster))
    folder.tidy()
    lines = [*summary(plan, division, roster), *changes(plan, roster)]
    lines.append(_("写在 %(folder)s：") % {"folder": job.out})
    lines += [f"  {path.name}" for path in folder.written]
    error = str(NOTHING_MADE) if division is None and roster is None else ""
    return Outcome(tuple(lines), error, tuple(folder.written))
