"""The words that need no database, as a person starts them: in a process without the web's settings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.plans.books import save, village

SOURCE = Path(__file__).resolve().parents[2] / "src"


def heli(*words):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HELI_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "heli", *map(str, words)],
        env={**kept, "PYTHONPATH": str(SOURCE), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_tables_from_a_book(tmp_path):
    done = heli("tables", save(tmp_path / "青溪村.xlsx", village()), "-o", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    assert {"青溪村-division.png", "青溪村-roster.pdf", "plan.json"} <= {
        path.name for path in (tmp_path / "out").iterdir()
    }


def test_a_file_that_is_no_book_gets_one_line(tmp_path):
    (tmp_path / "book.xlsx").write_bytes(b"no book")
    done = heli("tables", tmp_path / "book.xlsx", "-o", tmp_path / "out")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", ["template {}/new.xlsx", "village -o {}/out", "welcome", ""])
def test_the_others_start_too(tmp_path, words):
    done = heli(*words.format(tmp_path).split())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout
