"""What Heli keeps is readable by its own account alone, and a secret is whole or refused."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from heli.kernel.lib.private import keep_private, kept_secret

posix = pytest.mark.skipif(os.name != "posix", reason="rights of files are another matter there")


def run(folder, *words, **more):
    """The command in a process of its own that began with an open umask."""
    environment = {**os.environ, "HELI_DATA": str(folder), "PYTHONPATH": str(Path("src").resolve()), **more}
    for name in ("HELI_DATABASE", "HELI_DEMO"):  # a demo keeps its own in a folder below
        environment.pop(name, None)
    command = [sys.executable, "-m", "heli", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, umask=0o022, check=False)


def readable_by_others(folder):
    return sorted(str(path) for path in [folder, *folder.rglob("*")] if path.stat().st_mode & 0o077)


@posix
def test_nothing_under_the_data_folder_is_readable_by_others(tmp_path):
    data = tmp_path / "data"
    assert run(data, "migrate").returncode == 0
    assert run(data, "begin", "云溪片区", "青溪村", "--admin", "chief").returncode == 0
    assert run(data, "backup", str(data / "one.backup")).returncode == 0
    assert readable_by_others(data) == []


@posix
def test_what_an_earlier_version_left_open_is_closed_at_start(tmp_path):
    (tmp_path / "data").mkdir()
    names = ("secret", "heli.sqlite3", "heli.sqlite3-wal", "elsewhere.sqlite3", "elsewhere.sqlite3-wal")
    for name in names:
        path = tmp_path / ("" if name.startswith("else") else "data") / name
        path.write_text("x")
        path.chmod(0o644)
    (tmp_path / "data").chmod(0o755)
    (tmp_path / "other").write_text("not ours")
    (tmp_path / "other").chmod(0o644)
    before = os.umask(0o022)
    try:
        keep_private(tmp_path / "data", [tmp_path / "elsewhere.sqlite3"])
        (tmp_path / "new").touch()
    finally:
        os.umask(before)
    assert readable_by_others(tmp_path / "data") == []
    assert [path.stat().st_mode & 0o777 for path in sorted(tmp_path.glob("elsewhere*"))] == [0o600, 0o600]
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "other").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("name", ["secret", "audit-key"])
@pytest.mark.parametrize("text", ["", "\n", "cut"])
def test_an_empty_or_cut_secret_is_refused_with_one_line(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    refused = run(tmp_path, "migrate", HELI_SECRET="", HELI_AUDIT_KEY="")
    assert refused.returncode == 2
    assert refused.stdout == ""
    (line,) = refused.stderr.splitlines()
    assert name in line
    assert (tmp_path / name).read_text() == text


def test_a_secret_is_made_once_by_whoever_comes_first(tmp_path):
    path = tmp_path / "new" / "secret"
    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(lambda _number: kept_secret(path), range(64)))
    assert found == {path.read_text()}
    assert [one.name for one in path.parent.iterdir()] == ["secret"]
    assert len(path.read_text()) == 96
