"""Newsletter readers found among customers: one number and one range, wherever they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scvkit.records.evidence import Evidence
from scvkit.records.linkage import NewsletterSplit
from scvkit.records.usecases import UseCaseFit

_LETTER = "U1"  # the use case that writes to readers as customers


def letter_of(fits: Sequence[UseCaseFit]) -> UseCaseFit | None:
    """Return the use case that writes to newsletter readers as customers."""
    return next((fit for fit in fits if fit.id == _LETTER), None)


def readers_found(split: NewsletterSplit, letter: UseCaseFit | None) -> Evidence:
    """Return the readers found, in the range that their use case gives the same number.

    Linkage counts by tiers; the use case also knows how many links are missed. Told beside each
    other, two ranges of one number would contradict each other: the wider one holds both.
    """
    found = split.found
    step = next((s for s in letter.steps if s.name == "found"), None) if letter else None
    if step is None or step.mid is None or step.mid != found.value:
        return found
    lows = [end for end in (found.low, step.low) if end is not None]
    highs = [end for end in (found.high, step.high) if end is not None]
    return replace(found, low=min(lows, default=None), high=max(highs, default=None))
