import stat
from pathlib import Path

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
