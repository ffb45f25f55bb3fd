"""Connected components of numbered records, without a loop over them."""

from __future__ import annotations

from typing import Any

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.int64]]


def components_of(records: int, left: Numbers, right: Numbers) -> Numbers:
    """Return for each record 0 … ``records`` - 1 the smallest record of its component.

    >>> components_of(4, np.array([1, 2]), np.array([2, 3])).tolist()
    [0, 1, 1, 1]
    """
    label = np.arange(records, dtype=np.int64)
    while len(left):
        a, b = label[left], label[right]
        apart = a != b
        left, right, a, b = left[apart], right[apart], a[apart], b[apart]
        np.minimum.at(label, np.maximum(a, b), np.minimum(a, b))
        # Every record points at the root again before the next round looks at roots.
        while not np.array_equal(following := label[label], label):
            label = following
    return label


def pairs_inside(component: Numbers, *, most: int) -> tuple[Numbers, Numbers]:
    """Return every pair (smaller, larger) of records of one component of 3 to ``most`` records.

    >>> [side.tolist() for side in pairs_inside(np.array([0, 1, 0, 0, 1]), most=9)]
    [[0, 0, 2], [2, 3, 3]]
    """
    order = np.argsort(component, kind="stable")
    starts = np.flatnonzero(np.diff(component[order], prepend=-1))
    sizes = np.diff(starts, append=len(order))
    lefts, rights = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for size in np.unique(sizes[(sizes > 2) & (sizes <= most)]):
        members = order[starts[sizes == size][:, None] + np.arange(size)]
        first, second = np.triu_indices(int(size), k=1)
        lefts.append(members[:, first].ravel())
        rights.append(members[:, second].ravel())
    left, right = np.concatenate(lefts), np.concatenate(rights)
    sort = np.lexsort((left, right))
    return left[sort], right[sort]


def same_members(first: Numbers, second: Numbers) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return for each record whether its cluster holds the same records in both divisions.

    >>> same_members(np.array([0, 0, 2]), np.array([0, 0, 0])).tolist()
    [False, False, False]
    """
    records = len(first)
    both = first * records + second
    _, where, size = np.unique(both, return_inverse=True, return_counts=True)
    common = size[where]
    one, other = np.bincount(first, minlength=records), np.bincount(second, minlength=records)
    same: np.ndarray[Any, np.dtype[np.bool_]] = (common == one[first]) & (common == other[second])
    return same
