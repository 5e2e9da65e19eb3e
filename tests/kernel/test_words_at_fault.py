"""Every word of the command line meets every fault of the machine: one line, an exit code, no traceback."""

import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from functools import partial

import pytest
from tests.kernel.processes import environment, free_port

from heli.plans.sheets import write_template

pytestmark = pytest.mark.slow

FILE_WORDS = {
    "tables": ["book.xlsx", "-o", "out", "--time", "2"],
    "template": ["new.xlsx"],
    "village": ["-o", "out"],
}
DATABASE_WORDS = {
    "migrate": [],
    "begin": ["云溪", "青溪村"],
    "seed": ["--small"],
    "serve": ["--local"],
    "worker": ["--until-empty"],
    "backup": ["copy"],
    "restore": ["kept"],
    "audit": ["verify"],
    "tidy": [],
}
ALL_WORDS = {**FILE_WORDS, **DATABASE_WORDS, "demo": ["--small", "--no-serve"], "welcome": []}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a book, an empty database that is up to date, and a backup of it."""
    folder = tmp_path_factory.mktemp("made")
    write_template(folder / "book.xlsx", example=True)
    for words in (["migrate"], ["backup", "kept"]):
        done = run(folder, *words)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def folder(made, tmp_path):
    """A copy of ``made``."""
    return shutil.copytree(made, tmp_path / "here")


def start(folder, *words, **more):
    """A word, started in the folder; its data are there too."""
    options = {name: more.pop(name) for name in ("preexec_fn", "stdout") if name in more}
    return subprocess.Popen(
        [sys.executable, "-m", "heli", *words],
        env=environment(folder / "data", **{"HELI_SECRET": "s" * 40, **more}),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **{"stdout": subprocess.PIPE, **options},
    )


def run(folder, *words, **more):
    """A word to its end."""
    process = start(folder, *words, **more)
    try:
        out, said = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, said = process.communicate()
        said += "\nwent on for ever"
    return subprocess.CompletedProcess(words, process.returncode, out, said)


def refused(done, code=2):
    """The word ended as it should: one line in both languages."""
    said = f"{done.args}: {done.returncode}\n{done.stderr}"
    assert "Traceback" not in done.stderr, said
    assert done.returncode == code, said
    assert len(done.stderr.strip().splitlines()) == 1, said
    assert re.search(r"[\u4e00-\u9fff]", done.stderr), said
    assert re.search(r"[A-Za-z]{3}", done.stderr), said


@pytest.mark.parametrize(
    "address",
    [
        "mysql://127.0.0.1/heli",
        "nonsense",
        "sqlite://",
        "postgresql://127.0.0.1",
        "postgresql://127.0.0.1:port/heli",
        "postgresql://[bad/heli",
    ],
)
def test_a_wrong_address_of_the_database(folder, address):
    for word in ("begin", "serve"):
        refused(run(folder, word, *DATABASE_WORDS[word], HELI_DATABASE=address))


@pytest.mark.parametrize("word", DATABASE_WORDS)
def test_a_setting_that_is_wrong(folder, word):
    refused(run(folder, word, *DATABASE_WORDS[word], HELI_DATABASE="mysql://x"))
    refused(run(folder, word, *DATABASE_WORDS[word], HELI_DISTRICTS="zone-a"))
    refused(run(folder, word, *DATABASE_WORDS[word], HELI_PROXIES="many"))


@pytest.mark.parametrize("word", DATABASE_WORDS)
def test_a_database_that_cannot_be_reached(folder, word):
    done = run(folder, word, *DATABASE_WORDS[word], HELI_DATABASE=f"postgresql://x@127.0.0.1:{free_port()}/x")
    refused(done)


@pytest.mark.parametrize("word", [word for word in DATABASE_WORDS if word != "restore"])
def test_a_database_that_is_garbage(folder, word):
    (folder / "data" / "heli.sqlite3").write_bytes(b"garbage" * 10_000)
    refused(run(folder, word, *DATABASE_WORDS[word]))


@pytest.mark.parametrize("word", [*DATABASE_WORDS, "demo"])
def test_a_data_folder_that_cannot_be_made(folder, word):
    (folder / "file").touch()
    words = DATABASE_WORDS.get(word, ALL_WORDS[word])
    refused(run(folder, word, *words, HELI_DATA=str(folder / "file" / "data")))


@pytest.mark.parametrize("word", ["begin", "seed", "serve", "worker", "audit", "tidy"])
def test_a_database_without_tables(folder, word):
    refused(run(folder, word, *DATABASE_WORDS[word], HELI_DATABASE=f"sqlite:///{folder}/empty.sqlite3"))


@pytest.mark.parametrize(
    "word", ["tables", "template", "village", "backup", "seed", "begin", "migrate", "demo"]
)
def test_a_full_disk(folder, word):
    words = ALL_WORDS[word]
    database = folder / "data" / "heli.sqlite3"
    if word == "migrate":
        database.unlink()
    small = 4_000 if word in FILE_WORDS or word in ("demo", "migrate", "begin") else 100_000
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (small, small))
    refused(run(folder, word, *words, preexec_fn=limit))


@pytest.mark.parametrize(
    "words",
    [
        ("tables", "none.xlsx", "-o", "out"),
        ("tables", "garbage", "-o", "out"),
        ("tables", "book.xlsx", "-o", "garbage/out"),
        ("tables", "book.xlsx", "-o", "out", "--pins", "none"),
        ("tables", "book.xlsx", "-o", "out", "--previous", "garbage"),
        ("tables", "book.xlsx", "-o", "out", "--low", "9" * 30),
        ("template", "none/new.xlsx"),
        ("village", "-o", "garbage/out"),
        ("backup", "none/copy"),
        ("backup", "garbage/copy"),
        ("restore", "none"),
        ("restore", "garbage"),
        ("read", "none", "--with-parent", "ME"),
        ("demo", "--no-serve", "--small", "-o", "garbage/out"),
        ("serve", "--port", "0"),
        ("serve", "--port", "70000"),
        ("serve", "--port", "x"),
        ("serve", "--local", "--host", "192.0.2.1"),
        ("serve", "--host", "192.0.2.1"),
        ("serve", "--processes", "-1"),
        ("demo", "--port", "99999"),
        ("begin",),
        ("audit", "nothing"),
        ("--district", "none", "audit", "verify"),
    ],
    ids=" ".join,
)
def test_words_that_name_what_is_not_there(folder, words):
    (folder / "garbage").write_bytes(b"\x00\xff garbage" * 100)
    refused(
        run(folder, *(str(os.getpid()) if word == "0" and words[0] == "read" else word for word in words))
    )


def test_a_port_that_somebody_has(folder):
    with socket.create_server(("127.0.0.1", 0)) as other:
        refused(run(folder, "serve", "--local", "--port", str(other.getsockname()[1])))


@pytest.mark.parametrize("word", ["welcome", "template", "village", "begin", "audit", "demo"])
def test_output_that_nobody_reads(folder, word):
    reading, writing = os.pipe()
    os.close(reading)
    refused(run(folder, word, *ALL_WORDS[word], stdout=writing))
    os.close(writing)
    shutil.rmtree(folder / "out", ignore_errors=True)
    if word != "template":
        with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
            refused(run(folder, word, *ALL_WORDS[word], stdout=full))


@pytest.mark.parametrize("word", ["tables", "village", "seed", "demo"])
@pytest.mark.parametrize("after", [1.5, 2.5])
def test_ctrl_c(folder, word, after):
    process = start(folder, word, *ALL_WORDS[word])
    time.sleep(after)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    out, said = process.communicate(timeout=60)
    # interrupted while a class was made from text, Python ends by the signal itself; a shell says 130 of both
    code = 130 if process.returncode == -signal.SIGINT else process.returncode
    done = subprocess.CompletedProcess((word,), code, out, said)
    if done.returncode != 0:  # it was quicker
        refused(done, 130)
