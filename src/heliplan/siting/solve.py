"""Choose the sites: picks the engine, keeps the pins, reports value, bound and why."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from heliplan import compiled
from heliplan.asked import solver
from heliplan.codec import Ints
from heliplan.result import Conflict, Result, Status
from heliplan.siting import _conflicts, _model
from heliplan.siting._cells import Cells, gather
from heliplan.siting._cover_all import greedy, reduced
from heliplan.siting._first import first, improved
from heliplan.siting._highs import Ended
from heliplan.siting._measure import parts_of
from heliplan.siting.check import check
from heliplan.siting.distances import NO_WAY, Listed
from heliplan.siting.problem import Goal, Params, SitingPlan, SitingProblem
from heliplan.stop import Event, Progress, Stop, Watch

TINY = 2_500  #: pairs up to which one model is quicker than compiled loops
WHOLE = 4_000_000  #: pairs up to which the median keeps all lengths and can be proven
NEIGHBOURS = 4  #: beyond that: nearest sites kept for a point, times sites for each that opens
BUILT = 1_000_000  #: pairs of a model that is built and begun in a second of the time left
LISTED = 1_500_000  #: nearest sites of points that are listed in a second of the time left
LARGEST = 20_000_000  #: pairs beyond which no model is built, however much time there is
WITHOUT = 50_000  #: the same without numba and without a time limit, where a proof may take for ever
FLOORED = 200_000  #: points up to which what anybody could say is worked out beside a bound
HOPELESS = 200_000  #: pairs beyond which the model with capacities proves nothing in usual times


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine hands back: no plan and conflicts, or a plan with a lower bound on the value."""

    plan: SitingPlan | None
    bound: int | None
    engine: str
    impossible: tuple[Conflict, ...] = ()


def _given_up(problem: SitingProblem, plan: SitingPlan, start: SitingPlan) -> int:
    """How many sites of a previous plan close although they need not."""
    return len(set(start.open) - set(plan.open) - set(problem.forbidden))


@solver(SitingProblem, SitingPlan, Params, check, _given_up)
def solve(
    problem: SitingProblem,
    stop: Stop = Stop(),  # noqa: B008 - frozen, so one for all calls is safe
    seed: int = 0,
    params: Params = Params(),  # noqa: B008 - as above
    start: SitingPlan | None = None,
    progress: Progress | None = None,
) -> Result[SitingPlan]:
    """Solve a siting problem.

    Parameters
    ----------
    problem : SitingProblem
    stop : Stop
        An iteration is a shake of the search, a node of the tree or a cooling of annealing, whichever is
        running. Without any limit the search ends by itself and a proof is worked on until it stands.
    seed : int
    params : Params
    start : SitingPlan, optional
        Least-change repair: as few of its sites as possible are given up, and only then the value counts.
        Value and bound are then those among the plans that change as little.
    progress : callable, optional
        Handed an :class:`~heliplan.stop.Event` now and then.

    Returns
    -------
    Result of SitingPlan
        ``INFEASIBLE`` with the codes of :func:`heliplan.siting._conflicts.find`, or
        ``limits.together`` (needed): everything can be reached, but only with ``needed``.

    Raises
    ------
    ImportError
        When ``params.engine`` is ``pick`` and numba is not installed; says which extra brings it.
    ValueError
        When ``start`` names a site that does not exist, or ``params.engine`` cannot do the problem.
    """
    watch = stop.watch()
    found = _conflicts.find(problem)
    if found:
        return _none(Status.INFEASIBLE, "count", seed, watch, found)
    if progress is not None:
        progress(Event("begin", watch.seconds))
    run = _Run(watch, seed, params, progress)
    answer = run.repair(problem, start) if start is not None else run.solve(problem)
    if answer.plan is None:
        status = Status.INFEASIBLE if answer.impossible else Status.STOPPED
        return _none(status, answer.engine, seed, watch, answer.impossible)
    parts = parts_of(problem, answer.plan)
    value = sum(parts.values())
    known = [] if answer.bound is None else [answer.bound]
    if not known or problem.points <= FLOORED:
        known.append(_floor(problem))
    bound = min(max(known), value)
    status = Status.OPTIMAL if bound == value else Status.FEASIBLE
    return Result(status, answer.plan, value, bound, answer.engine, seed, watch.seconds, parts)


def _none(
    status: Status, engine: str, seed: int, watch: Watch, why: tuple[Conflict, ...]
) -> Result[SitingPlan]:
    return Result(status, None, None, None, engine, seed, watch.seconds, conflicts=why)


@dataclass(frozen=True, slots=True)
class _Run:
    """One solve: which engine works on what."""

    watch: Watch
    seed: int
    params: Params
    progress: Progress | None

    def solve(self, problem: SitingProblem) -> Answer:
        if not len(problem.allowed):
            # only cover-most comes here: nothing opens, nobody is reached
            nobody = None if problem.capacities is None else np.full(problem.points, -1)
            return Answer(SitingPlan((), nobody), 0, "count")
        engine, plan = self._engine(problem), first(problem)
        if plan is not None and self.progress is not None:
            value = sum(parts_of(problem, plan).values())
            self.progress(Event("first", self.watch.seconds, value))
        if engine == "model":
            answer = self._searched_and_modelled(problem, plan)
        else:
            answer = self._pick(problem) if engine == "pick" else self._capacitated(problem, plan)
        return _no_worse(problem, answer, plan)

    def _searched_and_modelled(self, problem: SitingProblem, plan: SitingPlan | None) -> Answer:
        """The model, from the best plan that exchanges find; exchanges alone where it would take too long."""
        left, pairs = self.watch.remaining, _pairs(problem)
        alone = self.params.engine == "auto" and problem.goal is Goal.MEDIAN and _plain(problem)
        endless = WITHOUT if alone else LARGEST
        share = 1.0 if left is not None and pairs > min(LARGEST, int(left * BUILT)) else 0.3
        if problem.points * problem.sites > TINY and plan is not None:
            plan = improved(problem, plan, self.watch.share(share))
        left = self.watch.remaining
        most = endless if left is None else min(LARGEST, int(left * BUILT))
        if plan is not None and pairs > most:
            return Answer(plan, None, "exchange")
        return self._model(problem, known=plan)

    def _engine(self, problem: SitingProblem) -> str:
        plain = _plain(problem)
        wanted = self.params.engine
        if wanted == "pick" and not plain:
            raise ValueError("params.engine: pick knows neither budget, capacities nor cover-all; take auto")
        if wanted != "auto":
            return wanted
        tiny = problem.points * problem.sites <= TINY
        missing = not compiled.at_hand()
        with_capacities = problem.capacities is not None and problem.goal is not Goal.COVER_ALL
        if with_capacities and problem.p is not None and not (tiny or missing):
            return "capacitated"
        return "model" if not plain or tiny or missing or not self._time_for_net(problem) else "pick"

    def _time_for_net(self, problem: SitingProblem) -> bool:
        """Whether the lists of nearest sites, which are made without a look at the clock, come in time."""
        if self.watch.remaining is None or problem.goal is not Goal.MEDIAN:
            return True
        return problem.points * self._neighbours(problem, problem.sites) <= self.watch.remaining * LISTED

    def _model(
        self,
        problem: SitingProblem,
        most_changes: tuple[Ints, int] | None = None,
        known: SitingPlan | None = None,
    ) -> Answer:
        """One mixed-integer model, begun from the plan ``known``; ``most_changes`` limits how many of some
        sites are given up."""
        cells = _deciding_cells(problem, most_changes is None)
        built = _model.build(problem, cells)
        if most_changes is not None:
            kept, most = most_changes
            built.model.add_one(np.searchsorted(problem.allowed, kept), 1.0, len(kept) - most, np.inf)
        start = None if known is None else _model.values_of(problem, built, known, cells)
        # covers of all have many sites alike: trying them out took two thirds of the time and settled little
        lean = cells is not None and problem.goal is Goal.COVER_ALL
        if start is None and lean and cells is not None:
            start = greedy(cells, built.model.cost, built.model.low > 0).astype(float)
        solved = built.model.solve(self.watch, start, gap=self.watch.stop.gap, lean=lean)
        if solved.ended is Ended.IMPOSSIBLE:
            return Answer(None, None, "model", self._together(problem))
        if solved.x is None:
            return Answer(None, None, "model")
        plan = SitingPlan(_model.read_open(problem, solved.x), _model.read_served(problem, built, solved.x))
        value = sum(parts_of(problem, plan).values())
        base = _model.base_cost(problem)
        bound = value if solved.ended is Ended.PROVEN and self.watch.stop.gap == 0 else None
        if bound is None and np.isfinite(solved.bound):
            bound = int(np.ceil(solved.bound + base - 1e-6 * max(1.0, abs(solved.bound))))
        return Answer(plan, bound, "model")

    def _capacitated(self, problem: SitingProblem, plan: SitingPlan | None) -> Answer:
        """With capacities: annealing, a bound from the same problem without them, then the model.

        With a time limit a model of more than ``HOPELESS`` pairs is left out: HiGHS gets nowhere with it.
        """
        from heliplan.siting import _capacitated  # noqa: PLC0415 - needs numba; small problems do without

        def tell(value: int, cooled: int) -> None:
            if self.progress is not None:
                self.progress(Event("search", self.watch.seconds, value - base, None, cooled))

        base = int(problem.weights().sum()) if problem.goal is Goal.COVER_MOST else 0
        cost = _model.cost_table(problem)
        served = _capacitated.search(problem, cost, self.watch.share(0.4), self.seed, tell)
        if served is not None:
            at = np.append(problem.allowed, -1)[served]
            plan = SitingPlan(tuple({*at[at >= 0].tolist(), *problem.pinned}), at)
        if self.watch.remaining is None:
            return self._model(problem, known=plan)
        free = replace(problem, capacities=None, demand=None, budget=None)
        bound = replace(self, watch=self.watch.share(0.3), progress=None)._pick(free).bound
        if problem.goal is Goal.COVER_MOST:
            bound = max(bound if bound is not None else -base, _model.room_bound(problem, cost))
        if plan is not None:
            value = sum(parts_of(problem, plan).values())
            if cost.size > HOPELESS or self.watch.late or self.watch.close_enough(value, bound):
                return Answer(plan, bound, "greedy" if served is None else "anneal")
        return _at_least(self._model(problem, known=plan), bound)

    def _together(self, problem: SitingProblem) -> tuple[Conflict, ...]:
        """Why no plan keeps all rules although counting found nothing: which limit would do."""
        given = {"p": problem.p, "budget": problem.budget}
        limits = {name: limit for name, limit in given.items() if limit is not None}
        if problem.goal is not Goal.COVER_ALL or not limits:
            return (Conflict("limits.together", limits),)
        free = replace(problem, p=None, budget=None)
        if problem.budget is None:
            # count sites, those that stand already among them
            free = replace(free, costs=np.ones(problem.sites, np.int64), existing=(), fixed=problem.pinned)
        least = self._model(free).bound
        needed = {} if least is None else {"needed": least}
        return (Conflict("limits.together", {**limits, **needed}),)

    def _pick(self, problem: SitingProblem) -> Answer:
        compiled.needed("siting problems of this size")
        from heliplan.siting import _cover, _median, _net  # noqa: PLC0415 - need numba; small problems do without

        sites = problem.allowed
        pinned = np.flatnonzero(np.isin(sites, problem.pinned))
        assert problem.p is not None  # noqa: S101 - no budget here, so there is p; narrows the type
        if problem.goal is Goal.MEDIAN:
            count = self._neighbours(problem, len(sites))
            whole = count >= len(sites)
            # the lists are not kept by name: they are as large as the net made of them
            form = _net.from_nearest(
                *problem.distances.nearest(sites, count), problem.weights(), len(sites), whole
            )
            shift = 0
        else:
            cells = gather(problem, sites, problem.weights())
            form = _net.from_cells(cells.start, cells.site, cells.weight, len(sites))
            shift = -int(cells.weight.sum())
        engine = _median.Median if problem.goal is Goal.MEDIAN else _cover.Cover
        picked = engine(form, problem.p, pinned, shift, self.watch, self.seed, self.progress).run()
        open_sites = sites[picked.open]
        if problem.goal is Goal.MEDIAN and _conflicts.unreached(problem, open_sites)[1]:
            # the net only makes it dear to leave somebody without a way; the model forbids it
            return self._model(problem)
        return Answer(SitingPlan(tuple(open_sites.tolist())), picked.bound + shift, "pick")

    def _neighbours(self, problem: SitingProblem, sites: int) -> int:
        """How many nearest sites of each point the median keeps."""
        if self.params.neighbours is not None:
            return min(sites, self.params.neighbours)
        if isinstance(problem.distances, Listed) or problem.points * sites <= WHOLE:
            return sites
        return min(sites, max(40, NEIGHBOURS * sites // max(1, problem.p or 1)))

    def repair(self, problem: SitingProblem, start: SitingPlan) -> Answer:
        """Give up as few sites of ``start`` as possible."""
        if any(not 0 <= site < problem.sites for site in start.open):
            raise ValueError(f"start.open: names a site outside 0 … {problem.sites - 1}")
        kept = np.array(
            [s for s in start.open if s not in problem.forbidden and s not in problem.pinned], np.int64
        )
        if not len(kept):
            return self.solve(problem)
        stay = replace(problem, fixed=tuple(sorted(problem.fixed + tuple(kept.tolist()))))
        if not _conflicts.find(stay):
            answer = self.solve(stay)
            if answer.plan is not None or not answer.impossible:
                return answer
        only_too_many = (
            problem.budget is None and problem.capacities is None and problem.goal is not Goal.COVER_ALL
        )
        if only_too_many:
            # too many stay for p: those given up are chosen among them, nothing new can open
            others = set(range(problem.sites)) - set(kept.tolist()) - set(problem.pinned)
            among = replace(problem, forbidden=tuple(sorted(others)))
            # unless some point has no way to any of them
            if not _conflicts.find(among):
                answer = self.solve(among)
                if answer.plan is not None or not answer.impossible:
                    return _filled(answer, kept.tolist(), problem.p)
        return self._fewest_changes(problem, kept)

    def _fewest_changes(self, problem: SitingProblem, kept: Ints) -> Answer:
        """The same for every problem: one site more is given up until a plan keeps the rules."""
        answer = Answer(None, None, "model")
        for most in range(1, len(kept) + 1):
            answer = self._model(problem, (kept, most))
            if answer.plan is not None or not answer.impossible or self.watch.late:
                break
        return answer


def _no_worse(problem: SitingProblem, answer: Answer, plan: SitingPlan | None) -> Answer:
    """The answer, or the first plan where it is none or a dearer one."""
    if plan is None or answer.impossible:
        return answer
    if answer.plan is not None:
        found, known = (sum(parts_of(problem, one).values()) for one in (answer.plan, plan))
        if found <= known:
            return answer
    return replace(answer, plan=plan, engine="greedy")


def _plain(problem: SitingProblem) -> bool:
    """Whether only the number of sites is limited: with numba there is a better engine than the model."""
    return problem.goal is not Goal.COVER_ALL and problem.budget is None and problem.capacities is None


def _pairs(problem: SitingProblem) -> int:
    """About how many entries the model has."""
    if isinstance(problem.distances, Listed):
        return len(problem.distances.site)
    if problem.goal is Goal.MEDIAN:
        return problem.points * problem.sites
    return len(gather(problem, problem.allowed, problem.weights()).site)


def _floor(problem: SitingProblem) -> int:
    """What anybody could say of the value of every plan."""
    if problem.goal is Goal.COVER_ALL:
        return int(problem.prices()[list(problem.pinned)].sum())
    if problem.goal is Goal.COVER_MOST:
        return -int(problem.weights().sum())
    return _median_floor(problem)


def _median_floor(problem: SitingProblem) -> int:
    """Everybody goes to the nearest site; but who has one of ``p`` others nearest only to the second."""
    site, length = problem.distances.nearest(problem.allowed, 2)
    nearest, weight = length[:, 0].astype(np.int64), problem.weights()
    least = int(weight @ nearest)
    if problem.p is None or length.shape[1] < 2:
        return least
    # a point without a second site has none to go to: its nearest must open, and that is not counted here
    second = np.where(length[:, 1] == NO_WAY, nearest, length[:, 1]).astype(np.int64)
    dearer = np.zeros(len(problem.allowed), np.int64)
    np.add.at(dearer, site[:, 0], weight * (second - nearest))
    return least + int(np.sort(dearer)[: max(0, len(dearer) - problem.p)].sum())


def _at_least(answer: Answer, bound: int | None) -> Answer:
    """The answer with this bound, if it is the better one."""
    if answer.plan is None or bound is None or (answer.bound is not None and answer.bound >= bound):
        return answer
    return replace(answer, bound=bound)


def _filled(answer: Answer, kept: list[int], p: int | None) -> Answer:
    """The answer with sites to keep that bring nothing but fit in."""
    if answer.plan is None or p is None:
        return answer
    idle = [site for site in kept if site not in answer.plan.open]
    room = p - len(answer.plan.open)
    return replace(answer, plan=SitingPlan((*answer.plan.open, *idle[: max(0, room)])))


def _deciding_cells(problem: SitingProblem, may_reduce: bool) -> Cells | None:
    """The cells of a covering model; those of cover-all reduced, unless some sites are to be kept."""
    if problem.goal is Goal.MEDIAN or problem.capacities is not None:
        return None
    cells = gather(problem, problem.allowed, problem.weights())
    if problem.goal is Goal.COVER_MOST or not may_reduce:
        return cells
    pinned = np.isin(problem.allowed, problem.pinned)
    return reduced(cells, problem.prices()[problem.allowed], pinned)
