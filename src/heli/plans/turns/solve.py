"""Fill the seats of a roster, checked."""

from __future__ import annotations

from heli.plans.gather.checked import accept
from heli.plans.rules import Options
from heli.plans.turns.work import RosterWork
from heliplan import Reason, Result, Stop, roster
from heliplan.roster import RosterPlan


def fill_roster(work: RosterWork, options: Options) -> Result[RosterPlan] | None:
    """Fill the seats; ``None`` when there is no problem to solve.

    With ``work.start``, the fewest seats change hands.

    Raises
    ------
    PlanRefused
        When the plan does not pass the check.
    """
    if work.problem is None:
        return None
    result = roster.solve(work.problem, Stop(seconds=options.seconds), options.seed, start=work.start)
    if result.plan is not None:
        accept("roster", result.value, roster.check(work.problem, result.plan, start=work.start))
    return result


def violations(work: RosterWork, plan: RosterPlan | None) -> tuple[Reason, ...]:
    """Rules that a plan breaks, judged from scratch; none without a plan."""
    if work.problem is None or plan is None:
        return ()
    return roster.check(work.problem, plan, start=work.start).violations
