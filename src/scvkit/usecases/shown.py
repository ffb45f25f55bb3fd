"""Counts of people as they may be shown: one to four are hidden, and what would reveal them."""

from __future__ import annotations

from collections.abc import Sequence

from scvkit.locale.words import Words

_SMALL = 5


def shown_count(count: int, words: Words) -> str:
    """Return the count, or "<5" for one to four."""
    return words("common.less_than_five") if 0 < count < _SMALL else words.number(count)


def shown_steps(counts: Sequence[int | None], words: Words) -> list[str]:
    """Return falling counts; where a step loses one to four people it is rounded down.

    Two exact counts that differ by three would tell how many fell out.

    >>> from scvkit.locale.words import load_words
    >>> shown_steps([120, 118, 90, 3, 0, None], load_words("en"))
    ['120', '≈110', '90', '<5', '0', '–']
    """
    shown: list[str] = []
    exact: int | None = None
    for count in counts:
        if count is None:
            shown.append("–")
        elif 0 < count < _SMALL:
            shown.append(words("common.less_than_five"))
        elif exact is not None and 0 < exact - count < _SMALL:
            shown.append(f"≈{words.number(count // 10 * 10)}")
        else:
            shown.append(words.number(count))
            exact = count
    return shown


def shown_loss(before: int | None, after: int | None, words: Words, *, exact: bool = True) -> str:
    """Return "−1,517", "<5" for one to four, or an empty text when nobody or unknown is lost.

    Beside a step that is shown rounded the loss is rounded too: the exact one would give the
    hidden count by subtraction.

    >>> from scvkit.locale.words import load_words
    >>> shown_loss(20, 10, load_words("en")), shown_loss(20, 18, load_words("en"))
    ('−10', '−<5')
    >>> shown_loss(267, 214, load_words("en"), exact=False)
    '≈−50'
    """
    if before is None or after is None or before <= after:
        return ""
    lost = before - after
    if not exact and lost >= _SMALL:
        return f"≈\N{MINUS SIGN}{words.number(max(10, round(lost, -1)))}"
    return f"\N{MINUS SIGN}{shown_count(lost, words)}"


def shown_range(low: str, high: str, words: Words) -> str:
    """Return the range of two shown counts; where only a bound is known, "at most 701".

    >>> from scvkit.locale.words import load_words
    >>> words = load_words("en")
    >>> [shown_range(*pair, words) for pair in (("1", "2"), ("2", "2"), ("–", "7"), ("–", "–"))]
    ['1–2', '2', 'at most 7', '']
    """
    if high == "–":
        return ""
    if low == "–":
        return words("usecases.at_most", people=high)
    return low if low == high else f"{low}–{high}"
