"""Bridges between sources: what one key shares, and what linkage adds to it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from scvkit.records.identity import Identity, RawOverlap
from scvkit.records.linkage import Linkage
from scvkit.vocabulary import EntityKind, Key


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyBridge:
    """Two sources and the key that ties most of them together; counts of values, then of people.

    ``written`` values are the same letter by letter, ``standardised`` once both are written
    alike. ``linked`` are people found in both by any evidence of tiers A–C, None before linkage.
    """

    source_a: str
    source_b: str
    key: Key | None  # None: no key is in both
    written: int
    standardised: int
    linked: int | None

    @property
    def gain(self) -> int | None:
        """What linkage finds beyond the best key; never below 0, since two may share one value."""
        return None if self.linked is None else max(0, self.linked - self.standardised)


def key_bridges(identity: Identity, linkage: Linkage | None) -> tuple[KeyBridge, ...]:
    """Return one bridge per pair of sources, in the order of the sources."""
    by_pair: dict[frozenset[str], list[RawOverlap]] = {}
    for overlap in identity.raw_overlap:
        if overlap.key is Key.NAME_ADDRESS:
            continue  # the fallback where there is no key
        by_pair.setdefault(frozenset((overlap.source_a, overlap.source_b)), []).append(overlap)
    linked: dict[frozenset[str], int] = {
        frozenset((o.source_a, o.source_b)): o.mid
        for o in (linkage.overlaps if linkage else ())
        if o.kind is EntityKind.PERSON
    }
    bridges = []
    for a, b in combinations([source.source for source in identity.sources], 2):
        pair = frozenset((a, b))
        best = max(by_pair.get(pair, ()), key=_shared, default=None)
        found = None if linkage is None else linked.get(pair, 0)
        bridges.append(
            KeyBridge(
                source_a=a,
                source_b=b,
                key=best.key if best and best.both else None,
                written=best.written if best and best.both else 0,
                standardised=best.both if best else 0,
                linked=found,
            )
        )
    return tuple(bridges)


def _shared(overlap: RawOverlap) -> tuple[int, int]:
    """Most values in both; among equals the key that stands first in the vocabulary."""
    return overlap.both, -list(Key).index(overlap.key)
