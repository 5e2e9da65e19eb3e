"""The shell and the drawings, for every kind of problem; wrong input is one clear line and exit code 2."""

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import heliplan
from heliplan.__main__ import main
from heliplan.division import DivisionProblem
from heliplan.grouping import GroupingProblem
from heliplan.kinds import KINDS, package, plan_class, problem_class
from heliplan.linking import LinkingPlan, LinkingProblem, Points
from heliplan.plot import plot
from heliplan.roster import Mode, RosterPlan, RosterProblem
from heliplan.shifts import ShiftsPlan, ShiftsProblem
from heliplan.siting import Goal, Planar, SitingProblem
from heliplan.timetable import TimetableProblem

DIVISION = DivisionProblem(
    points=[[0, 0], [9, 0], [20, 0], [31, 0]],
    edges=[[0, 1], [1, 2], [2, 3]],
    measures=[2, 2, 2, 2],
    grids=2,
    low=3,
    high=5,
)
GROUPING = GroupingProblem([1, 1, 1, 2, 0], 3, 4, point=[[0, 0], [5, 5], [9, 0], [400, 4], [7, 7]])
SITING = SitingProblem(Goal.MEDIAN, Planar([[0, 0], [1, 0], [9, 0], [10, 0]], [[0, 1], [10, 1], [5, 5]]), p=2)
TIMETABLE = TimetableProblem([0, 0, 1], [1, 2], [5, 5], [9], [[True] * 3], wish_time=[[0, 0, 1], [1, 0, 0]])


@pytest.fixture
def problem(tmp_path):
    path = tmp_path / "problem.json"
    path.write_text(GROUPING.to_json(), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("kind", "one"),
    [("division", DIVISION), ("grouping", GROUPING), ("siting", SITING), ("timetable", TIMETABLE)],
)
def test_a_problem_in_an_answer_out_and_again_from_it(tmp_path, kind, one):
    path, first, again = (tmp_path / name for name in ("problem.json", "first.json", "again.json"))
    path.write_text(one.to_json(), encoding="utf-8")
    drawing = tmp_path / "plan.svg"
    assert main([kind, str(path), "-o", str(first), "--time", "20", "--plot", str(drawing)]) == 0
    assert main([kind, str(path), "-o", str(again), "--start", str(first)]) == 0
    answer = json.loads(first.read_text("utf-8"))
    assert (answer["kind"], answer["status"], answer["gap"]) == (kind, "optimal", 0.0)
    assert json.loads(again.read_text("utf-8"))["plan"] == answer["plan"]
    assert ElementTree.parse(drawing).getroot().tag.endswith("svg")  # noqa: S314  # our own file


def test_progress_tells_the_seconds(problem, tmp_path, capsys):
    assert main(["grouping", str(problem), "-o", str(tmp_path / "plan.json"), "--progress"]) == 0
    assert " s " in capsys.readouterr().err


def test_without_an_output_the_answer_goes_to_the_screen(problem, capsys):
    assert main(["grouping", str(problem)]) == 0
    assert json.loads(capsys.readouterr().out)["plan"]["seat"]


def test_no_plan_is_exit_code_one_with_the_reason(tmp_path, capsys):
    path = tmp_path / "problem.json"
    path.write_text(GroupingProblem([1, 1], 3, fixed=[[0, 1]]).to_json(), encoding="utf-8")
    assert main(["grouping", str(path)]) == 1
    assert json.loads(capsys.readouterr().out)["conflicts"][0]["code"] == "pin_unreachable"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ('{"members": [1, -2], "threshold": 3}', "members[1]: -2"),
        ('{"members": [1], "threshold": 3, "colour": 1}', "colour: no such field"),
        ('{"members": [1], "threshold": "three"}', "threshold"),
        ('{"members": [[1]], "threshold": 3}', "members: shape"),
    ],
)
def test_wrong_input_is_one_line_and_exit_code_two(tmp_path, text, says, capsys):
    path = tmp_path / "problem.json"
    path.write_text(text, encoding="utf-8")
    assert main(["grouping", str(path)]) == 2
    line = capsys.readouterr().err
    assert says in line
    assert line.count("\n") == 1


def test_a_missing_file_and_a_wrong_start_are_one_line(problem, tmp_path, capsys):
    assert main(["grouping", str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err
    problem.with_name("start.json").write_text('{"plan": {"seat": [0]}}', encoding="utf-8")
    assert main(["grouping", str(problem), "--start", str(problem.with_name("start.json"))]) == 2
    assert "seat" in capsys.readouterr().err
    assert main(["grouping", str(problem), "--time", "-1"]) == 2
    assert "seconds" in capsys.readouterr().err


def test_every_kind_has_the_agreed_names():
    for name in KINDS:
        assert callable(package(name).solve)
        assert callable(package(name).check)
        for cls in (problem_class(name), plan_class(name)):
            assert callable(cls.from_json)
            assert callable(cls.to_json)
    with pytest.raises(ValueError, match="kind"):
        package("nothing")


def test_shifts_are_drawn_with_what_a_day_lacks():
    problem = ShiftsProblem(
        **{"minutes": [480], "follows": [[True]], "max_shifts": [[9], [9]], "max_minutes": [9000, 9000]},
        **{"min_minutes": [0, 0], "max_run": [9, 9], "min_run": [1, 1], "min_rest": [1, 1]},
        **{"max_weekends": [9, 9], "absent": np.zeros((2, 7), bool), "required": [[2]] * 7},
        **{"under": [[1]] * 7, "over": [[1]] * 7},
    )
    drawn = plot(problem, ShiftsPlan([[0] * 7, [0, 0, 0, 0, 0, -1, -1]]))
    assert drawn.count("−1") == 2


def test_linking_and_roster_are_drawn():
    linking = LinkingProblem(Points([[0, 0], [9, 9]], [[3, 3]]), 0, 2)
    roster = RosterProblem(Mode.ROTATION, np.ones((2, 7, 1)), [0, 1], [0, 0], [0, 0], [[1, 0, 0], [1, 0, 0]])
    plans = [
        (linking, LinkingPlan([0, 0])),
        (roster, RosterPlan([1], [0], [0], [[0, 0, 0], [1, 0, 0]], [-1, -1], [-1] * 7)),
    ]
    for one, plan in plans:
        drawn = ElementTree.fromstring(plot(one, plan))  # noqa: S314  # our own text
        assert len(drawn) > 3


def test_what_cannot_be_drawn_says_why():
    with pytest.raises(ValueError, match="point"):
        plot(GroupingProblem([3], 3), None)
    with pytest.raises(ValueError, match="kind"):
        plot("a problem", None)


@pytest.mark.parametrize(
    "first",
    [
        "import highspy, ortools.sat.python.cp_model_helper",
        "import ortools.sat.python.cp_model_helper, highspy",
    ],
)
def test_both_solvers_in_one_process_in_either_order_and_never_pandas(first):
    code = f"{first}\nimport sys, heliplan.grouping, heliplan.timetable\nassert 'pandas' not in sys.modules"
    environment = {**os.environ, "PYTHONPATH": str(Path(heliplan.__file__).parents[1])}
    assert subprocess.run([sys.executable, "-c", code], check=False, env=environment).returncode == 0
