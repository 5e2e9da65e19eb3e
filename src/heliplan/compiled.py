"""Compiling inner loops where numba is installed; without it the same code runs interpreted."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

COMPILED = find_spec("numba") is not None
"""Whether loops are compiled. Numba itself is imported only when the first of them is defined."""


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


def _jitted(function: F, **options: bool) -> F:
    if not COMPILED:
        return function
    kept: F = import_module("numba").njit(cache=True, nogil=True, **options)(function)
    return kept
