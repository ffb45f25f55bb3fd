"""What the engagement file settles about dates and numbers is what the source table holds."""

import datetime as dt
from pathlib import Path

import pytest

from scvkit.engagement import Table
from scvkit.engine import RowTables, connect
from scvkit.extracts import read_file
from scvkit.sources import understand_table

TABLE = {"file": "a.csv", "columns": {"dato": "created_at", "sum": "amount"}}


@pytest.mark.parametrize(
    ("reading", "date", "amount"),
    [
        ({"date_order": "month", "decimal": "."}, dt.datetime(2024, 1, 2), 1.234),
        ({"date_order": "day", "decimal": ","}, dt.datetime(2024, 2, 1), 1234.0),
    ],
)
def test_the_order_of_dates_and_the_decimal_sign_are_read_as_said(
    tmp_path: Path, reading: dict[str, str], date: dt.datetime, amount: float
) -> None:
    (tmp_path / "a.csv").write_bytes(b"id;dato;sum\nA;01/02/2024;1.234\nB;03/04/2024;12.500\n")
    table = Table.model_validate({**TABLE, "reading": reading})
    connection, rows = connect(threads=1), RowTables(tmp_path / "work")
    report = read_file(
        connection, rows, tmp_path / "a.csv", source="s", table="t", reading=table.reading
    )
    understand_table(connection, rows, report, table=table, country="DK")
    found = connection.execute(
        f"select created_at, amount from {rows.scan('source', 's', 't')} order by line_number"
    ).fetchall()
    assert report.confidence == "high"
    assert found[0] == (date, amount)
