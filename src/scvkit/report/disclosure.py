"""Disclosure control: the last door every number of people passes before it is printed.

Counts from 1 to 4 become "<5"; a count whose complement would be 1 to 4 becomes ">n"; a share
of fewer than 30 is printed as counts. 0 is told: it points at nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from scvkit.locale.words import Words
from scvkit.records.profile import ColumnProfile
from scvkit.records.telling import FEWEST, is_few, too_near
from scvkit.records.usecases import StepName, UseCaseFit
from scvkit.vocabulary import IDENTIFYING_ATTRIBUTES

FEWEST_FOR_A_SHARE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A count as it may be shown: its text, and the value its bar may be drawn from."""

    text: str
    drawn: float | None
    exact: bool = False  # the text tells the count itself


def people(count: int | None, words: Words) -> str:
    """Return a count of people as it may be printed; "–" for unknown.

    >>> from scvkit.locale.words import load_words
    >>> [people(n, load_words("en")) for n in (0, 3, 5, None)]
    ['0', '<5', '5', '–']
    """
    return part(count, None, words).text


def part(count: int | None, whole: int | None, words: Words) -> Shown:
    """Return a count out of ``whole`` so that neither it nor the rest shows 1 to 4 people.

    >>> from scvkit.locale.words import load_words
    >>> [part(n, 100, load_words("en")).text for n in (2, 50, 97, 100)]
    ['<5', '50', '>95', '100']
    """
    if count is None:
        return Shown(text=words("report.absent"), drawn=None)
    if is_few(count) or (whole is not None and is_few(whole)):
        return Shown(text=words("common.less_than_five"), drawn=FEWEST / 2)
    if whole is not None and is_few(whole - count):
        return Shown(text=f">{words.number(whole - FEWEST)}", drawn=float(whole))
    return Shown(text=words.number(count), drawn=float(count), exact=True)


def falling(counts: Sequence[int | None], words: Words, *, whole: int | None = None) -> list[Shown]:
    """Return counts of a funnel so that no two of them differ by 1 to 4 people.

    A count too near to the last one printed in full, or to ``whole``, becomes ">n", and its bar
    is drawn as long as that one's.

    >>> from scvkit.locale.words import load_words
    >>> [shown.text for shown in falling([100, 98, 96, 90], load_words("en"))]
    ['100', '>95', '>95', '90']
    """
    pairs = zip(counts, too_near(counts, whole=whole), strict=True)
    return [part(count, near, words) for count, near in pairs]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """A step of a use case as it may be shown anywhere: least, best estimate and most people."""

    low: Shown
    mid: Shown
    high: Shown

    @property
    def range(self) -> str:
        """Least to most people; empty where an end is unknown or both print alike."""
        if self.low.drawn is None or self.high.drawn is None or self.low.text == self.high.text:
            return ""
        return f"{self.low.text}–{self.high.text}"

    @property
    def text(self) -> str:
        """The best estimate with its range, "260 (211–>568)"."""
        beside = self.range if self.mid.drawn is not None else ""
        return f"{self.mid.text} ({beside})" if beside else self.mid.text


def funnel(fit: UseCaseFit, words: Words) -> tuple[ShownStep, ...]:
    """Return the steps of a use case as they may be shown.

    Every page takes its people from here: a count that one page hides as too near to another
    step must not be told by the next page.
    """
    ends = [
        falling([getattr(step, end) for step in fit.steps], words, whole=fit.base)
        for end in ("low", "mid", "high")
    ]
    return tuple(
        ShownStep(low=low, mid=mid, high=high) for low, mid, high in zip(*ends, strict=True)
    )


def step_shown(fit: UseCaseFit, name: StepName, words: Words) -> ShownStep | None:
    """Return one step as it may be shown; None where it was not assessed."""
    for step, shown in zip(fit.steps, funnel(fit, words), strict=True):
        if step.name == name and step.mid is not None:
            return shown
    return None


def served_shown(fit: UseCaseFit, words: Words) -> ShownStep | None:
    """Return the people a use case can serve as they may be shown; None where nobody knows."""
    return step_shown(fit, fit.served.name, words) if fit.served else None


def share_shown(shown: Shown, whole: int, words: Words) -> str:
    """Return a shown count as a share of ``whole``: that of a hidden count tells no more than it.

    >>> from scvkit.locale.words import load_words
    >>> words = load_words("en")
    >>> [share_shown(part(n, 100, words), 100, words) for n in (2, 50, 97)]
    ['<5%', '50%', '>95%']
    """
    if shown.drawn is None or not whole:
        return words("report.absent")
    if shown.exact:
        return words.percent(min(1.0, shown.drawn / whole))
    if shown.drawn < FEWEST:
        return f"<{words.percent(ceil(100 * FEWEST / whole) / 100)}"
    return f">{words.percent(floor(100 * (shown.drawn - FEWEST) / whole) / 100)}"


def spread(low: int | None, high: int | None, whole: int | None, words: Words) -> str:
    """Return "1,167–1,480"; empty where there is no range or both ends print alike."""
    if low is None or high is None:
        return ""
    lower, upper = part(low, whole, words).text, part(high, whole, words).text
    return "" if lower == upper else f"{lower}–{upper}"


def share(passed: int, tested: int, words: Words) -> str:
    """Return a per cent, or the counts where the base is under 30.

    >>> from scvkit.locale.words import load_words
    >>> share(47, 100, load_words("en")), share(3, 20, load_words("en"))
    ('47%', '<5 of 20')
    """
    if tested >= FEWEST_FOR_A_SHARE:
        return words.percent(passed / tested)
    return words("report.of", part=part(passed, tested, words).text, whole=people(tested, words))


def distinct_values(column: ColumnProfile, words: Words) -> str:
    """Return how many values a column holds; few values that stand for groups are told."""
    of_groups = column.attribute not in IDENTIFYING_ATTRIBUTES
    if of_groups and column.filled >= FEWEST_FOR_A_SHARE:
        return words.number(column.distinct)
    return people(column.distinct, words)
