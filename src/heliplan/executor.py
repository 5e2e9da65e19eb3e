"""Fan-out: the same work on many problems, on one process or many; results never depend on how many."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Protocol, TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


class Executor(Protocol):
    """Maps a function over items, in order. The function and the items must be picklable."""

    def map(self, work: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
        """Yield ``work(item)`` in the order of ``items``; the first error is raised to the caller."""
        ...


class Serial:
    """Everything in this process."""

    def map(self, work: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
        """See :class:`Executor`."""
        return map(work, items)


class Processes:
    """``count`` fresh processes on this machine (spawned, so nothing is shared by accident)."""

    def __init__(self, count: int, prepare: Callable[[], None] | None = None) -> None:
        if count < 1:
            raise ValueError(f"count: {count} processes; at least 1 is needed")
        self._count = count
        self._prepare = prepare

    def map(self, work: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
        """See :class:`Executor`."""
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self._count, mp_context=context, initializer=self._prepare) as pool:
            yield from pool.map(work, items)
