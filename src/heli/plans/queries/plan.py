"""A village's plan with all it was made from: what every view of it is shaped from."""

from __future__ import annotations

from dataclasses import dataclass

from heli.kernel.sheets.problems import Problem
from heli.plans.links.work import LinkingResult, LinkingWork
from heli.plans.rules import Exemption, Labels, Options, Previous, Village, exemption
from heli.plans.turns.work import RosterResult, RosterWork
from heliplan import Reason


@dataclass(frozen=True, slots=True)
class Plan:
    """The two results beside the village, the problems they solve and all that was found on the way.

    ``division`` and ``seats`` are ``None`` when there was nothing to solve.
    """

    village: Village
    labels: Labels
    options: Options
    linking: LinkingWork
    division: LinkingResult | None
    roster: RosterWork
    seats: RosterResult | None
    problems: tuple[Problem, ...]
    previous: Previous | None = None

    @property
    def exemptions(self) -> tuple[Exemption, ...]:
        """Every member's, in book order."""
        return tuple(exemption(m, self.options.exempt_age) for m in self.village.members)

    def linked(self, member: int) -> str:
        """A member by their place in the linking problem."""
        return self.labels.members[self.linking.members[member]]

    def standing(self, member: int) -> str:
        """A member by their place in the roster problem."""
        return self.labels.members[self.roster.members[member]]

    def links(self) -> dict[int, int]:
        """Household → member, by row in the village, of those that have one; empty without a division."""
        return self.linking.links(self.division.plan if self.division else None)

    def left_over(self) -> tuple[int, ...]:
        """Households that need a member and for whom none had room, by row in the village."""
        return self.linking.left_over(self.division.plan if self.division else None)

    def link_reasons(self) -> dict[int, Reason]:
        """Why each household has its member, in codes, by row in the village; empty without a division."""
        return self.linking.reasons(self.division.plan if self.division else None)

    def distances(self) -> dict[int, int]:
        """How far each household is from its member, in ``linking.unit``, by row in the village."""
        return self.linking.distances(self.division.plan if self.division else None)

    def moved(self, household: int, member: int) -> bool:
        """Whether this link is new since the previous plan."""
        if self.previous is None:
            return False
        return self.previous.links.get(self.labels.households[household]) != self.labels.members[member]
