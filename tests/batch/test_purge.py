"""After a purge nothing of the client is left where the kit wrote, and a receipt says so."""

import datetime as dt
import json
from pathlib import Path

import pytest

from scvkit.batch import RunOptions, run_engagement
from scvkit.batch.lock import one_run
from scvkit.batch.purge import purge_engagement
from scvkit.errors import EngagementError, OutputError
from scvkit.workshop.check import check_engagement
from scvkit.workshop.folders import MARK
from scvkit.workshop.lab import start_lab
from tests.batch.conducted import client, play

NOON = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


def test_the_work_folder_goes_and_the_receipt_holds_hashes_and_no_name(tmp_path: Path) -> None:
    file, work = client(tmp_path / "client"), tmp_path / "work"
    play(file, work)
    (work / "lab" / ".ipynb_checkpoints").mkdir(parents=True)
    (work / "lab" / ".ipynb_checkpoints" / "99_ask-checkpoint.ipynb").write_text("P7 E7")
    (work / "votes").mkdir()
    (work / "votes" / "salt").write_text("secret")
    count = sum(p.is_file() and p.name != MARK for p in work.rglob("*"))
    purged = purge_engagement(file, work=str(work), now=NOON)
    assert not work.exists()
    assert purged.files == count
    text = purged.receipt.read_text("utf-8")
    body = json.loads(text)
    assert body["deleted_at"] == "2026-11-22T12:00:00+00:00"
    assert len(body["deleted"]) == count
    assert {len(entry["sha256"]) for entry in body["deleted"]} == {64}
    assert not [word for word in ("E7", "Holm", "erp", "club", ".parquet") if word in text]


def test_a_folder_with_other_things_in_it_keeps_them(tmp_path: Path) -> None:
    file, work = client(tmp_path / "client"), tmp_path / "mine"
    work.mkdir()
    (work / "thesis.txt").write_text("dear")
    play(file, work)
    assert not (work / MARK).exists()
    purged = purge_engagement(file, work=str(work))
    assert purged.left == ("thesis.txt",)
    assert [p.name for p in work.rglob("*")] == ["thesis.txt"]


def test_a_link_is_taken_away_and_never_followed(tmp_path: Path) -> None:
    file, work = client(tmp_path / "client"), tmp_path / "work"
    play(file, work)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious.txt").write_text("kept")
    (work / "rows" / "link").symlink_to(outside)
    purge_engagement(file, work=str(work))
    assert (outside / "precious.txt").read_text() == "kept"


def test_nothing_is_purged_while_a_run_goes_on(tmp_path: Path) -> None:
    file, work = client(tmp_path / "client"), tmp_path / "work"
    play(file, work)
    with one_run(work), pytest.raises(OutputError, match="being run already"):
        purge_engagement(file, work=str(work))
    assert (work / "results" / "linkage.json").is_file()


@pytest.mark.parametrize(("today", "refused"), [("2026-12-31", False), ("2027-01-01", True)])
def test_the_date_of_deletion_is_kept_by_check_run_and_lab(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, today: str, refused: bool
) -> None:
    monkeypatch.setenv("SCVKIT_WORK", str(tmp_path / "work"))
    file = client(tmp_path / "client")
    said = file.read_text("utf-8").replace(
        "sources:", "assessment: {delete_by: 2026-12-31}\nsources:"
    )
    file.write_text(said, encoding="utf-8")
    day = dt.date.fromisoformat(today)
    if not refused:
        assert check_engagement(file, today=day).complete
        return
    for start in (
        lambda: check_engagement(file, today=day),
        lambda: start_lab(str(file), browser=False, today=day),
        lambda: run_engagement(file, RunOptions(out=tmp_path / "report"), today=day),
    ):
        with pytest.raises(EngagementError, match="deleted by 2026-12-31") as caught:
            start()
        assert "scvkit purge" in str(caught.value)
    assert not (tmp_path / "report").exists()
    assert purge_engagement(file).files == 0
