"""Smaller nets of a median, each against the plain meaning of what it says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heliplan.siting._net import from_nearest
from heliplan.siting._reduction import restricted, trimmed

pytestmark = pytest.mark.slow  # numba compiles first


@st.composite
def medians(draw):
    """A net, the sites to keep, and of these the open ones."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    points, sites = draw(st.integers(1, 12)), draw(st.integers(1, 8))
    table = random.integers(0, draw(st.sampled_from([3, 40])), (points, sites)).astype(np.int32)
    count = draw(st.integers(1, sites))
    found = np.argsort(table, axis=1, kind="stable").astype(np.int32)[:, :count]
    length = np.take_along_axis(table, found, axis=1)
    net = from_nearest(found, length, random.integers(0, 20, points), sites, count == sites)
    keep = random.random(sites) < 0.7
    return net, keep, keep & (random.random(sites) < 0.3)


def rows_of(net):
    """Per point the pairs (length, site), in the order they stand."""
    starts = zip(net.start[:-1], net.start[1:], strict=True)
    return [list(zip(net.length[a:b].tolist(), net.site[a:b].tolist(), strict=True)) for a, b in starts]


def columns_of(net):
    """The same told by the rows by site."""
    rows = [[] for _ in range(net.points)]
    for site in range(net.sites):
        for k in range(net.back_start[site], net.back_start[site + 1]):
            rows[net.back_point[k]].append((int(net.back_length[k]), site))
    return [sorted(row) for row in rows]


@settings(max_examples=60, deadline=None)
@given(made=medians())
def test_a_narrowed_net_holds_the_sites_kept_and_all_else_as_it_was(made):
    net, keep, _ = made
    small, number = restricted(net, keep), np.cumsum(keep) - 1
    assert rows_of(small) == [[(way, number[j]) for way, j in row if keep[j]] for row in rows_of(net)]
    assert columns_of(small) == [sorted(row) for row in rows_of(small)]
    assert small.sites == keep.sum()
    assert (small.cap == net.cap).all()


@settings(max_examples=60, deadline=None)
@given(made=medians())
def test_a_trimmed_net_ends_at_the_nearest_open_site(made):
    net, keep, is_open = made
    small, number = trimmed(net, keep, is_open), np.cumsum(keep) - 1
    for i, row in enumerate(rows_of(net)):
        end = min([way for way, j in row if is_open[j]], default=np.inf)
        assert small.cap[i] == min(net.cap[i], end)
        left = [(way, number[j]) for way, j in row if keep[j] and way <= small.cap[i]]
        assert rows_of(small)[i] == left
    assert columns_of(small) == [sorted(row) for row in rows_of(small)]
