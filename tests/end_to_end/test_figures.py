"""Every number in every drawing of a run stands in its table and in the results."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from scvkit.landscape.geometry import lay_out
from scvkit.locale.words import load_words
from scvkit.records.landscape import LandscapeMap
from scvkit.sendable import read_back
from scvkit.store import Store
from tests.end_to_end.conftest import Run
from tests.end_to_end.figures import (
    differing_on_map,
    differing_waterfalls,
    page_of,
    unexplained_bars,
    wrong_discs,
    wrong_months,
)

AS_OF = "30 September 2026"


@cache
def report(file: Path) -> BeautifulSoup:
    return page_of(file.read_text(encoding="utf-8"))


@pytest.fixture
def page(tiny_run: Run) -> BeautifulSoup:
    return report(tiny_run.out / "report.en.html")


def map_of(run: Run) -> str:
    return (run.out / "map.svg").read_text(encoding="utf-8")


def test_the_map_says_what_its_tables_and_the_results_say(
    tiny_run: Run, page: BeautifulSoup
) -> None:
    tables, landscape = page.select("#r2-text")[0].get_text(" "), tiny_run.results("landscape")
    assert differing_on_map(map_of(tiny_run), tables, landscape, AS_OF) == []
    drawn = re.findall(r'text-anchor="middle">(\d+)<', map_of(tiny_run))
    planted = map_of(tiny_run).replace(f">{drawn[0]}</text>", ">97</text>", 1)
    assert differing_on_map(planted, tables, landscape, AS_OF)


def test_a_key_is_drawn_as_large_as_it_is_usable(tiny_run: Run) -> None:
    model = Store(tiny_run.work / "results").load("landscape", LandscapeMap, made_by="x")
    layout = lay_out(model, load_words("en"))
    landscape = read_back(tiny_run.results("landscape"))
    assert wrong_discs(map_of(tiny_run), landscape, layout) == []
    for source in landscape["sources"]:
        source["keys"] = [{**k, "usable": k["records"] - k["usable"]} for k in source["keys"]]
    assert wrong_discs(map_of(tiny_run), landscape, layout)


def test_why_two_were_joined_is_drawn_in_the_bits_of_the_result(
    tiny_run: Run, page: BeautifulSoup
) -> None:
    examples = tiny_run.results("linkage")["examples"]
    assert page.select("svg.scv-why")
    assert differing_waterfalls(page, examples) == []
    assert differing_waterfalls(page, [{**e, "prior": e["prior"] - 1} for e in examples])


def test_every_bar_is_as_long_as_a_number_beside_it(page: BeautifulSoup) -> None:
    assert len(page.select("svg.scv-bar")) > 100
    assert unexplained_bars(page) == []


def test_so_is_every_bar_of_a_page_about_sources(tiny_run: Run) -> None:
    bars = 0
    for file in sorted((tiny_run.out / "sources").glob("*.html")):
        found = page_of(file.read_text(encoding="utf-8"))
        bars += len(found.select("svg.scv-bar"))
        assert unexplained_bars(found) == [], file.name
    assert bars > 100


def test_most_bars_of_another_length_are_noticed(page: BeautifulSoup) -> None:
    longer = page_of(str(page.select("#content")[0]))
    moved = 0
    for bar in longer.select("svg.scv-bar:not(.scv-months)"):
        long = [str(mark.get("width", "")) for mark in bar.find_all("rect")]
        part = next((w for w in long if w.endswith("%") and 3 < float(w[:-1]) < 95), "")
        if part:
            bar.find_all("rect")[long.index(part)]["width"] = f"{float(part[:-1]) + 2.3:.2f}%"
            moved += 1
    assert len(unexplained_bars(longer)) > moved / 2


def test_pictures_by_month_are_as_high_as_the_results_count(tiny_run: Run) -> None:
    pages = {p.stem: p for p in (tiny_run.out / "sources").glob("*.html")}
    drawn = 0
    for name, file in pages.items():
        if (tiny_run.out / "results" / f"profile-{name}.json").is_file():
            found = page_of(file.read_text(encoding="utf-8"))
            drawn += len(found.select("svg.scv-months"))
            assert wrong_months(found, tiny_run.results(f"profile-{name}")["trends"]) == [], name
    assert drawn
