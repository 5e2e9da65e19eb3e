import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("numba")

from heliplan.siting import _rng

pytestmark = pytest.mark.slow  # numba compiles first


@given(seed=st.integers(0, 2**40), many=st.integers(1, 2**31))
def test_draws_stay_in_range_and_a_seed_gives_the_same_again(seed, many):
    one, two = _rng.seeded(seed), _rng.seeded(seed)
    drawn = [_rng.below(one, many) for _ in range(20)]
    assert drawn == [_rng.below(two, many) for _ in range(20)]
    assert all(0 <= number < many for number in drawn)
    assert all(0 <= _rng.part(one) < 1 for _ in range(20))


@pytest.mark.parametrize("seed", [0, 1, 2, 12345])
def test_draws_are_spread_evenly(seed):
    state = _rng.seeded(seed)
    counts = np.bincount([_rng.below(state, 10) for _ in range(20_000)], minlength=10)
    assert ((counts - 2000) ** 2 / 2000).sum() < 28  # chi-square, 9 degrees of freedom: 1 in 1,000
    parts = np.array([_rng.part(state) for _ in range(20_000)])
    assert abs(parts.mean() - 0.5) < 0.01
    assert abs(np.corrcoef(parts[1:], parts[:-1])[0, 1]) < 0.03


def test_neighbouring_seeds_draw_differently():
    firsts = {_rng.below(_rng.seeded(seed), 2**31) for seed in range(1000)}
    assert len(firsts) == 1000
