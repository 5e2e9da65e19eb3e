"""What other tools make of a siting problem: spopt with CBC and with HiGHS, plain models in HiGHS and CP-SAT.

Each is called in a process of its own (highspy and OR-Tools do not always share one) and says what it found
and, if it knows one, its bound; spopt and PuLP say "Optimal" of unproven answers too, so that is not shown.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from heliplan import Stop
from heliplan.siting import Goal, SitingPlan, SitingProblem, check

Row = dict[str, Any]


def spopt_cbc(problem: SitingProblem, cap: float) -> Row:
    """spopt with the solver that PuLP brings."""
    pulp = import_module("pulp")
    return _spopt(problem, pulp.PULP_CBC_CMD(msg=False, timeLimit=cap))


def spopt_highs(problem: SitingProblem, cap: float) -> Row:
    """spopt with HiGHS."""
    pulp = import_module("pulp")
    return _spopt(problem, pulp.HiGHS(msg=False, timeLimit=cap, threads=1))


def _spopt(problem: SitingProblem, solver: Any) -> Row:
    locate = import_module("spopt.locate")
    lengths = problem.distances.table(np.arange(problem.points), np.arange(problem.sites))
    if problem.goal is Goal.MEDIAN:
        model = locate.PMedian.from_cost_matrix(lengths, problem.weights(), p_facilities=problem.p)
    elif problem.goal is Goal.COVER_MOST:
        model = locate.MCLP.from_cost_matrix(
            ~_within(problem) + 0, problem.weights(), service_radius=0, p_facilities=problem.p
        )
    else:
        model = locate.LSCP.from_cost_matrix(~_within(problem) + 0, service_radius=0)
    model.problem.solve(solver)
    # at the cap PuLP may hand out the linear relaxation: what counts is what its sites are worth
    share = np.array([variable.varValue for variable in model.fac_vars], dtype=float)
    verdict = check(problem, SitingPlan(tuple(np.flatnonzero(share > 0.5).tolist())))
    whole = np.allclose(share, np.rint(share)) and verdict.ok
    return {"value": verdict.value, "bound": None} if whole else {"value": None, "bound": None}


def highs(problem: SitingProblem, cap: float) -> Row:
    """The textbook model in HiGHS."""
    from heliplan.siting._highs import Model  # noqa: PLC0415 - loads highspy, only in this peer's process

    cost, table, least, most = textbook(problem)
    model = Model(cost, np.zeros(len(cost)), np.ones(len(cost)))
    pairs = table.tocoo()
    model.add(pairs.row, pairs.col, pairs.data, least, most)
    solved = model.solve(Stop(seconds=cap).watch())
    value = None if solved.x is None else round(float(cost @ np.rint(solved.x)))
    return {"value": value, "bound": round(solved.bound) if np.isfinite(solved.bound) else None}


def cp_sat(problem: SitingProblem, cap: float) -> Row:
    """The textbook model in CP-SAT."""
    cp_model = import_module("ortools.sat.python.cp_model")
    cost, table, least, most = textbook(problem)
    model = cp_model.CpModel()
    columns = [model.new_bool_var("") for _ in cost]
    for row in range(table.shape[0]):
        pairs = slice(table.indptr[row], table.indptr[row + 1])
        factors = table.data[pairs].astype(int).tolist()
        total = cp_model.LinearExpr.weighted_sum([columns[at] for at in table.indices[pairs]], factors)
        low = cp_model.INT32_MIN if np.isinf(least[row]) else int(least[row])
        high = cp_model.INT32_MAX if np.isinf(most[row]) else int(most[row])
        model.add_linear_constraint(total, low, high)
    model.minimize(cp_model.LinearExpr.weighted_sum(columns, cost.astype(int).tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = cap
    solver.parameters.num_workers = 1
    found = solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    value = round(solver.objective_value) if found else None
    return {"value": value, "bound": round(solver.best_objective_bound)}


PEERS: dict[str, Callable[[SitingProblem, float], Row]] = {
    "spopt, CBC": spopt_cbc,
    "spopt, HiGHS": spopt_highs,
    "HiGHS": highs,
    "CP-SAT": cp_sat,
}


def _within(problem: SitingProblem) -> np.ndarray:
    """Which site reaches which point, shape (points, sites)."""
    reach = problem.distances.within(float(problem.radius or 0.0), np.arange(problem.sites))
    table = np.zeros((problem.points, problem.sites), bool)
    table[np.repeat(np.arange(problem.points), np.diff(reach.start)), reach.sites] = True
    return table


def textbook(problem: SitingProblem) -> tuple[np.ndarray, csr_array, np.ndarray, np.ndarray]:
    """Costs, rows and their limits of the model that textbooks give; all columns are 0 or 1.

    The median: who serves whom (and capacities, if any). Covering: a row per point, none taken together.
    """
    points, sites = problem.points, problem.sites
    blocks: list[tuple[Any, Any, Any]] = []
    if problem.goal is Goal.MEDIAN:
        lengths = problem.distances.table(np.arange(points), np.arange(sites))
        cost = np.concatenate([np.zeros(sites), (problem.weights()[:, None] * lengths).ravel()])
        point, site = np.repeat(np.arange(points), sites), np.tile(np.arange(sites), points)
        pair = sites + np.arange(points * sites)
        own, link = np.ones(len(pair)), points + np.arange(len(pair))
        blocks += [(point, pair, own), (link, pair, own), (link, site, -own)]
        least = np.concatenate([np.ones(points), np.full(len(pair), -np.inf)])
        most = np.concatenate([np.ones(points), np.zeros(len(pair))])
        if problem.capacities is not None:
            rows = len(least) + site
            blocks += [(rows, pair, problem.demands()[point])]
            blocks += [(len(least) + np.arange(sites), np.arange(sites), -problem.capacities)]
            least, most = np.append(least, np.full(sites, -np.inf)), np.append(most, np.zeros(sites))
    else:
        point, site = np.nonzero(_within(problem))
        blocks += [(point, site, np.ones(len(point)))]
        least, most = np.ones(points), np.full(points, np.inf)
        cost = problem.prices().astype(float)
        if problem.goal is Goal.COVER_MOST:
            cost = np.concatenate([np.zeros(sites), -problem.weights().astype(float)])
            blocks += [(np.arange(points), sites + np.arange(points), -np.ones(points))]
            least = np.zeros(points)
    if problem.p is not None:
        blocks += [(np.full(sites, len(least)), np.arange(sites), np.ones(sites))]
        least, most = np.append(least, -np.inf), np.append(most, problem.p)
    row, column, factor = (np.concatenate([block[part] for block in blocks]) for part in range(3))
    return cost, csr_array((factor, (row, column)), shape=(len(least), len(cost))), least, most
