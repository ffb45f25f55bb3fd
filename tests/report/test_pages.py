"""Whole pages: self-contained, without script, opening with the verdict."""

import re
from functools import cache

import nbformat
import pytest
from markupsafe import Markup
from nbconvert import HTMLExporter

from scvkit import report
from scvkit.locale.words import load_words
from tests.report import records
from tests.report.test_sections import Outline, answer, use_cases, visible

WORDS = load_words("en")


def index(**changed: object) -> Markup:
    fields: dict[str, object] = {
        "engagement": records.engagement(),
        "readiness": records.readiness(),
        "linkage": records.linkage(),
        "permission": records.permission(),
        "use_cases": records.use_cases(),
        "intake": records.intake(),
        "words": WORDS,
        "run_id": "7f3a",
        "report": "report.en.html",
        "notebooks": [("01_intake", "restricted/01_intake.html")],
        "deep_dives": [("erp", "restricted/erp.html")],
        "failed": [("04_link_records", "too few records")],
    }
    return report.index_page(**(fields | changed))  # type: ignore[arg-type]


@cache
def exported(*, code: bool) -> str:
    """A small executed notebook as the batch exports it."""

    def output(html: str) -> nbformat.NotebookNode:
        return nbformat.v4.new_output("display_data", data={"text/html": html})

    cells = [
        nbformat.v4.new_markdown_cell("# The consultant's heading"),
        nbformat.v4.new_code_cell("threshold = 1", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("show(answer)", outputs=[output(report.styled(answer()))]),
        nbformat.v4.new_code_cell("show(use_cases)", outputs=[output(report.styled(use_cases()))]),
        nbformat.v4.new_code_cell(
            "frame",
            outputs=[
                output("<table><tr><td>analyst's table</td></tr></table>"),
                nbformat.v4.new_output("stream", text="printed <b>"),
                nbformat.v4.new_output("display_data", data={"application/javascript": "alert(1)"}),
            ],
        ),
    ]
    exporter = HTMLExporter(
        template_name="scv",
        extra_template_basedirs=[str(report.template_folder())],
        exclude_input=not code,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    resources = {"scv": {"language": "en", "client": "A & B", "run": "7f3a", "title": "T <&"}}
    text, _ = exporter.from_notebook_node(nbformat.v4.new_notebook(cells=cells), resources)
    return str(text)


PAGES = {
    "index": lambda: str(index()),
    "report": lambda: str(
        report.report_page([answer()], engagement=records.engagement(), words=WORDS)
    ),
    "stakeholder": lambda: exported(code=False),
    "analyst": lambda: exported(code=True),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_its_policy_and_loads_nothing(name: str) -> None:
    text = PAGES[name]()
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    found = re.findall(r"<meta[^>]*Content-Security-Policy[^>]*>", text)
    assert len(found) == 1
    assert policy in found[0].replace("&#39;", "'")
    assert policy == report.CONTENT_SECURITY_POLICY
    assert "<script" not in text
    assert "@import" not in text
    assert not re.search(r'(src|href)="(https?:)?//', text)
    assert "alert(1)" not in text


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_language_landmarks_and_a_skip_link(name: str) -> None:
    outline = Outline(PAGES[name]())
    assert '<html lang="en">' in PAGES[name]()
    assert outline.tags.count("main") == 1
    assert outline.tags.count("footer") == 1
    assert outline.hrefs[0] == "#content"
    assert outline.open == []


@pytest.mark.parametrize("name", ["index", "report", "stakeholder"])
def test_a_page_to_send_has_one_first_heading(name: str) -> None:
    assert PAGES[name]().count("<h1") == 1


def test_the_stakeholders_page_holds_only_what_was_made_for_them() -> None:
    page = exported(code=False)
    assert "newsletter readers found among customers" in page
    for inner in ("consultant's heading", "threshold = 1", "show(answer)", "analyst", "printed"):
        assert inner not in page


def test_the_analysts_page_shows_code_and_outputs() -> None:
    page = exported(code=True)
    assert "consultant's heading" in page
    assert "show(answer)" in page
    assert "analyst's table" in page
    assert "printed &lt;b&gt;" in page


def test_the_style_stands_once_in_the_head() -> None:
    assert exported(code=False).count("<style data-scv>") == 0
    assert exported(code=False).count("--ink:#1d2433") == 1


def test_the_index_opens_with_the_verdict_and_links_the_report() -> None:
    page = index()
    assert str(page).index("<h1") < str(page).index('href="report.en.html')
    assert 'href="report.en.html#e-newsletter-found"' in page
    assert 'href="restricted/01_intake.html"' in page
    assert "too few records" in page
    assert "desk.csv" not in visible(page)


def test_the_index_without_an_answer_says_so() -> None:
    page = index(readiness=None, report=None)
    assert "there is no answer yet" in page
    assert str(page).count("<h1") == 1


def test_the_exploratory_banner_is_empty_for_a_lawful_engagement() -> None:
    assert report.banner(records.engagement(), WORDS) == ""
    assert report.styled(report.banner(records.engagement(), WORDS)) == ""
    told = records.engagement(assessment={})
    assert "Exploratory" in report.banner(told, WORDS)


def test_every_rule_of_the_style_sheet_is_scoped() -> None:
    css = re.sub(r"@page[^{]*\{[^}]*\}|/\*.*?\*/", "", report.report_css())
    selectors = re.findall(r"([^{}]+)\{", css)
    plain = [s.strip() for s in selectors if not s.strip().startswith("@")]
    assert [s for s in plain if ".scv" not in s] == []


def test_the_index_leads_to_each_reader_the_map_and_the_contracts() -> None:
    made = str(index(pictures=[("SVG", "map.svg")], contracts=[("ERP", "contracts/erp.odcs.yaml")]))
    readers = [f'href="report.en.html#{role}"' for role in report.ROLES]
    wanted = [*readers, 'href="map.svg"', 'href="contracts/erp.odcs.yaml"']
    assert [link for link in wanted if link not in made] == []
    assert 'id="readers"' not in str(index(report=None))
