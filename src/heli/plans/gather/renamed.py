"""Drop points and houses of an earlier ``plan.json`` that the book writes otherwise: they are the same."""

from __future__ import annotations

from dataclasses import replace

from heli.duties.rules import point_spelling
from heli.kernel.lib.spelling import renamings
from heli.kernel.sheets.problems import Problem
from heli.plans.gather.kinds import HOUSE_RENAMED, POINT_RENAMED
from heli.plans.rules import Labels, Previous, Village


def as_called_now(
    previous: Previous, village: Village, labels: Labels
) -> tuple[Previous, tuple[Problem, ...]]:
    """The earlier plan under the names of this book, and which names were taken to mean the same.

    Nobody can be asked on the command line: names that differ only in how a number is written are the same.
    """
    now, then = {post.name for post in village.posts}, {turn.post for turn in previous.turns}
    points = renamings(now - then, then - now, point_spelling)
    here = set(labels.households)
    houses = renamings(here - previous.links.keys(), previous.links.keys() - here)
    new = {old: name for name, old in points.items()}
    turns = tuple(replace(turn, post=new.get(turn.post, turn.post)) for turn in previous.turns)
    new = {old: name for name, old in houses.items()}
    links = {new.get(house, house): member for house, member in previous.links.items()}
    problems = [Problem(POINT_RENAMED, params={"new": name, "old": old}) for name, old in points.items()]
    for name, old in list(houses.items())[:1]:
        params = {"new": name, "old": old, "count": len(houses)}
        problems.append(Problem(HOUSE_RENAMED, params=params))
    return replace(previous, links=links, turns=turns), tuple(problems)
