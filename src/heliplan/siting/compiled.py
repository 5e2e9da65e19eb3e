"""Compiling the inner loops of the large engines: numba, an extra that small problems do without."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
ItemT = TypeVar("ItemT")
DoneT = TypeVar("DoneT")

SIDES = 2  #: pieces of work done side by side; the same on every machine, so that plans are the same too


def available() -> bool:
    """Whether numba is installed; looks for it without importing it."""
    return find_spec("numba") is not None


def compiled(function: F) -> F:
    """Decorate a loop that is compiled at its first call and kept on disk.

    Raises
    ------
    ImportError
        When numba is missing; says which extra brings it. Modules that use this are therefore imported
        only by the engine that needs them, when it runs.
    """
    try:
        numba = import_module("numba")
    except ImportError as missing:
        raise ImportError(
            "numba is needed for siting problems of this size: install the extra `large`, heli[large]"
        ) from missing
    kept: F = numba.njit(cache=True, nogil=True)(function)
    return kept


def side_by_side(work: Callable[[ItemT], DoneT], items: Iterable[ItemT]) -> list[DoneT]:
    """The work on each item, in order; compiled loops run at the same time where there are cores."""
    with ThreadPoolExecutor(SIDES) as pool:
        return list(pool.map(work, items))
