"""No count of one to four people leaves the house, nor one that would reveal it."""

import re

from hypothesis import given
from hypothesis import strategies as st

from scvkit.locale.words import load_words
from scvkit.records.evidence import measured_count
from scvkit.report import disclosure
from scvkit.report.quantities import quantity
from tests.report import records

WORDS = load_words("en")
counts = st.integers(min_value=0, max_value=10_000)


def exact(text: str) -> int | None:
    """The number a text tells exactly, if it does."""
    return int(text.replace(",", "")) if re.fullmatch(r"[\d,]+", text) else None


@given(counts)
def test_one_to_four_people_are_never_told_apart(count: int) -> None:
    text = disclosure.people(count, WORDS)
    assert (text == "<5") == (1 <= count <= 4)


@given(counts, counts)
def test_a_part_never_reveals_one_to_four_or_its_complement(a: int, b: int) -> None:
    part, whole = sorted((a, b))
    told = exact(disclosure.part(part, whole, WORDS).text)
    assert told is None or (not 1 <= told <= 4 and not 1 <= whole - told <= 4)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(30, 10_000))
def test_hidden_counts_have_one_length(one: int, other: int, whole: int) -> None:
    few = [disclosure.part(n, whole, WORDS).drawn for n in (one, other)]
    rest = [disclosure.part(whole - n, whole, WORDS).drawn for n in (one, other)]
    assert few[0] == few[1]
    assert rest[0] == rest[1]


@given(st.lists(counts, min_size=1, max_size=6))
def test_no_two_steps_of_a_funnel_differ_by_one_to_four(values: list[int]) -> None:
    steps = sorted(values, reverse=True)
    told = [exact(shown.text) for shown in disclosure.falling(steps, WORDS)]
    known = [n for n in told if n is not None]
    assert all(not 1 <= abs(a - b) <= 4 for a in known for b in known)
    assert all(not 1 <= n <= 4 for n in known)


@given(st.lists(counts, min_size=18, max_size=18))
def test_no_two_ends_of_a_use_case_and_none_and_its_base_differ_by_one_to_four(
    values: list[int],
) -> None:
    ordered = sorted(values, reverse=True)
    steps = tuple((ordered[n + 12], ordered[n + 6], ordered[n]) for n in range(6))
    fit = records.funnel("U7", "contacts", steps, ("",) * 6)
    shown = disclosure.funnel(fit, WORDS)
    for end in ("low", "mid", "high"):
        told = [exact(getattr(step, end).text) for step in shown]
        known = {n for n in told if n is not None}
        assert all(not 1 <= abs(a - b) <= 4 for a in known for b in known)
        base = exact(disclosure.people(fit.base, WORDS))
        assert base is None or all(not 1 <= base - n <= 4 for n in known)


@given(counts, counts)
def test_the_share_of_a_hidden_count_is_a_bound(a: int, b: int) -> None:
    count, whole = sorted((a, b))
    shown = disclosure.part(count, whole, WORDS)
    told = disclosure.share_shown(shown, whole, WORDS)
    assert shown.exact == (told[:1] not in "<>") or not whole


@given(counts, counts)
def test_a_per_cent_needs_thirty(a: int, b: int) -> None:
    passed, tested = sorted((a, b))
    text = disclosure.share(passed, tested, WORDS)
    assert text.endswith("%") == (tested >= 30)


@given(counts, counts, counts)
def test_a_range_never_ends_on_one_to_four(a: int, b: int, c: int) -> None:
    low, high, whole = sorted((a, b, c))
    for end in disclosure.spread(low, high, whole, WORDS).split("–"):
        told = exact(end)
        assert told is None or not 1 <= told <= 4


def test_nobody_is_told_and_unknown_is_not_nobody() -> None:
    assert disclosure.people(0, WORDS) == "0"
    assert disclosure.people(None, WORDS) == "–"


def test_a_count_of_kinds_points_at_nobody_and_is_printed() -> None:
    kinds = measured_count(3, unit="number", method="m")
    assert quantity(kinds, WORDS).text == "3"
    assert quantity(measured_count(3, unit="people", method="m"), WORDS).text == "<5"
