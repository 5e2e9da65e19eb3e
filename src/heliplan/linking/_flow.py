"""Least-cost and largest flows on candidate pairs, and the prices that belong to them.

Network: every household sends one unit to one of its candidate members; every member keeps ``low`` of
them and may pass on up to ``high - low`` more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import max_flow, min_cost_flow

from heliplan.codec import Ints
from heliplan.fields import distinct
from heliplan.linking._costs import Costs


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Candidate pairs, ascending by ``household * M + member``, each once; ``cost`` is the net cost."""

    household: Ints
    member: Ints
    cost: Ints

    @classmethod
    def of(cls, costs: Costs, key: NDArray[np.int64]) -> Pairs:
        """The pairs with these keys, without repeats and forbidden ones."""
        unique = distinct(key)
        if len(costs.never):
            unique = np.setdiff1d(unique, costs.never, assume_unique=True)
        household, member = np.divmod(unique, max(1, costs.members))
        return cls(household, member, costs.pairs(household, member))

    def key(self, members: int) -> Ints:
        """``household * M + member``."""
        return self.household * members + self.member


def cheapest(costs: Costs, pairs: Pairs) -> Ints:
    """The member of each household in a least-cost flow on these pairs, which must carry a flow.

    Engine: OR-Tools' cost-scaling push-relabel (Goldberg, J. Algorithms 22, 1997).
    """
    n, m = costs.households, costs.members
    if not n:
        return np.zeros(0, np.int64)
    flow, sink = min_cost_flow.SimpleMinCostFlow(), n + m
    pair = flow.add_arcs_with_capacity_and_unit_cost(
        pairs.household, n + pairs.member, np.ones(len(pairs.cost), np.int64), pairs.cost
    )
    nodes = np.arange(n, n + m)
    flow.add_arcs_with_capacity_and_unit_cost(
        nodes, np.full(m, sink), costs.high - costs.low, np.zeros(m, np.int64)
    )
    flow.set_nodes_supplies(np.arange(n + m), np.concatenate([np.ones(n, np.int64), -costs.low]))
    flow.set_node_supply(sink, int(costs.low.sum()) - n)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"min-cost flow ended with status {status}")
    used = flow.flows(pair) > 0
    member = np.empty(n, np.int64)
    member[pairs.household[used]] = pairs.member[used]
    return member


def prices(costs: Costs, pairs: Pairs, member: Ints, near: Ints) -> Ints:
    """What one more household at each member is worth, int [M]: the duals of a least-cost flow.

    With q the answer, every household's member has the least ``cost + q`` among its candidate members,
    ``q > 0`` only where the load is ``high``, ``q < 0`` only where it is ``low``. Found by shortest paths
    in the flow's residual graph, contracted to members (Bellman and Ford, all arcs of a round at once).

    Parameters
    ----------
    member : int [n]
        The least-cost flow.
    near : int [M]
        Where to begin: the largest solution not above ``near`` is given, up to a shift of all.
    """
    m = costs.members
    own = member[pairs.household]
    paid = np.zeros(costs.households, np.int64)
    at = own == pairs.member
    paid[pairs.household[at]] = pairs.cost[at]
    load = np.bincount(member, minlength=m)
    room, spare = np.flatnonzero(load < costs.high), np.flatnonzero(load > costs.low)
    # q[tail] <= q[head] + weight; node m is the sink
    tail = np.concatenate([own, room, np.full(len(spare), m)])
    head = np.concatenate([pairs.member, np.full(len(room), m), spare])
    weight = np.concatenate([pairs.cost - paid[pairs.household], np.zeros(len(room) + len(spare), np.int64)])
    q = _shortest(tail, head, weight, np.append(near, 0))
    result: Ints = q[:m] - q[m]
    return result


def _shortest(tail: Ints, head: Ints, weight: Ints, q: Ints) -> Ints:
    """The largest q not above the one given with ``q[tail] <= q[head] + weight`` on every arc."""
    order = np.argsort(tail, kind="stable")
    tail, head, weight = tail[order], head[order], weight[order]
    first = np.flatnonzero(np.diff(tail, prepend=-1))
    node, q = tail[first], q.copy()
    for _ in range(len(q) + 1):
        best = np.minimum.reduceat(q[head] + weight, first)
        if not (best < q[node]).any():
            return q
        q[node] = np.minimum(q[node], best)
    raise RuntimeError("the flow was not of least cost: a cycle saves")


def short_cut(costs: Costs, pairs: Pairs) -> tuple[NDArray[np.bool_], NDArray[np.bool_], bool] | None:
    """The source side of a smallest cut that is too small, ``None`` if the pairs carry a flow.

    Returns
    -------
    households : bool [n]
    members : bool [M]
    passing : bool
        Whether the node over which members pass on more than ``low`` is on the source side.
    """
    n, m = costs.households, costs.members
    source, extra, sink = n + m, n + m + 1, n + m + 2
    least = int(costs.low.sum())
    nodes = np.arange(n, n + m)
    flow = max_flow.SimpleMaxFlow()
    flow.add_arcs_with_capacity(np.full(n, source), np.arange(n), np.ones(n, np.int64))
    wide = np.full(len(pairs.cost), n + 1)
    flow.add_arcs_with_capacity(pairs.household, n + pairs.member, wide)
    flow.add_arcs_with_capacity(nodes, np.full(m, sink), costs.low)
    flow.add_arcs_with_capacity(nodes, np.full(m, extra), costs.high - costs.low)
    flow.add_arc_with_capacity(extra, sink, n - least)
    if flow.solve(source, sink) != flow.OPTIMAL:
        raise RuntimeError("max flow did not end")
    if flow.optimal_flow() == n:
        return None
    side = np.zeros(n + m + 3, bool)
    side[flow.get_source_side_min_cut()] = True
    return side[:n], side[n : n + m], bool(side[extra])
