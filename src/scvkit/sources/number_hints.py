"""Whose number a table's own number is, as far as the values of the other files tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scvkit.engine import Connection, RowTables, Steps, quoted
from scvkit.locale.words import load_words
from scvkit.records.extracts import ColumnMeaning, ReadingReport, SourceTable
from scvkit.vocabulary import EVENT_GRAINS, Attribute

Pair = tuple[ReadingReport, SourceTable]
FEWEST = 20  # different customer numbers that say something
MOSTLY = 0.6  # of them that stand in the other table
_SHORTEST = 4  # signs: shorter ones are counters, which every table has
_PROPOSED = 0.7  # as sure as a guess can be that somebody has to confirm


def propose_customer_numbers(
    connection: Connection, rows: RowTables, tables: Sequence[Pair]
) -> list[Pair]:
    """Return the tables, with the number that another file quotes as the customer's so called.

    Only a table of people without a customer number of its own is looked at, and only the column
    that numbers its rows without anybody saying of what it is the number.
    """
    quoting = [
        (reading, table, meaning.column)
        for reading, table in tables
        for meaning in table.meanings
        if meaning.attribute is Attribute.CUSTOMER_NUMBER
        and meaning.column not in table.quarantined
    ]
    found: list[Pair] = []
    for reading, table in tables:
        own = _own_number(table)
        if own is None:
            found.append((reading, table))
            continue
        told = (
            _told(connection, rows, (table, own.column), (other, column), other_reading.file)
            for other_reading, other, column in quoting
            if other is not table
        )
        reason = next((sentence for sentence in told if sentence), "")
        found.append((reading, _called(table, own, reason) if reason else table))
    return found


def _own_number(table: SourceTable) -> ColumnMeaning | None:
    attributes = {m.attribute for m in table.meanings}
    if table.grain in EVENT_GRAINS or Attribute.CUSTOMER_NUMBER in attributes:
        return None
    return next(
        (
            m
            for m in table.meanings
            if m.column == table.id_column and m.attribute in {Attribute.UNIQUE_ID, Attribute.OTHER}
        ),
        None,
    )


def _told(
    connection: Connection,
    rows: RowTables,
    own: tuple[SourceTable, str],
    other: tuple[SourceTable, str],
    file: str,
) -> str:
    """The sentence that says so; "" where too few of the other's numbers stand in this column."""
    steps = Steps()
    steps.step("own_number", _values(rows, *own))
    steps.step("quoted_number", _values(rows, *other))
    ((both, whole),) = steps.rows(
        connection,
        "select count(*) filter (value in (select value from own_number)), count(*) "
        "from quoted_number",
    )
    if int(whole) < FEWEST or int(both) < MOSTLY * int(whole):
        return ""
    words = load_words("en")
    return words(
        "sources.reasons.numbers_shared", n=int(both), of=int(whole), column=other[1], file=file
    )


def _values(rows: RowTables, table: SourceTable, column: str) -> str:
    value = f"ltrim(upper(trim(cast({quoted(column)} as varchar))), '0')"
    return (
        f"select distinct {value} as value from {rows.scan('extract', table.source, table.table)} "
        f"where length({value}) >= {_SHORTEST}"
    )


def _called(table: SourceTable, own: ColumnMeaning, reason: str) -> SourceTable:
    meant = replace(
        own, attribute=Attribute.CUSTOMER_NUMBER, confidence=_PROPOSED, reason=reason, codes=()
    )
    return replace(table, meanings=tuple(meant if m is own else m for m in table.meanings))
