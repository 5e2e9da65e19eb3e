"""Lower bounds on a :class:`~heliplan.siting._net.Net`: prices instead of the rule that each point is served.

With a price per point, a site is worth what its points would pay above their length, and the best at most
``p`` sites are simply the ``p`` most worth. That gives a valid bound for any prices; smoothed subgradient
steps raise it (Beasley 1985; Beltran, Tadonki and Vial 2006). What is left of a site's worth when it is
forced in or out (its reduced cost) shows which sites no better plan can hold, or be without.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from heliplan.codec import Ints
from heliplan.compiled import compiled, compiled_bare
from heliplan.siting._net import Bools, Bytes, Floats, Net

FREE, CLOSED, OPEN = np.int8(0), np.int8(-1), np.int8(1)
SMOOTH = 0.7  #: share of the new direction in a step
NEVER = 1e300


@dataclass(slots=True)
class Prices:
    """Prices with the bound they prove.

    Attributes
    ----------
    price : shape (points,)
    bound : lower bound on the cost of every set of sites that keeps the state.
    reduced : reduced cost of each site at that bound, shape (sites,)
    chosen : how often each site was among the best lately, 0 … 1.
    """

    price: Floats
    bound: float
    reduced: Floats
    chosen: Floats


@compiled_bare
def reduce_costs(net: Net, price: Floats, reduced: Floats) -> float:
    """Fill the sites' reduced costs; the constant part of the bound."""
    reduced[:] = 0.0
    constant = 0.0
    for i in range(price.shape[0]):
        w, u = net.weight[i], price[i]
        constant += w * u
        for k in range(net.start[i], net.start[i + 1]):
            over = net.length[k] - u
            if over >= 0:
                break
            reduced[net.site[k]] += w * over
    return constant


@compiled
def choose(reduced: Floats, state: Bytes, p: int, chosen: Bools) -> float:
    """Mark the best at most ``p`` sites under the state; their reduced costs' sum."""
    total, room = 0.0, p
    worth = np.empty(reduced.shape[0])
    count = 0
    for j in range(reduced.shape[0]):
        chosen[j] = state[j] == OPEN
        if chosen[j]:
            total += reduced[j]
            room -= 1
        elif state[j] == FREE and reduced[j] < 0:
            worth[count] = reduced[j]
            count += 1
    if room <= 0:
        return total
    limit = 0.0 if count <= room else np.partition(worth[:count], room - 1)[room - 1]
    for take_equal in range(2):
        for j in range(reduced.shape[0]):
            good = reduced[j] < limit or (take_equal == 1 and reduced[j] == limit)
            if good and room > 0 and state[j] == FREE and not chosen[j] and reduced[j] < 0:
                chosen[j] = True
                total += reduced[j]
                room -= 1
    return total


@compiled_bare
def count_served(net: Net, price: Floats, chosen: Bools, served: Ints) -> None:
    """How many chosen sites each point would pay for."""
    served[:] = 0
    for j in range(chosen.shape[0]):
        if chosen[j]:
            for k in range(net.back_start[j], net.back_start[j + 1]):
                if net.back_length[k] < price[net.back_point[k]]:
                    served[net.back_point[k]] += 1


@compiled_bare
def count_served_by_point(net: Net, price: Floats, chosen: Bools, served: Ints) -> None:
    """The same, quicker where the rows up to the price are short."""
    for i in range(price.shape[0]):
        served[i] = 0
        for k in range(net.start[i], net.start[i + 1]):
            if net.length[k] >= price[i]:
                break
            if chosen[net.site[k]]:
                served[i] += 1


@compiled_bare
def short_rows(net: Net, price: Floats, p: int) -> bool:
    """Whether the rows up to the price hold fewer pairs than ``p`` sites do."""
    pairs = 0
    for i in range(price.shape[0]):
        for k in range(net.start[i], net.start[i + 1]):
            if net.length[k] >= price[i]:
                break
            pairs += 1
    return bool(pairs * (net.back_start.shape[0] - 1) < p * net.site.shape[0])


@compiled_bare
def direct(net: Net, price: Floats, served: Ints, direction: Floats) -> float:
    """Turn the direction towards serving each point once; its weighted square."""
    square = 0.0
    for i in range(price.shape[0]):
        turn = 1.0 - served[i]
        if (turn > 0 and price[i] >= net.cap[i]) or (turn < 0 and price[i] <= 0):
            turn = 0.0
        direction[i] = SMOOTH * turn + (1 - SMOOTH) * direction[i]
        square += net.weight[i] * direction[i] * direction[i]
    return square


@compiled_bare
def move(net: Net, price: Floats, length: float, direction: Floats) -> None:
    """Step along the direction, within 0 and the cap of each price."""
    for i in range(price.shape[0]):
        price[i] = min(max(price[i] + length * direction[i], 0.0), net.cap[i])


@compiled
def climb(
    net: Net, state: Bytes, p: int, upper: float, price: Floats, best_price: Floats, best_reduced: Floats,
    use: Floats, control: Floats, steps: int, patience: int,
) -> int:  # fmt: skip
    """Take subgradient steps; how many were taken.

    ``control`` holds step factor, best bound and steps without progress, kept between calls. Ends early
    when the bound reaches ``upper`` or the step factor is spent.
    """
    reduced, chosen = np.empty(state.shape[0]), np.zeros(state.shape[0], np.bool_)
    direction, served = np.zeros(price.shape[0]), np.zeros(price.shape[0], np.int64)
    short = short_rows(net, price, p)
    for step in range(steps):
        bound = reduce_costs(net, price, reduced) + choose(reduced, state, p, chosen)
        if bound > control[1]:
            if bound > control[1] + 1e-4 * (upper - control[1]):
                control[2] = 0
            control[1] = bound
            best_price[:], best_reduced[:] = price, reduced
        control[2] += 1
        if bound >= upper or control[0] < 1e-3:
            return step + 1
        if control[2] > patience:
            control[0] /= 2
            control[2] = 0
            price[:], direction[:] = best_price, 0
            continue
        if short:
            count_served_by_point(net, price, chosen, served)
        else:
            count_served(net, price, chosen, served)
        square = direct(net, price, served, direction)
        if square < 1e-9:
            return step + 1
        length = control[0] * (1.01 * upper - bound + 1e-6) / square
        move(net, price, length, direction)
        for j in range(state.shape[0]):
            use[j] += 0.1 * (chosen[j] - use[j])
    return steps


def raise_bound(
    net: Net,
    state: Bytes,
    p: int,
    upper: float,
    start: Floats,
    steps: int,
    patience: int = 12,
    factor: float = 1.5,
    over: Callable[[int, float], bool] = lambda _steps, _bound: False,
    block: int = 50,
) -> Prices:
    """Raise the bound by up to ``steps`` steps from the prices ``start``.

    Parameters
    ----------
    state : int8, shape (sites,)
        ``FREE``, ``OPEN`` or ``CLOSED`` each.
    upper : float
        Cost from which on nothing is of interest: the bound need not go above it.
    over : callable
        Asked with the steps done and the bound every ``block`` steps; true ends.
    """
    price = np.clip(start, 0.0, net.cap)
    best, reduced, use = price.copy(), np.zeros(net.sites), np.full(net.sites, 0.5)
    control = np.array([factor, -NEVER, 0.0])
    done = 0
    while done < steps:
        some = min(block, steps - done)
        taken = climb(net, state, p, upper, price, best, reduced, use, control, some, patience)
        done += taken
        if taken < some or control[0] < 1e-3 or control[1] >= upper or over(done, control[1]):
            break
    return Prices(best, float(control[1]), reduced, use)


def decided(prices: Prices, state: Bytes, p: int, upper: float) -> Bytes:
    """The state with every free site settled that no set below ``upper`` can hold, or be without.

    A site not chosen is closed when forcing it in lifts the bound to ``upper``; a chosen one is opened
    when leaving it out does.
    """
    free, reduced = state == FREE, prices.reduced
    chosen = np.zeros(len(state), np.bool_)
    choose(reduced, state, p, chosen)
    full = chosen.sum() >= p
    inside, outside = free & chosen, free & ~chosen
    worst_in = reduced[inside].max() if full and inside.any() else (0.0 if not full else -NEVER)
    best_out = min(0.0, reduced[outside].min()) if full and outside.any() else 0.0
    settled = state.copy()
    settled[outside & (prices.bound + reduced - worst_in >= upper)] = CLOSED
    settled[inside & (prices.bound - reduced + best_out >= upper)] = OPEN
    return settled
