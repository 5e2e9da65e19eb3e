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
    """Decorator of a loop that makes no arrays or lists: compiled at its first call and kept on disk.

    Without numba the loop is left as it is. Loops draw no random numbers and call nothing whose last digit
    depends on the compiler, so that compiled and interpreted runs of one seed give the same plan.
    """
    # nothing is allocated, so nothing need be counted: counting references took nine tenths of the time
    return _jitted(function, _nrt=False)


def compiled_with_lists(function: F) -> F:
    """As :func:`compiled`, for a loop that makes lists of its own."""
    return _jitted(function)


def _jitted(function: F, **options: bool) -> F:
    if not COMPILED:
        return function
    kept: F = import_module("numba").njit(cache=True, nogil=True, **options)(function)
    return kept
