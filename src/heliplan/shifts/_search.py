"""Large-neighbourhood search: a few people at a time are planned anew, all others stay.

The few are a small problem of the same form: it gets its own prices and bound, a dive, and the best plan out
of the pool of schedules near them. Often that is a proof that these people cannot do better, and a larger
group comes next.
"""

from __future__ import annotations

from heliplan.shifts import _pool
from heliplan.shifts._bound import generate
from heliplan.shifts._descent import descend
from heliplan.shifts._dive import dive
from heliplan.shifts._master import Master, Part, Schedule
from heliplan.shifts._run import Run

FIRST, FEWEST, MOST = 5, 3, 16
KEEP = 60  # schedules of each person in a pool
NODES, SECONDS = 150, 4.0
PATIENCE = 6  # groups of one size before a larger one


def search(run: Run) -> None:
    """Better the run's plan until it is over, or until a better one has come so near to the bound that a
    proof may be tried. There must be a plan."""
    people = run.staff.problem.people
    size, failed = min(FIRST, people), 0
    while not run.over:
        better, solved = _anew(run, size)
        if better and run.near:
            return
        failed = 0 if better else failed + 1
        if not better and not solved:
            size, failed = max(min(FEWEST, people), size - 1), 0
        elif failed > PATIENCE:
            size, failed = min(size + 1, MOST, people), 0


def _anew(run: Run, size: int) -> tuple[bool, bool]:
    """Plan a group of ``size`` anew: whether that was better, and whether the group is solved."""
    plan, value = run.plan, run.value
    if plan is None or value is None:
        raise ValueError("there is no plan to better")
    people = tuple(sorted(_group(run, size)))
    part = Part.of(run.staff, plan, people)
    now = part.value(plan)
    master = Master(part)
    master.add(Schedule.of(position, plan[person]) for position, person in enumerate(people))
    bound = generate(run, master, stop_at=now)
    if bound.value >= now:
        return False, True
    dived = dive(run, master, plan)
    if part.value(dived) < now:
        run.offer(descend(run, dived), "search")
        return True, False
    pool, complete = _pool.fill(part, bound, now, KEEP)
    kept = [one for one in master.schedules if one.keeps]
    found = _pool.best(run, part, plan, [*kept, *pool], NODES, SECONDS)
    if found.plan is not None:
        run.offer(descend(run, found.plan), "search")
    return found.plan is not None, complete and found.solved


def _group(run: Run, size: int) -> list[int]:
    """Somebody at random, and people drawn by how much they share with them."""
    count = run.staff.problem.people
    return [int(person) for person in run.rng.choice(count, size, replace=False)]
