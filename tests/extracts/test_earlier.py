"""An earlier extract: named per table or as a folder, read like this one, never in the way."""

from pathlib import Path

import pytest

from scvkit.engagement import Engagement
from scvkit.engine import RowTables, connect
from scvkit.extracts import read_delivery, read_earlier
from scvkit.extracts.earlier import earlier_paths
from scvkit.records.extracts import ReadingReport, UnreadFile


def engagement(**changed: object) -> Engagement:
    tables = {"debtors": {"file": "erp.csv"}, "orders": {"file": "orders.csv"}}
    told = changed.pop("table", {})
    tables["debtors"] |= told
    return Engagement.model_validate(
        {
            "version": 1,
            "client": {"name": "A"},
            "sources": {"erp": {"name": "ERP", "tables": tables}},
            **changed,
        }
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for place, rows in (("now", "1;a\n2;b\n3;c\n"), ("old", "1;a\n2;x\n")):
        (tmp_path / place).mkdir()
        (tmp_path / place / "erp.csv").write_text(f"nr;navn\n{rows}", encoding="utf-8")
    (tmp_path / "now" / "orders.csv").write_text("nr;sum\n1;2\n2;3\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "told", [{"table": {"earlier": "../old/erp.csv"}}, {"earlier": "../old"}], ids=str
)
def test_an_earlier_extract_is_read_beside_the_table(folder: Path, told: dict[str, object]) -> None:
    connection, rows = connect(threads=1), RowTables(folder / "work")
    said = engagement(**told)
    [found] = read_earlier(connection, rows, said, "erp", folder / "now")
    assert isinstance(found, ReadingReport)
    assert (found.file, found.rows) == ("erp.csv", 2)
    assert rows.exists("extract", "erp", "debtors.earlier")
    assert not rows.exists("extract", "erp", "debtors")


def test_an_earlier_extract_that_is_missing_or_empty_is_a_reason(folder: Path) -> None:
    connection, rows = connect(threads=1), RowTables(folder / "work")
    (folder / "old" / "erp.csv").write_bytes(b"")
    said = engagement(table={"earlier": "../old/erp.csv"})
    [found] = read_earlier(connection, rows, said, "erp", folder / "now")
    assert isinstance(found, UnreadFile)
    assert "empty" in found.reason
    gone = engagement(table={"earlier": "../old/gone.csv"})
    [missing] = read_earlier(connection, rows, gone, "erp", folder / "now")
    assert isinstance(missing, UnreadFile)
    assert "gone.csv" in missing.reason


def test_nothing_named_is_nothing_read(folder: Path) -> None:
    connection, rows = connect(threads=1), RowTables(folder / "work")
    assert read_earlier(connection, rows, engagement(), "erp", folder / "now") == ()
    assert earlier_paths(engagement(), folder / "now") == ()


def test_an_earlier_extract_inside_the_delivery_is_no_undeclared_file(folder: Path) -> None:
    (folder / "now" / "before").mkdir()
    (folder / "old" / "erp.csv").rename(folder / "now" / "before" / "erp.csv")
    connection, rows = connect(threads=1), RowTables(folder / "work")
    delivery = read_delivery(connection, rows, engagement(earlier="before"), folder / "now")
    assert delivery.undeclared == ()
    assert len(delivery.readings) == 2
