"""A run computed again and compared, byte for byte."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scvkit.batch import verify
from scvkit.batch.inputs import inputs_of
from scvkit.batch.outcome import RunOptions, RunResult
from scvkit.batch.provenance import versions
from scvkit.batch.verify import verify_run
from scvkit.errors import OutputError
from scvkit.locale import load_words
from scvkit.workshop import open_desk
from tests.batch.conducted import client


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A client and the report of a run whose results depend on one extract."""
    monkeypatch.setenv("SCVKIT_WORK", str(tmp_path / "home"))
    monkeypatch.setattr(verify, "run_engagement", played)
    file = client(tmp_path / "client")
    played(file, RunOptions(out=tmp_path / "report"))
    said = {
        "language": "en",
        "files": inputs_of(open_desk(file)).flat(),
        "versions": versions(),
        "only": [],
    }
    (tmp_path / "report" / "run.json").write_text(json.dumps(said), encoding="utf-8")
    return tmp_path


def played(engagement: Path, options: RunOptions, *, stream: object = None) -> RunResult:
    assert options.out is not None
    results = options.out / "results"
    results.mkdir(parents=True)
    for name in ("intake", "linkage"):
        (results / f"{name}.json").write_text(name, encoding="utf-8")
    return RunResult(index=options.out / "index.html", run_id="1", outcomes=(), unread=())


def again(place: Path) -> verify.Verified:
    return verify_run(place / "client" / "engagement.yaml", place / "report", RunOptions())


def test_equal_bytes_hold(place: Path) -> None:
    verified = again(place)
    assert verified.holds
    assert verified.same == ("intake", "linkage")
    assert verified.sentences(load_words("en")) == ["All 2 results are the same to the last byte."]


def test_another_byte_or_a_missing_result_does_not_hold(place: Path) -> None:
    (place / "report" / "results" / "linkage.json").write_text("Linkage", encoding="utf-8")
    (place / "report" / "results" / "more.json").write_text("more", encoding="utf-8")
    verified = again(place)
    assert not verified.holds
    assert verified.differing == ("linkage", "more")


def test_other_extracts_are_told_and_nothing_is_computed(place: Path) -> None:
    (place / "client" / "erp.csv").write_text("another;one\n", encoding="utf-8")
    verified = again(place)
    assert (verified.holds, verified.files, verified.same) == (False, ("erp.csv",), ())


def test_other_versions_are_told_beside_the_comparison(place: Path) -> None:
    file = place / "report" / "run.json"
    said = json.loads(file.read_text("utf-8"))
    said["versions"]["duckdb"] = "0.0.1"
    file.write_text(json.dumps(said), encoding="utf-8")
    verified = again(place)
    assert verified.holds
    assert verified.versions[0].startswith("duckdb 0.0.1, now ")


def test_a_partial_run_or_another_folder_cannot_be_verified(place: Path, tmp_path: Path) -> None:
    file = place / "report" / "run.json"
    said = json.loads(file.read_text("utf-8")) | {"only": ["04"]}
    file.write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(OutputError, match="partial run"):
        again(place)
    with pytest.raises(OutputError, match=r"no run\.json"):
        verify_run(place / "client" / "engagement.yaml", place / "client", RunOptions())
