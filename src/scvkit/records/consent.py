"""What may be used, and where systems disagree. Counts of people only."""

from __future__ import annotations

from dataclasses import dataclass

from scvkit.records.evidence import Evidence
from scvkit.vocabulary import Channel, LawfulBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class UnexplainedValues:
    """Rows of a consent column whose value no word of the engagement file explains."""

    source: str
    table: str
    column: str
    rows: int
    values: tuple[tuple[str, int], ...]  # (value, rows), only those that five rows share


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePermission:
    """Stated permission in one source for one channel and purpose, as counts of records.

    given + refused + withdrawn + unknown = records. ``proven`` are the given ones that carry
    time, source and text version (GDPR art. 7(1)).
    """

    source: str
    channel: Channel
    purpose: str
    records: int
    given: int
    refused: int
    withdrawn: int
    unknown: int
    proven: int
    refs: tuple[str, ...]
    undated: int = 0  # of the given ones, without a time
    flag_kept: int = 0  # records whose flag says yes beside a recorded withdrawal
    both_ways: int = 0  # addresses that stand with a yes in one record and with a no in another
    not_explained: int = 0  # of the unknown ones: filled, but the value means nothing to anybody
    unexplained: tuple[UnexplainedValues, ...] = ()
    no_elsewhere: int | None = None  # of the given, whose person says no in another; None: unseen
    no_elsewhere_in: tuple[str, ...] = ()  # the sources that say it
    dpv_purpose: str = ""  # term of W3C DPV 2.3, "" where no term fits


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceBasis:
    """Documented lawful basis of a source."""

    source: str
    basis: LawfulBasis | None  # None: nobody said
    documented: bool
    shown: bool = False  # somebody saw the document; else it was told
    dpv: str = ""  # term of DPV's GDPR extension


@dataclass(frozen=True, slots=True, kw_only=True)
class PairConflict:
    """People whose stated position differs between two sources, by links of tier A."""

    source_a: str
    source_b: str
    channel: Channel
    purpose: str
    people_in_both: int  # both sources state something
    people_differ: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Result of the permission step."""

    sources: tuple[SourcePermission, ...]
    bases: tuple[SourceBasis, ...]
    conflicts: tuple[PairConflict, ...]
    people_compared: int
    people_in_conflict: Evidence  # people whose state differs between any two sources
    withdrawn_but_mailable: Evidence  # people, e-mail marketing; low is tier A only
    tested_for_withdrawal: int  # people seen with a state in two or more sources
    proof: Evidence  # share of consents with time, source and text version
    analytics_without_consent: Evidence  # share of analytics rows
    past_retention: Evidence
    not_assessed: tuple[tuple[str, str], ...]  # (source, reason)
    to_suppress: tuple[tuple[str, int], ...] = ()  # source → records to stop
    kept_too_long: tuple[tuple[str, int], ...] = ()  # source → records of past_retention

    @property
    def with_proof_kept(self) -> tuple[SourcePermission, ...]:
        """Answers of which a time or more is kept: ``proof`` counts their yeses."""
        return tuple(e for e in self._to_contact if e.proven or e.undated < e.given)

    @property
    def without_proof_kept(self) -> tuple[SourcePermission, ...]:
        """Answers of which nothing is kept that would prove a yes; none where that is unsure."""
        kept = self.with_proof_kept
        if not kept or sum(entry.given for entry in kept) != self.proof.tested:
            return ()
        return tuple(entry for entry in self._to_contact if entry not in kept)

    @property
    def _to_contact(self) -> tuple[SourcePermission, ...]:
        return tuple(e for e in self.sources if e.channel is not Channel.ANALYTICS and e.given)
