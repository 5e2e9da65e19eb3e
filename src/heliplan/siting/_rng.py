"""Random numbers for compiled loops: numba's own take ten times as long as the move that it decides on.

A xorshift generator of 64 bits whose words are multiplied by an odd number (Vigna, *An experimental
exploration of Marsaglia's xorshift generators, scrambled*, ACM TOMS 42, 2016).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heliplan.compiled import compiled, compiled_bare

Rng = NDArray[np.uint64]

ODD = np.uint64(0x2545F4914F6CDD1D)
SPREAD = np.uint64(0x9E3779B97F4A7C15)
FIRST, SECOND, THIRD = np.uint64(12), np.uint64(25), np.uint64(27)
TO_31, TO_53 = np.uint64(33), np.uint64(11)  #: shifts that leave so many bits of a word


@compiled
def seeded(seed: int) -> Rng:
    """A generator; shape (1,), uint64: the state, never 0."""
    state = np.empty(1, np.uint64)
    state[0] = (np.uint64(seed) + np.uint64(1)) * SPREAD | np.uint64(1)
    for _ in range(8):
        word(state)
    return state


@compiled_bare
def word(rng: Rng) -> np.uint64:
    """The next 64 bits."""
    x = rng[0]
    x ^= x >> FIRST
    x ^= x << SECOND
    x ^= x >> THIRD
    rng[0] = x
    return np.uint64(x * ODD)


@compiled_bare
def below(rng: Rng, many: int) -> int:
    """One of the whole numbers from 0 up to ``many``, itself excluded and at most 2**31."""
    return int((np.int64(word(rng) >> TO_31) * many) >> 31)


@compiled_bare
def part(rng: Rng) -> float:
    """A number from 0 up to 1, which is excluded."""
    return float(np.int64(word(rng) >> TO_53) / 2.0**53)
