"""Servers as they are in life, for tests: processes of their own on a data folder of their own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "src"


def environment(data, **more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HELI_", "DJANGO_"))}
    return {**kept, "PYTHONPATH": str(SOURCES), "HELI_DATA": str(data), **more}


def heli(data, *words, **more):
    """Run a word to its end."""
    program = [sys.executable, "-m", "heli", *words]
    return subprocess.run(
        program, env=environment(data, **more), cwd=data, capture_output=True, text=True, check=False
    )


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def status(port, path="/complaints/", host="127.0.0.1", seconds=10.0):
    """The status that a page answers with; 0 when nobody answers in time."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        asked.request("GET", path, headers={"Host": host})
        return asked.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        asked.close()


def answers(port):
    return status(port) == 200


def until(true, seconds=40.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)


def family(pid):
    """The process and all that it started, as numbers."""
    found = [pid]
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if parent == pid:
            found += family(int(path.parent.name))
    return found


def running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def words_of(pid):
    """The command line of a process; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    except OSError:
        return []


def masters(pid, word):
    """The processes ``heli WORD`` that the server started itself."""
    return [one for one in family(pid)[1:] if words_of(one)[1:4] == ["-m", "heli", word]]


def web_processes(pid):
    """The processes that answer requests: forks of ``heli web``."""
    return [one for one in masters(pid, "web") if parent_of(one) != pid and running(one)]


def parent_of(pid):
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


@contextmanager
def served(data, *words, **more):
    """``heli serve`` (or another word that serves), answering; nothing of it is left behind."""
    port = free_port()
    program = [sys.executable, "-m", "heli", *(words or ("serve",)), "--port", str(port)]
    process = subprocess.Popen(program, env=environment(data, HELI_DEMO="1", **more), cwd=data)
    try:
        until(lambda: status(port, "/static/web/heli.css", seconds=2.0), 90)
        process.port = port
        yield process
    finally:
        for pid in family(process.pid):
            if running(pid):
                os.kill(pid, signal.SIGKILL)
        process.wait()
