"""Every page that may be sent, in five languages: what WCAG 2.2 AA asks and a program can decide.

The pages are made of the records of an invented client; ``python -m tests.browser.accessible``
looks at those of a finished run in the same way.
"""

from __future__ import annotations

import pytest

from scvkit import report
from scvkit.locale.words import LANGUAGES, load_words
from tests.browser.accessible import breaches
from tests.browser.measured import browser
from tests.report import records, test_pages, test_sections, test_source_pages
from tests.report.test_roles import NOTHING, found

pytestmark = pytest.mark.skipif(browser() is None, reason="no browser on this machine")


def pages(language: str) -> dict[str, str]:
    words = load_words(language)
    with pytest.MonkeyPatch.context() as patch:
        for module in (test_sections, test_pages, test_source_pages):
            patch.setattr(module, "WORDS", words)
        whole = [*test_sections.whole_report(), report.role_pages(found(), words)]
        index = str(test_pages.index(words=words))
        source = str(report.source_page(test_source_pages.evidence(), words=words))
    marked = records.engagement(
        report={"colour": "#7a2e8e", "draft": True, "commentary": {"r1": "- *said* by us"}}
    )
    page = report.report_page(whole, engagement=marked, words=words)
    bare = report.report_page(
        [test_sections.answer(), report.role_pages(found(**NOTHING), words)],
        engagement=records.engagement(),
        words=words,
    )
    return {
        "report": report.with_marks(str(page), marked, words),
        "nothing": str(bare),
        "index": index,
        "source": source,
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_stands_in_the_way_of_a_reader(language: str) -> None:
    links = {"a link arrives"}  # these pages hold some of the sections only
    found_ = [breach for breach in breaches(pages(language)) if breach[1] not in links]
    assert found_ == []


PLANTS = {
    "page has a language": ('<html lang="en">', "<html>"),
    "page has a title": ("<title>", "<title></title><x>"),
    "one main landmark": ("<main", "<div"),
    "one first heading": ("<h1", "<h2"),
    "headings leave out no level": ("<h3>", "<h5>"),
    "an id stands once": ('id="r2-text"', 'id="r2"'),
    "aria-labelledby resolves": ('aria-labelledby="r2-h"', 'aria-labelledby="nowhere"'),
    "a link arrives": ('href="#content"', 'href="#nowhere"'),
    "a picture is an image or hidden": ('role="img"', ""),
    "a header has a scope": ('scope="col"', ""),
    "a table has a name": ("<caption", "<p hidden"),
    "words stand out": ('class="scv-lead"', 'class="scv-lead" style="color:#999"'),
    "no word is cut": ('class="scv-lead"', 'style="width:60px;overflow:hidden;white-space:nowrap"'),
    "focus is seen": ("</head>", "<style>*{outline:0!important}</style></head>"),
    "a target has 24 px": (
        "</head>",
        "<style>nav a{min-height:0!important;line-height:1!important;"
        "display:inline!important;font-size:9px}</style></head>",
    ),
    "the page fits its width": ('class="scv-lead"', 'class="scv-lead" style="min-width:700px"'),
    "what scrolls can be reached": ('tabindex="0"', ""),
    "a control has a name": ("<summary>", "<summary></summary><p>"),
}


def test_every_rule_notices_a_planted_breach() -> None:
    whole = pages("en")["report"]
    planted = {rule: whole.replace(*change) for rule, change in PLANTS.items()}
    assert all(page != whole for page in planted.values())
    noticed = {(name.rsplit(" at ", 1)[0], rule) for name, rule, _ in breaches(planted)}
    missed = [rule for rule in PLANTS if (rule, rule) not in noticed]
    assert missed == []
