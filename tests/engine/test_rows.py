import stat
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scvkit.engine import RowTables, connect, quoted
from scvkit.errors import MissingResult


def test_the_network_is_switched_off() -> None:
    settings = dict(
        connect()
        .execute(
            "select name, value from duckdb_settings() where name in "
            "('autoinstall_known_extensions', 'autoload_known_extensions')"
        )
        .fetchall()
    )
    assert set(settings.values()) == {"false"}
    assert len(settings) == 2


def test_a_table_is_private_and_whole(tmp_path: Path) -> None:
    rows = RowTables(tmp_path / "rows")
    assert rows.write(connect(), "select 1 as n union all select 2", "source", "erp", "t") == 2
    file = rows.path("source", "erp", "t")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [p.name for p in file.parent.iterdir()] == ["t.parquet"]


def test_a_missing_table_names_the_notebook_that_writes_it(tmp_path: Path) -> None:
    with pytest.raises(MissingResult, match="Run 04_link_records first"):
        RowTables(tmp_path).scan("clusters")


@pytest.mark.parametrize("name", ['Køb & "Salg"', "o'neil", "select", "a b"])
def test_any_column_name_is_safe_when_quoted(name: str) -> None:
    connection = connect()
    connection.execute(f"create table t ({quoted(name)} integer)")
    assert connection.execute("describe t").fetchall()[0][0] == name


def test_tables_laid_over_others_are_read_first_and_never_written_beneath(tmp_path: Path) -> None:
    connection = connect()
    beneath = RowTables(tmp_path / "rows")
    beneath.write(connection, "select 1 as n", "records")
    beneath.write(connection, "select 2 as n", "clusters")
    tried = beneath.over(tmp_path / "tried")
    tried.write(connection, "select 3 as n", "records")

    def value(rows: RowTables, name: str) -> int:
        return int(connection.execute(f"select n from {rows.scan(name)}").fetchall()[0][0])

    assert (value(tried, "records"), value(tried, "clusters")) == (3, 2)
    assert (value(beneath, "records"), tried.exists("pairs")) == (1, False)


def test_rows_that_come_in_batches_are_kept_private_and_whole(tmp_path: Path) -> None:
    rows = RowTables(tmp_path / "rows")
    batches = [
        pa.record_batch({"line_number": [line], "t": pa.array([text], pa.string())})
        for line, text in ((2, "a"), (3, None), (4, "b"))
    ]
    assert rows.keep(batches, "extract", "erp", "t") == 3
    file = rows.path("extract", "erp", "t")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found = connect().execute(f"from {rows.scan('extract', 'erp', 't')}").fetchall()
    assert found == [(2, "a"), (3, None), (4, "b")]


def test_of_batches_that_break_off_nothing_is_kept(tmp_path: Path) -> None:
    rows = RowTables(tmp_path / "rows")
    rows.write(connect(), "select 1 as n", "extract", "erp", "t")

    def broken() -> Iterator[pa.RecordBatch]:
        yield pa.record_batch({"n": [7]})
        raise InterruptedError

    with pytest.raises(InterruptedError):
        rows.keep(broken(), "extract", "erp", "t")
    held = rows.path("extract", "erp", "t")
    assert connect().execute(f"from {rows.scan('extract', 'erp', 't')}").fetchall() == [(1,)]
    assert list(held.parent.iterdir()) == [held]


def test_rows_of_long_cells_are_kept_in_small_groups(tmp_path: Path) -> None:
    rows = RowTables(tmp_path / "rows")
    page = "x" * (4 << 20)
    batches = (pa.record_batch({"note": [page]}) for _ in range(20))
    assert rows.keep(batches, "extract", "erp", "t") == 20
    held = pq.ParquetFile(rows.path("extract", "erp", "t")).metadata
    assert [held.row_group(n).num_rows for n in range(held.num_row_groups)] == [8, 8, 4]
