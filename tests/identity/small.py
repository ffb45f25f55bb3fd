"""Small tables as the stage before would have written them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from scvkit.engagement import Client, Engagement, LinkageOptions, Source, Table
from scvkit.engine import Connection, RowTables, connect
from scvkit.records.extracts import ColumnMeaning, Intake, SourceIntake, SourceTable
from scvkit.vocabulary import DATE_ATTRIBUTES, Attribute, Domain, Grain

Row = Mapping[str, Any]


class Small:
    """A small engagement: tables are added, then the stages run on them."""

    def __init__(self, folder: Path, country: str = "DK") -> None:
        self.connection: Connection = connect()
        self.rows = RowTables(folder)
        self.country = country
        self.options = LinkageOptions()
        self._cards: dict[str, Source] = {}
        self._sources: dict[str, tuple[Domain, list[SourceTable]]] = {}

    def add(
        self,
        source: str,
        rows: Sequence[Row],
        *,
        table: str = "all",
        domain: Domain = Domain.OTHER,
        grain: Grain = Grain.CUSTOMER,
    ) -> Small:
        """Write rows of attributes as ``source/<source>/<table>``; "id" is the record id."""
        attributes = sorted({key for row in rows for key in row} - {"id"})
        frame = pd.DataFrame({"record_id": [str(r.get("id", n)) for n, r in enumerate(rows)]})
        frame["line_number"] = range(1, len(rows) + 1)
        for name in attributes:
            values = [row.get(name) for row in rows]
            if Attribute(name) in DATE_ATTRIBUTES:
                frame[name] = pd.to_datetime(pd.Series(values)).astype("datetime64[us]")
            else:
                frame[name] = pd.array(values, dtype="string")
        self.connection.execute("select 1").fetchall()
        self.connection.register("small_rows", frame)
        self.rows.write(self.connection, "select * from small_rows", "source", source, table)
        self.connection.execute("select 1").fetchall()
        self.connection.unregister("small_rows")
        described = SourceTable(
            source=source,
            table=table,
            grain=grain,
            id_column="id" if any("id" in row for row in rows) else None,
            rows=len(rows),
            meanings=tuple(
                ColumnMeaning(
                    column=name,
                    attribute=Attribute(name),
                    confidence=1.0,
                    decided_by="engagement",
                    detected=Attribute(name),
                    reason="",
                )
                for name in attributes
            ),
        )
        held = self._sources.setdefault(source, (domain, []))
        held[1].append(described)
        tables = {t.table: Table(file=f"{t.table}.csv", grain=t.grain) for t in held[1]}
        slug = "".join(c if c.isalnum() else "_" for c in source.lower())
        self._cards[source] = Source(name=slug, domain=domain, tables=tables)
        return self

    @property
    def intake(self) -> Intake:
        return Intake(
            sources=tuple(
                SourceIntake(
                    source=source,
                    name=source,
                    domain=domain,
                    readings=(),
                    unread=(),
                    tables=tuple(tables),
                )
                for source, (domain, tables) in self._sources.items()
            ),
            undeclared=(),
        )

    def engagement(self, **parts: Any) -> Engagement:
        return Engagement.model_construct(
            version=1,
            client=Client(name="Small", country=self.country),
            sources=self._cards,
            **{"linkage": self.options, **parts},
        )

    def records(self, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
        """Rows of ``records`` in the order of their key."""
        return self.connection.execute(
            f"select {columns} from {self.rows.scan('records')} where {where} order by record_key"
        ).fetchall()
