"""Compiling the inner loops of the large engines: numba, an extra that small problems do without."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


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
