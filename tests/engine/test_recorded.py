"""What ran for a number is kept with all it stands on, and nothing of anybody with it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scvkit.engine import RowTables, connect, counts
from scvkit.engine.recorded import MOST_WITHIN, Recorded

TABLES = ("alpha", '"Køb ""1"""', "gamma")
TABLE = st.sampled_from(TABLES)


def made(changes: list[tuple[str, str, str, int]]) -> list[tuple[str, list[int] | None]]:
    """Statements on three tables that always run, one after the other."""
    made = [(f"create temp table {t} as from range(3) t(n)", None) for t in TABLES]
    for kind, one, other, n in changes:
        made.append(
            {
                "make": (
                    f"create or replace temp table {one} as select n + ? as n from {other}",
                    [n],
                ),
                "again": (f"drop table if exists {one}", None),
                "add": (f"insert into {one} select n * 2 from {other} where n < ?", [n]),
                "set": (f"update {one} set n = n + ? where n in (from {other})", [n]),
                "lose": (f"delete from {one} where n > ?", [n]),
            }[kind]
        )
        if kind == "again":
            made.append((f"create temp table {one} as from range({n}) t(n)", None))
    return made


CHANGES = st.tuples(
    st.sampled_from(("make", "again", "add", "set", "lose")), TABLE, TABLE, st.integers(0, 9)
)


@settings(max_examples=40, deadline=None)
@given(changes=st.lists(CHANGES, max_size=8), asked=TABLE, least=st.integers(0, 5))
def test_what_is_kept_gives_the_same_numbers_when_it_is_run_alone(
    changes: list[tuple[str, str, str, int]], asked: str, least: int
) -> None:
    connection = connect()
    for sql, values in made(changes):
        connection.execute(sql, values)
    with connection.counting("numbers"):
        found = connection.execute(
            f"select count(*), sum(n) from {asked} where n >= ?", [least]
        ).fetchall()
    alone = duckdb.connect()
    kept = connection.queries("sample")
    for query in kept.script("numbers"):
        again = alone.execute(query.sql)
    assert again.fetchall() == found
    assert [query.sql for query in kept.of("numbers")] == [kept.script("numbers")[-1].sql]


@counts("people of {source}")
def people_of(connection: Recorded, rows: RowTables, source: str) -> int:
    [(found,)] = connection.execute(
        f"select count(*) from {rows.scan('records')} where source = ?", [source]
    ).fetchall()
    return int(found)


def kept(folder: Path) -> str:
    rows = RowTables(folder / "rows")
    connection = connect(spill_folder=folder / "spill", home=folder)
    rows.write(connection, "select 'o''neil' as source from range(2)", "records")
    assert people_of(connection, rows, "o'neil") == 2
    return repr(connection.queries("sample"))


def test_two_runs_in_two_places_keep_the_same_and_no_path(tmp_path: Path) -> None:
    first, second = kept(tmp_path / "here"), kept(tmp_path / "there")
    assert first == second
    assert "read_parquet('rows/records.parquet')" in first
    assert str(tmp_path) not in first


def test_a_list_that_may_hold_people_stays_out(tmp_path: Path) -> None:
    connection = connect()
    with connection.counting("known"):
        connection.execute("select 1 where 'a' in (select unnest(?))", [["Åse Holm"]]).fetchall()
    [query] = connection.queries("sample").of("known")
    assert "Holm" not in query.sql
    assert query.brought


@counts("nothing")
def count_nothing(connection: Recorded) -> None:
    connection.execute("select 2").fetchall()
    connection.execute("from nowhere")


def test_what_runs_outside_a_count_or_fails_in_one_is_not_kept() -> None:
    connection = connect()
    connection.execute("select 1").fetchall()
    with pytest.raises(duckdb.Error):
        count_nothing(connection)
    assert connection.queries("sample").counted == ()


def test_each_result_keeps_its_own_and_a_second_count_replaces_the_first() -> None:
    connection = connect()
    for n in (1, 2):
        with connection.counting("first"):
            connection.execute("select ?", [n]).fetchall()
    assert [q.sql for q in connection.queries("one").of("first")] == ["select 2"]
    with connection.counting("second"):
        connection.execute("select 3").fetchall()
    assert [entry.name for entry in connection.queries("two").counted] == ["second"]
    assert [entry.name for entry in connection.queries("one").counted] == ["first"]


def test_of_thousands_of_columns_the_first_are_kept_and_none_is_taken_for_the_table() -> None:
    connection = connect()
    with connection.counting("crm/wide"):
        for n in range(MOST_WITHIN + 3):
            with connection.counting(f".column {n}"):
                connection.execute("select ?", [n]).fetchall()
        connection.execute("select 'whole'").fetchall()
    kept = connection.queries("profile-crm")
    assert len(kept.counted) == MOST_WITHIN + 1
    assert [query.sql for query in kept.of("crm/wide")] == ["select 'whole'"]
    assert kept.of(f"crm/wide.column {MOST_WITHIN}") == ()
