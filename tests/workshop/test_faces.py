"""Pictures in Chinese: no letter is measured in a face that has not got it."""

import warnings

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from scvkit.workshop.faces import faces, holds_chinese
from scvkit.workshop.show import picture


def drawn(label: str) -> Figure:
    with mpl.rc_context({"font.family": faces(chinese=True)}):
        figure = Figure(figsize=(2, 1))
        figure.add_subplot().set_title(label)
    return figure


def test_only_chinese_words_ask_for_a_chinese_face() -> None:
    assert holds_chinese(drawn("資料來源"))
    assert not holds_chinese(drawn("Înregistrări"))


@pytest.mark.parametrize("label", ["資料來源", "Înregistrări"])
def test_a_label_stays_text_in_every_language(label: str) -> None:
    with warnings.catch_warnings():
        # A machine without a Chinese face warns, and the browser of the reader has one.
        warnings.filterwarnings("ignore", message=r"Glyph \d+ ")
        svg = picture(drawn(label), title="t", description="d")
    assert f">{label}</text>" in svg
