"""The map in a real browser: no word lies over another, none is cut, at any width or on paper."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from scvkit import report
from scvkit.landscape import draw_map, map_as_text
from scvkit.locale.words import LANGUAGES, load_words
from scvkit.records.landscape import LandscapeMap
from tests.browser.measured import A4_LANDSCAPE, Frame, browser, measured
from tests.landscape.maps import lettered, map_of

pytestmark = pytest.mark.skipif(browser() is None, reason="no browser on this machine")

SIZES = (3, 7, 12, 25)
WIDTHS = {"360": 360, "720": 720, "1280": 1280, "paper": A4_LANDSCAPE}


def page_of(map_: LandscapeMap, language: str) -> str:
    words = load_words(language)
    section = report.landscape_map(
        svg=draw_map(map_, words), text=map_as_text(map_, words), map=map_, words=words
    )
    return str(report.page([section], title="Map", client=map_.client, words=words))


@cache
def figures(language: str) -> dict[str, Any]:
    """Every size with long names at every width and as they are at one, in one browser."""
    frames = []
    for n in SIZES:
        drawn = map_of(n, flows=n)
        page = page_of(lettered(drawn), language)
        frames += [
            Frame(name=f"{n} long {at}", page=page, width=width, printed=at == "paper")
            for at, width in WIDTHS.items()
        ]
        frames.append(Frame(name=f"{n} short", page=page_of(drawn, language), width=1280))
    return measured(frames, "lettering.js")


def test_the_measure_sees_a_planted_overlap_and_a_cut() -> None:
    page = page_of(map_of(7), "en")
    line = {name: re.search(rf' y="([^"]+)"[^>]*>{name}<', page) for name in ("ERP", "Newsletter")}
    here, there = line["ERP"], line["Newsletter"]
    assert here
    assert there
    moved = page.replace(here[0], here[0].replace(here[1], there[1]), 1)
    wide = page.replace(">ERP</text>", f">{'ERP ' * 60}</text>", 1)
    frames = [Frame(name=n, page=p, width=1280) for n, p in (("moved", moved), ("wide", wide))]
    found = measured(frames, "lettering.js")
    assert ["ERP", "Newsletter"] in found["moved"]["clashes"]
    assert found["wide"]["cut"] == [("ERP " * 60).strip()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_the_map_lies_over_another(language: str) -> None:
    clashes = {name: f["clashes"] for name, f in figures(language).items() if f["clashes"]}
    assert clashes == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_the_map_is_cut(language: str) -> None:
    cut = {name: f["cut"] for name, f in figures(language).items() if f["cut"]}
    assert cut == {}


def test_every_width_has_words_to_measure() -> None:
    assert all(f["texts"] > 30 for f in figures("en").values())
