"""Who could be linked to a household that has nobody: the cheapest by the planner's own move costs."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from heli.plans.links.words import far_words
from heli.plans.links.work import LinkingWork
from heli.plans.rules import Keys, Labels
from heliplan.linking import LinkingPlan, move_cost

NEAREST = 5


@dataclass(frozen=True, slots=True)
class Near:
    """A member who could be linked to a household: how far, in ``unit``, how many they have, of how many."""

    member: uuid.UUID
    name: str
    distance: int
    unit: str
    load: int
    high: int
    why: str = ""

    @property
    def far(self) -> str:
        """How far it is, in words."""
        return far_words(self.unit, self.distance)

    @property
    def room(self) -> bool:
        """Whether they have room for one more."""
        return self.load < self.high


def near(
    work: LinkingWork,
    keys: Keys,
    labels: Labels,
    household: uuid.UUID,
    links: Mapping[uuid.UUID, uuid.UUID],
) -> list[Near]:
    """The members for whom a household is cheapest, those with room first; ``links`` are those in force.

    Empty when the household has no part in the problem.
    """
    houses = [keys.households[h] for h in work.households]
    if work.problem is None or household not in houses:
        return []
    members, names = [keys.members[i] for i in work.members], [labels.members[i] for i in work.members]
    column = {key: m for m, key in enumerate(members)}
    row, every = houses.index(household), np.arange(work.problem.members)
    held = np.array([column.get(links.get(house, household), -1) for house in houses], np.int64)
    loads = Counter(
        column[links[house]] for house in houses if house != household and links.get(house) in column
    )
    cost = [move_cost(work.problem, LinkingPlan(held), row, m).delta for m in every.tolist()]
    far = work.problem.nearness.pairs(np.full(len(every), row), every).tolist()
    order = sorted(every.tolist(), key=lambda m: (loads[m] >= work.high, cost[m], m))
    return [
        Near(members[m], names[m], far[m] // work.scale, work.unit, loads[m], work.high)
        for m in order[:NEAREST]
    ]
