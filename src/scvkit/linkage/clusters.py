"""Clusters that do not chain: pairs are merged from the strongest, and contradictions forbid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Edge = tuple[str, str]


class Clusters:
    """Records in clusters; a merge is refused where any two of the records contradict.

    ``evidence`` holds the bits for and against every compared pair, without the prior;
    ``contradicting`` the pairs that cannot be one entity.

    >>> bits = {("a", "b"): 9.0, ("b", "c"): 8.0}
    >>> clusters = Clusters(["a", "b", "c"], bits, {("a", "c")})
    >>> clusters.merge([("a", "b"), ("b", "c")])
    >>> clusters.ids()
    {'a': 'a', 'b': 'a', 'c': 'c'}
    """

    MOST_BITS = 15.0
    UNSEEN = -1.25  # a pair that was never compared: blocking found nothing in common

    def __init__(
        self,
        records: Iterable[str],
        evidence: Mapping[Edge, float],
        contradicting: set[Edge],
    ) -> None:
        self._cluster_of = {record: record for record in records}
        self._members: dict[str, list[str]] = {r: [r] for r in self._cluster_of}
        self._evidence = evidence
        self._contradicting = contradicting
        self.refused: list[Edge] = []
        self.merges: list[tuple[str, str, int]] = []

    def merge(self, edges: Sequence[Edge]) -> None:
        """Merge along the edges in their order, where nothing forbids it.

        ``merges`` keeps each edge that joined two clusters and how many pairs of records it
        brought together.
        """
        for left, right in edges:
            a, b = self._cluster_of[left], self._cluster_of[right]
            if a == b:
                continue
            if self._allowed(a, b):
                self.merges.append((left, right, len(self._members[a]) * len(self._members[b])))
                self._join(a, b)
            else:
                self.refused.append((left, right))

    def ids(self) -> dict[str, str]:
        """Cluster of each record, named by its smallest record."""
        return dict(self._cluster_of)

    def _allowed(self, a: str, b: str) -> bool:
        bits = 0.0
        for left in self._members[a]:
            for right in self._members[b]:
                pair = (left, right) if left < right else (right, left)
                if pair in self._contradicting:
                    return False
                found = self._evidence.get(pair)
                bits += self.UNSEEN if found is None else min(self.MOST_BITS, found)
        return bits > 0

    def _join(self, a: str, b: str) -> None:
        kept, gone = (a, b) if a < b else (b, a)
        moved = self._members.pop(gone)
        for record in moved:
            self._cluster_of[record] = kept
        self._members[kept] += moved


def components(records: Iterable[str], edges: Iterable[Edge]) -> dict[str, str]:
    """Return the connected component of each record, named by its smallest record.

    >>> components(["a", "b", "c"], [("b", "c")])
    {'a': 'a', 'b': 'b', 'c': 'b'}
    """
    parent = {record: record for record in records}

    def root(record: str) -> str:
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    for left, right in edges:
        a, b = root(left), root(right)
        if a != b:
            parent[max(a, b)] = min(a, b)
    return {record: root(record) for record in parent}
