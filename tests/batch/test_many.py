"""Several clients in one go: one index, and a failing one stops nobody."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from scvkit.batch import many
from scvkit.batch.many import engagements_in, run_many
from scvkit.batch.outcome import RunOptions, RunResult
from scvkit.errors import EngagementError, OutputError


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    for name in ("anders", "bodil", "carl"):
        folder = tmp_path / "clients" / name
        folder.mkdir(parents=True)
        (folder / "engagement.yaml").write_text("version: 1\n", encoding="utf-8")
    return tmp_path / "clients"


def played(engagement: Path, options: RunOptions, *, stream: object = None) -> RunResult:
    """A run that fails for one client and writes a page for the others."""
    if "bodil" in engagement.parts:
        raise EngagementError("engagement.yaml: <b>nothing</b> fits.")
    if "carl" in engagement.parts:
        raise ZeroDivisionError("jens@holm.example")
    assert options.out is not None
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "index.html").write_text("a page", encoding="utf-8")
    return RunResult(index=options.out / "index.html", run_id="1", outcomes=(), unread=())


def test_a_folder_of_engagements_is_all_of_them_once(clients: Path) -> None:
    found = engagements_in([clients, clients / "anders"])
    assert [p.name for p in found] == ["anders", "bodil", "carl"]
    (clients / "anders" / "engagement.yaml").unlink()
    with pytest.raises(EngagementError, match=r"no engagement\.yaml in"):
        engagements_in([clients / "anders"])


def test_a_failing_client_stops_nobody_and_the_index_says_why(
    clients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "run_engagement", played)
    out = tmp_path / "reports"
    stream = io.StringIO()
    runs = run_many(engagements_in([clients]), RunOptions(out=out), stream=stream)
    assert runs.exit_code == 1
    page = runs.index.read_text("utf-8")
    assert runs.index == out / "index.html"
    assert 'href="anders/index.html"' in page
    assert "&lt;b&gt;nothing&lt;/b&gt; fits." in page
    assert "ZeroDivisionError" in page
    assert "holm" not in page
    assert "<script" not in page
    assert "2 of 3: bodil" in stream.getvalue()


def test_the_report_of_an_earlier_run_stays_linked(
    clients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "run_engagement", played)
    out = tmp_path / "reports"
    (out / "bodil").mkdir(parents=True)
    (out / "bodil" / "index.html").write_text("an older page", encoding="utf-8")
    page = run_many(engagements_in([clients]), RunOptions(out=out)).index.read_text("utf-8")
    assert 'href="bodil/index.html"' in page
    assert "that of an earlier run" in page


def test_nobody_assessed_is_exit_2(
    clients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "run_engagement", played)
    options = RunOptions(out=tmp_path / "reports")
    assert run_many([clients / "bodil", clients / "carl"], options).exit_code == 2


def test_two_clients_of_one_name_keep_their_reports_apart(
    clients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "others" / "anders"
    other.mkdir(parents=True)
    monkeypatch.setattr(many, "run_engagement", played)
    options = RunOptions(out=tmp_path / "reports", work=str(tmp_path / "work"))
    runs = run_many([clients / "anders", other], options)
    assert [c.name for c in runs.clients] == ["anders", "anders-2"]


def test_an_index_of_somebody_else_is_not_replaced(clients: Path, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("my home page", encoding="utf-8")
    with pytest.raises(OutputError, match="not an index over clients"):
        run_many([clients / "anders"], RunOptions(out=tmp_path))
    assert (tmp_path / "index.html").read_text("utf-8") == "my home page"
