"""A Heli server of one's own: started, killed in parts or whole, started again."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

from bench.measure import ROOT

WORKERS = 2
START = 60.0
"""Seconds within which it must answer."""


class Served:
    """``heli serve`` with its web processes and its worker; what they say goes to ``log``."""

    def __init__(self, log: Path) -> None:
        self.log = log
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]

    def __enter__(self) -> Served:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(30)
        self._end()

    def _start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "heli",
            "serve",
            "--port",
            str(self.port),
            "--processes",
            str(WORKERS),
        ]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        self._until_it_answers()

    def _until_it_answers(self) -> None:
        end = time.monotonic() + START
        while time.monotonic() < end:
            one = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            with suppress(OSError, http.client.HTTPException):
                one.request("GET", "/account/login/")
                if one.getresponse().status == 200:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"the server does not answer: {self.log.read_text()[-2000:]}")

    def kill(self, what: str) -> None:
        """Kill -9 ``all`` processes, one ``web`` process, or the ``worker`` with what it started."""
        with suppress(psutil.NoSuchProcess):
            family = psutil.Process(self.process.pid).children(recursive=True)
            workers = [one for one in family if _is_worker(one)]
            below = {child.pid for one in workers for child in one.children(recursive=True)}
            below |= {one.pid for one in workers}
            web = [one for one in family if one.pid not in below and not _is_tracker(one)]
            chosen = {"all": family, "web": web[-1:], "worker": [one for one in family if one.pid in below]}[
                what
            ]
            for one in chosen:
                with suppress(psutil.NoSuchProcess):
                    one.send_signal(signal.SIGKILL)
            psutil.wait_procs(chosen, 10)  # one that still ends would take a connection with it
        if what == "all":
            self._end()

    def _end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def mend(self) -> None:
        """Start it again if it is gone; return when it answers."""
        if self.process.poll() is not None:
            self._start()
        else:
            self._until_it_answers()

    def tracebacks(self) -> int:
        """How many exceptions its log tells of."""
        return self.log.read_text(errors="replace").count("Traceback (most recent call last)")


def _is_worker(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return "worker" in process.cmdline()
    return False


def _is_tracker(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return any("resource_tracker" in word for word in process.cmdline())
    return False
