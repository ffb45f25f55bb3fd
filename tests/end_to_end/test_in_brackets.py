"""Every sentence of every page comes from the locale: said in brackets, nothing stands outside."""

import re
from pathlib import Path

import openpyxl
import pytest
from ruamel.yaml import YAML

from scvkit.locale import LANGUAGES
from scvkit.report.answered_in import KEYS
from tests.batch.browsers import played_browser
from tests.end_to_end.conftest import Run
from tests.end_to_end.in_brackets import (
    BRACKETS,
    exported_in_brackets,
    load_json,
    outside_of_brackets,
    strings_in,
)

# Words that every language writes alike: a file's name or path, a month, a hash, an encoding.
ALIKE = re.compile(
    r"\bfix_lists/\S*|\S+\.(csv|tsv|txt|xlsx?|parquet|jsonl?|zip|gz|sqlite)\b"
    r"|SHA-256 \w+|\b[uU][tT][fF]-8\b|\b(SVG|PNG|PDF)\b"
    r"|\b(jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)[a-z]*\.? \d{4}\b|\bseptember\b"
)


@pytest.fixture(scope="module")
def report(tiny_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a report in brackets first, and in English."""
    folder = tmp_path_factory.mktemp("brackets")
    outcomes, browser = tiny_run.result.outcomes, played_browser(folder)
    return exported_in_brackets(tiny_run.client, tiny_run.work, outcomes, folder, browser=browser)


def own_words(run: Run) -> list[str]:
    """What the client's files and the machine are called, longest first."""
    said = YAML(typ="safe", pure=True).load((run.client / "engagement.yaml").read_text("utf-8"))
    found = {*strings_in(said), *LANGUAGES.values()}
    found |= {part for text in found for part in re.split(r"[,·]", text)}
    for source in run.results("intake")["sources"]:
        for table in source["tables"]:
            found |= {meaning["column"] for meaning in table["meanings"]}
            found.add(table["table"])
        found |= {sheet for reading in source["readings"] for sheet in reading.get("sheets", ())}
    found |= {file["file"] for file in run.results("intake")["undeclared"]}
    found |= set(load_json(run.out / "run.json")["versions"])
    # Keys of the engagement file, and values that the client writes for a permission.
    found |= set(KEYS.values())
    for source in run.results("permission")["sources"]:
        found |= {value for each in source["unexplained"] for value, _ in each["values"]}
    for kind in run.results("linkage")["kinds"]:
        found |= {word for rule in kind["blocking_rules"] for word in re.findall(r"\w+", rule)}
        blocked = [c.split("blocked on ")[1] for c in kind["choices"] if "blocked on " in c]
        found |= {
            word for rule in blocked for word in re.findall(r"\w+", rule.split("; chance")[0])
        }
    return sorted({text.strip() for text in found if len(text.strip()) > 2}, key=len, reverse=True)


def in_brackets(report: Path) -> list[Path]:
    pages = [report / "index.html", report / f"report.{BRACKETS}.html"]
    return [*pages, *sorted((report / "sources").glob("*.html"))]


def test_nothing_on_a_page_but_the_clients_own_words_stands_outside_of_a_locale(
    report: Path, tiny_run: Run
) -> None:
    known = own_words(tiny_run)
    left = set()
    pages = in_brackets(report)
    assert len(pages) > 10
    for page in pages:
        for section, text in outside_of_brackets(page.read_text("utf-8")):
            bare = text
            for word in known:
                bare = bare.replace(word, "")
            if re.search(r"[^\W\d_]{3}", ALIKE.sub(" ", bare)):
                left.add(f"{page.name} #{section}: {text}")
    assert not left, "\n" + "\n".join(sorted(left)[:30])


def test_what_stands_outside_is_found() -> None:
    page = (
        "<p>\u27e6Said\u27e7 7 forgotten words</p><img alt='also this'><svg><text>and that</text>"
    )
    assert [text for _, text in outside_of_brackets(page)] == [
        "7 forgotten words",
        "also this",
        "and that",
    ]


def test_no_result_depends_on_the_language(report: Path, tiny_run: Run) -> None:
    for file in sorted((tiny_run.out / "results").glob("*.json")):
        assert (report / "results" / file.name).read_bytes() == file.read_bytes(), file.name


def test_each_page_says_its_language_and_who_translated_it(report: Path) -> None:
    for page in in_brackets(report):
        text = page.read_text("utf-8")
        assert f'<html lang="{BRACKETS}">' in text
        assert "Machine-assisted translation" in text
    english = [report / "report.en.html", *(report / "sources.en").glob("*.html")]
    assert len(english) > 8
    for page in english:
        text = page.read_text("utf-8")
        assert '<html lang="en">' in text
        assert "Machine-assisted translation" not in text
        assert "\u27e6" not in text


def test_the_index_leads_to_every_language_and_every_link_of_a_page_to_a_file(report: Path) -> None:
    index = (report / "index.html").read_text("utf-8")
    assert f'href="report.{BRACKETS}.html"' in index
    assert 'href="report.en.html" lang="en" hreflang="en"' in index
    for page in report.rglob("*.html"):
        for href in re.findall(r'href="([^"#]+)', page.read_text("utf-8")):
            if not href.startswith(("http", "mailto:")):
                assert (page.parent / href).is_file(), f"{page.name}: {href}"
    pages = [page.read_text("utf-8") for page in (report / "sources.en").glob("*.html")]
    assert all('href="../report.en.html' in page for page in pages)
    assert not any(f"report.{BRACKETS}.html" in page for page in pages)


def test_beside_every_report_lie_its_tables_and_its_print(report: Path) -> None:
    index = (report / "index.html").read_text("utf-8")
    for language in (BRACKETS, "en"):
        assert f'href="report.{language}.xlsx"' in index
        assert f'href="report.{language}.pdf"' in index
        assert (report / f"report.{language}.pdf").read_bytes().startswith(b"%PDF")
        book = openpyxl.load_workbook(report / f"report.{language}.xlsx", read_only=True)
        assert len(book.sheetnames) > 5
    assert "Permission" in book.sheetnames
