"""A client's colour in the charts never makes them harder to read."""

from colorsys import hls_to_rgb

from hypothesis import assume, given
from hypothesis import strategies as st

from scvkit.report.accent import SOLID, TINTS, contrast, recoloured

INK, WHITE = "#1d2433", "#ffffff"


@st.composite
def colours(draw: st.DrawFn) -> str:
    """Every colour that the engagement file takes: 4.5 on white or more, and no warm one."""
    hue = draw(st.floats(60 / 360, 340 / 360))
    parts = hls_to_rgb(hue, draw(st.floats(0.05, 0.6)), draw(st.floats(0, 1)))
    colour = "#" + "".join(f"{round(part * 255):02x}" for part in parts)
    assume(contrast(colour, WHITE) >= 4.5)
    return colour


@given(colours())
def test_words_on_every_ground_and_parts_of_a_bar_stand_out(colour: str) -> None:
    solid, *tints = recoloured(" ".join((SOLID, *TINTS)), colour).split()
    assert contrast(solid, WHITE) >= 4.5
    assert all(contrast(tint, INK) >= 4.5 for tint in tints)
    assert contrast(tints[1], solid) >= 2.95


@given(colours())
def test_a_darker_tint_stays_the_darker_one(colour: str) -> None:
    _, *tints = recoloured(" ".join((SOLID, *TINTS)), colour).split()
    legible = [contrast(tint, WHITE) for tint in (tints[0], tints[2], tints[3], tints[4])]
    assert legible == sorted(legible, reverse=True)


def test_a_warm_colour_is_not_taken_for_a_no() -> None:
    chart = f'<rect fill="{SOLID}"/>'
    for warm in ("#b4531a", "#a01010", "#8a5a00"):
        assert recoloured(chart, warm) == chart
    assert recoloured(chart, None) == chart
