"""What a village hands in: pure facts, no file and no database."""

from __future__ import annotations

from dataclasses import dataclass

from heli.duties.rules import Post
from heli.grids.rules import Household
from heli.kernel.sheets.problems import Problem
from heli.people.rules import Member


@dataclass(frozen=True, slots=True)
class Village:
    """One village's book, read: its rows and every problem found on the way."""

    name: str
    households: tuple[Household, ...]
    members: tuple[Member, ...]
    posts: tuple[Post, ...]
    problems: tuple[Problem, ...] = ()
