"""Counts of people from 1 to 4 are never shown, nor left to be subtracted."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from scvkit.linkage.people import PeopleShown, counts_shown
from scvkit.linkage.printed import printed_linkage
from scvkit.locale.words import load_words
from scvkit.records.evidence import not_assessed
from scvkit.records.linkage import KindLinkage, Linkage, Overlap, SourceEntities
from scvkit.vocabulary import EntityKind

PERSON = EntityKind.PERSON
NOTHING = not_assessed("no_model", method="m")


def linkage(a: int, b: int, both: int, repeats: int) -> Linkage:
    """Two files of ``a`` and ``b`` people, ``both`` of them in both, ``repeats`` twice in one."""
    kind = KindLinkage(
        kind=PERSON,
        records=a + b + repeats,
        pairs_scored=0,
        clusters=a + b - both,
        threshold=0.0,
        prior=0.0,
        tiers=(),
        weights=(),
        blocking_rules=(),
        choices=(),
        precision=NOTHING,
        recall=NOTHING,
    )
    held = SourceEntities(source="a", kind=PERSON, records=a + repeats, low=a, mid=a, high=a)
    overlap = Overlap(
        source_a="a",
        source_b="b",
        kind=PERSON,
        entities_a=a,
        entities_b=b,
        low=both,
        mid=both,
        high=both,
    )
    return Linkage(
        kinds=(kind,),
        sources=(held, replace(held, source="b", records=b, low=b, mid=b, high=b)),
        overlaps=(overlap,),
        seen_in=(),
        recovery=NOTHING,
        contradictory_clusters=NOTHING,
        unlinkable=NOTHING,
        stability=NOTHING,
        households=0,
        newsletter=None,
        conflict=NOTHING,
    )


SIZES = st.integers(0, 60)


@settings(max_examples=60, deadline=None)
@given(SIZES, SIZES, SIZES, SIZES)
def test_no_count_of_people_from_1_to_4_can_be_read_or_subtracted(
    a: int, b: int, both: int, repeats: int
) -> None:
    both = min(a, b, both)
    seen = [(2, both), (1, a + b - 2 * both)]
    told = printed_linkage(linkage(a, b, both, repeats), {PERSON: seen}, {}, load_words())
    shown = counts_shown(linkage(a, b, both, repeats), PERSON, seen)
    small = [n for n in (both, a - both, b - both, repeats, a, b) if 0 < n < 5]
    assert (shown.base == 5) >= bool(small)
    for line in told.splitlines():
        if line.startswith(("In ", "a ", "b ")):
            # The first number of a file's line is its records.
            numbers = [int(n) for n in re.findall(r"(?<![<\d])\b\d+\b(?!%|–| files)", line)]
            people = numbers[1:] if re.match(r"[ab]  ", line) else numbers
            assert not [n for n in people if 0 < n < 5]
            assert not small or not [n for n in people if n % 5]


@given(st.integers(0, 10**6))
def test_a_rounded_count_is_near_and_a_small_one_is_hidden(count: int) -> None:
    rounded = PeopleShown(5).shown(count)
    assert (rounded is None) == (0 < count < 5)
    assert rounded is None or abs(rounded - count) <= 2
