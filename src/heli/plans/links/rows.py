"""Stored links as a plan of the linking problem, and what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from heli.plans.links.work import LinkingWork
from heli.plans.rules import Keys, LinkFact
from heliplan import linking
from heliplan.linking import LinkingPlan, LinkingProblem


def linking_plan(work: LinkingWork, keys: Keys, links: Iterable[LinkFact]) -> LinkingPlan:
    """The rows of the links in the indices of their problem; a household without a row has no member."""
    column = {keys.members[i]: at for at, i in enumerate(work.members)}
    member = {link.household: column[link.member] for link in links}
    return LinkingPlan(np.array([member.get(keys.households[h], -1) for h in work.households], np.int64))


def linking_cost(
    work: LinkingWork, problem: LinkingProblem, plan: LinkingPlan
) -> tuple[int, Mapping[str, int]]:
    """Value and parts of a plan, counted anew."""
    report = linking.check(problem, plan, start=work.start)
    return report.value or 0, report.parts
