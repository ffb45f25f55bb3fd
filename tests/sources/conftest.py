from collections.abc import Sequence
from pathlib import Path

import pytest

from scvkit.engagement import Table
from scvkit.engine import Connection, RowTables, connect
from scvkit.records.extracts import ReadingReport, SourceTable
from scvkit.sources import understand_table


class Maker:
    """Makes an extract of rows and understands it."""

    def __init__(self, folder: Path) -> None:
        self.connection: Connection = connect(threads=1)
        self.rows = RowTables(folder / "work")

    def understand(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[str | None]],
        *,
        table: Table | None = None,
        file: str = "kunder.csv",
        country: str = "DK",
    ) -> SourceTable:
        report = self.report(columns, rows, file=file)
        return understand_table(self.connection, self.rows, report, table=table, country=country)

    def report(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[str | None]],
        *,
        file: str = "kunder.csv",
        table: str = "t",
    ) -> ReadingReport:
        quoted = ['"' + c.replace('"', '""') + '"' for c in columns]
        cells = "".join(f", unnest(?::varchar[]) as {q}" for q in quoted)
        given = [[row[i] for row in rows] for i in range(len(columns))]
        self.connection.execute(
            "create or replace temp table made as "
            f"select unnest(?::bigint[]) as line_number{cells}",
            [list(range(2, len(rows) + 2)), *given],
        )
        self.rows.write(self.connection, "select * from made order by 1", "extract", "s", table)
        return ReadingReport(
            source="s",
            table=table,
            file=file,
            format="csv",
            sha256="",
            bytes=1,
            dialect=None,
            columns=tuple(columns),
            rows=len(rows),
        )

    def read(self, columns: str = "*") -> list[tuple[object, ...]]:
        scan = self.rows.scan("source", "s", "t")
        sql = f"select {columns} from {scan} order by line_number"
        return self.connection.execute(sql).fetchall()


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    return Maker(tmp_path)


@pytest.fixture(scope="module")
def shared_maker(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    return Maker(tmp_path_factory.mktemp("sources"))
