"""Which keys can tie sources together."""

from __future__ import annotations

from dataclasses import dataclass

from scvkit.records.evidence import Evidence
from scvkit.vocabulary import ClaimOutcome, Key


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTest:
    """Key test of one key in one source, as counts of records.

    ``usable`` records carry a key that is filled, valid and held by one identity only; the
    number that sizes the disc on the map. ``stable`` is not assessed without an earlier extract.
    """

    source: str
    key: Key
    present: bool  # the source has a column for it
    records: int
    filled: int
    valid: int
    unique: int  # valid records whose key value no different identity of the source shares
    usable: int
    stable: Evidence
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTest:
    """A claim of the client beside its measurement."""

    id: str
    source: str
    subject: str
    kind: str
    expected: bool | float
    said_by: str
    measured: Evidence
    outcome: ClaimOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class RawOverlap:
    """Distinct values of one key found in two sources, before any probabilistic linkage."""

    source_a: str
    source_b: str
    key: Key
    values_a: int
    values_b: int
    both: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecords:
    """Records of one source that take part in identity, per entity kind."""

    source: str
    persons: int
    organisations: int
    with_strong_key: int  # at least one usable strong key
    unlinkable: int  # neither strong key nor name with address


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Result of the key test."""

    sources: tuple[SourceRecords, ...]
    keys: tuple[KeyTest, ...]
    raw_overlap: tuple[RawOverlap, ...]
    claims: tuple[ClaimTest, ...]
