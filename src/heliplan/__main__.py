"""Solve a problem from the shell: ``python -m heliplan KIND problem.json -o plan.json``.

The answer is one JSON object: ``kind``, ``status``, ``value``, ``bound``, ``gap``, ``parts``,
``levels`` (value and bound of goals in a strict order), ``engine``,
``seed``, ``seconds``, ``conflicts`` and ``warnings`` (code and params each), and ``plan`` (null without one).
Exit code 0: there is a plan; 1: there is none, and ``conflicts`` says why; 2: in one line, the input is wrong
or what it needs is not installed.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from heliplan.codec import dumps
from heliplan.kinds import KINDS, package, plan_class, problem_class
from heliplan.result import Result
from heliplan.stop import Event, Stop


def main(words: list[str] | None = None) -> int:
    """Run with these words (default: those of the command line); the exit code."""
    asked = _parser().parse_args(words)
    try:
        return _run(asked)
    except (ValueError, TypeError, OSError, ImportError) as wrong:
        sys.stderr.write(f"heliplan: {_line(wrong)}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="heliplan", description="Solve a planning problem given as JSON.")
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("problem", type=Path, help="the problem, as its to_json writes it")
    parser.add_argument("-o", "--output", type=Path, help="where the answer goes (default: the screen)")
    parser.add_argument("--time", type=float, metavar="SECONDS", help="stop after so many seconds")
    parser.add_argument("--iterations", type=int, help="stop after so many iterations of the engine")
    parser.add_argument("--gap", type=float, default=0.0, help="stop at this gap (0.01: one percent)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=Path, help="a plan or answer to be changed as little as possible")
    parser.add_argument("--plot", type=Path, help="draw the plan as SVG")
    parser.add_argument("--progress", action="store_true", help="tell on the screen how far it is")
    return parser


def _run(asked: argparse.Namespace) -> int:
    stop = Stop(seconds=asked.time, iterations=asked.iterations, gap=asked.gap)
    problem = problem_class(asked.kind).from_json(_text(asked.problem))
    start = None if asked.start is None else _plan(asked.kind, _text(asked.start))
    tell = _tell if asked.progress else None
    result = package(asked.kind).solve(problem, stop, seed=asked.seed, start=start, progress=tell)
    if result.plan is not None:
        report = package(asked.kind).check(problem, result.plan, start=start)
        if report.violations:
            raise RuntimeError(f"a plan that breaks its rules was made: {report.violations[0]}")
    _write(asked.output, dumps(answer(asked.kind, problem, result)) + "\n")
    if asked.plot is not None and result.plan is not None:
        from heliplan.plot import plot  # noqa: PLC0415  # only those who draw pay for it

        asked.plot.write_text(plot(problem, result.plan), encoding="utf-8")
    return 0 if result.plan is not None else 1


def answer(kind: str, problem: Any, result: Result[Any]) -> dict[str, Any]:
    """A result as plain data, as this module's docstring says."""
    warnings = problem.warnings() if hasattr(problem, "warnings") else ()
    return {
        "kind": kind,
        "status": str(result.status),
        "value": result.value,
        "bound": result.bound,
        "gap": result.gap,
        "parts": dict(result.parts),
        "levels": {name: list(both) for name, both in result.levels.items()},
        "engine": result.engine,
        "seed": result.seed,
        "seconds": round(result.seconds, 3),
        "conflicts": [{"code": why.code, "params": dict(why.params)} for why in result.conflicts],
        "warnings": [{"code": why.code, "params": dict(why.params)} for why in warnings],
        "plan": None if result.plan is None else json.loads(result.plan.to_json()),
    }


def _plan(kind: str, text: str) -> Any:
    """A plan out of an answer, or a plan alone."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as broken:
        raise ValueError(f"start: not JSON: {broken}") from None
    inner = found["plan"] if isinstance(found, dict) and "plan" in found else found
    if inner is None:
        raise ValueError("start: the answer has no plan")
    return plan_class(kind).from_json(json.dumps(inner))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{path}: not UTF-8 text") from None


def _write(path: Path | None, text: str) -> None:
    if path is None:
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")


def _tell(event: Event) -> None:
    steps = (
        "" if event.done is None else f" {event.done}" + ("" if event.total is None else f"/{event.total}")
    )
    value = "" if event.value is None else f" value {event.value}"
    bound = "" if event.bound is None else f" bound {event.bound}"
    sys.stderr.write(f"{event.seconds:8.1f} s {event.phase}{steps}{value}{bound}\n")


def _line(wrong: Exception) -> str:
    if isinstance(wrong, OSError) and wrong.filename is not None:
        return f"{wrong.filename}: {wrong.strerror}"
    return " ".join(str(wrong).split())


if __name__ == "__main__":
    raise SystemExit(main())
