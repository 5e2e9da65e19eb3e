"""The guide's examples run and print what the guide says."""

import re
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[3] / "docs" / "planning" / "division.md"


def test_the_examples_print_what_the_guide_says(capsys: pytest.CaptureFixture[str]) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    said = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    exec("\n".join(code), {})  # noqa: S102 - our own guide
    assert capsys.readouterr().out == "".join(said)
