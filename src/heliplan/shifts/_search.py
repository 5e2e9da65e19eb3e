"""Large-neighbourhood search: some people, or everybody on some days, are planned anew, all else stays.

This is a small problem of the same form: it gets its own prices and bound, a dive, and the best plan out of
the pool of schedules near them.
"""

from __future__ import annotations

from heliplan.shifts import _pool
from heliplan.shifts._bound import generate
from heliplan.shifts._descent import descend
from heliplan.shifts._dive import dive
from heliplan.shifts._master import Master, Part, Schedule
from heliplan.shifts._paths import Days
from heliplan.shifts._run import Run

FEWEST, MOST = 4, 24  # people at once
SHORTEST, LONGEST = 5, 14  # days at once
KEEP = 60  # schedules of each person in a pool
NODES, SECONDS = 150, 4.0


def search(run: Run, work: int) -> None:
    """Better the run's plan by so much work (people priced), or until it is over, or until a better one has
    come so near to the bound that a proof may be tried. There must be a plan."""
    until = run.work + work
    while not run.over and run.work < until:
        if _anew(run, _part(run)) and run.near:
            return


def _part(run: Run) -> Part:
    """Some people, or some days."""
    plan = _plan(run)
    people, days = plan.shape
    if run.rng.random() < 0.5:
        size = min(people, int(run.rng.integers(FEWEST, MOST + 1)))
        group = sorted(run.rng.choice(people, size, replace=False).tolist())
        return Part.of(run.staff, plan, tuple(group))
    length = min(days, int(run.rng.integers(SHORTEST, LONGEST + 1)))
    begin = int(run.rng.integers(0, days - length + 1))
    return Part.window(run.staff, plan, slice(begin, begin + length))


def _plan(run: Run) -> Days:
    if run.plan is None:
        raise ValueError("there is no plan to better")
    return run.plan


def _anew(run: Run, part: Part) -> bool:
    """Plan a part anew: whether that was better."""
    plan = _plan(run)
    now = part.value(plan)
    master = Master(run, part)
    master.add(Schedule.of(position, plan[person]) for position, person in enumerate(part.people))
    bound = generate(run, master, stop_at=now)
    if bound is None or bound.value >= now:
        return False
    found = dive(run, master, plan, now, vary=True)
    if found is None or part.value(found) >= now:
        pool, _ = _pool.fill(part, bound, now, KEEP)
        kept = [one for one in master.schedules if one.keeps]
        found = _pool.best(run, part, plan, [*kept, *pool], NODES, SECONDS).plan
    if found is None:
        return False
    return run.offer(descend(run, found), "search")
