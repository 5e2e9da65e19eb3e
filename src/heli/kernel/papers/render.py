"""The one renderer: a typst template and plain data in, pictures or a PDF out.

Data travels as JSON through ``sys.inputs``, never as markup: a name such as ``#panic()`` is drawn as it is
written. Fonts are the bundled ones only, so every machine draws the same page.

Typst keeps threads. A process that forks after it has drawn leaves its child without them, and there a
drawing never ends: such a child refuses at once. What takes too long is given up, so that nobody waits for
it.
"""

from __future__ import annotations

import datetime
import json
import os
import queue
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as OutOfTime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.text import without_private
from heli.kernel.papers.glyphs import FONTS, legible

ROOT = Path(__file__).resolve().parents[2]
"""Templates are named from here (``grids/templates/grids/picture.typ``) and import from here."""

SECONDS = 20.0
"""A drawing that takes longer is given up."""

_AT_A_TIME = 4
_idle: queue.SimpleQueue[typst.Compiler] = queue.SimpleQueue()
"""Compilers that draw nothing just now: each serves one drawing at a time."""
_slots = threading.BoundedSemaphore(8)
"""Drawings at a time. One that never ends keeps its slot, so that few of them can be running in vain."""
_forked_from = 0
"""The process that had drawn before this one was forked from it; 0: none."""


class DrawingTooLong(DomainError):
    """The drawing was given up: it took longer than ``SECONDS``, or too many others are being drawn."""

    def __init__(self) -> None:
        super().__init__("kernel.drawing-too-long", _("这张表画得太久，没有画成。"))


class DrawnBeforeFork(RuntimeError):
    """This process was forked from one that had drawn already: typst would wait here for ever."""


WHOLE = 72.0
"""Pixels an inch of a picture: one a typst point."""
SMALL = 28.0
"""Of a small one that stands on a page for the large one, about 400 pixels wide."""


def pictures(template: str, data: Mapping[str, object], ppi: float = WHOLE) -> list[bytes]:
    """Each of ``data["pictures"]``, a page of the template, as a PNG.

    They are drawn a few at a time, so that a long table needs little memory.
    Raises ``typst.TypstError`` when the template cannot take the data, ``DrawingTooLong``.
    """
    drawn: list[bytes] = []
    every = _every(data)
    for start in range(0, len(every), _AT_A_TIME):
        some = {**data, "pictures": every[start : start + _AT_A_TIME]}
        pages = _compile(template, some, format="png", ppi=ppi)
        drawn += pages if isinstance(pages, list) else [_bytes(pages)]
    return drawn


def first_small(template: str, data: Mapping[str, object]) -> bytes:
    """The first of ``data["pictures"]`` as :func:`pictures` draws it, but small. Raises as it does."""
    return pictures(template, {**data, "pictures": _every(data)[:1]}, SMALL)[0]


def _every(data: Mapping[str, object]) -> list[object]:
    every = data["pictures"]
    if not isinstance(every, list):
        raise TypeError("pictures: not a list")
    return every


def pdf(template: str, data: Mapping[str, object], date: datetime.date) -> bytes:
    """The template as a PDF, dated ``date``: the same data gives the same bytes.

    Raises ``typst.TypstError`` when the template cannot take the data, ``DrawingTooLong``.
    """
    stamp = datetime.datetime.combine(date, datetime.time(), datetime.UTC)
    return _bytes(_compile(template, data, format="pdf", timestamp=stamp, pdf_tags=False))


def _compile(template: str, data: Mapping[str, object], **how: object) -> object:
    """Draw in a thread of its own, and wait for it ``SECONDS`` at most: a drawing cannot be interrupted."""
    if _forked_from:
        raise DrawnBeforeFork(f"process {os.getpid()} is a fork of {_forked_from}, which had drawn")
    if not _slots.acquire(timeout=1.0):
        raise DrawingTooLong
    drawn: Future[object] = Future()
    words = (drawn, ROOT / template, {"sys_inputs": _inputs(data), **how})
    threading.Thread(target=_draw, args=words, daemon=True, name="drawing").start()
    try:
        return drawn.result(SECONDS)
    except OutOfTime:
        raise DrawingTooLong from None


def _draw(drawn: Future[object], template: Path, how: Mapping[str, Any]) -> None:
    try:
        try:
            compiler = _idle.get_nowait()
        except queue.Empty:
            compiler = typst.Compiler(root=ROOT, font_paths=_fonts(), ignore_system_fonts=True)
        pages = compiler.compile(template, **how)
        _idle.put(compiler)
        drawn.set_result(pages)
    except BaseException as error:
        drawn.set_exception(error)
    finally:
        _slots.release()


def _bytes(drawn: object) -> bytes:
    if not isinstance(drawn, bytes):
        raise TypeError(f"typst returned {type(drawn).__name__}, not one file")
    return drawn


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _after_fork() -> None:
    """In the child: remember whether the parent had drawn, that is, whether it had loaded the fonts."""
    global _forked_from  # noqa: PLW0603 - one fact of this process
    if _fonts.cache_info().currsize:
        _forked_from = os.getppid()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _inputs(data: Mapping[str, object]) -> dict[str, str]:
    lang = (get_language() or "zh").split("-")[0]
    return {
        "data": json.dumps(
            {"lang": lang, **{key: _legible(value) for key, value in data.items()}}, ensure_ascii=False
        )
    }


def _legible(value: object) -> object:
    """The data with every text made fit to be drawn, and no phone or ID in it whatever a remark may hold."""
    if isinstance(value, str):
        return legible(without_private(value))
    if isinstance(value, Mapping):
        return {key: _legible(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_legible(item) for item in value]
    return value
