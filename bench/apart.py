"""Run one piece of work in a process of its own: its answer, seconds and peak memory, capped."""

from __future__ import annotations

import contextlib
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import psutil

from bench.measure import own_peak

PER_MB = 2**20 if sys.platform == "darwin" else 2**10
GRACE = 30.0  # seconds after the cap before the process is ended


def apart(work: Callable[..., Any], *words: Any, cap: float) -> dict[str, Any]:
    """``{"answer", "seconds", "MB"}``; ``answer`` is ``None`` if the process was ended or died.

    ``work`` must be a function of a module, and keep to ``cap`` seconds by itself.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(there, work, words))
    process.start()
    there.close()
    found: dict[str, Any] = {"answer": None, "seconds": None, "MB": None}
    if here.poll(cap + GRACE):
        try:
            found = here.recv()
        except EOFError:
            sys.stderr.write(f"{work.__name__}: died\n")
    end(process.pid)
    process.join()
    return found


def end(pid: int) -> None:
    """End a process and the solvers that it started, which would go on by themselves."""
    try:
        root = psutil.Process(pid)
        family = [*root.children(recursive=True), root]
    except psutil.NoSuchProcess:
        return
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def _run(there: Connection, work: Callable[..., Any], words: tuple[Any, ...]) -> None:
    began = time.perf_counter()
    answer = work(*words)
    seconds = round(time.perf_counter() - began, 2)
    solvers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // PER_MB
    there.send({"answer": answer, "seconds": seconds, "MB": max(own_peak(), solvers)})
