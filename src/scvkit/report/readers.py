"""The use case that writes to newsletter readers as customers."""

from __future__ import annotations

from collections.abc import Sequence

from scvkit.records.usecases import UseCaseFit

_LETTER = "U1"  # the use case that writes to readers as customers


def letter_of(fits: Sequence[UseCaseFit]) -> UseCaseFit | None:
    """Return the use case that writes to newsletter readers as customers."""
    return next((fit for fit in fits if fit.id == _LETTER), None)
