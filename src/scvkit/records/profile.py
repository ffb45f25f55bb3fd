"""How good a source is: measures over all rows, never a sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scvkit.records.evidence import Evidence
from scvkit.records.upkeep import FixList, SinceEarlier, Trend
from scvkit.vocabulary import Attribute, Grain

InferredType = Literal["text", "integer", "decimal", "date", "boolean", "empty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskCount:
    """A pattern mask (A upper, a lower, 9 digit) and how many rows show it; never a value."""

    mask: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """Measures of one column. filled + blank + placeholder = rows."""

    column: str
    attribute: Attribute
    decided_by: Literal["engagement", "detected"]
    confidence: float
    rows: int
    filled: int  # neither blank nor placeholder
    blank: int
    placeholder: int
    distinct: int
    inferred_type: InferredType
    parses: int  # filled rows that parse as inferred_type
    valid: int | None  # filled rows that pass the rule of the attribute; None: no rule
    damaged: int  # filled rows with mojibake or lost letters
    shouted: int  # filled rows all in capitals, for name attributes
    shortest: int | None
    longest: int | None
    smallest: str | None  # numeric or date range; None where it would show a personal value
    largest: str | None
    masks: tuple[MaskCount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableProfile:
    """Measures of one table of a source."""

    table: str
    grain: Grain
    rows: int
    duplicate_rows: int
    columns: tuple[ColumnProfile, ...]
    touched: tuple[tuple[int, Evidence], ...]  # (months, share of records touched since)
    constant_columns: tuple[str, ...]
    empty_columns: tuple[str, ...]
    ambiguous_dates: Evidence  # share of date values that can be read in two ways
    last_date: str | None  # newest plausible date in the table, ISO


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A fault, whom it hurts and where it is mended. Sentences are in the locale by ``kind``."""

    kind: str  # locale key under findings
    source: str
    table: str
    column: str | None
    rows: int
    tested: int
    masks: tuple[MaskCount, ...] = ()
    harm: int = 1  # 3 wrong person or breach, 2 lost contact, 1 nuisance
    values: tuple[tuple[str, str], ...] = ()  # further words for the sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something the deep dive pointed at in its sample, and what became of it.

    ``rows`` and ``tested`` are counted again over all rows where that can be done.
    """

    kind: str  # locale key under profile.alerts
    columns: tuple[str, ...]
    told: bool  # a measure or finding of the kit says the same
    rows: int | None = None
    tested: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeepDive:
    """The ydata-profiling page of a table, or why there is none."""

    table: str
    page: str | None  # file name under restricted/
    sampled_rows: int
    rows: int
    reason: str = ""
    reduced: bool = False  # smaller than it could be, to stay within size and time
    alerts: tuple[Alert, ...] = ()
    comparison: str | None = None  # file name of the page beside the earlier extract
    no_comparison: str = ""  # why there is none although an earlier extract was named


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceProfile:
    """The profile of one source."""

    source: str
    name: str
    tables: tuple[TableProfile, ...]
    findings: tuple[Finding, ...]  # worst harm first
    deep_dives: tuple[DeepDive, ...] = ()
    trends: tuple[Trend, ...] = ()
    fix_lists: tuple[FixList, ...] = ()
    since: tuple[SinceEarlier, ...] = ()
