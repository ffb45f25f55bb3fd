"""Words of an answer: its title, and counts of people as they may be shown."""

from __future__ import annotations

from collections.abc import Mapping

from scvkit.locale.words import Words
from scvkit.records.scenarios import Predicted, WhatIf

_FEW = 5


def title_of(answer: WhatIf, words: Words, names: Mapping[str, str]) -> str:
    """Return the question as a sentence."""
    source = names.get(answer.source, answer.source) or words("scenarios.all_sources")
    return words(
        f"scenarios.questions.{answer.question}",
        source=source,
        key=words(f"scenarios.keys.{answer.key}") if answer.key else "",
        share=words.percent(answer.share),
        asked=_count(answer.asked, words),
        lacking=_count(answer.records - answer.filled, words),
    )


def gained(predicted: Predicted, words: Words) -> str:
    """Return "+42 (25–60)": records that would be found as well, of the source.

    A change of less than five records is not told to the record.
    """
    tested = predicted.now.tested or 0
    after = predicted.after
    if after.value is None or after.low is None or after.high is None:
        return words("report.absent")
    now = predicted.now.value or 0.0
    mid, low, high = (round((x - now) * tested) for x in (after.value, after.low, after.high))
    if 0 < abs(mid) < _FEW:
        return words("scenarios.few_more" if mid > 0 else "scenarios.few_less")
    return words(
        "scenarios.more",
        mid=_signed(mid, words),
        low=_signed(low, words),
        high=_signed(high, words),
    )


def people_range(low: int | None, high: int | None, words: Words) -> str:
    """Return a count or a range of people; one to four are "<5"."""
    if low is None or high is None:
        return words("report.absent")
    lower, upper = _count(low, words), _count(high, words)
    return lower if lower == upper else f"{lower}–{upper}"


def _count(n: int, words: Words) -> str:
    return words("common.less_than_five") if 0 < n < _FEW else words.number(n)


def _signed(n: int, words: Words) -> str:
    """A change; of less than five only that it is one, without a sign that would not add up."""
    if 0 < abs(n) < _FEW:
        return words("common.less_than_five")
    return words.number(n) if n <= 0 else f"+{words.number(n)}"
