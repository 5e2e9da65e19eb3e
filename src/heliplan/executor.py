"""Fan-out: the same work on many problems, on one process or many; results never depend on how many."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:  # only those who have a cluster install it
    from distributed import Client

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


class WorkerLost(RuntimeError):
    """Worker processes died several times in a row before any of the work was done."""


class Processes:
    """``count`` fresh processes on this machine (spawned, so nothing is shared by accident).

    A process that is killed loses nothing: what was not done yet is given to new processes. When processes
    die ``MOST_LOSSES`` times in a row without one item done, :class:`WorkerLost` names the first item left.
    """

    MOST_LOSSES = 3

    def __init__(self, count: int, prepare: Callable[[], None] | None = None) -> None:
        if count < 1:
            raise ValueError(f"count: {count} processes; at least 1 is needed")
        self._count = count
        self._prepare = prepare

    def map(self, work: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
        """See :class:`Executor`."""
        left = deque(items)
        done, losses = 0, 0
        while left:
            with self._pool() as pool:
                waiting = deque(pool.submit(work, item) for item in left)
                try:
                    while waiting:
                        result = waiting[0].result()
                        waiting.popleft()
                        left.popleft()
                        done, losses = done + 1, 0
                        yield result
                except BrokenProcessPool:
                    losses += 1
                finally:
                    pool.shutdown(wait=False, cancel_futures=True)
            if losses == self.MOST_LOSSES:
                raise WorkerLost(f"item {done}: its process died {losses} times")

    def _pool(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._count, mp_context=context, initializer=self._prepare)


class Cluster:
    """Many machines: a Dask ``Client`` (extra ``cluster``) whose workers can import what is mapped.

    A worker that dies loses nothing: Dask gives its work to the others, and gives an item up
    (``distributed.KilledWorker``) only after it took several workers with it.
    """

    def __init__(self, client: Client) -> None:
        self._client: Any = client  # its methods carry no types

    def map(self, work: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
        """See :class:`Executor`."""
        futures = self._client.map(work, list(items), pure=False)
        try:
            while futures:
                yield futures[0].result()
                futures.pop(0).release()
        finally:
            self._client.cancel(futures)
