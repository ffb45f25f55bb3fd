"""Each bad start ends in one clear paragraph and the right exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CUSTOMERS = "nr;navn;email\n" + "".join(
    f"{n};Person{n} Efternavn{n};p{n}@firma{n}.example\n" for n in range(100, 140)
)
FACTS = """assessment:
  as_of: 2026-09-30
  controller: Holm ApS
  processor_agreement: signed
  purpose: assessment
  delete_by: 2099-12-31
"""


def engagement(folder: Path, sources: str, facts: str = FACTS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "engagement.yaml"
    text = f"version: 1\nclient: {{name: Holm ApS}}\n{facts}sources:\n{sources}"
    file.write_text(text, encoding="utf-8")
    return file


def source(name: str, file: str) -> str:
    return f"  {name}:\n    name: {name}\n    tables: {{t: {{file: {file}}}}}\n"


def scvkit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scvkit", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def one_paragraph(text: str) -> bool:
    return "Traceback" not in text and "\n\n" not in text.strip() and len(text.strip()) > 20


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no file"),
        (b"", "empty"),
        ("folder", "folder"),
        (b"\x00\x01\x02\x03" * 500, "binary"),
    ],
    ids=["missing", "empty", "directory", "binary"],
)
def test_nothing_readable_is_exit_2_with_the_reason(
    tmp_path: Path, content: bytes | str | None, words: str
) -> None:
    file = tmp_path / "a.csv"
    if content == "folder":
        file.mkdir()
    elif isinstance(content, bytes):
        file.write_bytes(content)
    engagement(tmp_path, source("erp", "a.csv"))
    ended = scvkit(tmp_path, "run", ".", "--work", str(tmp_path / "work"), "--out", "report")
    assert ended.returncode == 2, ended.stderr
    last = ended.stderr.strip().splitlines()[-1]
    assert "a.csv" in last
    assert words in last.lower()
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        (source("erp", "a.csv") + "    domian: shop\n", "Did you mean 'domain'?"),
        (source("erp", "a.csv") + "    since: long\n", "since"),
        (source("erp", "a.csv") + source("erp", "b.csv"), "duplicate key"),
    ],
    ids=["unknown key", "wrong type", "two sources with one name"],
)
def test_a_bad_engagement_file_is_exit_2_with_the_line(
    tmp_path: Path, sources: str, words: str
) -> None:
    engagement(tmp_path, sources)
    ended = scvkit(tmp_path, "run", ".", "--work", str(tmp_path / "work"))
    assert ended.returncode == 2
    assert words in ended.stderr
    assert "line " in ended.stderr
    assert one_paragraph(ended.stderr)


def test_an_unwritable_output_is_told_before_any_work(tmp_path: Path) -> None:
    engagement(tmp_path, source("erp", "a.csv"))
    (tmp_path / "a.csv").write_text(CUSTOMERS, encoding="utf-8")
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    work = tmp_path / "work"
    ended = scvkit(tmp_path, "run", ".", "--work", str(work), "--out", "taken/report")
    assert ended.returncode == 2
    assert "cannot be written" in ended.stderr
    assert one_paragraph(ended.stderr)
    assert not (work / "rows").exists()


def test_a_folder_of_other_files_is_never_replaced(tmp_path: Path) -> None:
    engagement(tmp_path, source("erp", "a.csv"))
    (tmp_path / "a.csv").write_text(CUSTOMERS, encoding="utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("dear", encoding="utf-8")
    ended = scvkit(tmp_path, "run", ".", "--work", str(tmp_path / "work"), "--out", "mine")
    assert ended.returncode == 2
    assert (tmp_path / "mine" / "thesis.txt").read_text("utf-8") == "dear"


def test_an_unreadable_workbook_beside_a_good_source_is_exit_1(tmp_path: Path) -> None:
    engagement(tmp_path, source("erp", "a.csv") + source("club", "club.xlsx"), facts="")
    (tmp_path / "a.csv").write_text(CUSTOMERS, encoding="utf-8")
    (tmp_path / "club.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    ended = scvkit(tmp_path, "run", ".", "--work", str(tmp_path / "work"), "--out", "report")
    assert ended.returncode == 1, ended.stderr
    assert "club.xlsx" in ended.stderr
    page = (tmp_path / "report" / "report.en.html").read_text("utf-8")
    assert "club.xlsx" in page
    # Without the four facts the run is exploratory: every page says so, and the verdict is V0.
    assert "Exploratory" in (tmp_path / "report" / "index.html").read_text("utf-8")
    assert "Exploratory" in page
    readiness = (tmp_path / "report" / "results" / "readiness.json").read_text("utf-8")
    assert '"verdict": "V0"' in readiness


def test_an_unknown_command_names_the_nearest(tmp_path: Path) -> None:
    ended = scvkit(tmp_path, "chekc", ".")
    assert ended.returncode == 2
    assert "Did you mean 'check'?" in ended.stderr


def test_new_never_overwrites_an_engagement(tmp_path: Path) -> None:
    file = engagement(tmp_path / "acme", source("erp", "a.csv"))
    before = file.read_bytes()
    (tmp_path / "a.csv").write_text(CUSTOMERS, encoding="utf-8")
    ended = scvkit(tmp_path, "new", "acme", "a.csv")
    assert ended.returncode == 2
    assert file.read_bytes() == before


def test_a_reader_that_stops_reading_is_no_fault_of_the_kit(tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    command = [sys.executable, "-m", "scvkit", "profile", "customers.csv"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        told = running.stderr.read()
    assert running.returncode == 141
    assert told == ""


def test_a_part_run_after_a_purge_leaves_the_report_as_it_is(tmp_path: Path) -> None:
    """It would be made of the one page, and the others gone."""
    (tmp_path / "a.csv").write_text(CUSTOMERS)
    engagement(tmp_path, source("erp", "a.csv"))
    out = tmp_path / "out"
    out.mkdir()
    steps = [{"name": name, "outcome": "done"} for name in ("00_start", "01_intake")]
    (out / "run.json").write_text(json.dumps({"steps": steps}))
    (out / "report.en.html").write_text("the last report")
    command = ("run", ".", "--work", "work", "--out", "out", "--only", "00")
    refused = scvkit(tmp_path, *command)
    assert refused.returncode == 2
    assert one_paragraph(refused.stderr)
    assert "01_intake" in refused.stderr
    assert "00_start" not in refused.stderr
    assert (out / "report.en.html").read_text() == "the last report"


def test_a_source_that_was_only_told_of_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CUSTOMERS, encoding="utf-8")
    engagement(tmp_path, source("erp", "a.csv") + "  booking: {name: Booking}\n")
    checked = scvkit(tmp_path, "check", ".")
    assert checked.returncode == 0, checked.stdout
    assert "no extract received" in checked.stdout
    work = ("--work", str(tmp_path / "work"), "--out", "report")
    ended = scvkit(tmp_path, "run", ".", "--only", "01", "06", *work)
    assert ended.returncode == 0, ended.stderr
    assert "ooking" not in ended.stdout + ended.stderr
    assert "could not be" not in (tmp_path / "report/index.html").read_text("utf-8")
    page = (tmp_path / "report/sources/booking.html").read_text("utf-8")
    assert "Booking: no extract received" in page
