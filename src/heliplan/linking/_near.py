"""A tree over places in the plane, for finding near ones and for putting neighbours into groups."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints

LEAF = 8
"""At most so many places in a leaf."""

Floats = NDArray[np.float64]
Tree = tuple[Ints, Ints, Floats]
"""Places in the order of the leaves; where in it each leaf begins [L + 1]; box (left, bottom, right, top) of
every node [2L]: the children of node v are 2v and 2v + 1, the leaves are L to 2L - 1, the root is 1."""


def tree(place: Floats) -> Tree:
    """The k-d tree of at least one place, halved across its wider side (Bentley, Commun. ACM 18(9), 1975)."""
    depth = 0
    while len(place) >> depth > LEAF:
        depth += 1
    order = halved(place, depth)
    leaves = 1 << depth
    cut = np.arange(leaves + 1) * len(place) // leaves
    box = np.empty((2 * leaves, 4))
    box[leaves:] = _boxes(place[order], cut)
    for v in range(leaves - 1, 0, -1):
        one, two = box[2 * v], box[2 * v + 1]
        box[v] = np.concatenate([np.minimum(one[:2], two[:2]), np.maximum(one[2:], two[2:])])
    return order, cut, box


def halved(place: Floats, depth: int) -> Ints:
    """The order of places in which each of ``2**depth`` equal runs holds neighbours."""
    order = np.arange(len(place))
    for level in range(depth):
        cut = np.arange((1 << level) + 1) * len(place) >> level
        box = _boxes(place[order], cut)
        side = (box[:, 3] - box[:, 1] > box[:, 2] - box[:, 0]).astype(int)
        run = np.repeat(np.arange(1 << level), np.diff(cut))
        order = order[np.lexsort((place[order, side[run]], run))]
    return order


def _boxes(place: Floats, cut: Ints) -> Floats:
    """(left, bottom, right, top) of every run."""
    low, high = (side.reduceat(place, cut[:-1], axis=0) for side in (np.minimum, np.maximum))
    return np.concatenate([low, high], axis=1)
