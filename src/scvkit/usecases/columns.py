"""Columns that are filled and that no use case needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, counts, quoted
from scvkit.records.extracts import Intake, SourceIntake, SourceTable
from scvkit.records.usecases import Layer
from scvkit.usecases.catalogue import UseCase, load_layers
from scvkit.usecases.marks import is_mark
from scvkit.usecases.provided import names_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnCount:
    """Filled columns, those some use case or the core needs, and the rest by name."""

    filled: int
    used: int
    dark: tuple[str, ...]
    layers: tuple[tuple[str, Layer], ...]
    marks: tuple[str, ...]


@counts("dark_columns")
def count_columns(
    connection: Connection,
    rows: RowTables,
    engagement: Engagement,
    intake: Intake,
    cases: Iterable[UseCase],
) -> ColumnCount:
    """Class every filled column: core (identity or permission), context, legal duty, neither.

    What only the law asks to keep is neither used nor dark; nor is what reads like a mark of a
    prohibition, a block, a failed delivery or a test: ``marks`` are those, to be asked about.
    """
    layers = load_layers()
    used = {name for case in cases for a in case.attributes for name in names_of(a)}
    used.update(layers.identity_core, layers.permission_core)
    filled = used_columns = 0
    classed: list[tuple[str, Layer]] = []
    for source in intake.sources:
        for table in source.tables:
            explained = _explained(engagement, source.source, table.table)
            meanings = {m.column: str(m.attribute) for m in table.meanings}
            stacked = _stacked(source, table)
            for column in _filled(connection, rows, table):
                if stacked and column == "sheet":
                    continue  # not delivered: it says which sheet a row stood on
                filled += 1
                attribute = meanings.get(column, "other")
                layer: Layer = "neither"
                if column in explained or attribute in layers.permission_core:
                    layer = "permission"
                elif attribute in layers.identity_core or column == table.id_column:
                    layer = "identity"
                elif attribute in used:
                    layer = "context"
                elif attribute in layers.legal:
                    layer = "legal"
                used_columns += layer in ("permission", "identity", "context")
                classed.append((f"{source.source}/{table.table}.{column}", layer))
    unneeded = [ref for ref, layer in classed if layer == "neither"]
    marks = tuple(ref for ref in unneeded if is_mark(ref.split(".", 1)[1]))
    return ColumnCount(
        filled=filled,
        used=used_columns,
        dark=tuple(ref for ref in unneeded if ref not in marks),
        layers=tuple(classed),
        marks=marks,
    )


def _stacked(source: SourceIntake, table: SourceTable) -> bool:
    return any(len(r.sheets) > 1 for r in source.readings if r.table == table.table)


def _explained(engagement: Engagement, source: str, table: str) -> frozenset[str]:
    """Columns the ledger of permissions is built from, whatever attribute they have."""
    card = engagement.sources.get(source)
    return frozenset(
        column
        for consent in (card.consent if card else ())
        if consent.table == table
        for column in (
            consent.column,
            consent.time,
            consent.source,
            consent.text,
            consent.withdrawal_time,
        )
        if column
    )


def _filled(connection: Connection, rows: RowTables, table: SourceTable) -> tuple[str, ...]:
    """Columns of the extract that hold at least one value, in the order of the file."""
    name = ("extract", table.source, table.table)
    if not rows.exists(*name):
        return ()
    described = connection.execute(f"describe select * from {rows.scan(*name)}").fetchall()
    columns = [str(row[0]) for row in described if row[0] != "line_number"]
    columns = [c for c in columns if c not in table.quarantined]
    if not columns:
        return ()
    counts = ", ".join(f"count(nullif(trim({quoted(c)}::varchar), ''))" for c in columns)
    found = connection.execute(f"select {counts} from {rows.scan(*name)}").fetchall()[0]
    return tuple(column for column, count in zip(columns, found, strict=True) if count)
