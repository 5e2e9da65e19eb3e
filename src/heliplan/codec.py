"""JSON in and out for problems and plans: arrays become lists, a field that is wrong is named."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def plain(value: Any) -> Any:
    """``value`` as what :mod:`json` writes: arrays to lists, numpy numbers to Python's, tuples to lists."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def dumps(value: Any) -> str:
    """``value`` as one JSON document; refuses NaN and infinity."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False)


def integers(value: Any, name: str, shape: tuple[int | None, ...] | None = None) -> Ints:
    """``value`` as a read-only int64 array.

    Parameters
    ----------
    value : array-like
    name : str
        The field's name, for the error.
    shape : tuple of int or None, optional
        Expected shape; ``None`` for a free length.

    Raises
    ------
    ValueError
        Names the field and, where there is one, the first wrong index: not a whole number, NaN,
        infinite, too large for 64 bits, wrong shape.
    """
    raw = np.asarray(value)
    if raw.dtype == object or raw.dtype.kind not in "iufb":
        if raw.size:
            raise ValueError(f"{name}: numbers are needed, got {raw.dtype}")
        raw = raw.astype(np.int64)
    if raw.dtype.kind == "f":
        # 2**53 is where floats stop telling neighbouring whole numbers apart
        bad = ~np.isfinite(raw) | (np.abs(raw) > 2**53) | (raw != np.floor(raw))
        if bad.any():
            where = tuple(int(i) for i in np.argwhere(bad)[0])
            raise ValueError(f"{name}[{', '.join(map(str, where))}]: {raw[where]} is not a whole number")
    elif raw.dtype.kind == "u" and raw.size and raw.max() > np.iinfo(np.int64).max:
        raise ValueError(f"{name}: a number does not fit into 64 bits")
    array = raw.astype(np.int64)
    fits = shape is None or (
        array.ndim == len(shape)
        and all(want is None or want == got for want, got in zip(shape, array.shape, strict=True))
    )
    if not fits:
        raise ValueError(f"{name}: shape {array.shape}, expected {shape}")
    array.setflags(write=False)
    return array
