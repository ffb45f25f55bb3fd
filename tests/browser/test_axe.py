"""Every page that may be sent, in five languages, before axe-core; and that a browser is silent.

The pages are those of an invented client; ``python -m tests.browser.axe`` looks at finished runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scvkit.locale.words import LANGUAGES
from tests.browser.axe import WCAG, axe_core, violations
from tests.browser.driven import Tab, tab
from tests.browser.measured import browser
from tests.browser.test_accessible import pages

pytestmark = [
    pytest.mark.skipif(browser() is None, reason="no browser on this machine"),
    pytest.mark.skipif(axe_core() is None, reason="axe-core is not installed"),
]


@pytest.fixture(scope="module")
def opened() -> Iterator[Tab]:
    with tab() as one:
        yield one


def written(folder: Path, name: str, page: str) -> Path:
    file = folder / f"{name}.html"
    file.write_text(page, encoding="utf-8")
    return file


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_core_finds_nothing_against_wcag_2_2(
    language: str, opened: Tab, tmp_path: Path
) -> None:
    found = {
        name: violations(opened, written(tmp_path, name, page), width=1280)
        for name, page in pages(language).items()
    }
    assert {name: breaches for name, breaches in found.items() if breaches} == {}


@pytest.mark.parametrize(("width", "paper"), [(360, False), (794, True)])
def test_nor_on_a_phone_or_on_paper(width: int, paper: bool, opened: Tab, tmp_path: Path) -> None:
    whole = written(tmp_path, "report", pages("en")["report"])
    assert violations(opened, whole, width=width, paper=paper) == []


def test_axe_core_has_the_rules_of_every_level_asked_for(opened: Tab, tmp_path: Path) -> None:
    opened.show(written(tmp_path, "index", pages("en")["index"]), width=1280)
    opened.value(f"{axe_core()};0")
    for tag in WCAG:
        assert opened.value(f"axe.getRules(['{tag}']).length") > 0, tag


PLANTS = {
    "html-has-lang": ('<html lang="en">', "<html>"),
    "color-contrast": ("</main>", '<p style="color:#bbb">pale</p></main>'),
    "image-alt": ("</main>", '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></main>'),
    "asks for something": ("</main>", '<img alt="" src="http://x.example/y.png"></main>'),
    "complains in the console": ("</main>", "<script>console.error('oh')</script></main>"),
    "holds a script": ("</main>", '<script type="text/plain">oh</script></main>'),
}


@pytest.mark.parametrize("rule", PLANTS)
def test_a_planted_breach_is_noticed(rule: str, opened: Tab, tmp_path: Path) -> None:
    page = pages("en")["index"]
    planted = page.replace(*PLANTS[rule], 1)
    assert planted != page
    found = violations(opened, written(tmp_path, "planted", planted), width=1280)
    assert rule in {said for said, _ in found}
