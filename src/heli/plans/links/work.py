"""A linking problem with what its indices mean in the village."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeAlias

from heli.kernel.sheets.problems import Problem
from heli.plans.gather.checked import Planner
from heli.plans.rules import Exemption, Labels, Options, Village
from heliplan import Reason, Result, linking
from heliplan.linking import LinkingPlan, LinkingProblem, explain

LinkingResult: TypeAlias = Result[LinkingPlan]


@dataclass(frozen=True, slots=True)
class LinkingWork:
    """A linking problem and what its indices mean.

    ``households`` and ``members`` are the village's rows behind the problem's indices; ``unit`` is
    ``metres`` or ``steps``; ``start`` is the earlier plan (see :class:`Previous`), if there is one; ``own``
    are the households (by row in the village) that go to the member who lives there. The problem counts
    ``scale`` for one unit; what is below one unit only breaks ties.
    """

    planner: ClassVar[Planner[LinkingProblem, LinkingPlan]] = linking

    problem: LinkingProblem | None
    unit: str
    households: tuple[int, ...]
    members: tuple[int, ...]
    low: int
    high: int
    problems: tuple[Problem, ...] = ()
    start: LinkingPlan | None = None
    own: frozenset[int] = frozenset()
    scale: int = 1

    def links(self, plan: LinkingPlan | None) -> dict[int, int]:
        """Household → member, by row in the village, of those that have one; empty without a plan."""
        members = [] if plan is None else plan.member.tolist()
        return {self.households[h]: self.members[m] for h, m in enumerate(members) if m >= 0}

    def left_over(self, plan: LinkingPlan | None) -> tuple[int, ...]:
        """Households, by row in the village, for whom no member had room; none without a plan."""
        members = [] if plan is None else plan.member.tolist()
        return tuple(self.households[h] for h, m in enumerate(members) if m < 0)

    def reasons(self, plan: LinkingPlan | None) -> dict[int, Reason]:
        """Why each household has its member or none, in codes, by row in the village; none without a plan."""
        if self.problem is None or plan is None:
            return {}
        reasons = dict(zip(self.households, explain(self.problem, plan, self.start), strict=True))
        for house in self.own & reasons.keys():
            reasons[house] = Reason("own", reasons[house].params)
        return reasons

    def distances(self, plan: LinkingPlan | None) -> dict[int, int]:
        """How far each household is from its member, in ``unit``, by row in the village; empty without."""
        if self.problem is None or plan is None:
            return {}
        linked = plan.linked
        far = self.problem.nearness.pairs(linked, plan.member[linked]) // self.scale
        return dict(zip((self.households[h] for h in linked.tolist()), far.tolist(), strict=True))


class LinksPart(Protocol):
    """What the links of a plan are shown from: the village, its linking problem and what came of it."""

    @property
    def village(self) -> Village:
        """Its rows."""

    @property
    def labels(self) -> Labels:
        """What they are called."""

    @property
    def options(self) -> Options:
        """What was asked."""

    @property
    def linking(self) -> LinkingWork:
        """The problem."""

    @property
    def division(self) -> LinkingResult | None:
        """What came of it; ``None`` when there was nothing to solve."""

    @property
    def exemptions(self) -> tuple[Exemption, ...]:
        """Every member's."""

    def links(self) -> dict[int, int]:
        """Household → member, by row in the village."""

    def left_over(self) -> tuple[int, ...]:
        """Households for whom no member had room, by row in the village."""

    def link_reasons(self) -> dict[int, Reason]:
        """Why each household has its member."""

    def moved(self, household: int, member: int) -> bool:
        """Whether this link is new since the plan before."""
