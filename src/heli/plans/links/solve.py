"""Link every household to a member, checked."""

from __future__ import annotations

from heli.plans.gather.checked import accept
from heli.plans.links.work import LinkingWork
from heli.plans.rules import Options
from heliplan import Reason, Result, Stop, linking
from heliplan.linking import LinkingPlan


def link_households(work: LinkingWork, options: Options) -> Result[LinkingPlan] | None:
    """Link every household to a member; ``None`` when there is no problem to solve.

    With ``work.start``, the fewest households change.

    Raises
    ------
    PlanRefused
        When the plan does not pass the check.
    """
    if work.problem is None:
        return None
    result = linking.solve(work.problem, Stop(seconds=options.seconds), options.seed, start=work.start)
    if result.plan is not None:
        accept("linking", result.value, linking.check(work.problem, result.plan, start=work.start))
    return result


def violations(work: LinkingWork, plan: LinkingPlan | None) -> tuple[Reason, ...]:
    """Rules that a plan breaks, judged from scratch; none without a plan."""
    if work.problem is None or plan is None:
        return ()
    return linking.check(work.problem, plan, start=work.start).violations
