"""Compiling inner loops where numba is installed; without it the same code runs interpreted.

Compiling takes half a minute for a kind of problem. ``python -m heliplan.compiling`` does it once for all and
leaves a mark; where there is none, a solve with a time limit does without compiled loops rather than late.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

INTERPRETED = "HELIPLAN_INTERPRETED"
"""Name of an environment variable: set to anything, this process does without numba."""

PATIENT = "HELIPLAN_PATIENT"
"""Name of an environment variable: set to anything, loops are compiled whatever time a solve has."""

COMPILED = find_spec("numba") is not None and not os.environ.get(INTERPRETED)
"""Whether loops are compiled. Numba itself is imported only when the first of them is defined."""

PLACE = Path(__file__).parent

LOADED = 3.0
"""Seconds that a solve must have to be worth loading numba and compiled loops, which takes one or two."""

_limit: ContextVar[float | None] = ContextVar("limit", default=None)


def compiled(function: F) -> F:
    """Decorator of a loop: compiled at its first call and kept on disk.

    Without numba the loop is left as it is. What is to give the same plan with and without numba draws no
    random numbers in its loops and calls nothing whose last digit depends on the compiler.
    """
    return _jitted(function)


def compiled_bare(function: F) -> F:
    """As :func:`compiled`, for a loop that makes no arrays or lists and copies none (``a[:] = b``)."""
    # nothing is allocated, so nothing need be counted: counting references took nine tenths of the time
    return _jitted(function, _nrt=False)


def needed(what: str) -> None:
    """Refuse to do without numba what would take for ever.

    Raises
    ------
    ImportError
        When numba is missing; says what needs it and which extra brings it.
    """
    if not COMPILED:
        raise ImportError(f"numba is needed for {what}: install the extra `large`, heli[large]")


@contextmanager
def hurried(seconds: float | None) -> Iterator[None]:
    """Inside, a solve has so many seconds (``None``: no limit), which compiling or loading might break."""
    before = _limit.set(seconds)
    try:
        yield
    finally:
        _limit.reset(before)


def at_hand() -> bool:
    """Whether compiled loops can be had now: compiled and loaded before, or there is time to do so."""
    limit = _limit.get()
    if not COMPILED or limit is None or os.environ.get(PATIENT):
        return COMPILED
    return ready() and (limit >= LOADED or "numba" in sys.modules)


def loops(name: str) -> Any:
    """A module of loops: compiled where :func:`at_hand`, else interpreted, which is slower."""
    return import_module(name) if at_hand() or not COMPILED else _interpreted(name)


def ready() -> bool:
    """Whether the loops of this very code were compiled by ``python -m heliplan.compiling``."""
    return mark().exists()


def mark() -> Path:
    """Where it is written down that the loops as they stand are compiled."""
    return PLACE / "__pycache__" / f"loops-{_key()}"


@cache
def _key() -> str:
    """A name for the code of the loops, as numba tells whether a file changed, and for the compiler."""
    parts = [sys.version, version("numba") if COMPILED else ""]
    for path in sorted(PLACE.rglob("*.py")):
        if "\n@compiled" in path.read_text(encoding="utf-8"):
            told = path.stat()
            parts.append(f"{path.relative_to(PLACE)} {told.st_size} {told.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@cache
def _interpreted(name: str) -> ModuleType:
    """A copy of a module whose loops are left as they are, though numba is there."""
    global COMPILED  # noqa: PLW0603 - what the module reads while it is made
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(name)
    module = module_from_spec(spec)
    COMPILED = False
    try:
        spec.loader.exec_module(module)
    finally:
        COMPILED = True
    return module


def _jitted(function: F, **options: bool) -> F:
    if not COMPILED:
        return function
    kept: F = import_module("numba").njit(cache=True, nogil=True, **options)(function)
    return kept
