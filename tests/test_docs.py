"""What the documents say is true: options exist, examples run, files named are there."""

import re
from pathlib import Path

import pytest
from django.core.management import load_command_class

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md"))


def name(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_options_of_the_command_exist(page):
    parser = load_command_class("heli.plans", "tables").create_parser("heli", "tables")
    known = {option for action in parser._actions for option in action.option_strings}
    for line in page.read_text("utf-8").splitlines():
        if "run.py tables" in line or "heli tables" in line:
            for option in re.findall(r"--[a-z][a-z-]+", line):
                assert option in known, line


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


WITH_EXAMPLES = [page for page in PAGES if "```python" in page.read_text("utf-8")]


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=name)
def test_examples_run(page):
    code = "".join(re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL))
    exec(compile(code, str(page), "exec"), {})  # noqa: S102 - our own documents, read from top to bottom
