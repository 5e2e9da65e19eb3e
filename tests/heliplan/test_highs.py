"""A bound holds whatever prices it is taken from, and at the best prices it meets the value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliplan.highs import Entries, State, Task, run
from heliplan.stop import Stop


def task(seed, rows=4, columns=6):
    """A linear program that x = 0 keeps; some rows have one side only."""
    random = np.random.default_rng(seed)
    matrix = random.integers(-3, 4, (rows, columns)).astype(float)
    row, column = (side.ravel() for side in np.indices(matrix.shape))
    least = -random.integers(0, 5, rows).astype(float)
    most = random.integers(0, 5, rows).astype(float)
    least[random.random(rows) < 0.3] = -np.inf
    most[random.random(rows) < 0.3] = np.inf
    return Task(
        cost=random.integers(-9, 10, columns).astype(float),
        low=np.zeros(columns),
        high=random.integers(1, 4, columns).astype(float),
        least=least,
        most=most,
        entries=Entries.of(row, column, matrix.ravel(), columns),
        whole=np.zeros(columns, bool),
        constant=float(random.integers(0, 5)),
    )


@given(st.integers(0, 10**6), st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4))
def test_no_prices_promise_more_than_the_best_costs(seed, prices):
    program = task(seed)
    found = run(program, Stop().watch())
    value = program.constant + program.cost @ found.values
    assert found.state == State.kOptimal
    assert found.bound == pytest.approx(value, abs=1e-6)
    assert program.least_cost(np.array(prices)) <= value + 1e-6 * (1 + max(map(abs, prices)))
