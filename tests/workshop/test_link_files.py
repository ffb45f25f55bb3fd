"""`scvkit link`: who is in which file, without an engagement and without leaving a row behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scvkit.cli import main
from scvkit.engine import connect

HEAD = "id,first_name,last_name,email\n"
CRM = "1,Lise,Lund,lise@x.example\n2,Bo,Bak,bo@x.example\n3,Lise,Lund,lise@x.example\n"
SHOP = "7,Lise,Lund,lise@x.example\n8,Ida,Ras,ida@x.example\n"
PERSONAL = ("lise", "lund", "x.example")


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for name, text in (("crm", CRM), ("shop", SHOP)):
        (tmp_path / f"{name}.csv").write_text(HEAD + text, encoding="utf-8")
    return [str(tmp_path / "crm.csv"), str(tmp_path / "shop.csv")]


def test_it_says_who_is_in_both_files_and_writes_nothing(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(tmp_path.rglob("*"))
    assert main(["link", *files]) == 0
    told = capsys.readouterr().out
    assert "In both files: <5 persons." in told
    assert "crm.csv × shop.csv" in told
    assert "Duplicates" in told
    assert not [value for value in PERSONAL if value in told.lower()]
    assert sorted(tmp_path.rglob("*")) == before


def test_json_holds_no_row_and_no_small_count_of_people(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["link", *files, "--json"]) == 0
    told = capsys.readouterr().out
    found = json.loads(told)
    persons = {f["file"]: f for f in found["files"]}
    assert (persons["crm.csv"]["records"], persons["crm.csv"]["duplicates"]) == (3, None)
    assert persons["shop.csv"]["duplicates"] == 0
    (overlap,) = found["overlaps"]
    assert (overlap["files"], overlap["found"]) == (["crm.csv", "shop.csv"], None)
    assert found["seen_in"] == [
        {"kind": "person", "files": 2, "entities": None},
        {"kind": "person", "files": 1, "entities": None},
    ]
    assert not [value for value in PERSONAL if value in told.lower()]


def test_the_private_rows_are_written_when_they_are_asked_for(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["link", *files, "--out", str(out)]) == 0
    assert str(out) in capsys.readouterr().out
    assert sorted(p.name for p in out.iterdir()) == [
        "clusters.parquet",
        "linkage.json",
        "pairs.parquet",
    ]
    assert (out / "clusters.parquet").stat().st_mode & 0o077 == 0
    rows = (
        connect()
        .execute(
            "select source_dataset, unique_id from read_parquet(?) order by all",
            [str(out / "clusters.parquet")],
        )
        .fetchall()
    )
    assert rows == [("crm", "1"), ("crm", "2"), ("crm", "3"), ("shop", "7"), ("shop", "8")]
    assert json.loads((out / "linkage.json").read_text("utf-8"))["records"] == 5


def test_files_with_nothing_in_common_to_compare_are_refused_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text("id,email\n1,lise@x.example\n2,bo@x.example\n")
    (tmp_path / "b.csv").write_text("id,phone\n1,20304050\n2,20304051\n")
    assert main(["link", str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]) == 0
    told = capsys.readouterr().out
    assert "No probabilistic model" in told
    assert "In both files: 0 persons." in told
