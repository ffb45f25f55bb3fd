"""The consultant's own marks: safe, told as theirs, and only where they were meant."""

import base64
import json
import re
from pathlib import Path

import pytest

from scvkit.engagement import Engagement, load_engagement
from scvkit.errors import EngagementError
from scvkit.locale import load_words
from scvkit.report import with_marks
from tests.report.test_sections import Outline

WORDS = load_words("en")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="4"/></svg>'
SAID = {
    "version": 1,
    "client": {"name": "Holm ApS"},
    "sources": {"a": {"name": "A", "tables": {"t": {"file": "a.csv"}}}},
}
PAGE = (
    '<html lang="en"><head></head><body><main class="scv-page" id="content">'
    '<section class="scv" id="r4"><h2>Who</h2><section id="in"><p>x</p></section></section>'
    '<section class="scv" id="r5"><h2>Permission</h2></section></main></body></html>'
)


def file(folder: Path, marks: str) -> Path:
    said = "\n".join(f"{name}: {json.dumps(value)}" for name, value in SAID.items())
    (folder / "engagement.yaml").write_text(f"{said}\nreport:\n{marks}", encoding="utf-8")
    return folder / "engagement.yaml"


def marked(page: str = PAGE, **marks: object) -> str:
    return with_marks(page, Engagement.model_validate({**SAID, "report": marks}), WORDS)


def test_without_marks_a_page_stays_as_it_is() -> None:
    assert with_marks(PAGE, Engagement.model_validate(SAID), WORDS) == PAGE


def test_commentary_closes_its_own_section_and_is_told_as_the_consultants_words() -> None:
    page = marked(commentary={"r4": "The *DPO* has seen this.", "r9": "Nowhere to stand."})
    inside = page[page.index('id="r4"') : page.index('id="r5"')]
    assert "<em>DPO</em>" in inside
    assert inside.index("</p></section>") < inside.index("In the consultant") < inside.rindex("</s")
    assert page.count("scv-said") == 1
    assert Outline(page).open == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](http://elsewhere.example/x.png)",
        "[x](data:text/html;base64,AAAA)",
        '[x](https://ok.example "onload=alert(1)") <svg onload=alert(1)>',
    ],
)
def test_commentary_can_run_and_load_nothing(text: str) -> None:
    page = marked(commentary={"r5": text})
    told = page[page.index("scv-said") : page.index("</aside>")]
    tags = re.findall(r"<[^>]*>", told)
    assert not [tag for tag in tags if re.search(r"script|img|svg|onload|onerror|data:|src=", tag)]
    assert "elsewhere.example" not in told


def test_headings_of_commentary_stand_below_those_of_the_section() -> None:
    told = marked(commentary={"r5": "# Big\n\n### Small"})
    assert "<h3>Big</h3>" in told
    assert "<h4>Small</h4>" in told
    assert "<h1" not in told


@pytest.mark.parametrize(("draft", "word"), [(True, "Draft"), (False, "Final")])
def test_a_page_says_whether_it_is_a_draft(draft: bool, word: str) -> None:
    assert f">{word}</span>" in marked(draft=draft)


def test_the_colour_comes_after_that_of_the_kit_and_must_be_read_on_white(tmp_path: Path) -> None:
    assert "--teal:#7a1f5c" in marked(colour="#7a1f5c")
    with pytest.raises(EngagementError, match=r"report\.colour.*contrast of 1\.3.*darker"):
        load_engagement(file(tmp_path, '  colour: "#ffdd33"\n'))
    with pytest.raises(EngagementError, match=r"report\.colour"):
        load_engagement(file(tmp_path, "  colour: teal\n"))


@pytest.mark.parametrize(("name", "content"), [("logo.png", PNG), ("logo.svg", SVG)])
def test_a_logo_is_carried_inside_the_page(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    said = load_engagement(file(tmp_path, f"  logo: {name}\n"))
    (tmp_path / name).unlink()
    page = with_marks(PAGE, said, WORDS)
    assert base64.b64encode(content).decode() in page
    assert 'alt="Holm ApS"' in page


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("logo.svg", SVG.replace(b"<circle", b"<script>x</script><circle"), "script"),
        ("logo.svg", SVG.replace(b"<circle", b"<circle onclick='x()'"), "script"),
        ("logo.svg", SVG.replace(b"<circle", b"<image href='http://a.example/x'/><a"), "elsewhere"),
        ("logo.png", b"GIF89a", "no PNG"),
        ("logo.gif", b"GIF89a", "neither SVG nor PNG"),
        ("logo.png", PNG + b"\0" * 300_000, "300 kB"),
    ],
)
def test_a_logo_that_cannot_be_one_is_an_error_of_the_engagement_file(
    tmp_path: Path, name: str, content: bytes, fault: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(EngagementError, match=rf"report\.logo.*{fault}"):
        load_engagement(file(tmp_path, f"  logo: {name}\n"))


def test_a_logo_that_is_not_there_and_an_unknown_section_are_named(tmp_path: Path) -> None:
    with pytest.raises(EngagementError, match=r"no file .away\.svg"):
        load_engagement(file(tmp_path, "  logo: away.svg\n"))
    with pytest.raises(EngagementError, match="r12"):
        load_engagement(file(tmp_path, "  commentary: {r12: x}\n"))
