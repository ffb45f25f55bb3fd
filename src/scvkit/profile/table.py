"""One table, measured over every row: columns, repeats, currency, records of nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scvkit.engine import counts, quoted
from scvkit.profile.alike import (
    FEWEST,
    Alike,
    can_be_counted_together,
    columns_at_once,
    count_alike,
)
from scvkit.profile.column import ColumnMeasure, countries_present, measure_column
from scvkit.profile.column_masks import MASKS_OF_COLUMN
from scvkit.profile.currency import Days, gaps, half_life, last_date, last_touches, rhythm, touched
from scvkit.profile.dependence import dependences
from scvkit.profile.dimensions import table_dimensions
from scvkit.profile.identities import TELLING, test_customers, test_traffic, without_identity
from scvkit.profile.repeats import (
    candidate_keys,
    duplicate_rows,
    excess_records,
    same_columns,
)
from scvkit.profile.shapes import Habits, find_habits
from scvkit.profile.shifted import shifted_rows
from scvkit.records.evidence import Evidence, measured_share
from scvkit.records.extracts import ColumnMeaning, SourceTable
from scvkit.records.profile import TableProfile
from scvkit.vocabulary import Attribute

if TYPE_CHECKING:
    from scvkit.engine import Connection, RowTables

LINE = "line_number"
_AT_ONCE, _SOME = 200, "some_columns"


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
    touches: Days  # rows by the newest day on which each was touched
    usual_pause: int | None  # longest pause in days between such days in the year before it


@counts("{table.source}/{table.table}")
def measure_table(
    connection: Connection, rows: RowTables, table: SourceTable, *, as_of: dt.date | None
) -> TableMeasure:
    """Return every measure of one table as received."""
    scan = rows.scan("extract", table.source, table.table)
    meanings = _meanings(connection, scan, table)
    columns = measure_columns(connection, scan, meanings, as_of)
    [(counted,)] = connection.execute(f"select count(*) from {scan}").fetchall()
    count = int(counted)
    newest, usual_pause = rhythm(columns, as_of)
    days = last_touches(connection, scan, columns, as_of)
    lately = touched(columns, days, as_of)
    repeated = duplicate_rows(connection, scan, columns)
    excess = excess_records(connection, scan, columns, table.grain)
    follows = dependences(connection, scan, columns)
    profile = TableProfile(
        table=table.table,
        grain=table.grain,
        rows=count,
        duplicate_rows=repeated,
        columns=tuple(c.profile for c in columns),
        touched=lately,
        constant_columns=tuple(_constant(columns)),
        empty_columns=tuple(
            c.profile.column for c in columns if count and c.profile.blank == count
        ),
        ambiguous_dates=_ambiguous(columns),
        last_date=last_date(columns, as_of),
        half_life=half_life(days, as_of),
        gaps=gaps(columns, as_of),
        candidate_keys=candidate_keys(columns),
        same_columns=same_columns(connection, scan, columns),
        dependences=follows,
        excess_records=excess,
        shifted_rows=shifted_rows(connection, scan, columns),
        dimensions=table_dimensions(
            rows=count,
            columns=[c.profile for c in columns],
            excess=max(repeated, excess or 0),
            dependences=follows,
            touched=lately,
        ),
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
        touches=days,
        usual_pause=usual_pause,
    )


def measure_columns(
    connection: Connection,
    scan: str,
    meanings: Sequence[ColumnMeaning],
    as_of: dt.date | None,
) -> tuple[ColumnMeasure, ...]:
    """Return the measures of every column; what they name as tables lies on the connection.

    The connection needs ``masks.add_mask_function``.
    """
    country = next((m.column for m in meanings if m.attribute is Attribute.COUNTRY), None)
    countries = countries_present(connection, scan, country)
    [(rows,)] = connection.execute(f"select count(*) from {scan}").fetchall()
    found: list[ColumnMeasure] = []
    for first in range(0, len(meanings), _AT_ONCE):
        some = meanings[first : first + _AT_ONCE]
        source = scan
        if len(meanings) > _AT_ONCE:
            source = _narrow(connection, scan, [m.column for m in some], country)
        habits = find_habits(connection, source, [m.column for m in some])
        together = _alike(connection, source, list(zip(some, habits, strict=True)), as_of, rows)
        found += [
            measure_column(
                connection,
                source,
                meaning,
                country_column=country,
                countries=countries,
                grouped=habit.repeats,
                diverse=habit.diverse,
                as_of=as_of,
                # Questions about whole rows need to know which values stand for nobody.
                stand_ins=f"stand_ins_{place}" if meaning.attribute in TELLING else None,
                misfits=f"misfits_{place}",
                listed=f"listed_{place}" if meaning.attribute is Attribute.STREET else None,
                alike=together.get(meaning.column),
            )
            for place, (meaning, habit) in enumerate(zip(some, habits, strict=True), start=first)
        ]
    return tuple(found)


def _alike(
    connection: Connection,
    source: str,
    columns: Sequence[tuple[ColumnMeaning, Habits]],
    as_of: dt.date | None,
    rows: int,
) -> dict[str, Alike]:
    """What is counted of columns of one attribute together, where there are many of them."""
    at_once = columns_at_once(rows)
    by_attribute: dict[Attribute, list[str]] = {}
    for meaning, habit in columns:
        if habit.repeats and can_be_counted_together(meaning.attribute, as_of):
            by_attribute.setdefault(meaning.attribute, []).append(meaning.column)
    found: dict[str, Alike] = {}
    for attribute, names in by_attribute.items():
        if not at_once or len(names) < FEWEST:
            continue
        for number, first in enumerate(range(0, len(names), at_once)):
            found |= count_alike(
                connection,
                source,
                names[first : first + at_once],
                attribute,
                as_of=as_of,
                most_masks=MASKS_OF_COLUMN,
                table=f"facts_of_{attribute.value}_{number}",
            )
    return found


def _narrow(connection: Connection, scan: str, columns: Sequence[str], country: str | None) -> str:
    """A table of a few of the columns: every question to one of thousands looks at all of them."""
    listed = ", ".join(map(quoted, dict.fromkeys([*columns, *([country] if country else [])])))
    connection.execute(f"create or replace temp table {_SOME} as select {listed} from {scan}")
    return _SOME


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
