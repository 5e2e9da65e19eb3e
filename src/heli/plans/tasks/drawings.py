"""Files drawn from published tables: once, then kept. The same drawing code as ``heli tables``."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from heli.duties import papers as duty_papers
from heli.duties.queries import RosterTable
from heli.duties.queries.notice import tables_between
from heli.grids import papers as grid_papers
from heli.grids.queries import DivisionTable
from heli.orgs.models import Unit
from heli.plans.commands.publish import Drawn, keep_drawing
from heli.plans.papers import before_name
from heli.plans.queries.publications import Version, division_of, drawn, roster_of

PDF = "application/pdf"
PNG = "image/png"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

LABELS: Mapping[str, str | Promise] = {
    "picture": gettext_lazy("手机图片"),
    "small": gettext_lazy("小图"),
    "houses": gettext_lazy("一张A4：谁联系哪些户，哪户找谁"),
    "print": gettext_lazy("打印版（A4）"),
    "book": gettext_lazy("Excel"),
    "wall": gettext_lazy("大字版"),
    "pen": gettext_lazy("打勾版"),
}
MEDIA = {"picture": (PNG, "png"), "small": (PNG, "png"), "book": (XLSX, "xlsx")}
MEDIA |= dict.fromkeys(("houses", "print", "wall", "pen"), (PDF, "pdf"))
PRINTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "division": {
        "houses": grid_papers.SHEET,
        "print": grid_papers.A4,
        "wall": grid_papers.WALL,
        "pen": grid_papers.PEN,
    },
    "roster": {"print": duty_papers.A4, "wall": duty_papers.WALL, "pen": duty_papers.PEN},
}
"""The prints of each table, and the parts that each is made of."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A file that can be had of a version: its code in the address and what it is."""

    what: str
    label: str


def offers_of(table: DivisionTable | RosterTable) -> list[Offer]:
    """Every file of a published table, the pictures first; nothing is drawn for it."""
    data = _papers(table).picture_data(table)
    count = len(data["pictures"])
    label = str(LABELS["picture"])
    pictures = [
        Offer(f"picture-{number}", f"{label} {number}/{count}" if count > 1 else label)
        for number in range(1, count + 1)
    ]
    return [*pictures, *(Offer(what, str(LABELS[what])) for what in (*PRINTS[_kind(table)], "book"))]


def file_of(village: Unit, version: Version, what: str) -> uuid.UUID | None:
    """The key of a file of a village's version in the active language: kept from before, or drawn now.

    ``None`` when there is no such file; whoever wants it asks ``file_for``.
    """
    language = get_language() or "zh-hans"
    kept = drawn(version, what, language)
    if kept is not None:
        return kept.file_id
    table = division_of(version) if version.kind == "division" else roster_of(version)
    kind, _dash, number = what.partition("-")
    if kind == "picture" and number.isdecimal():
        return _pictures(village, version, table, what, language)
    parts = PRINTS[version.kind].get(what)
    whole = {"book": _book, "small": _small}
    if parts is None and what not in whole:
        return None
    draw = partial(_print, table, parts) if parts else partial(whole[what], table)
    return _keep(village, version, what, language, draw)


def _kind(table: DivisionTable | RosterTable) -> str:
    return "division" if isinstance(table, DivisionTable) else "roster"


def _papers(table: DivisionTable | RosterTable) -> ModuleType:
    return grid_papers if isinstance(table, DivisionTable) else duty_papers


def _pictures(
    village: Unit, version: Version, table: DivisionTable | RosterTable, what: str, language: str
) -> uuid.UUID | None:
    """All pictures of the table are drawn at once; the one asked for is returned."""
    if isinstance(table, DivisionTable):
        made = grid_papers.division_pictures(table)
    else:
        made = duty_papers.roster_pictures(table)
    found = None
    for number, data in enumerate(made, start=1):
        kept = _keep(village, version, f"picture-{number}", language, partial(bytes, data))
        if what == f"picture-{number}":
            found = kept
    return found


def _print(table: DivisionTable | RosterTable, parts: tuple[str, ...]) -> bytes:
    if isinstance(table, DivisionTable):
        return grid_papers.division_print(table, parts)
    return duty_papers.roster_print(table, parts)


def _small(table: DivisionTable | RosterTable) -> bytes:
    if isinstance(table, DivisionTable):
        return grid_papers.division_small(table)
    return duty_papers.roster_small(table)


def _book(table: DivisionTable | RosterTable) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        if isinstance(table, DivisionTable):
            grid_papers.division_book(table, path)
        else:
            duty_papers.roster_book(table, path)
        return path.read_bytes()


def _keep(village: Unit, version: Version, what: str, language: str, draw: Callable[[], bytes]) -> uuid.UUID:
    kind, _dash, number = what.partition("-")
    media_type, ending = MEDIA[kind]
    table = _("网格划分表") if version.kind == "division" else _("每周值班表")
    named = _("%(table)s-第%(number)d版-%(what)s") % {
        "table": table,
        "number": version.number,
        "what": LABELS[kind],
    }
    name = f"{before_name(village.name)}{named}{f'-{number}' if number else ''}.{ending}".replace(" ", "")
    file = Drawn(name, media_type, draw())
    return keep_drawing(version.key, village.path, what, language, file).file_id


def notices_from(village: Unit, first: datetime.date) -> list[tuple[datetime.date, str]]:
    """The texts to paste for the seven days from ``first``, those on which somebody is to stand.

    Each is of the roster in force on its day, with swaps and absences: the text of the notice's own page.
    """
    tables = tables_between(village, first, first + datetime.timedelta(days=6))
    return [(table.date, duty_papers.notice(table)) for table in tables]
