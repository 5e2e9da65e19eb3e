"""What a plan hands out: the folder with pictures, prints, books, the notice, the problems, ``plan.json``."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from heli.duties import papers as duty_papers
from heli.duties.queries import RosterTable
from heli.grids import papers as grid_papers
from heli.grids.queries import DivisionTable
from heli.kernel.lib.records import to_json
from heli.kernel.lib.text import without_private
from heli.kernel.sheets.problems import Problem, Understood
from heli.kernel.sheets.write import csv_text
from heli.plans.rules.document import PlanDocument


@dataclass(frozen=True, slots=True)
class FileNames:
    """What the files of a folder are called; those that are handed out begin with the village's name."""

    division: str = "division"
    roster: str = "roster"
    houses: str = "houses"
    wall: str = "wall"
    pen: str = "pen"
    notice: str = "notice.txt"
    problems: str = "problems.csv"
    understood: str = "understood.csv"
    plan: str = "plan.json"


FILE_NAMES = {
    "code": FileNames(),
    "zh": FileNames(
        "网格划分表",
        "每周值班表",
        "谁联系哪些户",
        "大字版",
        "打勾版",
        "值班通知.txt",
        "问题清单.csv",
        "读懂的话.csv",
        "排班结果.json",
    ),
}


def before_name(village: str) -> str:
    """What stands before the name of a file that is handed out: the village, as a file may be called."""
    name = re.sub(r"[^\w-]+", "-", without_private(village)).strip("-_")
    return f"{name}-" if name else ""


class Folder:
    """A folder being filled: files of an earlier run that this one does not write are taken away."""

    def __init__(self, out: Path, names: FileNames, village: str = "") -> None:
        self.out, self.names = out, names
        self.before = before_name(village)
        self.written: list[Path] = []
        out.mkdir(parents=True, exist_ok=True)

    def tables(self, division: DivisionTable | None, roster: RosterTable | None) -> None:
        """Both tables, as far as there are any, drawn side by side: typst draws without Python's lock."""
        language = get_language() or settings.LANGUAGE_CODE
        # a thread begins in the default language: each is told the one in use here
        with ThreadPoolExecutor(2, initializer=translation.activate, initargs=(language,)) as pool:
            drawn: list[Future[list[Path]]] = []
            if division is not None:
                drawn.append(pool.submit(self._division, division))
            if roster is not None:
                drawn.append(pool.submit(self._roster, roster))
        for table in drawn:
            self.written += table.result()

    def _division(self, table: DivisionTable) -> list[Path]:
        """Pictures, print and book of the division table."""
        names, name = self.names, self.before + self.names.division
        written = self._pictures(name, grid_papers.division_pictures(table))
        for file, parts in (
            (f"{self.before}{names.houses}", grid_papers.SHEET),
            (name, grid_papers.A4),
            (f"{name}-{names.wall}", grid_papers.WALL),
            (f"{name}-{names.pen}", grid_papers.PEN),
        ):
            written.append(self._bytes(f"{file}.pdf", grid_papers.division_print(table, parts)))
        book = self.out / f"{name}.xlsx"
        grid_papers.division_book(table, book)
        return [*written, book]

    def _roster(self, table: RosterTable) -> list[Path]:
        """Pictures, print, book and notice of the roster."""
        names, name = self.names, self.before + self.names.roster
        written = self._pictures(name, duty_papers.roster_pictures(table))
        for file, parts in (
            (name, duty_papers.A4),
            (f"{name}-{names.wall}", duty_papers.WALL),
            (f"{name}-{names.pen}", duty_papers.PEN),
        ):
            written.append(self._bytes(f"{file}.pdf", duty_papers.roster_print(table, parts)))
        book = self.out / f"{name}.xlsx"
        duty_papers.roster_book(table, book)
        notice = self._text(self.before + names.notice, duty_papers.notice(table))
        return [*written, book, notice]

    def problems(self, found: Sequence[Problem]) -> None:
        """The list of problems, for Excel."""
        header = (_("轻重"), _("工作表"), _("行"), _("列"), _("问题"), _("怎么改"))
        rows = [
            (p.severity.label, p.place.sheet, p.place.row, p.place.column, p.message, p.cure) for p in found
        ]
        self.written.append(self._text(self.names.problems, csv_text(header, rows)))

    def understood(self, found: Sequence[Understood]) -> None:
        """What free texts were taken to mean, for Excel: a wrong reading is seen at a glance."""
        header = (_("工作表"), _("行"), _("列"), _("写的"), _("读作"))
        rows = [
            (each.place.sheet, each.place.row, each.place.column, each.text, each.words) for each in found
        ]
        self.written.append(self._text(self.names.understood, csv_text(header, rows)))

    def plan(self, document: PlanDocument) -> None:
        """``plan.json``."""
        text = json.dumps(to_json(document), ensure_ascii=False, indent=1) + "\n"
        self.written.append(self._text(self.names.plan, text))

    def tidy(self) -> None:
        """Take away tables of an earlier run that are not part of this one."""
        names = self.names
        stems = [
            re.escape(names.houses),
            *(
                rf"{re.escape(table)}(-\d+|-{re.escape(names.wall)}|-{re.escape(names.pen)})?"
                for table in (names.division, names.roster)
            ),
        ]
        # an earlier Heli wrote the same without the village's name
        mine = re.compile(
            rf"({re.escape(self.before)})?(({'|'.join(stems)})\.(png|pdf|xlsx)|{re.escape(names.notice)})"
        )
        for path in set(self.out.iterdir()) - set(self.written):
            if mine.fullmatch(path.name):
                path.unlink(missing_ok=True)

    def _pictures(self, name: str, pictures: Sequence[bytes]) -> list[Path]:
        return [
            self._bytes(f"{name}.png" if number == 1 else f"{name}-{number}.png", picture)
            for number, picture in enumerate(pictures, start=1)
        ]

    def _bytes(self, name: str, data: bytes) -> Path:
        path = self.out / name
        path.write_bytes(data)
        return path

    def _text(self, name: str, text: str) -> Path:
        path = self.out / name
        path.write_text(text, encoding="utf-8", newline="")
        return path
