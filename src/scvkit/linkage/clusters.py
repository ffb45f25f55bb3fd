"""Clusters that do not chain: pairs are merged from the strongest, and contradictions forbid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

Edge = tuple[str, str]
R = TypeVar("R", str, int)  # a record, by key or by number


class Clusters(Generic[R]):
    """Records in clusters; a merge is refused where any two of the records contradict.

    ``evidence`` holds the bits for and against every compared pair; ``contradicting`` the pairs
    that cannot be one entity. Records are keys, or numbers in the order of the keys. Where every
    pair was compared and speaks for, and none contradicts, every merge is allowed: ``resolve``
    relies on it and merges only the other records one by one.

    >>> bits = {("a", "b"): 9.0, ("b", "c"): 8.0}
    >>> clusters = Clusters(["a", "b", "c"], bits, {("a", "c")})
    >>> clusters.merge([("a", "b"), ("b", "c")])
    >>> clusters.ids()
    {'a': 'a', 'b': 'a', 'c': 'c'}
    """

    MOST_BITS = 15.0
    UNSEEN = -0.6  # a pair that was never compared: blocking found nothing in common

    def __init__(
        self,
        records: Iterable[R],
        evidence: Mapping[tuple[R, R], float],
        contradicting: set[tuple[R, R]],
    ) -> None:
        self._cluster_of: dict[R, R] = {record: record for record in records}
        self._members: dict[R, list[R]] = {r: [r] for r in self._cluster_of}
        # What lies between two clusters: bits, how many pairs were compared, whether any pair
        # contradicts. Kept as they merge: two hundred records of one number have twenty thousand
        # pairs, and asking each again at every merge takes minutes.
        self._between: dict[R, dict[R, tuple[int, int, bool]]] = {r: {} for r in self._cluster_of}
        for (left, right), bits in evidence.items():
            self._lay((left, right), (_counted(min(self.MOST_BITS, bits)), 1, False))
        for left, right in contradicting:
            self._lay((left, right), (0, 0, True))
        self.refused: list[tuple[R, R]] = []
        self.merges: list[tuple[R, R, int]] = []

    def merge(self, edges: Sequence[tuple[R, R]]) -> None:
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

    def force(self, edges: Iterable[tuple[R, R]]) -> None:
        """Merge along the edges whatever speaks against it: the client knows these records."""
        for left, right in edges:
            a, b = self._cluster_of[left], self._cluster_of[right]
            if a != b:
                self._join(a, b)

    def ids(self) -> dict[R, R]:
        """Cluster of each record, named by its smallest record."""
        return dict(self._cluster_of)

    def _allowed(self, a: R, b: R) -> bool:
        bits, compared, contradicts = self._between[a].get(b, _NOTHING)
        unseen = len(self._members[a]) * len(self._members[b]) - compared
        return not contradicts and bits + _counted(self.UNSEEN) * unseen > 0

    def _join(self, a: R, b: R) -> None:
        kept, gone = (a, b) if a < b else (b, a)
        moved = self._members.pop(gone)
        for record in moved:
            self._cluster_of[record] = kept
        self._members[kept] += moved
        for other, lying in self._between.pop(gone).items():
            del self._between[other][gone]
            if other != kept:
                self._lay((kept, other), lying)

    def _lay(self, ends: tuple[R, R], lying: tuple[int, int, bool]) -> None:
        a, b = ends
        bits, compared, contradicts = self._between[a].get(b, _NOTHING)
        whole = (bits + lying[0], compared + lying[1], contradicts or lying[2])
        self._between[a][b] = self._between[b][a] = whole


_NOTHING = (0, 0, False)


def _counted(bits: float) -> int:
    """Bits as a whole number of billionths: in whatever order they are added, the sum is one."""
    return round(bits * 1_000_000_000)


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
