"""Keys as they are written in the extracts: what two sources share before anything is mended."""

from __future__ import annotations

from itertools import combinations

from scvkit.engine import Connection, RowTables, quoted
from scvkit.identity.raw import columns_of
from scvkit.records.extracts import Intake, SourceTable
from scvkit.vocabulary import EVENT_GRAINS, Attribute, Key


def columns_of_key(
    table: SourceTable, attributes: tuple[Attribute, ...], issued: str | None
) -> tuple[str, ...]:
    """Return the extract's columns that carry a key; ``issued`` is one the source numbers."""
    found = [m.column for m in table.meanings if m.attribute in attributes]
    return tuple(found or ([issued] if issued else ()))


def shared_as_written(
    connection: Connection,
    rows: RowTables,
    intake: Intake,
    columns: dict[tuple[str, str, Key], tuple[str, ...]],
) -> dict[tuple[str, str, Key], int]:
    """Return distinct values two sources have in common, letter by letter, by pair and key.

    ``columns`` gives the columns by (source, table, key). Only blanks around a value are cut.
    """
    held: dict[tuple[str, Key], list[str]] = {}
    for source in intake.sources:
        for table in source.tables:
            name = ("extract", source.source, table.table)
            if table.grain in EVENT_GRAINS or not rows.exists(*name):
                continue
            there = columns_of(connection, rows, *name)
            for key in Key:
                held.setdefault((source.source, key), []).extend(
                    f"select trim({quoted(column)}::varchar) as v from {rows.scan(*name)}"
                    for column in columns.get((source.source, table.table, key), ())
                    if column in there
                )
    found = {}
    sources = [source.source for source in intake.sources]
    for a, b in combinations(sorted(sources), 2):
        for key in Key:
            one, other = held.get((a, key)), held.get((b, key))
            if one and other:
                counted = connection.execute(
                    f"""
                    select count(*) from (
                        (select distinct v from ({" union all ".join(one)}) where v <> '')
                        intersect
                        (select distinct v from ({" union all ".join(other)}) where v <> '')
                    ) where v is not null
                    """
                ).fetchall()
                found[a, b, key] = int(counted[0][0])
    return found
