"""Why these two: the bars add up, each has its sentence, and nothing needs colour or a value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from scvkit.linkage.waterfall import explained_pair
from scvkit.locale.words import load_words
from scvkit.records.linkage import EvidenceStep, PairExample
from scvkit.vocabulary import EntityKind, Tier

BITS = st.integers(-200, 300).map(lambda tenths: tenths / 10)
STEPS = st.lists(
    st.builds(
        EvidenceStep,
        comparison=st.sampled_from(["email", "surname", "an expert's own"]),
        level=st.sampled_from(["same", "neutral", "two digits off", "l.x = r.x & <odd>"]),
        bits=BITS,
    ),
    max_size=6,
)
WORDS = load_words()
SVG = "{http://www.w3.org/2000/svg}"


BESIDE = st.lists(
    st.builds(
        EvidenceStep,
        comparison=st.sampled_from(
            ["household", "door", "building", "chain", "one_source", "two_sources"]
        ),
        level=st.just(""),
        bits=BITS,
    ),
    max_size=3,
)


def example(
    prior: float, steps: list[EvidenceStep], beside: Sequence[EvidenceStep] = ()
) -> PairExample:
    return PairExample(
        kind=EntityKind.PERSON,
        tier=Tier.A,
        source_a="erp",
        source_b="o'neil <b>",
        joined=True,
        prior=prior,
        steps=tuple(steps),
        beside=tuple(beside),
        adjustment=0.0,
        total=round(prior + sum(s.bits for s in (*steps, *beside)), 1),
    )


def drawn(pair: PairExample) -> tuple[ET.Element, tuple[tuple[str, str], ...]]:
    shown = explained_pair(pair, WORDS, {"erp": "ERP"})
    return ET.fromstring(shown.svg), shown.bars


@given(BITS, STEPS, BESIDE)
def test_bars_end_where_the_total_ends_and_stay_in_the_picture(
    prior: float, steps: list[EvidenceStep], beside: list[EvidenceStep]
) -> None:
    svg, _ = drawn(example(prior, steps, beside))
    boxes = [
        (float(r.get("x", "").rstrip("%")), float(r.get("width", "").rstrip("%")))
        for r in svg.iter(f"{SVG}rect")
    ]
    assert all(x >= -0.01 and x + width <= 84.03 for x, width in boxes)
    ends = {round(edge, 1) for edge in (boxes[-2][0], sum(boxes[-2]))}
    total = {round(edge, 1) for edge in (boxes[-1][0], sum(boxes[-1]))}
    assert any(abs(a - b) < 0.3 for a in ends for b in total)


@given(BITS, STEPS, BESIDE)
def test_the_numbers_of_the_bars_add_up_to_the_last_one(
    prior: float, steps: list[EvidenceStep], beside: list[EvidenceStep]
) -> None:
    svg, _ = drawn(example(prior, steps, beside))
    texts = ["".join(t.itertext()) for t in svg.iter(f"{SVG}text")]
    *parts, total = (float(n.replace("−", "-")) for n in texts[1::2])
    assert round(sum(parts), 1) == total


@given(BITS, STEPS)
def test_every_bar_has_a_sentence_and_a_signed_number(
    prior: float, steps: list[EvidenceStep]
) -> None:
    svg, bars = drawn(example(prior, steps))
    texts = ["".join(t.itertext()) for t in svg.iter(f"{SVG}text")]
    rects = list(svg.iter(f"{SVG}rect"))
    assert len(texts) == 2 * len(rects)
    for sentence, number, rect in zip(texts[::2], texts[1::2], rects, strict=True):
        assert sentence.endswith(".")
        # What speaks against has an edge and a minus: it can be told without colour.
        assert (rect.get("stroke") is not None) == number.startswith("−")
        assert sentence in [told for told, _ in bars]


def test_the_drawing_says_all_of_it_to_a_reader_who_cannot_see_it() -> None:
    steps = [
        EvidenceStep(comparison="email", level="same", bits=15.8),
        EvidenceStep(comparison="surname", level="different", bits=-4.0),
        EvidenceStep(comparison="phone", level="", bits=0.0),
    ]
    svg, bars = drawn(example(-11.5, steps))
    title, description = svg[0], svg[1]
    assert (title.tag, description.tag) == (f"{SVG}title", f"{SVG}desc")
    assert svg.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert all(sentence in (description.text or "") for sentence, _ in bars)
    assert "E-mail: the same, strong evidence for." in (description.text or "")
    assert "Missing on a side, says nothing: phone." in (description.text or "")
    assert [re.sub(r"[.\d]", "", number) for _, number in bars] == ["−", "+", "−", "+", ""]
