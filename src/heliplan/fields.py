"""What problem classes share when they check what they are given."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints, integers

Bools = NDArray[np.bool_]

LIMIT = 10**9
"""Counts and costs above this say that something is wrong with the input."""


def whole(value: Any, name: str, low: int, high: int = LIMIT) -> int:
    """``value`` as one whole number in ``low..high``; else a ``ValueError`` naming the field."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not low <= value <= high:
        raise ValueError(f"{name}: {value!r} is not a whole number between {low} and {high}")
    return int(value)


def real(value: Any, name: str, low: float, high: float) -> float:
    """``value`` as one finite number in ``low..high``; else a ``ValueError`` naming the field."""
    number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not number or not low <= value <= high or value == float("inf"):
        raise ValueError(f"{name}: {value!r} is not a finite number between {low:g} and {high:g}")
    return float(value)


def within(array: Ints, name: str, low: int, high: int) -> Ints:
    """``array`` if all of it lies in ``low..high``; else a ``ValueError`` naming field and index."""
    if array.size and (array.min() < low or array.max() > high):
        wrong = np.argwhere((array < low) | (array > high))[0]
        raise ValueError(f"{name}{wrong.tolist()}: {array[tuple(wrong)]} is not between {low} and {high}")
    return array


def numbers(
    value: Any, name: str, shape: tuple[int | None, ...], low: int = -LIMIT, high: int = LIMIT
) -> Ints:
    """``value`` as a read-only int64 array of this shape within ``low..high``; empty fits any free length."""
    if value is None or np.size(value) == 0:
        value = np.zeros([0 if want is None else want for want in shape], np.int64)
    return within(integers(value, name, shape), name, low, high)


def distinct(keys: NDArray[np.int64]) -> Ints:
    """Every number once, ascending.

    ``np.unique`` does the same; since NumPy 2.3 it looks whole numbers up in a hash table, which takes
    twenty to sixty times as long as sorting millions of them.
    """
    ordered = np.sort(keys, axis=None)
    first = np.ones(len(ordered), bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def truths(value: Any, name: str, shape: tuple[int | None, ...]) -> Bools:
    """``value`` (true/false or 0/1) as a read-only bool array; ``ValueError`` names field and index."""
    array = numbers(value, name, shape, 0, 1).astype(np.bool_)
    array.setflags(write=False)
    return array


def read_object(text: str, names: Sequence[str], needed: Sequence[str]) -> Mapping[str, Any]:
    """The fields of one JSON object: all the needed ones, no unknown one; else ``ValueError``."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as broken:
        raise ValueError(f"not JSON: {broken}") from None
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")
    unknown = sorted(set(found) - set(names))
    if unknown:
        raise ValueError(f"{unknown[0]}: no such field")
    missing = [name for name in needed if name not in found]
    if missing:
        raise ValueError(f"{missing[0]}: missing")
    return found


def read_record(text: str, cls: type[Any]) -> Mapping[str, Any]:
    """The fields of dataclass ``cls`` in a JSON object; those without a default are needed."""
    needed = [f.name for f in fields(cls) if f.default is MISSING and f.default_factory is MISSING]
    return read_object(text, [field.name for field in fields(cls)], needed)
