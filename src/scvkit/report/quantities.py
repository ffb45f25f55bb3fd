"""An evidence number as a reader meets it: figure, range, bar and the link to its evidence row."""

from __future__ import annotations

from dataclasses import dataclass, replace

from babel.numbers import format_decimal

from scvkit.locale.words import Words
from scvkit.records.evidence import Evidence
from scvkit.report.disclosure import FEWEST_FOR_A_SHARE, part, share, spread
from scvkit.report.sentences import not_assessed
from scvkit.vocabulary import Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number ready to print. ``low``, ``mid`` and ``high`` are lengths of its bar, 0–1."""

    text: str
    range: str
    assessed: bool
    why_not: str = ""
    low: float = 0.0
    mid: float = 0.0
    high: float = 0.0
    bar: bool = False
    anchor: str = ""
    zero: bool = False


def quantity(
    evidence: Evidence, words: Words, *, base: int | None = None, anchor: str = ""
) -> Quantity:
    """Return ``evidence`` in print: shares as per cents, people under disclosure control.

    ``base`` is the number of people a count was taken among; it sizes the bar.
    """
    if not evidence.assessed or evidence.value is None:
        return missing(words, evidence.reason, anchor=anchor)
    if evidence.unit == "share":
        return _of_share(evidence, words, anchor)
    return _of_count(evidence, words, base if base is not None else evidence.tested, anchor)


def people_as_share(evidence: Evidence, base: int, words: Words, *, anchor: str = "") -> Quantity:
    """Return a count of people as a share of ``base``, with its range."""
    if not evidence.assessed or evidence.value is None or base <= 0:
        return missing(words, evidence.reason or "nothing_to_test", anchor=anchor)
    if base < FEWEST_FOR_A_SHARE:
        return _of_count(evidence, words, base, anchor)
    low, mid, high = (
        value / base
        for value in (
            evidence.value if evidence.low is None else evidence.low,
            evidence.value,
            evidence.value if evidence.high is None else evidence.high,
        )
    )
    return Quantity(
        text=words.percent(mid),
        range=_percent_range(evidence, low, high, words),
        assessed=True,
        low=low,
        mid=mid,
        high=min(1.0, high),
        bar=True,
        anchor=anchor,
        zero=evidence.value == 0,
    )


def counted_share(passed: int, tested: int, words: Words, *, anchor: str = "") -> Quantity:
    """Return passed ÷ tested, counted and therefore without a range."""
    if tested == 0:
        return missing(words, "nothing_to_test", anchor=anchor)
    few = tested < FEWEST_FOR_A_SHARE
    point = 0.0 if few else passed / tested
    return Quantity(
        text=share(passed, tested, words),
        range=words("report.counted"),
        assessed=True,
        low=point,
        mid=point,
        high=point,
        bar=not few,
        anchor=anchor,
        zero=passed == 0,
    )


def score(value: float, words: Words) -> str:
    """Return a score of 0–4 with one decimal, always.

    >>> from scvkit.locale.words import load_words
    >>> score(2, load_words("en"))
    '2.0'
    """
    return str(format_decimal(value, format="0.0", locale=words.language.replace("-", "_")))


def amount(value: float, words: Words) -> str:
    """Two figures: a sum estimated from ranges is not known to the last digit."""
    if value == 0:
        return words.number(0)
    digits = len(str(int(abs(value)))) - 2
    step = 10 ** max(0, digits)
    return words.number(round(value / step) * step)


def missing(words: Words, why: str, *, anchor: str = "") -> Quantity:
    """Return a number that could not be assessed; its bar is hatched."""
    return Quantity(
        text=words("report.absent"),
        range="",
        assessed=False,
        why_not=not_assessed(words, why),
        anchor=anchor,
    )


def _of_share(evidence: Evidence, words: Words, anchor: str) -> Quantity:
    value = evidence.value or 0.0
    few = evidence.tested is not None and evidence.tested < FEWEST_FOR_A_SHARE
    if few and evidence.passed is not None and evidence.tested is not None:
        shown = counted_share(evidence.passed, evidence.tested, words, anchor=anchor)
        # What was told was not counted by anybody here.
        return replace(shown, range=_without_range(evidence, words)) if shown.assessed else shown
    low = value if evidence.low is None else evidence.low
    high = value if evidence.high is None else evidence.high
    return Quantity(
        text=words.percent(value),
        range=_percent_range(evidence, low, high, words),
        assessed=True,
        low=max(0.0, low),
        mid=value,
        high=min(1.0, high),
        bar=True,
        anchor=anchor,
        zero=value == 0,
    )


def _of_count(evidence: Evidence, words: Words, base: int | None, anchor: str) -> Quantity:
    if evidence.unit == "number":
        return _of_things(evidence, words, anchor)
    value = round(evidence.value or 0)
    low = value if evidence.low is None else round(evidence.low)
    high = value if evidence.high is None else round(evidence.high)
    shown = [part(n, base, words) for n in (low, value, high)]
    whole = base or 0
    lengths = [0.0 if not whole or s.drawn is None else min(1.0, s.drawn / whole) for s in shown]
    exact = evidence.low is None and evidence.high is None
    return Quantity(
        text=shown[1].text,
        range=words("report.counted") if exact else spread(low, high, base, words),
        assessed=True,
        low=min(lengths),
        mid=lengths[1],
        high=max(lengths),
        bar=whole > 0,
        anchor=anchor,
        zero=value == 0,
    )


def _of_things(evidence: Evidence, words: Words, anchor: str) -> Quantity:
    """A count of kinds, days or systems points at nobody, so it is printed whatever its size."""
    value = evidence.value or 0.0
    ends = [end for end in (evidence.low, evidence.high) if end is not None]
    shown = list(dict.fromkeys(words.number(end) for end in ends))
    return Quantity(
        text=words.number(value),
        range="–".join(shown) if len(shown) > 1 else "" if ends else words("report.counted"),
        assessed=True,
        anchor=anchor,
        zero=value == 0,
    )


def _percent_range(evidence: Evidence, low: float, high: float, words: Words) -> str:
    if evidence.low is None and evidence.high is None:
        return _without_range(evidence, words)
    ends = words.percent_range(max(0.0, low), min(1.0, high))
    # A range whose ends print like the number itself would say it twice.
    return "" if ends == words.percent(evidence.value or 0.0) else ends


def _without_range(evidence: Evidence, words: Words) -> str:
    counted = evidence.grade is Grade.MEASURED
    return words("report.counted") if counted else words(f"report.grades.{evidence.grade}")
