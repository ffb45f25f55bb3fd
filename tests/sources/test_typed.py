"""Source tables of texts so long that the memory does not hold them at once."""

from pathlib import Path

import pyarrow as pa
import pytest

from scvkit.engine import Connection, RowTables, connect
from scvkit.records.extracts import ColumnMeaning
from scvkit.sources.typed import write_source_table
from scvkit.vocabulary import Attribute

PAGES, SMALL = 1500, "120MB"


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> RowTables:
    """An extract of 1,500 pages of text, about 120 MB, each number given to two of them."""
    rows = RowTables(tmp_path_factory.mktemp("pages"))
    batches = (
        pa.record_batch(
            {"line_number": [n + 2], "nr": [f"{n // 2}"], "note": [f" side {n}" + " ord" * 20000]}
        )
        for n in range(PAGES)
    )
    rows.keep(batches, "extract", "desk", "t")
    return rows


def test_pages_beyond_the_memory_are_typed_like_any_others(rows: RowTables, tmp_path: Path) -> None:
    few, many = (rows.over(tmp_path / name) for name in ("few", "many"))
    assert _typed(connect(threads=1, memory_limit=SMALL), few) == PAGES
    assert _typed(connect(threads=1), many) == PAGES
    shown = (
        "select record_id, line_number, unique_id, length(free_text) from {} order by line_number"
    )
    of_few, of_many = (
        connect().execute(shown.format(one.scan("source", "desk", "t"))).fetchall()
        for one in (few, many)
    )
    assert of_few == of_many
    assert of_few[:2] == [("0", 2, "0", of_few[0][3]), ("0#2", 3, "0", of_few[1][3])]


def test_in_parts_every_record_gets_an_id_of_its_own(tmp_path: Path) -> None:
    rows = RowTables(tmp_path)
    numbers = ["7", "7", "7#2", None, "7"] * (PAGES // 5)
    batches = (
        pa.record_batch(
            {
                "line_number": [line],
                "nr": pa.array([number], pa.string()),
                "note": ["ord " * 20000 + str(line)],
            }
        )
        for line, number in enumerate(numbers, start=2)
    )
    rows.keep(batches, "extract", "desk", "t")
    _typed(connect(threads=1, memory_limit=SMALL), rows)
    scan = rows.scan("source", "desk", "t")
    [(held, ids)] = (
        connect().execute(f"select count(*), count(distinct record_id) from {scan}").fetchall()
    )
    assert held == ids == PAGES


def _typed(connection: Connection, rows: RowTables) -> int:
    return write_source_table(
        connection,
        rows,
        "desk",
        "t",
        id_column="nr",
        meanings=[_meaning("nr", Attribute.UNIQUE_ID), _meaning("note", Attribute.FREE_TEXT)],
        held_back=(),
        formats={},
    )


def _meaning(column: str, attribute: Attribute) -> ColumnMeaning:
    return ColumnMeaning(
        column=column,
        attribute=attribute,
        confidence=0.9,
        decided_by="detected",
        detected=attribute,
        reason="",
    )
