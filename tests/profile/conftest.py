"""A source of one small table, written as the extracts room writes it."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest

from scvkit.engine import Connection, RowTables, connect
from scvkit.profile import profile_source
from scvkit.records.extracts import ColumnMeaning, ReadingReport, SourceIntake, SourceTable
from scvkit.records.profile import ColumnProfile, Finding, SourceProfile, TableProfile
from scvkit.vocabulary import Attribute, Domain, Grain

AS_OF = dt.date(2026, 9, 30)
Cells = Mapping[str, Sequence[str | None]]


@dataclass(frozen=True)
class Profiled:
    """What the room says about a small table."""

    source: SourceProfile

    @property
    def table(self) -> TableProfile:
        return self.source.tables[0]

    def column(self, name: str) -> ColumnProfile:
        return next(c for c in self.table.columns if c.column == name)

    def rows_of(self, kind: str, column: str | None = None) -> int:
        return sum(
            f.rows for f in self.source.findings if f.kind == kind and column in (None, f.column)
        )

    def finding(self, kind: str) -> Finding:
        return next(f for f in self.source.findings if f.kind == kind)

    @property
    def kinds(self) -> set[str]:
        return {f.kind for f in self.source.findings}


@dataclass(frozen=True)
class Desk:
    """Writes tables and profiles them."""

    connection: Connection
    rows: RowTables

    def write(self, cells: Cells, **attributes: Attribute) -> SourceTable:
        count = len(next(iter(cells.values()))) if cells else 0
        received = pa.table(
            {
                "line_number": pa.array(range(1, count + 1), pa.int64()),
                **{name: pa.array(values, pa.string()) for name, values in cells.items()},
            }
        )
        with self.connection.cursor() as work:
            work.register("received", received)
            sql = "select * from received order by line_number"
            self.rows.write(work, sql, "extract", "s", "t")
        return SourceTable(
            source="s",
            table="t",
            grain=Grain.CUSTOMER,
            id_column=None,
            rows=count,
            meanings=tuple(meaning(name, attributes.get(name)) for name in cells),
        )

    def profile(
        self, table: SourceTable, *, rejected: int = 0, as_of: dt.date | None = AS_OF
    ) -> Profiled:
        intake = SourceIntake(
            source="s",
            name="S",
            domain=Domain.OTHER,
            readings=(reading(table, rejected),),
            unread=(),
            tables=(table,),
        )
        return Profiled(profile_source(self.connection, self.rows, intake, as_of=as_of))


def meaning(column: str, attribute: Attribute | None = None) -> ColumnMeaning:
    found = attribute or Attribute.OTHER
    return ColumnMeaning(
        column=column,
        attribute=found,
        confidence=0.9,
        decided_by="detected",
        detected=found,
        reason="header",
    )


def reading(table: SourceTable, rejected: int = 0) -> ReadingReport:
    return ReadingReport(
        source="s",
        table="t",
        file="t.csv",
        format="csv",
        sha256="0",
        bytes=1,
        dialect=None,
        columns=tuple(m.column for m in table.meanings),
        rows=table.rows,
        rejected_rows=rejected,
        lost_rows=rejected,
    )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(connect(threads=1), RowTables(tmp_path))


@pytest.fixture
def profiled(desk: Desk) -> Callable[..., Profiled]:
    """Profiles cells given as columns; the attribute of a column by its name."""

    def profile(cells: Cells, **attributes: Attribute) -> Profiled:
        return desk.profile(desk.write(cells, **attributes))

    return profile
