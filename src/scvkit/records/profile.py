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
class ValueCount:
    """A value that stands for a group of rows (a country, a yes or no), never for a person."""

    value: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Days in a row on which nothing happened, though something does on every usual day."""

    column: str
    first: str  # ISO date of the first empty day
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependence:
    """A column whose value follows from another one in nearly every row."""

    column: str
    follows_from: str
    passed: int  # rows with the usual value
    tested: int  # rows in which both are filled


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionScore:
    """A dimension of data quality by its DAMA name, with the name in ISO/IEC 25012 beside it."""

    dimension: Literal[
        "completeness", "uniqueness", "validity", "consistency", "timeliness", "accuracy"
    ]
    iso_25012: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class FiveVs:
    """Volume, velocity, variety, veracity and value of a source."""

    rows: int
    bytes: int
    rows_per_month: Evidence  # made in the twelve months before the newest record
    rhythm_days: int | None  # usual days between two days on which something happened
    tables: int
    columns: int
    attributes: tuple[Attribute, ...]  # what its columns mean, OTHER left out
    formats: tuple[str, ...]  # csv, excel …
    veracity: Evidence  # filled cells that pass the rule of their attribute
    value: Evidence  # rows that can be tied to somebody


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
    values: tuple[ValueCount, ...] = ()  # the commonest, where a value stands for a group
    lost_letters: int = 0  # filled rows written without a letter that others write
    clock_times: int = 0  # filled rows with a time of day
    zoned_times: int = 0  # of these, rows that name their time zone


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
    half_life: Evidence | None = None  # months since which half of the records lie untouched
    gaps: tuple[Gap, ...] = ()
    candidate_keys: tuple[str, ...] = ()  # columns filled and different in every row
    same_columns: tuple[tuple[str, str], ...] = ()  # pairs that agree in every row
    dependences: tuple[Dependence, ...] = ()
    excess_records: int | None = None  # beyond one per somebody; None: a row is no record
    shifted_rows: int = 0  # cells stand one column beside their own
    dimensions: tuple[DimensionScore, ...] = ()


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
    dimensions: tuple[DimensionScore, ...] = ()  # of all its tables
    five_vs: FiveVs | None = None
