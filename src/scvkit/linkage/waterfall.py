"""Why these two: the bits of a pair as a falling and rising line of bars, each with a sentence.

Per-cent coordinates and no viewBox: on a phone the bars shrink and the words do not. What speaks
against is outlined and carries a minus; colour is never the only sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from markupsafe import escape

from scvkit.linkage.spoken import comparison_word, level_word
from scvkit.records.linkage import EvidenceStep, ExplainedPair, Linkage, PairExample

if TYPE_CHECKING:
    from scvkit.locale.words import Words

TEAL, INK, SOFT = "#0b5d66", "#1d2433", "#545d70"
ORANGE, ORANGE_PALE, RAIL = "#b4531a", "#e2b48f", "#b9c0cd"
STRONG, SOME = 6.0, 1.0  # bits: 64 times, twice as likely
ROW, BAR, TEXT = 46, 14, 13
MOST_ODDS = 10_000
WIDTH = 84.0  # per cent for the bars; the rest is for their numbers


def explained_pairs(
    linkage: Linkage | None, words: Words, names: Mapping[str, str]
) -> tuple[ExplainedPair, ...]:
    """Return each example of the linkage with its drawing and sentences.

    ``names`` maps source ids to names for readers. Nothing shown is a value of a record.
    """
    return tuple(
        explained_pair(example, words, names, mark=f"why-{example.kind}-{example.tier}".lower())
        for example in (linkage.examples if linkage else ())
    )


def explained_pair(
    example: PairExample, words: Words, names: Mapping[str, str], *, mark: str = "why"
) -> ExplainedPair:
    """Return one example as drawing and sentences; ``mark`` keeps its ids unique on a page."""
    bars = _bars(example, words)
    a, b = (names.get(s, s) for s in (example.source_a, example.source_b))
    title = words(
        "linkage.why.title_joined" if example.joined else "linkage.why.title_apart",
        tier=example.tier.value,
        meaning=words(f"linkage.tier.{example.tier}"),
        source_a=a,
        source_b=b,
    )
    silent = _silent(example, words)
    return ExplainedPair(
        title=title,
        svg=_svg(bars, title=title, silent=silent, mark=mark),
        bars=tuple((sentence, _signed(bits, words)) for sentence, bits, _ in bars)
        + (((silent, ""),) if silent else ()),
    )


def about(records: float) -> int:
    """Two figures: an estimate printed to the last digit differs from page to page.

    >>> about(2897.3), about(2880.6), about(7.2)
    (2900, 2900, 7)
    """
    whole = round(records)
    step: int = 10 ** max(0, len(str(whole)) - 2)
    return round(whole / step) * step


_Bar = tuple[str, float, float]  # sentence, its bits, where it starts


def _bars(example: PairExample, words: Words) -> list[tuple[str, float, float]]:
    one_in = about(2 ** min(-example.prior, 60) + 1)
    bars: list[_Bar] = [(words("linkage.why.prior", one_in=one_in), example.prior, 0.0)]
    at = example.prior
    for step in example.steps:
        if step.bits:
            bars.append((_sentence(step, words), step.bits, at))
            at += step.bits
    for step in example.beside:
        bars.append((words(f"linkage.why.beside.{step.comparison}"), step.bits, at))
        at += step.bits
    if example.adjustment:
        bars.append((words("linkage.why.adjustment"), example.adjustment, at))
    bars.append((_total(example.total, words), example.total, 0.0))
    return bars


def _total(bits: float, words: Words) -> str:
    if abs(bits) < SOME:
        return words("linkage.why.total_even")
    side = "for" if bits > 0 else "against"
    odds = round(2 ** min(abs(bits), 60))
    # Beyond this the model is more certain than any model can be.
    if odds > MOST_ODDS:
        return words(f"linkage.why.total_{side}_more", odds=MOST_ODDS)
    return words(f"linkage.why.total_{side}", odds=odds)


def _sentence(step: EvidenceStep, words: Words) -> str:
    strength = (
        "strong" if abs(step.bits) >= STRONG else "some" if abs(step.bits) >= SOME else "weak"
    )
    side = "for" if step.bits > 0 else "against"
    key = "little" if strength == "weak" else f"{strength}_{side}"
    told = words(
        f"linkage.why.{key}",
        what=comparison_word(step.comparison, words),
        level=level_word(step.level, words),
    )
    return told[:1].upper() + told[1:]


def _silent(example: PairExample, words: Words) -> str:
    """The comparisons that say nothing, in one sentence."""
    missing = [comparison_word(s.comparison, words) for s in example.steps if not s.level]
    return words("linkage.why.silent", names=words.listed(missing)) if missing else ""


def _signed(bits: float, words: Words) -> str:
    return f"+{words.number(bits)}" if bits > 0 else words.number(bits)


def _svg(bars: list[_Bar], *, title: str, silent: str, mark: str) -> str:
    ends = [0.0, *(edge for _, bits, start in bars for edge in (start, start + bits))]
    low, high = min(ends), max(ends)
    span = (high - low) or 1.0

    def x(bits: float) -> float:
        return (bits - low) / span * WIDTH

    description = " ".join([*(sentence for sentence, _, _ in bars), silent]).strip()
    parts = [_line(x(0.0), 20, ROW * len(bars) - 6, RAIL)]
    for number, (sentence, bits, start) in enumerate(bars):
        left, length = x(min(start, start + bits)), abs(bits) / span * WIDTH
        parts.append(_row(number, sentence, bits, left, length, last=number == len(bars) - 1))
        if 0 < number < len(bars) - 1:
            top = ROW * number - ROW + 22 + BAR
            parts.append(_line(x(start), top, top + ROW - BAR, SOFT, dash="2 3"))
    height = ROW * len(bars) + 4
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="scv-why" role="img" width="100%"'
        f' height="{height}" style="max-width:760px;background:#fff;display:block"'
        f' font-size="{TEXT}" aria-labelledby="{mark}-t {mark}-d">'
        f'<title id="{mark}-t">{escape(title)}</title>'
        f'<desc id="{mark}-d">{escape(description)}</desc>{"".join(parts)}</svg>'
    )


def _row(number: int, sentence: str, bits: float, left: float, length: float, *, last: bool) -> str:
    top = ROW * number
    weight = ' font-weight="700"' if last else ""
    against = bits < 0
    fill = ORANGE_PALE if against else TEAL
    edge = f' stroke="{ORANGE}" stroke-width="1.5"' if against else ""
    sign = "+" if bits > 0 else "\N{MINUS SIGN}" if against else ""
    colour = ORANGE if against else INK
    return (
        f'<text x="0" y="{top + 14}" fill="{INK}"{weight}'
        f' stroke="#fff" stroke-width="4" paint-order="stroke">{escape(sentence)}</text>'
        f'<rect x="{left:.2f}%" y="{top + 22}" width="{length:.2f}%" height="{BAR}"'
        f' fill="{fill}"{edge}/>'
        f'<text x="100%" y="{top + 22 + BAR - 2}" text-anchor="end" fill="{colour}"{weight}>'
        f"{sign}{abs(bits):.1f}</text>"
    )


def _line(at: float, top: int, bottom: int, colour: str, *, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{at:.2f}%" x2="{at:.2f}%" y1="{top}" y2="{bottom}" stroke="{colour}"{dashes}/>'
    )
