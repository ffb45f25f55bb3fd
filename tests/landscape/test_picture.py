"""The map as a picture: made without a browser, of every mark that the drawing holds."""

import io
import xml.etree.ElementTree as ET

import numpy as np
from matplotlib.image import imread

from scvkit.landscape import draw_map, picture_of
from scvkit.landscape.geometry import lay_out
from scvkit.landscape.marks import TEAL
from scvkit.landscape.picture import _DRAWN, EDGE, SCALE
from scvkit.locale.words import load_words
from tests.landscape.maps import map_of

WORDS = load_words("en")
SVG = "{http://www.w3.org/2000/svg}"


def test_every_mark_of_the_drawing_is_one_that_the_picture_knows() -> None:
    root = ET.fromstring(draw_map(map_of(12, flows=9), WORDS, titled=True))
    root.remove(root.find(f"{SVG}defs"))  # type: ignore[arg-type]
    met = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert met - {"svg", "g", "title", "desc"} == set(_DRAWN)


def test_the_picture_is_the_drawing_at_twice_its_size() -> None:
    drawn = map_of(3)
    svg = draw_map(drawn, WORDS)
    made = picture_of(svg)
    assert made is not None
    assert made == picture_of(svg)
    pixels = np.asarray(imread(io.BytesIO(made)))[:, :, :3] * 255
    layout = lay_out(drawn, WORDS)
    assert abs(pixels.shape[1] - SCALE * (layout.width + 2 * EDGE)) <= 2

    def at(x: float, y: float) -> list[int]:
        across, down = round((x + EDGE) * SCALE), round((y + EDGE) * SCALE)
        return [round(float(c)) for c in pixels[down, across]]

    teal = [int(TEAL[i : i + 2], 16) for i in (1, 3, 5)]
    share = {test.key: test.usable / test.records for test in drawn.sources[0].keys}
    fullest = max(share, key=lambda key: share[key])
    assert at(layout.key(drawn.keys.index(fullest)), layout.middle(0)) == teal
    assert at(-8, 8) == [255, 255, 255]


def test_a_letter_that_no_face_has_makes_no_picture() -> None:
    svg = (
        draw_map(map_of(3), WORDS)
        .replace(">ERP<", ">\U0010fffd<")
        .replace(">Web shop<", ">\uf8ff<")
    )
    assert "\uf8ff" in svg
    assert picture_of(svg) is None
