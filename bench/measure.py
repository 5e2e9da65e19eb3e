"""Run a whole process and say what it took."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
STATUS = Path("/proc/self/status")
EVERY = 0.2


@dataclass(frozen=True, slots=True)
class Taken:
    """What a process took: wall seconds, and the peak memory of it and all its children together, in MB."""

    code: int
    seconds: float
    megabytes: float
    output: str


def heli(*words: str | Path) -> Taken:
    """Run the ``heli`` command as its user does: a fresh process, from start to end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "heli", *map(str, words)]
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env=environment,
    )
    peak = Peak(process.pid)
    output, _ = process.communicate()
    seconds = time.perf_counter() - began
    return Taken(process.returncode, seconds, peak.stop(), output)


class Peak:
    """Watches a process and its children and keeps the largest sum of their memory, in MB."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """Watch no longer; the peak."""
        self._done.set()
        self._thread.join()
        return self._peak / 2**20

    def _watch(self) -> None:
        while not self._done.wait(EVERY):
            try:
                family = [self._root, *self._root.children(recursive=True)]
                self._peak = max(self._peak, sum(_memory(process) for process in family))
            except psutil.NoSuchProcess:
                return


def _memory(process: psutil.Process) -> int:
    """Its bytes, a page that it shares with its like counted once among them, where the system tells so."""
    try:
        told = process.memory_full_info()
        return int(getattr(told, "pss", told.rss))
    except psutil.NoSuchProcess:
        return 0


def memory_of(pid: int) -> float:
    """The memory of a process and all its children together, in MB."""
    root = psutil.Process(pid)
    return sum(_memory(process) for process in [root, *root.children(recursive=True)]) / 2**20


def own_peak() -> int:
    """The peak memory of this process in MB."""
    if STATUS.exists():
        # on Linux the figure of ``resource`` begins with that of the process which started this one
        return int(re.findall(r"VmHWM:\s*(\d+) kB", STATUS.read_text())[0]) // 2**10
    windows = getattr(psutil.Process().memory_info(), "peak_wset", None)
    if windows is not None:
        return int(windows) // 2**20
    resource: Any = import_module("resource")
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) // 2**20


def cpu_of(pid: int) -> float:
    """The seconds of processor time that a process and all its children together have had."""
    root = psutil.Process(pid)
    return sum(sum(process.cpu_times()[:2]) for process in [root, *root.children(recursive=True)])
