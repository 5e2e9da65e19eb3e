"""The job that makes a plan: read the village, link, fill the roster, check, store."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext_noop

from heli.duties.queries.history import past_turns
from heli.kernel.jobs.work import Work
from heli.kernel.sheets.problems import Problem
from heli.plans.commands.runs import fail_run, store_run
from heli.plans.commands.solve import plan_village
from heli.plans.gather.kinds import PINS_GONE
from heli.plans.models import Run, RunState
from heli.plans.queries import Plan
from heli.plans.queries.rows import village_of
from heli.plans.queries.runs import options_of, pins_of, previous_of, stored
from heli.plans.rules import Keys, Labels, LinkPin, Pins, Previous, Village, label, turns_before
from heliplan import Status

STAGES = (
    (5, gettext_noop("看村里的农户、网格员和投放点")),
    (15, gettext_noop("排联户")),
    (50, gettext_noop("排值班")),
    (90, gettext_noop("核对、保存")),
)


def make_run(work: Work) -> dict[str, object]:
    """Make the plan of ``str(work.params["run"])``: it becomes a draft, or failed with the conflicts named.

    Safe to do again: a run that is no longer waiting is left as it is.
    """
    run = Run.objects.select_related("village", "base").get(pk=str(work.params["run"]))
    if run.state != RunState.PLANNING:
        return _told(run)
    work.report(*STAGES[0])
    options = options_of(run)
    village, keys = village_of(run.village, options.date)
    pins, previous = _pins(run, village, label(village), keys)
    before = turns_before(past_turns(run.village, options.monday), keys.members, village.members)
    work.report(*STAGES[1])
    plan = plan_village(village, options, pins, previous, before, lambda: work.report(*STAGES[2]))
    work.report(*STAGES[3])
    keep = store_run if _made(plan) else fail_run
    with work.commit():
        keep(run, plan, keys)
    return _told(run)


def _told(run: Run) -> dict[str, object]:
    """What the job says."""
    state = Run.objects.values_list("state", flat=True).get(pk=run.pk)
    return {"run": str(run.pk), "state": state}


def _pins(run: Run, village: Village, labels: Labels, keys: Keys) -> tuple[Pins, Previous | None]:
    """What holds beforehand: the pins of the base and those asked for; and the base, to change the least."""
    if run.base is None:
        pins, previous = Pins(), None
    else:
        rows = stored(run.base)
        pins = pins_of(rows, village, labels, keys)
        previous = previous_of(rows, run.base.record, village, labels, keys)
    asked = {uuid.UUID(house): uuid.UUID(member) for house, member in run.asked.links.items()}
    house = dict(zip(keys.households, labels.households, strict=True))
    member = dict(zip(keys.members, labels.members, strict=True))
    more = [LinkPin(house[h], member[m]) for h, m in asked.items() if h in house and m in member]
    also = {pin.household for pin in more}
    links = (*(pin for pin in pins.links if pin.household not in also), *more)
    gone = len(asked) - len(more)
    problems = (*pins.problems, *([Problem(PINS_GONE, params={"count": gone})] if gone else ()))
    return Pins(links, pins.seats, problems), None if run.asked.fresh else previous


def _made(plan: Plan) -> bool:
    """Whether there is something to review: neither table is impossible, and one at least is there."""
    results = [result for result in (plan.division, plan.seats) if result is not None]
    return bool(results) and all(result.status in (Status.OPTIMAL, Status.FEASIBLE) for result in results)
