"""Which keys can tie sources together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from scvkit.records.evidence import Evidence
from scvkit.vocabulary import ClaimOutcome, Key

# "Unique" or "complete" said without a number means all; one row in two hundred is forgiven.
ALL = 0.995
# A number said in a meeting is round: this far below it still holds.
ROUNDING = 0.02
# Nearer to the claim than to nothing at all.
PARTLY = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTest:
    """Key test of one key in one source, as counts of records.

    ``usable`` records carry a key that is filled, valid and held by one identity only; the
    number that sizes the disc on the map. ``filled`` means what it means in a column's profile:
    neither blank nor a placeholder. ``stable`` is not assessed without an earlier extract.
    """

    source: str
    key: Key
    present: bool  # the source has a column for it
    records: int
    filled: int  # a value stands there that is no placeholder; it may still be invalid
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
    other_way: Evidence | None = None  # "unique": people who hold one value only, once linked


@dataclass(frozen=True, slots=True, kw_only=True)
class RawOverlap:
    """Distinct values of one key found in two sources, before any probabilistic linkage."""

    source_a: str
    source_b: str
    key: Key
    values_a: int
    values_b: int
    both: int
    written: int = 0  # of the same values as they stand in the extracts, letter by letter


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecords:
    """Records of one source that take part in identity, per entity kind."""

    source: str
    persons: int
    organisations: int
    with_strong_key: int  # at least one usable strong key
    unlinkable: int  # neither strong key nor name with address


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressKinds:
    """Records of one source by entity kind and by whose address they carry; counts of records."""

    source: str
    persons: int
    organisations: int
    emails: int  # records with a usable e-mail address
    free_mail: int  # at a provider where anybody gets a mailbox
    of_a_function: int  # info@, faktura@: nobody in particular
    household_emails: int  # several given names, one surname: a household is suspected
    shared_emails: int  # several given names and surnames under one address
    household_phones: int
    shared_phones: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Result of the key test."""

    sources: tuple[SourceRecords, ...]
    keys: tuple[KeyTest, ...]
    raw_overlap: tuple[RawOverlap, ...]
    claims: tuple[ClaimTest, ...]


class Claimed(Protocol):
    """A claim as it was told, whoever wrote it down."""

    @property
    def id(self) -> str:
        """Id in the engagement file."""

    @property
    def source(self) -> str:
        """Source it is made of."""

    @property
    def subject(self) -> str:
        """Column, attribute or other source it is about."""

    @property
    def kind(self) -> str:
        """What is claimed: unique, complete, fresh, overlap, flow, use."""

    @property
    def expected(self) -> bool | float:
        """What should be found: true, false or a share."""

    @property
    def said_by(self) -> str:
        """Role that said it."""


def claim_beside(claim: Claimed, measured: Evidence) -> ClaimTest:
    """Return a claim with its measurement and what became of it."""
    return ClaimTest(
        id=claim.id,
        source=claim.source,
        subject=claim.subject,
        kind=claim.kind,
        expected=claim.expected,
        said_by=claim.said_by,
        measured=measured,
        outcome=judge_claim(claim.expected, measured),
    )


def judge_claim(expected: bool | float, measured: Evidence) -> ClaimOutcome:
    """Return what became of a claim when it was measured.

    >>> from scvkit.records.evidence import measured_share
    >>> judge_claim(True, measured_share(999, 1000, method="identity.claims.unique")).value
    'held'
    >>> judge_claim(0.9, measured_share(60, 100, method="identity.claims.complete")).value
    'held_partly'
    """
    if measured.value is None:
        return ClaimOutcome.CANNOT_BE_TESTED
    value = measured.value
    if expected is False:
        return ClaimOutcome.HELD if value < 1 - PARTLY else ClaimOutcome.DID_NOT_HOLD
    wanted = ALL if expected is True else float(expected) - ROUNDING
    if value >= wanted:
        return ClaimOutcome.HELD
    return ClaimOutcome.HELD_PARTLY if value >= wanted * PARTLY else ClaimOutcome.DID_NOT_HOLD
