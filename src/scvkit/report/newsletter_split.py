"""The newsletter's readers in parts: found among customers, hidden, and the rest."""

from __future__ import annotations

from dataclasses import dataclass

from scvkit.locale.words import Words
from scvkit.records.linkage import NewsletterSplit
from scvkit.records.telling import is_few
from scvkit.records.usecases import UseCaseFit
from scvkit.report.disclosure import FEWEST_FOR_A_SHARE, part, spread
from scvkit.report.pen import Pen
from scvkit.report.quantities import people_as_share

_ESTIMATE_STEP = 10  # an estimate is never told to the person


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    kind: str
    title: str
    share: str
    count: str


def split(
    split: NewsletterSplit, listed: str, letter: UseCaseFit | None, words: Words, pen: Pen
) -> dict[str, object] | None:
    """Readers found among customers, may be written to or not, the hidden, and the rest."""
    found, hidden, base = split.found, split.hidden, split.readers
    if base < FEWEST_FOR_A_SHARE or not found.assessed or found.value is None:
        return None
    estimated = min(hidden.value or 0.0, base - found.value) if hidden.assessed else 0.0
    rest = max(0.0, base - found.value - estimated)
    cut = _found_parts(round(found.value), letter)
    lengths = {**cut, "hidden": estimated, "rest": rest}
    texts = {
        **{name: _exact(n, None, None, base, words) for name, n in cut.items()},
        "found": _exact(found.value, found.low, found.high, base, words),
        "hidden": _roughly(estimated, hidden.low, hidden.high, words),
        "rest": _roughly(rest, None, None, words)
        if estimated
        else _exact(rest, None, None, base, words),
    }
    kinds = {
        "found": "solid",
        "may": "solid",
        "may_not": "refused",
        "left_out": "told",
        "hidden": "estimate",
        "rest": "rest",
    }
    shown = [name for name, length in lengths.items() if length > 0 or name == "found"]
    told = people_as_share(found, base, words)
    ranged = f"{told.text} ({told.range})" if told.low < told.high else told.text
    note = "report.split.note" if estimated else "report.split.note_no_estimate"
    return {
        "title": words("report.split.title", share=ranged, n=base),
        "bar": pen.parts([(kinds[name], lengths[name] / base) for name in shown], height=26),
        "parts": [
            _Part(
                kind=kinds[name],
                title=words(f"report.split.{name}"),
                share=words.percent(lengths[name] / base),
                count=texts[name],
            )
            for name in shown
        ],
        "note": words.sentences((listed, words(note))),
    }


def rounded(value: float, words: Words) -> str:
    """Return an estimate to the next ten."""
    return words.number(round(value / _ESTIMATE_STEP) * _ESTIMATE_STEP)


def _found_parts(found: int, letter: UseCaseFit | None) -> dict[str, float]:
    """Those found by whether they may be written to; not cut where a part would be few."""
    steps = {step.name: step.mid for step in letter.steps} if letter else {}
    fresh, may = steps.get("fresh"), steps.get("permitted")
    if steps.get("found") != found or fresh is None or may is None:
        return {"found": found}
    parts = {"may": may, "may_not": fresh - may, "left_out": found - fresh}
    if any(is_few(n) or n < 0 for n in parts.values()):
        return {"found": found}
    return {name: float(n) for name, n in parts.items()}


def _exact(value: float, low: float | None, high: float | None, base: int, words: Words) -> str:
    held = part(round(value), base, words).text
    ends = spread(
        None if low is None else round(low), None if high is None else round(high), base, words
    )
    return f"{held} ({ends})" if ends else held


def _roughly(value: float, low: float | None, high: float | None, words: Words) -> str:
    held = words("report.about", n=rounded(value, words))
    if low is None or high is None or rounded(low, words) == rounded(high, words):
        return held
    return f"{held} ({rounded(low, words)}–{rounded(high, words)})"
