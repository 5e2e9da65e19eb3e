"""The one renderer: a typst template and plain data in, pictures or a PDF out.

Data travels as JSON through ``sys.inputs``, never as markup: a name such as ``#panic()`` is drawn as it is
written. Fonts are the bundled ones only, so every machine draws the same page.
"""

from __future__ import annotations

import datetime
import json
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import get_language

from heli.kernel.lib.text import without_private
from heli.kernel.papers.glyphs import FONTS, legible

ROOT = Path(__file__).resolve().parents[2]
"""Templates are named from here (``grids/templates/grids/picture.typ``) and import from here."""

_AT_A_TIME = 4
_mine = threading.local()


def pictures(template: str, data: Mapping[str, Any]) -> list[bytes]:
    """Each of ``data["pictures"]``, a page of the template, as a PNG, one pixel a typst point.

    They are drawn a few at a time, so that a long table needs little memory.
    Raises ``typst.TypstError`` when the template cannot take the data.
    """
    drawn: list[bytes] = []
    for start in range(0, len(data["pictures"]), _AT_A_TIME):
        some = {**data, "pictures": data["pictures"][start : start + _AT_A_TIME]}
        pages = _compiler().compile(ROOT / template, format="png", ppi=72.0, sys_inputs=_inputs(some))
        drawn += pages if isinstance(pages, list) else [_bytes(pages)]
    return drawn


def pdf(template: str, data: Mapping[str, Any], date: datetime.date) -> bytes:
    """The template as a PDF, dated ``date``: the same data gives the same bytes.

    Raises ``typst.TypstError`` when the template cannot take the data.
    """
    stamp = datetime.datetime.combine(date, datetime.time(), datetime.UTC)
    drawn = _compiler().compile(
        ROOT / template, format="pdf", sys_inputs=_inputs(data), timestamp=stamp, pdf_tags=False
    )
    return _bytes(drawn)


def _bytes(drawn: object) -> bytes:
    if not isinstance(drawn, bytes):
        raise TypeError(f"typst returned {type(drawn).__name__}, not one file")
    return drawn


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _compiler() -> typst.Compiler:
    """One compiler a thread: it serves one at a time."""
    if not hasattr(_mine, "compiler"):
        _mine.compiler = typst.Compiler(root=ROOT, font_paths=_fonts(), ignore_system_fonts=True)
    compiler: typst.Compiler = _mine.compiler
    return compiler


def _inputs(data: Mapping[str, Any]) -> dict[str, str]:
    lang = (get_language() or "zh").split("-")[0]
    return {"data": json.dumps({"lang": lang, **_legible(data)}, ensure_ascii=False)}


def _legible(value: Any) -> Any:
    """The data with every text made fit to be drawn, and no phone or ID in it whatever a remark may hold."""
    if isinstance(value, str):
        return legible(without_private(value))
    if isinstance(value, Mapping):
        return {key: _legible(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_legible(item) for item in value]
    return value
