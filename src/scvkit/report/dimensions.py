"""The eight dimensions: a dot with its range on 0–4, hatch for what was not assessed, no sum."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.readiness import DimensionScore, Readiness
from scvkit.report.anchors import anchor
from scvkit.report.answer import indicator_name
from scvkit.report.look import render
from scvkit.report.pen import Pen
from scvkit.report.quantities import score as decimal
from scvkit.report.sentences import named

_KEY = ("point", "point"), ("pale", "evidence_range"), ("unknown", "wider")
_TOP = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    id: str
    name: str
    bar: Markup
    point: str
    range: str
    assessed: str
    held_back: str
    anchor: str


def dimensions(*, readiness: Readiness, words: Words) -> Markup:
    """Return the dimensions as dots with ranges; they are never added up."""
    pen = Pen("dimensions")
    return render(
        "dimensions",
        words=words,
        pen=pen,
        title=_title(readiness, words),
        key=[(pen.swatch(kind), words(f"report.key.{word}")) for kind, word in _KEY],
        lines=[_line(score, words, pen) for score in readiness.dimensions],
    )


def _title(readiness: Readiness, words: Words) -> str:
    known = [d for d in readiness.dimensions if d.score is not None]
    unknown = [d for d in readiness.dimensions if d.score is None]
    if not known:
        return words("report.dimensions.none_title")
    weakest = named(words, "dimensions", min(known, key=lambda d: d.score or 0.0).dimension)
    if unknown:
        return words("report.dimensions.title_unknown", weakest=weakest, n=len(unknown))
    return words("report.dimensions.title", weakest=weakest)


def _line(score: DimensionScore, words: Words, pen: Pen) -> _Line:
    inner = None
    if score.evidence_low is not None and score.evidence_high is not None:
        inner = (score.evidence_low / _TOP, score.evidence_high / _TOP)
    share = score.assessed_weight / score.total_weight if score.total_weight else 0.0
    return _Line(
        id=score.dimension,
        name=named(words, "dimensions", score.dimension),
        bar=pen.dots(
            score.low / _TOP,
            score.high / _TOP,
            point=None if score.score is None else score.score / _TOP,
            inner=inner if score.score is not None else None,
        ),
        point=words("report.absent") if score.score is None else decimal(score.score, words),
        range=_range(score, words),
        assessed=words("report.dimensions.assessed", share=words.percent(share)),
        held_back=_held_back(score, words),
        anchor=anchor(score.held_back_by) if score.held_back_by else "",
    )


def _range(score: DimensionScore, words: Words) -> str:
    low, high = decimal(score.low, words), decimal(score.high, words)
    return "" if low == high else f"{low}–{high}"


def _held_back(score: DimensionScore, words: Words) -> str:
    if score.score is None:
        return words("report.dimensions.too_little")
    return indicator_name(score.held_back_by, words) if score.held_back_by else ""
