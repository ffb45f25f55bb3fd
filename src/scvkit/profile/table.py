"""One table, measured over every row: columns, repeats, currency, records of nobody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scvkit.engine import quoted
from scvkit.profile.column import ColumnMeasure, countries_present, measure_column, repeating
from scvkit.profile.currency import last_date, rhythm, touched
from scvkit.profile.identities import TELLING, test_customers, test_traffic, without_identity
from scvkit.records.evidence import Evidence, measured_share
from scvkit.records.extracts import ColumnMeaning, SourceTable
from scvkit.records.profile import TableProfile
from scvkit.vocabulary import Attribute

if TYPE_CHECKING:
    from scvkit.engine import Connection, RowTables

LINE = "line_number"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMeasure:
    """The profile of a table with what the findings need beside it."""

    profile: TableProfile
    columns: tuple[ColumnMeasure, ...]
    meanings: tuple[ColumnMeaning, ...]
    quarantined: tuple[str, ...]
    repeated_ids: int  # rows beyond the first of their id; 0 when there is no id column
    without_identity: int | None  # None: no column could carry an identity
    test_customers: int
    test_traffic: int
    last_touch: dt.date | None  # newest day on which something in the file happened
    usual_pause: int | None  # longest pause in days between such days in the year before it


def measure_table(
    connection: Connection, rows: RowTables, table: SourceTable, *, as_of: dt.date | None
) -> TableMeasure:
    """Return every measure of one table as received."""
    scan = rows.scan("extract", table.source, table.table)
    meanings = _meanings(connection, scan, table)
    country = next((m.column for m in meanings if m.attribute is Attribute.COUNTRY), None)
    countries = countries_present(connection, scan, country)
    repeats = repeating(connection, scan, [m.column for m in meanings])
    columns = tuple(
        measure_column(
            connection,
            scan,
            meaning,
            country_column=country,
            countries=countries,
            grouped=meaning.column in repeats,
            as_of=as_of,
            # Questions about whole rows need to know which values stand for nobody.
            stand_ins=f"stand_ins_{place}" if meaning.attribute in TELLING else None,
        )
        for place, meaning in enumerate(meanings)
    )
    [(counted,)] = connection.execute(f"select count(*) from {scan}").fetchall()
    count = int(counted)
    newest, usual_pause = rhythm(columns, as_of)
    profile = TableProfile(
        table=table.table,
        grain=table.grain,
        rows=count,
        duplicate_rows=_duplicate_rows(connection, scan, columns),
        columns=tuple(c.profile for c in columns),
        touched=touched(connection, scan, columns, as_of),
        constant_columns=tuple(_constant(columns)),
        empty_columns=tuple(
            c.profile.column for c in columns if count and c.profile.blank == count
        ),
        ambiguous_dates=_ambiguous(columns),
        last_date=last_date(columns, as_of),
    )
    return TableMeasure(
        profile=profile,
        columns=columns,
        meanings=meanings,
        quarantined=table.quarantined,
        repeated_ids=sum(c.repeated for c in columns if c.profile.column == table.id_column),
        without_identity=without_identity(connection, scan, columns),
        test_customers=test_customers(connection, scan, columns),
        test_traffic=test_traffic(connection, scan, columns),
        last_touch=newest,
        usual_pause=usual_pause,
    )


def _meanings(connection: Connection, scan: str, table: SourceTable) -> tuple[ColumnMeaning, ...]:
    """One meaning per column as received, in the order of the file."""
    known = {meaning.column: meaning for meaning in table.meanings}
    described = connection.execute(f"describe select * from {scan}").fetchall()
    return tuple(
        known.get(name)
        or ColumnMeaning(
            column=name,
            attribute=Attribute.OTHER,
            confidence=0.0,
            decided_by="detected",
            detected=Attribute.OTHER,
            reason="",
        )
        for name in (str(row[0]) for row in described)
        if name != LINE
    )


def _duplicate_rows(
    connection: Connection, scan: str, columns: tuple[ColumnMeasure, ...]
) -> int:
    """Rows beyond the first of each group that agrees in every column."""
    # A column that never repeats tells every row from every other.
    if not columns or any(_tells_rows_apart(c) for c in columns):
        return 0
    # 64 bits: among ten million rows two different ones share a hash once in 400,000 tables.
    cells = ", ".join(quoted(c.profile.column) for c in columns)
    [(found,)] = connection.execute(
        f"select count(*) - count(distinct hash({cells})) from {scan}"
    ).fetchall()
    return int(found)


def _tells_rows_apart(column: ColumnMeasure) -> bool:
    return column.profile.blank == 0 and column.repeated == 0


def _constant(columns: tuple[ColumnMeasure, ...]) -> list[str]:
    return [
        c.profile.column
        for c in columns
        if c.profile.distinct == 1 and c.profile.filled == c.profile.rows and c.profile.rows > 1
    ]


def _ambiguous(columns: tuple[ColumnMeasure, ...]) -> Evidence:
    dated = [c for c in columns if c.profile.inferred_type == "date"]
    return measured_share(
        sum(min(c.order.in_doubt, c.dates) for c in dated),
        sum(c.dates for c in dated),
        method="ambiguous_dates",
        refs=tuple(c.profile.column for c in dated),
    )
