"""`scvkit run --pdf`: refused before any work without a browser, printed once nothing leaks."""

from pathlib import Path

import pytest

from scvkit.batch import RunOptions, pdf, run_engagement
from scvkit.batch.forms import print_reports
from scvkit.batch.pdf import BROWSER_VARIABLE, find_browser, print_page
from scvkit.errors import OutputError
from tests.batch.browsers import pages_asked_for, played_browser
from tests.batch.conducted import client

PAGE = (
    '<!doctype html><html lang="en"><head><title>Small</title></head>'
    "<body><h1>Small</h1></body></html>"
)


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(BROWSER_VARIABLE, raising=False)
    monkeypatch.setattr(pdf.shutil, "which", lambda _: None)
    monkeypatch.setattr(pdf, "_PLACES", {})


@pytest.mark.usefixtures("no_browser")
def test_without_a_browser_nothing_is_begun(tmp_path: Path) -> None:
    options = RunOptions(out=tmp_path / "report", work=str(tmp_path / "work"), pdf=True)
    with pytest.raises(OutputError, match="Chromium, Chrome or Edge") as problem:
        run_engagement(client(tmp_path / "client"), options)
    assert problem.value.exit_code == 2
    assert BROWSER_VARIABLE in str(problem.value)
    assert not (tmp_path / "report").exists()
    assert not list((tmp_path / "work").rglob("*.ipynb"))


@pytest.mark.usefixtures("no_browser")
def test_a_browser_that_is_named_is_taken_and_must_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = played_browser(tmp_path)
    monkeypatch.setenv(BROWSER_VARIABLE, str(browser))
    assert find_browser() == browser
    browser.unlink()
    with pytest.raises(OutputError, match="no such file"):
        find_browser()


def test_every_report_is_printed_beside_its_page(tmp_path: Path) -> None:
    pages = [tmp_path / f"report.{language}.html" for language in ("da", "en")]
    for page in pages:
        page.write_text(PAGE, encoding="utf-8")
    browser = played_browser(tmp_path)
    print_reports(browser, pages)
    assert pages_asked_for(browser) == ["report.da.html", "report.en.html"]
    assert all(page.with_suffix(".pdf").read_bytes().startswith(b"%PDF") for page in pages)


def test_a_browser_that_ends_early_is_asked_once_more_and_then_named(tmp_path: Path) -> None:
    page = tmp_path / "report.en.html"
    page.write_text(PAGE, encoding="utf-8")
    browser = played_browser(tmp_path, fails=1)
    print_page(browser, page, tmp_path / "a.pdf")
    assert len(pages_asked_for(browser)) == 2
    broken = played_browser(tmp_path, fails=99)
    with pytest.raises(OutputError, match=r"without a PDF of report\.en\.html"):
        print_page(broken, page, tmp_path / "b.pdf")


def test_a_browser_of_this_machine_prints_a_tagged_page(tmp_path: Path) -> None:
    try:
        browser = find_browser()
    except OutputError:
        pytest.skip("no browser on this machine")
    page = tmp_path / "report.en.html"
    page.write_text(PAGE, encoding="utf-8")
    print_page(browser, page, tmp_path / "report.en.pdf")
    printed = (tmp_path / "report.en.pdf").read_bytes()
    assert b"/StructTreeRoot" in printed
    assert b"/Lang" in printed
