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
    """Decorator of a loop: compiled at its first call and kept on disk, or left as it is.

    The loops draw no random numbers and call nothing whose last digit depends on the compiler, so that
    compiled and interpreted runs of one seed give the same plan.
    """
    if not COMPILED:
        return function
    kept: F = import_module("numba").njit(cache=True, nogil=True)(function)
    return kept
