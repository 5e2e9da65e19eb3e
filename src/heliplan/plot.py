"""One call draws a plan as SVG: plain text, nothing to install.

Places are dots and lines on a map without scale; times are a grid. Bodies and activities are told apart by
number as well as by colour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from heliplan.kinds import KINDS, kind_of
from heliplan.siting.problem import nearest_open

SIZE = 800
MARGIN = 30
CELL = 34
INK, PAPER, ACCENT, QUIET, WARN = "#1d2522", "#fbfaf6", "#0f5c56", "#9aa5a0", "#b3261e"
HUES = ("#0f5c56", "#8a5a00", "#35558a", "#7a3b69", "#4d6b1f", "#a0442c", "#2f6f8f", "#5b4a9c")


def plot(problem: Any, plan: Any) -> str:
    """Draw a plan.

    Returns
    -------
    str
        An SVG document.

    Raises
    ------
    ValueError
        If the problem has no places to draw, or is of no kind that the library knows.
    """
    name = kind_of(problem)
    draw: Callable[[Any, Any], str] = globals()[f"_{KINDS[name].draw}"]
    return draw(problem, plan)


def _linking(problem: Any, plan: Any) -> str:
    """Every household a dot, a line to its member (a square); households without a member are red rings."""
    near = problem.nearness
    if not hasattr(near, "households"):
        raise ValueError("nearness: distances alone have no map; points are needed")
    place = _Map([near.households, near.members])
    marks = []
    for household, member in enumerate(plan.member.tolist()):
        if member < 0:
            marks.append(place.ring(near.households[household], str(household)))
            continue
        ends = (near.households[household], near.members[member])
        marks += [place.line(*ends, HUES[member % len(HUES)]), place.dot(ends[0], HUES[member % len(HUES)])]
    marks += [place.square(at, HUES[i % len(HUES)], str(i)) for i, at in enumerate(near.members)]
    return _svg(SIZE, SIZE, marks)


def _division(problem: Any, plan: Any) -> str:
    """Every unit a dot in its grid's colour, every neighbour of the same grid a line, the grid's number."""
    place = _Map([problem.points])
    grid = plan.grid
    marks = [
        place.line(problem.points[a], problem.points[b], HUES[int(grid[a]) % len(HUES)])
        for a, b in problem.edges.tolist()
        if grid[a] == grid[b]
    ]
    marks += [
        place.dot(problem.points[unit], HUES[number % len(HUES)]) for unit, number in enumerate(grid.tolist())
    ]
    for number in sorted(set(grid.tolist())):
        middle = problem.points[grid == number].mean(axis=0)
        marks.append(place.square(middle, HUES[number % len(HUES)], str(number)))
    return _svg(SIZE, SIZE, marks)


def _siting(problem: Any, plan: Any) -> str:
    """Every point a dot, a line to the open site (a square) that serves it or is nearest."""
    where = problem.distances
    if not hasattr(where, "point_xy"):
        raise ValueError("distances: without plane coordinates there is no map")
    place = _Map([where.point_xy, where.site_xy])
    sites = np.array(plan.open, np.int64)
    serving = plan.served_by
    if serving is None:
        serving = nearest_open(where, plan.open)[0] if len(sites) else np.full(problem.points, -1)
    hue = {site: HUES[i % len(HUES)] for i, site in enumerate(plan.open)}
    marks = []
    for point, site in enumerate(serving.tolist()):
        at = where.point_xy[point]
        if site in hue:
            marks += [place.line(at, where.site_xy[site], hue[site]), place.dot(at, hue[site])]
        else:
            marks.append(place.ring(at, str(point)))
    marks += [place.square(where.site_xy[site], colour, str(site)) for site, colour in hue.items()]
    return _svg(SIZE, SIZE, marks)


def _grouping(problem: Any, plan: Any) -> str:
    """Every unit a dot, a line to its body's seat (a square); units in no body are red rings."""
    if problem.point is None:
        raise ValueError("point: without points there is no map")
    place = _Map([problem.point])
    marks = []
    hue = {seat: HUES[i % len(HUES)] for i, seat in enumerate(plan.bodies.tolist())}
    for unit, seat in enumerate(plan.seat.tolist()):
        at = problem.point[unit]
        if seat >= 0:
            marks += [place.line(at, problem.point[seat], hue[seat]), place.dot(at, hue[seat])]
        elif problem.open[unit]:
            marks.append(place.ring(at, str(unit)))
    marks += [place.square(problem.point[seat], colour, str(seat)) for seat, colour in hue.items()]
    return _svg(SIZE, SIZE, marks)


def _roster(problem: Any, plan: Any) -> str:
    """Shifts down, days across: members by number; seats that nobody takes are red."""
    keys = sorted(set(zip(problem.shift_period.tolist(), problem.shift_post.tolist(), strict=True)))
    row = {key: i for i, key in enumerate(keys)}
    sitting: list[list[int]] = [[] for _ in range(problem.shifts)]
    for member, shift in zip(plan.member.tolist(), plan.shift.tolist(), strict=True):
        sitting[shift].append(member)
    cells = []
    for shift in range(problem.shifts):
        at = row[int(problem.shift_period[shift]), int(problem.shift_post[shift])]
        text = " ".join(map(str, sitting[shift]))
        short = int(plan.unfilled[shift].sum())
        lines = [text, f"−{short}"] if short else [text]
        cells.append((int(problem.shift_day[shift]), at, lines, WARN if short else ACCENT))
    days = [str(day) for day in problem.weekday.tolist()]
    return _grid(days, [f"{period}·{post}" for period, post in keys], cells, 3 * CELL)


def _shifts(problem: Any, plan: Any) -> str:
    """People down, days across: the number of the shift; under them in red how many each day lacks in all."""
    cells = [
        (day, person, [str(shift)], HUES[shift % len(HUES)])
        for person, row in enumerate(plan.shift.tolist())
        for day, shift in enumerate(row)
        if shift >= 0
    ]
    there = (plan.shift[:, :, None] == np.arange(problem.required.shape[1])).sum(axis=0)
    lacking = np.maximum(problem.required - there, 0).sum(axis=1)
    people = len(plan.shift)
    cells += [(day, people, [f"−{lacks}"], WARN) for day, lacks in enumerate(lacking.tolist()) if lacks]
    heads = [str(day) for day in range(plan.shift.shape[1])]
    return _grid(heads, [*map(str, range(people)), "−"], cells, CELL)


def _timetable(problem: Any, plan: Any) -> str:
    """Places down, slots across: activities by number; wishes not met are red."""
    cells = []
    rows = zip(plan.activity.tolist(), plan.begin.tolist(), plan.place.tolist(), strict=True)
    for activity, begin, place in rows:
        wished = problem.wish_time[activity]
        late = bool(wished.any() and not wished[begin])
        away = int(problem.wish_place[activity]) not in (-1, place)
        for slot in range(begin, begin + int(problem.length[activity])):
            cells.append((slot, place, [str(activity)], WARN if late or away else ACCENT))
    heads = [str(day) for day in problem.day.tolist()]
    return _grid(heads, [str(place) for place in range(problem.places)], cells, CELL)


class _Map:
    """Places on paper: one scale in both directions, north up."""

    def __init__(self, points: Iterable[NDArray[Any]]) -> None:
        every = np.concatenate([np.zeros((0, 2)), *points]).astype(float)
        self._low = every.min(axis=0) if len(every) else np.zeros(2)
        span = (every.max(axis=0) - self._low).max() if len(every) else 1
        self._scale = (SIZE - 2 * MARGIN) / (float(span) or 1.0)

    def _at(self, point: NDArray[Any]) -> tuple[float, float]:
        x, y = (point - self._low) * self._scale
        return round(MARGIN + float(x), 1), round(SIZE - MARGIN - float(y), 1)

    def line(self, here: NDArray[Any], there: NDArray[Any], colour: str) -> str:
        """A line between two places."""
        (x, y), (u, v) = self._at(here), self._at(there)
        return f'<line x1="{x}" y1="{y}" x2="{u}" y2="{v}" stroke="{colour}" stroke-width="1"/>'

    def dot(self, at: NDArray[Any], colour: str) -> str:
        """A small dot."""
        x, y = self._at(at)
        return f'<circle cx="{x}" cy="{y}" r="2.5" fill="{colour}"/>'

    def ring(self, at: NDArray[Any], text: str) -> str:
        """A red ring with its number."""
        x, y = self._at(at)
        ring = f'<circle cx="{x}" cy="{y}" r="4.5" fill="none" stroke="{WARN}" stroke-width="1.5"/>'
        return ring + _text(x + 7, y + 3, text, WARN)

    def square(self, at: NDArray[Any], colour: str, text: str) -> str:
        """A square with its number."""
        x, y = self._at(at)
        box = f'<rect x="{x - 4}" y="{y - 4}" width="8" height="8" fill="{colour}"/>'
        return box + _text(x + 6, y - 5, text, INK)


def _grid(heads: list[str], sides: list[str], cells: list[tuple[int, int, list[str], str]], wide: int) -> str:
    """A table: column heads, row heads, cells as (column, row, lines, colour)."""
    left, top = 2 * CELL, CELL
    marks = [_text(left + wide * i + 4, top - 10, head, INK) for i, head in enumerate(heads)]
    for i, side in enumerate(sides):
        marks.append(_text(6, top + CELL * i + 21, side, INK))
        marks.append(_box(left, top + CELL * i, wide * len(heads), CELL, "none"))
    for column, row, lines, colour in cells:
        x, y = left + wide * column, top + CELL * row
        marks.append(_box(x + 1, y + 1, wide - 2, CELL - 2, colour))
        marks += [_text(x + 4, y + 14 + 14 * n, line, "#ffffff") for n, line in enumerate(lines)]
    return _svg(left + wide * len(heads) + MARGIN, top + CELL * len(sides) + MARGIN, marks)


def _box(x: int, y: int, width: int, height: int, colour: str) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{colour}" stroke="{QUIET}"/>'


def _text(x: float, y: float, text: str, colour: str) -> str:
    return f'<text x="{round(x, 1)}" y="{round(y, 1)}" fill="{colour}">{escape(text)}</text>'


def _svg(width: int, height: int, marks: Iterable[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11">'
    )
    paper = f'<rect width="{width}" height="{height}" fill="{PAPER}"/>'
    return "\n".join([head, paper, *marks, "</svg>\n"])
