"""The guides' examples run, and their shell lines work as written."""

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from bench.__main__ import PARTS
from tests.heliplan.kinds_cases import problem_of

from heliplan.__main__ import main
from heliplan.kinds import KINDS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "planning"
GUIDES = sorted(FOLDER.glob("*.md"))


def shell_lines(guide):
    """Every command that a guide tells to type, in a block or in a line."""
    text = guide.read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    inline = re.findall(r"`((?:python3?|PYTHONPATH\S*) [^`\n]+)`", text)
    return [line for block in blocks for line in block.splitlines() if line.strip()] + inline


LINES = [(guide.stem, line) for guide in GUIDES for line in shell_lines(guide)]


def test_every_kind_has_a_guide_with_a_shell_line():
    named = {line.split()[3] for _, line in LINES if line.startswith("python3 run.py heliplan ")}
    assert named == set(KINDS)
    assert set(KINDS) <= {guide.stem for guide in GUIDES}


@pytest.mark.parametrize(("guide", "line"), LINES)
def test_a_shell_line_works_as_written(guide, line, tmp_path, monkeypatch):
    words = shlex.split(line)
    if words[:3] == ["python3", "run.py", "heliplan"]:
        if words[3:] == []:
            return
        (tmp_path / "problem.json").write_text(problem_of(words[3]).to_json(), encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        # run.py hands these words on as they are, once all is set up
        assert main(words[3:]) == 0
        assert (tmp_path / "plan.json").exists()
    elif words[:3] == ["python3", "run.py", "bench"]:
        told = words[words.index("--only") + 1 :] if "--only" in words else []
        assert set(told) <= set(PARTS), guide
    else:
        assert words[:2] == ["python", "-m"], line
        assert importlib.util.find_spec(words[2]) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_run(kind, tmp_path):
    text = (FOLDER / f"{kind}.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    (tmp_path / "example.py").write_text(code, encoding="utf-8")
    surroundings = {"PYTHONPATH": str(ROOT / "src"), "PATH": ""}
    command = [sys.executable, "example.py"]
    done = subprocess.run(
        command, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
