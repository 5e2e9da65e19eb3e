"""Small invented areas for the tests."""

import itertools

import numpy as np
from scipy.spatial import Delaunay

from heliplan.division import DivisionProblem, band


def block(width, height, grids, tolerance=0.2, **fields):
    """A rectangle of houses ten steps apart, one household each; houses touch left, right, up and down."""
    points = [[10 * column, 10 * row] for row in range(height) for column in range(width)]
    edges = [[i, i + 1] for i in range(width * height) if (i + 1) % width]
    edges += [[i, i + width] for i in range(width * (height - 1))]
    measures = fields.pop("measures", [1] * len(points))
    low, high = band(measures, grids, tolerance)
    facts = {"points": points, "edges": edges, "measures": measures, "grids": grids, "low": low, "high": high}
    return DivisionProblem(**{**facts, **fields})


def town(units, grids, tolerance, seed, **fields):
    """A random town: one to nine households a house, neighbours from a triangulation."""
    random = np.random.default_rng(seed)
    points = random.permutation(10_000)[:units]
    points = np.stack([points // 100, points % 100], axis=1) * 7
    pairs = {
        tuple(sorted(pair))
        for corner in Delaunay(points).simplices.tolist()
        for pair in itertools.combinations(corner, 2)
    }
    measures = fields.pop("measures", random.integers(1, 10, units))
    low, high = band(measures, grids, tolerance)
    facts = {
        "points": points,
        "edges": sorted(pairs),
        "measures": measures,
        "grids": grids,
        "low": low,
        "high": high,
    }
    return DivisionProblem(**{**facts, **fields})
