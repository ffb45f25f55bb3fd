"""Which consent columns the engagement explains, and what is missing where it does not."""

from __future__ import annotations

from dataclasses import dataclass

from scvkit.engagement import Consent, Engagement
from scvkit.engine import Connection, RowTables
from scvkit.records.extracts import Intake, SourceIntake

NOT_EXPLAINED = "consent.reasons.not_explained"
NOT_READ = "consent.reasons.not_read"
COLUMN_MISSING = "consent.reasons.column_missing"
VALUES_MISSING = "consent.reasons.values_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedConsent:
    """One explained consent column that is really in the extract, or a table that says one state.

    ``time``, ``origin``, ``text``, ``withdrawal_time`` and ``id_column`` are column names, None
    when there is none or it is not in the extract.
    """

    source: str
    table: str
    consent: Consent
    time: str | None
    origin: str | None
    text: str | None
    withdrawal_time: str | None
    time_format: str | None
    withdrawal_format: str | None
    id_column: str | None

    @property
    def refs(self) -> tuple[str, ...]:
        """The columns it reads, as "source/table.column"."""
        columns = (
            self.consent.column,
            self.time,
            self.origin,
            self.text,
            self.withdrawal_time,
        )
        found = dict.fromkeys(f"{self.source}/{self.table}.{c}" for c in columns if c)
        return tuple(found)


def explained_consents(
    connection: Connection, rows: RowTables, engagement: Engagement, intake: Intake
) -> tuple[tuple[ExplainedConsent, ...], tuple[tuple[str, str], ...]]:
    """Return the usable explanations, and (source, reason) for each source without any.

    The reasons are locale keys.
    """
    usable: list[ExplainedConsent] = []
    missing: list[tuple[str, str]] = []
    for source in intake.sources:
        declared = engagement.sources.get(source.source)
        reasons: list[str] = []
        before = len(usable)
        for consent in declared.consent if declared else ():
            explained = _in_the_extract(connection, rows, source, consent)
            if isinstance(explained, str):
                reasons.append(explained)
            else:
                usable.append(explained)
        if len(usable) == before:
            missing.append((source.source, reasons[0] if reasons else _silent(source)))
    return tuple(usable), tuple(missing)


def _silent(source: SourceIntake) -> str:
    return NOT_EXPLAINED if source.tables else NOT_READ


def _in_the_extract(
    connection: Connection, rows: RowTables, source: SourceIntake, consent: Consent
) -> ExplainedConsent | str:
    """The explanation with the columns that exist, or the reason why it cannot be used."""
    name = (source.source, consent.table)
    if not rows.exists("extract", *name) or not rows.exists("source", *name):
        return NOT_READ
    columns = _columns(connection, rows, *name)
    if consent.column is not None and consent.column not in columns:
        return COLUMN_MISSING
    said = consent.given or consent.refused or consent.withdrawn or consent.withdrawal_time
    if not (said or consent.state):
        return VALUES_MISSING

    def present(column: str | None) -> str | None:
        return column if column in columns else None

    formats = _date_formats(source, consent.table)
    time, withdrawal = present(consent.time), present(consent.withdrawal_time)
    return ExplainedConsent(
        source=source.source,
        table=consent.table,
        consent=consent,
        time=time,
        origin=present(consent.source),
        text=present(consent.text),
        withdrawal_time=withdrawal,
        time_format=formats.get(time or ""),
        withdrawal_format=formats.get(withdrawal or ""),
        id_column=present(
            next((t.id_column for t in source.tables if t.table == consent.table), None)
        ),
    )


def _columns(connection: Connection, rows: RowTables, source: str, table: str) -> frozenset[str]:
    scan = rows.scan("extract", source, table)
    described = connection.execute(f"describe select * from {scan}").fetchall()
    return frozenset(str(row[0]) for row in described)


def _date_formats(source: SourceIntake, table: str) -> dict[str, str]:
    return {
        meaning.column: meaning.date_format
        for found in source.tables
        if found.table == table
        for meaning in found.meanings
        if meaning.date_format
    }
