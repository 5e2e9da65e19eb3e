"""The worked example of ``CONTRIBUTING.md``, "Add a slice": a small slice of lost items.

Its files are those of ``tests/example``, its edits those of the document. Both are put into a copy of the
house, where the slice must pass the import contracts, the access walk and its own tests.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "tests" / "example"
NAME = "lost_items"
EDIT = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|$", re.M)


def edits():
    """(file, the line above which to write, what to write), as the document says."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    return EDIT.findall(text.partition("## Add a slice")[2].partition("\n## ")[0])


def apply(house):
    for file, below, line in edits():
        path = house / file
        lines = path.read_text("utf-8").splitlines(keepends=True)
        at = next(at for at, text in enumerate(lines) if text.strip() == below)
        indent = lines[at][: -len(lines[at].lstrip())]
        path.write_text("".join([*lines[:at], f"{indent}{line}\n", *lines[at:]]), "utf-8")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A copy of the house with the slice in it."""
    made = tmp_path_factory.mktemp("house")
    skipped = shutil.ignore_patterns("__pycache__", "fonts", "frozen", "books", "browser", "heliplan")
    shutil.copytree(ROOT / "src" / "heli", made / "src" / "heli", ignore=skipped)
    shutil.copytree(ROOT / "src" / "heliplan", made / "src" / "heliplan")
    shutil.copytree(ROOT / "tests", made / "tests", ignore=skipped)
    for file in ("pyproject.toml", ".importlinter"):
        shutil.copy(ROOT / file, made / file)
    apply(made)
    shutil.copytree(EXAMPLE / "slice", made / "src" / "heli" / NAME)
    shutil.copytree(EXAMPLE / "tests", made / "tests" / NAME)
    return made


def run(house, *program):
    """Run Python in the copy; it must end well. What it said."""
    environment = {**os.environ, "PYTHONPATH": str(house / "src"), "HELI_DATA": str(house / "data")}
    environment |= {"HELI_DEMO": "1"}
    for name in ("HELI_DATABASE", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "DJANGO_SETTINGS_MODULE"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, *program], cwd=house, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_a_slice_is_a_folder_and_at_most_three_edits():
    assert 0 < len(edits()) <= 3


def test_a_page_has_at_most_35_lines():
    """The page of the list: its view, its line among the addresses, its template."""
    tree = ast.parse((EXAMPLE / "slice" / "views.py").read_text("utf-8"))
    view = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "items")
    first = min(decorator.lineno for decorator in view.decorator_list)
    template = EXAMPLE / "slice" / "templates" / NAME / "items.html"
    lines = view.end_lineno - first + 1 + 1 + len(template.read_text("utf-8").splitlines())
    assert 15 < lines <= 35


def test_a_spreadsheet_has_at_most_100_lines():
    """All that it needs: how it is read, what an import writes, its address and its name."""
    files = [EXAMPLE / "slice" / name for name in ("sheets.py", "imports.py")]
    text = [line for file in files for line in file.read_text("utf-8").splitlines() if line.strip()]
    assert 60 < len(text) + 2 <= 100


@pytest.mark.slow
def test_the_slice_keeps_the_contracts(house):
    said = run(house, "-c", "import sys; from importlinter.cli import lint_imports as f; sys.exit(f())")
    assert "0 broken" in said


@pytest.mark.slow
def test_the_slice_may_not_import_what_stands_above_it(house):
    """The contracts look at the slice: an import from above is found."""
    views = house / "src" / "heli" / NAME / "queries.py"
    before = views.read_text("utf-8")
    views.write_text(before + "\nfrom heli.duties.models import Turn\n", "utf-8")
    try:
        with pytest.raises(AssertionError, match=r"heli\.lost_items"):
            run(house, "-c", "import sys; from importlinter.cli import lint_imports as f; sys.exit(f())")
    finally:
        views.write_text(before, "utf-8")


@pytest.mark.slow
def test_the_slice_is_found_and_walked(house):
    """Its addresses, its buttons, its own tests; and its migration makes its tables as they are."""
    picked = f"{NAME} or url or button"
    paths = ["tests/test_access.py", f"tests/{NAME}", "-k", picked, "-m", "not slow"]
    said = run(house, "-m", "pytest", "-vv", *paths)
    assert f"everybody_gets_what_the_table_says[{NAME}]" in said
    assert f"tests/{NAME}/test_items.py" in said
    run(house, "-m", "heli", "makemigrations", "--check", "--dry-run")


@pytest.mark.slow
def test_a_slice_without_rows_of_access_is_found_out(house):
    access = house / "tests" / NAME / "access.py"
    kept = access.rename(access.with_suffix(".away"))
    try:
        with pytest.raises(AssertionError, match="lost_item_new"):
            run(house, "-m", "pytest", "tests/test_access.py", "-vv", "-k", "every_url")
    finally:
        kept.rename(access)
