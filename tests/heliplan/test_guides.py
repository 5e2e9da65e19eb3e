"""Every example in the guides runs as it stands."""

import re
from pathlib import Path

import pytest

GUIDES = Path(__file__).resolve().parents[2] / "docs" / "planning"


@pytest.mark.parametrize("name", ["grouping", "timetable"])
def test_the_example_runs(name, capsys):
    text = (GUIDES / f"{name}.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert examples
    for example in examples:
        exec(compile(example, f"{name}.md", "exec"), {})  # noqa: S102  # our own text
    assert "optimal" in capsys.readouterr().out
