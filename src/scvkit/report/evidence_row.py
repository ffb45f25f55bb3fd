"""A row of R10: one number, how it was made, from what, how it is known."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One number as R10 prints it; ``anchor`` is the id that numbers elsewhere link to."""

    anchor: str
    name: str
    value: str
    range: str
    grade: str
    counts: str
    how: str
    inputs: tuple[str, ...]
    threshold: str = ""
