"""The forms of the upload pages: files, corrected cells."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from heli.kernel.imports.commands import UploadedBook
from heli.kernel.imports.importable import Ticks
from heli.kernel.imports.reading import Fix
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.fields import NumberField, day_of
from heli.kernel.lib.text import clean, without_private

ENDINGS = (".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv")
MOST_FILES = 10
MOST_BYTES = 30 * 2**20
MOST_IN_ALL = 60 * 2**20
"""Bytes of one file, and of all together."""
MOST_TEXT = 200
_COLUMN = re.compile(r"[A-Z]{1,3}")
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\"<>|*?:\u202a-\u202e\u2066-\u2069]")


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files, each checked for ending and size."""

    widget = ManyFiles(attrs={"accept": ",".join(ENDINGS), "required": True})

    def clean(self, data: object, initial: object = None) -> Any:
        """The uploaded files; refuses by name what cannot be a table."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            raise forms.ValidationError(_("请选一个表格文件。"), "required")
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("一次最多交 %(most)s 个文件。"), "count", {"most": MOST_FILES})
        checked = [super(FilesField, self).clean(file, initial) for file in files]
        for file in checked:
            _check(file)
        if sum(file.size or 0 for file in checked) > MOST_IN_ALL:
            raise forms.ValidationError(
                _("这些文件加起来超过 %(most)s MB，请分几次交。"), "size", {"most": MOST_IN_ALL >> 20}
            )
        return checked


def _check(file: UploadedFile[Any]) -> None:
    name = harmless(file.name or "")
    if PurePosixPath(name).suffix.lower() not in ENDINGS:
        raise forms.ValidationError(
            _("“%(name)s”不是表格文件。请给 .xlsx、.xls、.ods 或 .csv 文件。"), "kind", {"name": name}
        )
    if (file.size or 0) > MOST_BYTES:
        raise forms.ValidationError(
            _("“%(name)s”超过 %(most)s MB。请只留下要用的工作表，删掉图片后另存。"),
            "size",
            {"name": name, "most": MOST_BYTES >> 20},
        )


def harmless(name: str) -> str:
    """A file's name for showing: no folders, no control characters, no phone or ID, not too long."""
    last = clean(_NOT_IN_NAMES.sub("", re.split(r"[/\\]", name)[-1])).strip(". ")
    stem, ending = PurePosixPath(last).stem[:80], PurePosixPath(last).suffix[:10]
    return without_private(f"{stem}{ending}") or "?"


class UploadForm(forms.Form):
    """Files handed in."""

    books = FilesField(label=_("表格文件"))

    def handed(self) -> list[UploadedBook]:
        """The files as the command takes them; two of one name are numbered."""
        taken: set[str] = set()
        handed = []
        for file in self.cleaned_data["books"]:
            name = harmless(file.name)
            stem, ending = PurePosixPath(name).stem, PurePosixPath(name).suffix
            number = 1
            while name in taken:
                number += 1
                name = f"{stem}·{number}{ending}"
            taken.add(name)
            handed.append(UploadedBook(name, "application/octet-stream", file.read()))
        return handed


class ImportForm(forms.Form):
    """The preview an import was made from: of which reading, against which version of the rows; and that
    somebody has looked at its warnings."""

    version = NumberField(min_value=0)
    revision = forms.CharField(max_length=64)
    confirmed = forms.BooleanField(required=False)


class VersionForm(forms.Form):
    """The reading a correction was made from; ``number`` names a correction."""

    version = NumberField(min_value=0)
    number = NumberField(min_value=0, required=False)


def read_answers(data: QueryDict) -> dict[int, bool]:
    """What was answered: place of the question → whether both names mean the same."""
    answers = {"yes": True, "no": False}
    return {
        int(place): answers[str(data[name])]
        for name in data
        for place in [name.removeprefix("same.")]
        if name != place and re.fullmatch(r"[0-9]{1,6}", place) and data[name] in answers
    }


def read_fixes(data: QueryDict, ticks: Ticks | None, today: datetime.date) -> list[Fix]:
    """The cells that were typed into or ticked for: ``sheet``, ``row``, ``column``, ``was``, ``text``.

    ``ticks``, with ``until`` from ``today``, go before what was typed. A cell left as
    it was shown is none. Raises ``DomainError``: ``kernel.upload-forged`` for a form we did not
    make, ``kernel.upload-unchanged`` when nothing was changed.
    """
    found = []
    for name in data:
        if not name.startswith("place."):
            continue
        number = name.removeprefix("place.")
        text = _ticked(data, ticks, number, today) or str(data.get(f"text.{number}", ""))
        if clean(text) == clean(str(data.get(f"initial.{number}", ""))):
            continue
        sheet, row, column = _place(str(data[name]), str(data.get(f"column.{number}", "")))
        was = str(data.get(f"initial.{number}", ""))
        found.append(Fix(sheet, row, column, text[:MOST_TEXT], was[:MOST_TEXT]))
    if not found:
        raise DomainError("kernel.upload-unchanged", _("没有改动。请在要改的那一格里填上对的内容。"))
    return found


def _ticked(data: QueryDict, ticks: Ticks | None, number: str, today: datetime.date) -> str:
    """What was ticked, as the reader reads it; empty when nothing was."""
    if ticks is None:
        return ""
    values = {value for _title, boxes in ticks.grid() for value, _words in boxes}
    ticked = [choice for choice in data.getlist(f"time.{number}") if choice in values]
    if not ticked:
        return ""
    until = day_of(str(data.get(f"until.{number}", "")))
    return ticks.sentence(ticked, until and max(until, today), today)


def _place(text: str, column: str) -> tuple[str, int, str]:
    try:
        sheet, row, own = json.loads(text)
        str(sheet).encode()  # half a character can be kept nowhere
    except (ValueError, RecursionError):
        raise DomainError("kernel.upload-forged", _("这一格找不到。请重新打开这一页。")) from None
    at = own or column
    fits = isinstance(sheet, str) and isinstance(row, int) and isinstance(at, str)
    if not fits or len(sheet) > MOST_TEXT or not 1 <= row <= 1 << 20 or not _COLUMN.fullmatch(at):
        raise DomainError("kernel.upload-forged", _("这一格找不到。请重新打开这一页。"))
    return sheet, row, at


def typed_texts(data: QueryDict) -> dict[str, Sequence[str]]:
    """What was typed, by place, to be shown again: column, text, ticks, last day."""
    return {
        str(data[name]): (
            str(data.get(name.replace("place.", "column."), "")),
            str(data.get(name.replace("place.", "text."), ""))[:MOST_TEXT],
            " ".join(data.getlist(name.replace("place.", "time.")))[:MOST_TEXT],
            str(data.get(name.replace("place.", "until."), ""))[:10],
        )
        for name in data
        if name.startswith("place.")
    }
