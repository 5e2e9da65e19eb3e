"""A village's plan with all it was made from: what every view of it is shaped from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heli.kernel.sheets.problems import Problem
from heli.plans.rules import Exemption, Labels, LinkingWork, Options, Previous, RosterWork, Village, exemption
from heliplan import Reason, Result
from heliplan.linking import LinkingPlan, explain
from heliplan.roster import RosterPlan


@dataclass(frozen=True, slots=True)
class Plan:
    """The two results beside the village, the problems they solve and all that was found on the way.

    ``division`` and ``seats`` are ``None`` when there was nothing to solve.
    """

    village: Village
    labels: Labels
    options: Options
    linking: LinkingWork
    division: Result[LinkingPlan] | None
    roster: RosterWork
    seats: Result[RosterPlan] | None
    problems: tuple[Problem, ...]
    previous: Previous | None = None

    @property
    def exemptions(self) -> tuple[Exemption, ...]:
        """Every member's, in book order."""
        return tuple(exemption(m, self.options.exempt_age) for m in self.village.members)

    def links(self) -> dict[int, int]:
        """Household → member, by row in the village; empty without a division."""
        return self.linking.links(self.division.plan if self.division else None)

    def link_reasons(self) -> dict[int, Reason]:
        """Why each household has its member, in codes, by row in the village; empty without a division."""
        problem, made = self.linking.problem, self.division.plan if self.division else None
        if problem is None or made is None:
            return {}
        reasons = dict(zip(self.linking.households, explain(problem, made, self.linking.start), strict=True))
        for house in self.linking.own & reasons.keys():
            reasons[house] = Reason("own", reasons[house].params)
        return reasons

    def distances(self) -> dict[int, int]:
        """How far each household is from its member, in ``linking.unit``, by row in the village."""
        problem, made = self.linking.problem, self.division.plan if self.division else None
        if problem is None or made is None:
            return {}
        far = problem.nearness.pairs(np.arange(problem.households), made.member)
        whole = far // self.linking.scale
        return dict(zip(self.linking.households, whole.tolist(), strict=True))

    def moved(self, household: int, member: int) -> bool:
        """Whether this link is new since the previous plan."""
        if self.previous is None:
            return False
        return self.previous.links.get(self.labels.households[household]) != self.labels.members[member]
