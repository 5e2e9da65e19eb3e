"""A household, member or post that stands on several sheets (older copies, logs, lists) counts once."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Generic, TypeVar

from django.utils.translation import gettext_lazy as _

from heli.duties.rules import Post
from heli.grids.rules import Household, parse_address
from heli.kernel.sheets.problems import Kind, Place, Problem, Severity
from heli.kernel.sheets.tables import Table
from heli.people.rules import Member

REPEATED = Kind(
    "sheet-repeats",
    Severity.LOOK,
    _("工作表“%(sheet)s”有 %(count)s 行在工作表“%(other)s”里已经有了，没有再算一次。"),
    _("如果不是同一户或同一个人，请写上不同的门牌号或住址。"),
)
OLDER = Kind(
    "sheet-older",
    Severity.LOOK,
    _("工作表“%(sheet)s”是“%(other)s”的旧表，没有算；其中 %(count)s 行新表里没有。"),
    _("请核对这几行要不要补到新表里；要照旧表算，请删掉新表。"),
)
MOSTLY = 0.6
"""From this share of repeated rows on, a sheet tells of the same people again."""
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_OLD = re.compile(r"旧|老版|备份|副本|作废|\(\d\)|（\d）|copy|old", re.I)

Fact = TypeVar("Fact", Household, Member, Post)


@dataclass
class Part(Generic[Fact]):
    """What one table gave: its facts and what is wrong in it."""

    table: Table
    facts: list[Fact]
    problems: list[Problem]

    @property
    def age(self) -> int:
        """The year in its sheet's name or titles, 0 without one; below that a copy called old."""
        first = self.table.rows[0].number if self.table.rows else 0
        titles: list[str] = [line.text for line in self.table.lines if line.row < first]
        if _OLD.search(self.table.sheet):
            return -1
        return max(
            (int(year) for text in (self.table.sheet, *titles) for year in _YEAR.findall(text)), default=0
        )


def household_key(household: Household) -> Hashable:
    """The same house and head are the same household; without a head nothing is said."""
    if not household.head:
        return None
    at = household.address
    return (at, household.head, "" if at.lane else household.group)


def member_key(member: Member) -> Hashable:
    """The same name at the same home; a member without a home is told by group and force."""
    at = parse_address(member.home) if member.home else None
    return (member.name, (at.lane[-4:], at.number, at.sub) if at else (member.group, member.force))


def post_key(post: Post) -> Hashable:
    """A post is its name."""
    return post.name


def once(parts: Sequence[Part[Fact]], key: Callable[[Fact], Hashable]) -> tuple[list[Fact], list[Problem]]:
    """The facts of all parts in the book's order, each once, and all problems.

    Of two sheets the newer, else the one with more columns, is the one that counts; what it does not say is
    taken from the other. A sheet of another year that mostly repeats is left out whole.
    """
    kept: dict[int, list[Fact]] = {}
    problems: dict[int, list[Problem]] = {}
    home: dict[Hashable, tuple[int, int]] = {}
    order = sorted(range(len(parts)), key=lambda at: (-parts[at].age, -len(parts[at].table.columns), at))
    for at in order:
        part = parts[at]
        met = [_met(kept, home.get(key(fact)), fact) for fact in part.facts]
        again = [place for place in met if place]
        new = [fact for fact, place in zip(part.facts, met, strict=True) if not place]
        problems[at], kept[at] = part.problems, new
        if again:
            first = parts[again[0][0]]
            mostly = len(again) >= MOSTLY * len(part.facts)
            older = mostly and part.age != first.age
            kind, count = (OLDER, len(new)) if older else (REPEATED, len(again))
            params = {"sheet": part.table.sheet, "other": first.table.sheet, "count": count}
            rows = {fact.place.row for fact in new} if mostly and not older else set()
            said: list[Problem] = [
                problem for problem in part.problems if not mostly or problem.place.row in rows
            ]
            problems[at] = [*said, Problem(kind, Place(part.table.sheet), params)]
            if older:
                kept[at] = []
                continue
            for fact, place in zip(part.facts, met, strict=True):
                if place:
                    kept[place[0]][place[1]] = _joined(kept[place[0]][place[1]], fact)
        for index, fact in enumerate(new):
            if key(fact) is not None:
                home[key(fact)] = (at, index)
    every = range(len(parts))
    return [fact for at in every for fact in kept[at]], [found for at in every for found in problems[at]]


def _met(kept: dict[int, list[Fact]], place: tuple[int, int] | None, fact: Fact) -> tuple[int, int] | None:
    """Where the same fact stands already; one house number in two groups is two houses."""
    if place is None or not isinstance(fact, Household):
        return place
    other = kept[place[0]][place[1]]
    apart = isinstance(other, Household) and other.group and fact.group and other.group != fact.group
    return None if apart else place


def _joined(fact: Fact, other: Fact) -> Fact:
    """The fact with what only the other one says."""
    blank = [part.name for part in fields(fact) if getattr(fact, part.name) in (part.default, "", None)]
    return replace(fact, **{name: getattr(other, name) for name in blank if name != "place"})
