"""What import contracts cannot show: sizes, no signals, no web request below the views, clean locks."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
MOST_ANY = 60
"""Lines of the product in which ``Any`` may stand, imports among them: where a library forces it."""
OWN = [
    *SOURCES,
    *sorted((ROOT / "tests").rglob("*.py")),
    *sorted((ROOT / "bench").rglob("*.py")),
    ROOT / "run.py",
]


def name(path):
    return str(path.relative_to(ROOT))


def functions(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of_code(node):
    """Lines of a function without its docstring: a promise may be as long as it needs."""
    first = node.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str)
    docstring = first.end_lineno - first.lineno + 1 if documented else 0
    return node.end_lineno - node.lineno + 1 - docstring


@pytest.mark.parametrize("path", OWN, ids=name)
def test_a_file_has_at_most_600_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 600


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_function_has_at_most_40_lines_and_a_view_25(path):
    limit = 25 if path.name == "views.py" or path.parent.name == "views" else 40
    long = {node.name: lines_of_code(node) for node in functions(path) if lines_of_code(node) > limit}
    assert long == {}


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_public_functions_say_what_they_promise(path):
    if "management" in path.parts or "migrations" in path.parts:
        pytest.skip("management commands carry their promise in `help`, migrations in their name")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if ast.get_docstring(node) is None
    ]
    assert public == []


def test_any_is_rare_and_has_no_other_name():
    lines = [
        line
        for path in SOURCES
        for line in path.read_text("utf-8").splitlines()
        if name(path).startswith("src/heli/") and re.search(r"\bAny\b", line)
    ]
    assert len(lines) <= MOST_ANY, "say object, a protocol, a TypedDict or a record"
    assert not [line for line in lines if re.search(r"\bAny as\b|= Any$", line)]


def test_no_signals_as_control_flow():
    found = [
        name(path)
        for path in SOURCES
        if re.search(r"django\.(dispatch|db\.models\.signals)", path.read_text("utf-8"))
    ]
    assert found == []


def test_commands_queries_and_rules_know_no_web_request():
    below = [path for path in SOURCES if path.name in {"commands.py", "queries.py", "rules.py"}]
    takes_request = [
        f"{name(path)}:{node.name}"
        for path in below
        for node in functions(path)
        if any(argument.arg == "request" for argument in node.args.args)
    ]
    assert below
    assert takes_request == []


def test_foreign_keys_across_slices_leave_no_trace_on_the_other_side():
    for path in SOURCES:
        for match in re.finditer(
            r"(?:ForeignKey|OneToOneField|ManyToManyField)\(\s*\"\w+\.\w+\"[^)]*\)", path.read_text("utf-8")
        ):
            assert 'related_name="+"' in match.group(), name(path)


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=name)
def test_locked_requirements_are_hashed_and_name_no_address(path):
    text = path.read_text("utf-8")
    assert "--hash=sha256:" in text
    assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links", text)
