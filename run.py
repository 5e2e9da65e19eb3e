#!/usr/bin/env python3
"""Set Heli up and start it: standard library only; Linux, macOS, Windows.

python3 run.py demo        an invented zone on http://127.0.0.1:8000, and an invented village's two tables
python3 run.py test        everything that CI runs (--quick: without the slow tests)
python3 run.py bench       the figures: table and JSON
python3 run.py heliplan …  the planning library alone: heliplan KIND problem.json -o plan.json
python3 run.py WORD …      every other word goes to the `heli` command: python3 run.py tables --help
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOWEST = (3, 11)


def say(text: str) -> None:
    """One line of progress, at once."""
    print(text, file=sys.stderr, flush=True)


def fail(zh: str, en: str) -> None:
    """End with one clear line in both languages."""
    say(f"{zh}\n{en}")
    raise SystemExit(2)


def run(*words: str | Path, quiet: bool = False) -> int:
    """Run a program in the project's folder; its exit code (127: there is no such program)."""
    hide = subprocess.DEVNULL if quiet else None
    try:
        done = subprocess.run([str(word) for word in words], cwd=ROOT, stdout=hide, stderr=hide, check=False)
        return done.returncode
    except FileNotFoundError:
        return 127


def make_venv() -> None:
    """Make `.venv` if it is not there or its Python is gone."""
    if run(PYTHON, "-c", "pass", quiet=True) == 0:
        return
    say("正在建立运行环境 .venv … / making .venv …")
    if run(sys.executable, "-m", "venv", "--clear", VENV) != 0:
        fail(
            "建不了 .venv：请先安装 Python 的 venv 模块（Debian/Ubuntu：apt install python3-venv）。",
            "Cannot make .venv: install Python's venv module (Debian/Ubuntu: apt install python3-venv).",
        )


def install(group: str) -> None:
    """Install one hashed list of requirements, unless exactly this list is in already."""
    locked = ROOT / "requirements" / f"{group}.txt"
    print_of = hashlib.sha256(locked.read_bytes() + sys.version.encode()).hexdigest()
    stamp = VENV / f"{group}.installed"
    if stamp.exists() and stamp.read_text() == print_of:
        return
    say(f"正在安装所需软件（{group}）… / installing what Heli needs ({group}) …")
    began = time.monotonic()
    if not (install_with_uv(locked) or install_with_pip(locked)):
        fail(
            "安装没有成功：请看上面的提示，检查网络或软件源后再试一次。",
            "Installation failed: see the lines above, check the network or package mirror, and try again.",
        )
    # compiled now, once: else every start compiles again where Python may not write its byte code
    run(PYTHON, "-m", "compileall", "-q", "-j", "0", ROOT / "src")
    stamp.write_text(print_of)
    say(f"  {time.monotonic() - began:.0f} s")


def install_with_uv(locked: Path) -> bool:
    """Use uv: the one on the path, or one from the package index; false when there is none or it fails."""
    own_uv = VENV / ("Scripts/uv.exe" if os.name == "nt" else "bin/uv")
    uv: str | Path = "uv"
    if run(uv, "--version", quiet=True) != 0:
        uv = own_uv
        if not own_uv.exists() and run(PYTHON, "-m", "pip", "install", "--quiet", "uv", quiet=True) != 0:
            return False
    words = ("pip", "install", "--quiet", "--compile-bytecode", "--require-hashes")
    return run(uv, *words, "--python", PYTHON, "-r", locked) == 0


def install_with_pip(locked: Path) -> bool:
    """Use the plain pip of `.venv`."""
    return run(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", locked) == 0


def set_up(*groups: str) -> None:
    """Make everything ready; quick when it is."""
    make_venv()
    for group in groups:
        install(group)
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")])
    )
    os.environ.setdefault("PYTHONUTF8", "1")


def compile_loops() -> None:
    """Compile the loops of the planning library, where numba is installed and they are not compiled yet.

    A failure is said and ends nothing: without compiled loops a solve takes another way.
    """
    run(PYTHON, "-m", "heliplan.compiling")


def test(words: list[str]) -> int:
    """All that CI runs, in the order in which it fails fastest."""
    set_up("base", "test")
    compile_loops()
    quick = "--quick" in words
    rest = [word for word in words if word != "--quick"]
    marks = ["-m", "not slow"] if quick else []
    tests = ["-m", "pytest", "-n", "2", *marks, *rest]
    steps: list[list[str]] = [
        ["-m", "ruff", "check", "."],
        ["scripts/messages.py", "--check"],
        ["-m", "ruff", "format", "--check", "."],
        ["-m", "mypy"],
        ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        tests,
    ]
    for step in steps:
        say("· " + " ".join(word for word in step if word != "-m"))
        code = run(PYTHON, *step)
        if code != 0:
            return code
    return on_postgres([*tests, "--database-only", "--ignore=tests/browser"])


def on_postgres(tests: list[str]) -> int:
    """The tests that touch the database once more, on a PostgreSQL server of their own."""
    sys.path.insert(0, str(ROOT / "scripts"))
    import postgres  # noqa: PLC0415 - ours, and only for this

    if os.environ.get("HELI_DATABASE"):
        return 0
    say("· PostgreSQL: " + " ".join(tests[1:]))
    try:
        with postgres.server() as address:
            os.environ["HELI_DATABASE"] = address
            code = run(PYTHON, *tests)
    except FileNotFoundError:
        fail(
            "没有 PostgreSQL，数据库测试只做了一半（Debian/Ubuntu：apt install postgresql）。",
            "No PostgreSQL: the database tests ran on SQLite only (Debian/Ubuntu: apt install postgresql).",
        )
    nothing_chosen = 5  # the words after `test` named only tests without a database
    return 0 if code == nothing_chosen else code


def lock() -> int:
    """Write `requirements/*.txt`: hashed, for every platform, without addresses."""
    set_up("base", "test")
    uv = shutil.which("uv") or VENV / ("Scripts/uv.exe" if os.name == "nt" else "bin/uv")
    options = (
        "--universal",
        "--generate-hashes",
        "--no-header",
        "--no-annotate",
        "--python-version",
        "3.11",
        "--quiet",
    )
    for group in ("base", "test", "bench"):
        more = [path for path in [ROOT / "requirements" / f"{group}.in"] if path.exists()]
        target = ROOT / "requirements" / f"{group}.txt"
        code = run(uv, "pip", "compile", *options, "pyproject.toml", *more, "-o", target)
        if code != 0:
            return code
    return 0


def main() -> int:
    """Choose by the first word."""
    if sys.version_info < LOWEST:
        fail("需要 Python 3.11 或更新的版本。", "Python 3.11 or newer is needed.")
    words = sys.argv[1:] or ["help"]
    if words[0] == "test":
        return test(words[1:])
    if words[0] == "bench":
        set_up("base", "bench")
        compile_loops()
        return run(PYTHON, "-m", "bench", *words[1:])
    if words[0] == "messages":
        set_up("base", "test")
        return run(PYTHON, "scripts/messages.py", *words[1:])
    if words[0] == "lock":
        return lock()
    set_up("base")
    if words[0] == "heliplan":
        compile_loops()
    # in the caller's own folder: the files named on the command line are relative to it
    program = words if words[0] == "heliplan" else ["heli", *words]
    return subprocess.run([str(PYTHON), "-m", *program], check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
