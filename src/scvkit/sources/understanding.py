"""From a table of text to a source table: meanings found, forbidden columns held back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scvkit.engagement import Engagement, Table
from scvkit.engine import Connection, RowTables
from scvkit.locale.words import load_words
from scvkit.records.extracts import (
    ColumnMeaning,
    Delivery,
    Intake,
    ReadingReport,
    SourceIntake,
    SourceTable,
    UndeclaredFile,
)
from scvkit.sources.buyers import keep_newest
from scvkit.sources.checks import looks_like_dates
from scvkit.sources.dates import DateReading, find_date_format
from scvkit.sources.detection import Detected, Expected, detect_column, flag_codes
from scvkit.sources.facts import ColumnFacts, column_facts
from scvkit.sources.forbidden import columns_with_national_ids, is_secret
from scvkit.sources.grain import guess_grain, guess_id_column
from scvkit.sources.neighbours import settle_by_neighbours
from scvkit.sources.recognition import Recognised, recognise
from scvkit.sources.typed import write_source_table
from scvkit.vocabulary import DATE_ATTRIBUTES, IDENTIFYING_ATTRIBUTES, Attribute

# What the engagement file does not map is filled in by detection only where it is sure.
_SURE = 0.7
# A single number or address tells nothing about a person; these do.
_CUSTOMER_ATTRIBUTES = IDENTIFYING_ATTRIBUTES - {
    Attribute.UNIQUE_ID,
    Attribute.URL,
    Attribute.FREE_TEXT,
    Attribute.ORDER_NUMBER,
    Attribute.HOUSE_NUMBER,
}


def understand_delivery(
    connection: Connection, rows: RowTables, engagement: Engagement, delivery: Delivery
) -> Intake:
    """Write the source tables of every source and say what each column means.

    Files that no source declares are looked at too: one with names or addresses in it may be a
    customer list nobody mentioned.
    """
    sources: list[SourceIntake] = []
    for source_id, source in engagement.sources.items():
        readings = tuple(r for r in delivery.readings if r.source == source_id)
        country = source.country or engagement.client.country
        understood = [
            _declared(connection, rows, reading, source.tables[reading.table], country)
            for reading in readings
        ]
        sources.append(
            SourceIntake(
                source=source_id,
                name=source.name,
                domain=source.domain,
                readings=tuple(reading for reading, _ in understood),
                unread=tuple(u for u in delivery.unread if u.source == source_id),
                tables=tuple(table for _, table in understood),
            )
        )
    country = engagement.client.country
    undeclared = [_undeclared(connection, rows, r, country) for r in delivery.undeclared]
    undeclared += [
        UndeclaredFile(file=u.file, rows=None, customer_columns=(), reason=u.reason)
        for u in delivery.undeclared_unread
    ]
    return Intake(
        sources=tuple(sources), undeclared=tuple(sorted(undeclared, key=lambda u: u.file))
    )


def _declared(
    connection: Connection, rows: RowTables, reading: ReadingReport, table: Table, country: str
) -> tuple[ReadingReport, SourceTable]:
    meant = understand_table(connection, rows, reading, table=table, country=country)
    if not table.one_per:
        return reading, meant
    return keep_newest(connection, rows, reading, meant, table.one_per)


def understand_table(
    connection: Connection,
    rows: RowTables,
    report: ReadingReport,
    *,
    table: Table | None,
    country: str,
    typed: bool = True,
) -> SourceTable:
    """Write ``source/<source>/<table>`` and return what its columns mean.

    Where ``table`` maps a column it decides; what it does not map is detected. ``typed`` false
    writes nothing, for whoever asks only what the columns mean.
    """
    country = _country_of_dates(table, country)
    facts = column_facts(connection, rows, report.source, report.table, report.columns)
    known = recognise(report.columns)
    detected = _detected(connection, facts, known, country=country)
    judged = [
        _judge(connection, column, found, table, country=country)
        for column, found in zip(facts, detected, strict=True)
    ]
    meanings = _settled(judged, table)
    held_back = _held_back(connection, rows, report, meanings, known)
    meanings = _with_reasons(meanings, held_back, known)
    grain = table.grain if table else None
    if grain is None:
        grain = known.export.grain if known else None
    id_column = table.id if table and table.id in report.columns else None
    if id_column is None and (table is None or table.id is None):
        usable = [m for m in meanings if m.column not in held_back]
        id_column = guess_id_column(
            connection,
            rows,
            report.source,
            report.table,
            usable,
            known=known.spelt(known.export.id) if known else None,
        )
    if grain is None:
        grain = guess_grain(report.file, report.columns, meanings)
    count = report.rows
    if typed:
        count = write_source_table(
            connection,
            rows,
            report.source,
            report.table,
            id_column=None if id_column in held_back else id_column,
            meanings=meanings,
            held_back=held_back,
            formats={j.facts.column: j.dates.formats for j in judged if j.dates},
            decimal=table.reading.decimal if table else None,
        )
    return SourceTable(
        source=report.source,
        table=report.table,
        grain=grain,
        id_column=id_column,
        rows=count,
        meanings=meanings,
        quarantined=held_back,
        export=known.export.title if known else "",
        export_also=known.also if known else (),
    )


def _detected(
    connection: Connection,
    facts: Sequence[ColumnFacts],
    known: Recognised | None,
    *,
    country: str,
) -> tuple[Detected, ...]:
    """What each column means by itself, by the export it belongs to, and by its neighbours."""
    found = []
    for column in facts:
        attribute = known.columns.get(column.column) if known else None
        expected = Expected(attribute, known.export.title) if known and attribute else None
        found.append(detect_column(connection, column, country=country, expected=expected))
    if known:
        return tuple(found)
    return settle_by_neighbours(list(zip(facts, found, strict=True)))


@dataclass(frozen=True, slots=True)
class _Judged:
    """A column with what was detected and what is decided."""

    facts: ColumnFacts
    detected: Detected
    mapped: Attribute | None
    dates: DateReading | None


def _judge(
    connection: Connection,
    facts: ColumnFacts,
    detected: Detected,
    table: Table | None,
    *,
    country: str,
) -> _Judged:
    mapped = _mapping(table).get(facts.column.casefold())
    dates = detected.dates
    if dates is None and mapped in DATE_ATTRIBUTES:
        dates = find_date_format(connection, facts.values[:400], month_first=country == "US")
    return _Judged(facts, detected, mapped, dates)


def _country_of_dates(table: Table | None, country: str) -> str:
    """The country whose order of day and month holds; a line in the engagement file decides."""
    said = table.reading.date_order if table else None
    if said == "month":
        return "US"
    return "DK" if said == "day" else country


def _mapping(table: Table | None) -> dict[str, Attribute]:
    return {column.casefold(): a for column, a in table.columns.items()} if table else {}


def _settled(judged: Sequence[_Judged], table: Table | None) -> tuple[ColumnMeaning, ...]:
    declared = bool(table and table.columns)
    return tuple(_meaning(one, declared) for one in judged)


def _meaning(one: _Judged, declared: bool) -> ColumnMeaning:
    words = load_words("en")
    detected = one.detected
    form = one.dates.main if one.dates else None
    meaning = ColumnMeaning(
        column=one.facts.column,
        attribute=detected.attribute,
        confidence=detected.confidence,
        decided_by="detected",
        detected=detected.attribute,
        reason=detected.reason,
        date_format=form
        if looks_like_dates(one.facts)
        or one.mapped in DATE_ATTRIBUTES
        or detected.attribute in DATE_ATTRIBUTES
        else None,
        codes=detected.codes,
    )
    if one.mapped is not None:
        reason = words("sources.reasons.engagement")
        if detected.attribute not in {one.mapped, Attribute.OTHER}:
            reason = words(
                "sources.reasons.engagement_against",
                detected=detected.attribute.value,
                reason=detected.reason,
            )
        codes = flag_codes(one.facts) if one.mapped is Attribute.CONSENT_FLAG else ()
        if one.mapped is detected.attribute:
            codes = detected.codes
        return replace(
            meaning,
            attribute=one.mapped,
            confidence=1.0,
            decided_by="engagement",
            reason=reason,
            codes=codes,
        )
    # Forbidden columns stay found whatever the engagement file leaves out.
    kept = detected.attribute is Attribute.NATIONAL_ID
    if declared and detected.confidence < _SURE and not kept:
        return replace(
            meaning,
            attribute=Attribute.OTHER,
            reason=words("sources.reasons.engagement_silent"),
        )
    return meaning


def _held_back(
    connection: Connection,
    rows: RowTables,
    report: ReadingReport,
    meanings: Sequence[ColumnMeaning],
    known: Recognised | None,
) -> tuple[str, ...]:
    """Columns that hold national ids or secrets, in the order of the extract (gate G4)."""
    held = {m.column for m in meanings if _is_national(m) or _is_secret(m.column, known)}
    searched = [
        (m.column, m.attribute, bool(m.date_format)) for m in meanings if m.column not in held
    ]
    held |= columns_with_national_ids(
        connection, rows, report.source, report.table, searched
    ).keys()
    return tuple(m.column for m in meanings if m.column in held)


def _is_secret(column: str, known: Recognised | None) -> bool:
    """A known export says itself which of its columns are secret; others go by their words."""
    if known and column in known.columns:
        return column in known.never_extract
    return is_secret(column)


def _is_national(meaning: ColumnMeaning) -> bool:
    if Attribute.NATIONAL_ID in {meaning.attribute, meaning.detected}:
        # A number the engagement file calls an organisation's is one.
        return meaning.attribute not in {Attribute.ORG_NUMBER, Attribute.VAT_NUMBER}
    return False


def _with_reasons(
    meanings: Sequence[ColumnMeaning], held_back: Sequence[str], known: Recognised | None
) -> tuple[ColumnMeaning, ...]:
    words = load_words("en")
    found: list[ColumnMeaning] = []
    for meaning in meanings:
        if meaning.column in held_back and _is_secret(meaning.column, known):
            meaning = replace(meaning, reason=words("sources.reasons.secret"))
        elif meaning.column in held_back and not _is_national(meaning):
            meaning = replace(meaning, reason=words("sources.reasons.held_inside"))
        found.append(meaning)
    return tuple(found)


def _undeclared(
    connection: Connection, rows: RowTables, report: ReadingReport, country: str
) -> UndeclaredFile:
    facts = column_facts(connection, rows, report.source, report.table, report.columns)
    known = recognise(report.columns)
    found = {one.attribute for one in _detected(connection, facts, known, country=country)}
    return UndeclaredFile(
        file=report.file,
        rows=report.rows,
        customer_columns=tuple(a for a in Attribute if a in found & _CUSTOMER_ATTRIBUTES),
    )
