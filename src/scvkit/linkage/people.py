"""Counts of people as they may be shown: none from 1 to 4, and none that gives one away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scvkit.linkage.figures import HIDDEN_BELOW
from scvkit.records.linkage import Linkage
from scvkit.vocabulary import EntityKind

if TYPE_CHECKING:
    from scvkit.locale.words import Words

ROUNDED_TO = 5


@dataclass(frozen=True, slots=True)
class PeopleShown:
    """How counts are told: exact, or to the nearest ``base`` where one of them is small.

    Totals and their parts stand beside each other: hiding the small one alone would leave it to
    be subtracted.
    """

    base: int = 1

    def shown(self, count: int) -> int | None:
        """Return the count as it may be shown; None from 1 to 4.

        >>> PeopleShown(5).shown(148), PeopleShown(1).shown(148), PeopleShown(5).shown(3)
        (150, 148, None)
        """
        if 0 < count < HIDDEN_BELOW:
            return None
        return self.base * ((2 * count + self.base) // (2 * self.base))

    def told(self, count: int, words: Words) -> str:
        """Return the count in words of the locale."""
        shown = self.shown(count)
        return words("common.less_than_five") if shown is None else words.number(shown)


def counts_shown(
    linkage: Linkage, kind: EntityKind, seen: Sequence[tuple[int, int]]
) -> PeopleShown:
    """Return how the counts of one kind are told: what is small, or is when subtracted, decides.

    ``seen`` is (number of files, entities seen in exactly so many).
    """
    sources = [s for s in linkage.sources if s.kind is kind]
    overlaps = [o for o in linkage.overlaps if o.kind is kind]
    counts = [n for _, n in seen]
    counts += [n for s in sources for n in (s.mid, s.records - s.mid)]
    for o in overlaps:
        counts += [o.low, o.mid, o.high, o.mid - o.low, o.high - o.mid]
        counts += [o.entities_a - o.mid, o.entities_b - o.mid]
    return PeopleShown(ROUNDED_TO if any(0 < n < HIDDEN_BELOW for n in counts) else 1)
