"""The drawing of the map: the same bytes, nothing overlapping, every number also in the table."""

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest

from scvkit.landscape import draw_map, map_as_text
from scvkit.landscape.geometry import lay_out
from scvkit.landscape.lettering import text_width
from scvkit.locale.words import LANGUAGES, load_words
from scvkit.records.landscape import LandscapeMap
from tests.landscape.maps import lettered, map_of, source_of

WORDS = load_words("en")
SIZES = (3, 7, 12, 25)


@dataclass
class Box:
    text: str
    left: float
    top: float
    right: float
    bottom: float
    turned: bool

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right - 0.5
            and other.left < self.right - 0.5
            and self.top < other.bottom - 0.5
            and other.top < self.bottom - 0.5
        )


def boxes(svg: str) -> list[Box]:
    """Every text of the drawing with the room it needs in DejaVu Sans, the widest face."""
    found = []
    for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        size, x, y = (float(element.get(k, "0")) for k in ("font-size", "x", "y"))
        words = element.text or ""
        wide = text_width(words, size, bold=element.get("font-weight") == "700")
        start = {"end": x - wide, "middle": x - wide / 2}.get(element.get("text-anchor", ""), x)
        turned = "transform" in element.attrib
        found.append(Box(words, start, y - 0.72 * size, start + wide, y + 0.2 * size, turned))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("named", [lambda drawn: drawn, lettered], ids=["short", "long"])
def test_no_text_overlaps_another_and_none_leaves_the_picture(
    count: int, language: str, named: Callable[[LandscapeMap], LandscapeMap]
) -> None:
    drawn, words = named(map_of(count, flows=count)), load_words(language)
    level = [box for box in boxes(draw_map(drawn, words)) if not box.turned]
    clashes = [
        (a.text, b.text) for i, a in enumerate(level) for b in level[i + 1 :] if a.overlaps(b)
    ]
    assert clashes == []
    width = lay_out(drawn, words).width
    outside = [box.text for box in level if box.left < -0.5 or box.right > width + 0.5]
    assert outside == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", SIZES)
def test_turned_names_of_keys_touch_neither_each_other_nor_a_heading(
    count: int, language: str
) -> None:
    texts = boxes(draw_map(map_of(count), load_words(language)))
    turned = [box for box in texts if box.turned]
    assert len(turned) == 7
    sine, cosine = math.sin(math.radians(35)), math.cos(math.radians(35))
    steps = [b.left - a.left for a, b in pairwise(turned)]
    # Parallel lines of lettering stand this far apart across their direction.
    assert all(step * sine > 13 for step in steps)
    for name in turned:
        for step in range(0, int(name.right - name.left), 4):
            x, y = name.left + step * cosine, name.bottom - step * sine
            point = Box("", x, y - 9, x + 1, y, False)
            assert not any(point.overlaps(b) for b in texts if not b.turned), name.text


def test_the_measure_of_texts_sees_a_planted_overlap() -> None:
    svg = draw_map(map_of(7), WORDS)
    there = next(box for box in boxes(svg) if box.text == "ERP")
    moved = svg.replace(">Newsletter<", ">ERP<", 1).replace(">ERP<", ">Newsletter<", 1)
    assert there.overlaps(next(box for box in boxes(moved) if box.text == "Newsletter"))


def test_a_long_name_is_cut_before_it_reaches_the_numbers() -> None:
    drawn = map_of(7)
    first = replace(drawn.sources[0], name="W" * 90, owner="An owner with a very long name" * 3)
    svg = draw_map(replace(drawn, sources=(first, *drawn.sources[1:])), WORDS)
    cut = next(box for box in boxes(svg) if box.text.startswith("WW"))
    assert cut.text.endswith("…")
    assert cut.right <= lay_out(drawn, WORDS).x_size + 100


def test_the_same_map_gives_the_same_bytes() -> None:
    assert draw_map(map_of(7), WORDS) == draw_map(map_of(7), WORDS)


def test_two_maps_on_one_page_do_not_share_ids() -> None:
    one, other = (set(re.findall(r' id="([^"]+)"', draw_map(map_of(n), WORDS))) for n in (3, 7))
    assert one
    assert not one & other


def test_it_holds_no_script_and_loads_nothing() -> None:
    svg = draw_map(map_of(7), WORDS)
    assert "<script" not in svg
    assert "href" not in svg
    assert re.findall(r"https?://[^\s\"']+", svg) == ["http://www.w3.org/2000/svg"]


def test_it_is_an_image_with_title_and_description() -> None:
    root = ET.fromstring(draw_map(map_of(3), WORDS))
    title, description = root[0], root[1]
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    answer = map_as_text(map_of(3), WORDS).answer
    assert title.text == WORDS("landscape.title", client=map_of(3).client)
    # A picture that stands alone carries its answer; on a page the heading does.
    assert ET.fromstring(draw_map(map_of(3), WORDS, titled=True))[0].text == answer


@pytest.mark.parametrize("count", SIZES)
def test_every_number_of_the_drawing_stands_in_the_tables(count: int) -> None:
    drawn = map_of(count)
    text = map_as_text(drawn, WORDS)
    told = " ".join(
        str(cell)
        for frame in (text.sources, text.pairs, text.flows, text.gaps)
        for cell in frame.to_numpy().ravel()
    )
    known = set(re.findall(r"\d+(?:,\d{3})*", told))
    legend = {"20", "10"}  # the thresholds the legend names
    shown = [box.text for box in boxes(draw_map(drawn, WORDS)) if not box.turned]
    numbers = {n for t in shown for n in re.findall(r"\d+(?:,\d{3})*", t)}
    date = {"30", "2026"}
    assert numbers - known - legend - date == set()


def test_every_pair_has_one_diamond_or_hatch() -> None:
    drawn = map_of(7)
    root = ET.fromstring(draw_map(drawn, WORDS))
    said = [t.text for t in root.iter("{http://www.w3.org/2000/svg}title") if t.text]
    pairs = [t for t in said if "of the people in" in t or " × " in t]
    assert len(pairs) == 21


def test_a_source_that_was_not_read_says_why() -> None:
    drawn = map_of(3)
    unread = source_of(1, records=None, keys=(), permission=None, not_assessed="The file is empty.")
    svg = draw_map(replace(drawn, sources=(drawn.sources[0], unread, drawn.sources[2])), WORDS)
    assert "not assessed: The file is empty" in svg


def test_hostile_names_stay_text() -> None:
    drawn = map_of(3)
    hostile = replace(drawn.sources[0], name='<script>"x"\u202e&', owner="</svg>")
    svg = draw_map(replace(drawn, sources=(hostile, *drawn.sources[1:])), WORDS)
    root = ET.fromstring(svg)
    assert "<script" not in svg
    assert "\u202e" not in svg
    assert any(e.text == '<script>"x" &' for e in root.iter("{http://www.w3.org/2000/svg}text"))


def test_few_records_cannot_be_read_off_the_drawing() -> None:
    drawn = map_of(3)
    few, fewer = (replace(drawn.sources[0], records=n) for n in (2, 4))
    one, other = (
        re.sub(
            r"m[0-9a-f]{8}", "", draw_map(replace(drawn, sources=(s, *drawn.sources[1:])), WORDS)
        )
        for s in (few, fewer)
    )
    assert "&lt;5" in one
    assert one == other


def test_no_more_than_eighteen_flows_are_drawn_and_the_rest_are_counted() -> None:
    svg = draw_map(map_of(25, flows=24), WORDS)
    assert svg.count("marker-end=") == 18
    assert "+ 6 more" in svg
