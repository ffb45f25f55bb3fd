"""What was delivered: files, tables, and how they were read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from scvkit.vocabulary import Attribute, Domain, Grain


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a text file is written; ``header_row`` and ``skipped_rows`` count from 0.

    ``header_row`` is the line of the header, None where there is none and columns are numbered;
    ``skipped_rows`` is the number of lines before the table begins.
    """

    delimiter: str | None = None
    quote: str | None = None
    encoding: str | None = None
    header_row: int | None = 0
    skipped_rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingReport:
    """How one table was read. ``doubts`` is empty exactly when confidence is "high"."""

    source: str
    table: str
    file: str  # name only, never a path of the machine
    sheets: tuple[str, ...] = ()  # sheets, tables, members or parts of the file that were read
    others: tuple[str, ...] = ()  # those that hold another table and were not
    format: str  # csv | excel | json_lines | json | parquet | sqlite | postgres
    sha256: str
    bytes: int
    dialect: Dialect | None
    columns: tuple[str, ...]
    rows: int
    repaired_rows: int = 0
    rejected_rows: int = 0
    lost_rows: int = 0  # of them, those that were rows; totals and repeated headers never were
    confidence: Literal["high", "doubtful"] = "high"
    doubts: tuple[str, ...] = ()

    @property
    def reading_line(self) -> str:
        """The line of the engagement file that gets this table of the file; "" for its only one.

        >>> ReadingReport(
        ...     source="s",
        ...     table="t",
        ...     file="a.xlsx",
        ...     format="excel",
        ...     sha256="",
        ...     bytes=1,
        ...     dialect=None,
        ...     columns=("a",),
        ...     rows=1,
        ...     sheets=("DK",),
        ...     others=("Log",),
        ... ).reading_line
        'reading: {sheets: ["DK"]}'
        """
        if not self.others:
            return ""
        return f"reading: {{sheets: {json.dumps(list(self.sheets), ensure_ascii=False)}}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadFile:
    """A file that gave no table, and why, in one sentence."""

    source: str
    table: str
    file: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMeaning:
    """What a column means, who decided it and why."""

    column: str
    attribute: Attribute
    confidence: float  # 0–1; 1 when the engagement file decides
    decided_by: Literal["engagement", "detected"]
    detected: Attribute  # what detection alone would say; shown beside the decision
    reason: str
    date_format: str | None = None  # strptime format that parses most values of a date column
    codes: tuple[str, ...] = ()  # the few values of a consent flag, most frequent first


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTable:
    """A table that was read and understood; its rows lie in source/<source>/<table>."""

    source: str
    table: str
    grain: Grain
    id_column: str | None
    rows: int
    meanings: tuple[ColumnMeaning, ...]
    quarantined: tuple[str, ...] = ()  # columns or values held back: national ids, secrets
    export: str = ""  # the known export its header belongs to, such as "Shopify, customers"
    export_also: tuple[str, ...] = ()  # other exports that fit nearly as well: a doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeclaredFile:
    """A file in the delivery that no source declares; it may be a customer list (shadow list)."""

    file: str
    rows: int | None
    customer_columns: tuple[Attribute, ...]  # identifying attributes found in it
    reason: str = ""  # why it could not be read, when rows is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What the extracts folder gave, before anybody said what it means."""

    readings: tuple[ReadingReport, ...]
    unread: tuple[UnreadFile, ...]
    undeclared: tuple[ReadingReport, ...]  # files no source declares, source "undeclared"
    undeclared_unread: tuple[UnreadFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceIntake:
    """One source as received."""

    source: str
    name: str
    domain: Domain
    readings: tuple[ReadingReport, ...]
    unread: tuple[UnreadFile, ...]
    tables: tuple[SourceTable, ...]

    @property
    def only_told(self) -> bool:
        """True when no extract of it was named: nothing was received, and nothing failed."""
        return not (self.readings or self.unread or self.tables)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Everything received, source by source in the order of the engagement file."""

    sources: tuple[SourceIntake, ...]
    undeclared: tuple[UndeclaredFile, ...]

    def readable(self) -> tuple[str, ...]:
        """Ids of the sources of which at least one table was read."""
        return tuple(s.source for s in self.sources if s.tables)


def customer_sources(intake: Intake) -> tuple[str, ...]:
    """Return the sources whose records may be customers', purchases first.

    The purchase system, the shop, the club; a CRM only where a table of customers numbers them.
    """
    ranked = (Domain.PURCHASES, Domain.SHOP, Domain.LOYALTY)
    readable = [source for source in intake.sources if source.tables]
    found = [s.source for domain in ranked for s in readable if s.domain is domain]
    return (*found, *_numbered(readable))


def number_issuers(intake: Intake) -> tuple[str, ...]:
    """Return the sources that give each customer one number: two of them are two customers."""
    readable = [source for source in intake.sources if source.tables]
    issuing = [s.source for s in readable if s.domain is Domain.PURCHASES]
    return (*issuing, *_numbered(readable))


def _numbered(readable: list[SourceIntake]) -> list[str]:
    return [
        s.source
        for s in readable
        if s.domain is Domain.CRM and any(_numbers_customers(table) for table in s.tables)
    ]


def _numbers_customers(table: SourceTable) -> bool:
    return table.grain is Grain.CUSTOMER and any(
        meaning.attribute is Attribute.CUSTOMER_NUMBER for meaning in table.meanings
    )
