"""Votes become shares: weighted, bounded, and near the truth when the voter knows it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scvkit.linkage.bundles import Bundle, missed_matches
from scvkit.linkage.vote_estimate import Stratum, stratified, voted_recall
from scvkit.linkage.votes import (
    DIFFERENT,
    SAME,
    UNSURE,
    Question,
    count_votes,
    kappa,
    shares_of,
    verdict,
)
from scvkit.records.evidence import wilson
from scvkit.records.linkage import PairVotes, StratumVotes
from scvkit.vocabulary import EntityKind

SIZES = st.integers(1, 10**6)
ANSWERS = st.lists(st.sampled_from([SAME, DIFFERENT]), min_size=1, max_size=40)


def votes(same: int, decided: int, pairs: int, *, joined: bool = True) -> StratumVotes:
    return StratumVotes(stratum="joined_a", joined=joined, pairs=pairs, same=same, decided=decided)


def stratum(name: str, pairs: int) -> Stratum:
    """Joined pairs, or pairs apart in bundles of two that are all alike."""
    if name.startswith("joined"):
        return Stratum(name=name, joined=True, pairs=pairs)
    alike = Bundle(pairs=2, bits=0.0, count=max(1, pairs // 2))
    return Stratum(name=name, joined=False, pairs=2 * alike.count, bundles=(alike,))


def election(answers: dict[str, list[str]], sizes: dict[str, int]) -> PairVotes:
    """Every pair of a stratum answered in turn; an empty answer is a pair nobody voted on."""
    asked, cast = [], {}
    for name, each in answers.items():
        for n, answer in enumerate(each):
            pair = (f"{name}/{n}", f"{name}/{n}*")
            joined = name.startswith("joined")
            asked.append(
                Question(
                    stratum=name,
                    joined=joined,
                    tier=None,
                    match_weight=1.0,
                    record_key_l=pair[0],
                    record_key_r=pair[1],
                    bundle=None if joined else Bundle(pairs=2, bits=0.0),
                )
            )
            if answer:
                cast[pair] = {"A": answer}
    found = tuple(stratum(name, pairs) for name, pairs in sizes.items())
    counted = count_votes(asked, found, cast, kind=EntityKind.PERSON)
    assert counted is not None
    return counted


@given(st.lists(st.tuples(SIZES, st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=6))
def test_a_share_lies_in_its_interval_and_the_interval_between_none_and_all(
    drawn: list[tuple[int, int, int]],
) -> None:
    counted = [votes(a, a + b, max(n, a + b)) for n, a, b in drawn if a + b]
    if counted:
        share, low, high = stratified(counted)
        assert 0 <= low <= share <= high <= 1


@pytest.mark.parametrize(("same", "decided"), [(60, 60), (55, 60), (30, 60)])
def test_one_large_stratum_has_wilsons_own_interval(same: int, decided: int) -> None:
    share, low, high = stratified([votes(same, decided, 10**7)])
    assert share == same / decided
    assert (low, high) == pytest.approx(wilson(same, decided), abs=1e-6)


def test_a_stratum_asked_whole_is_known() -> None:
    assert stratified([votes(3, 4, 4)]) == (0.75, 0.75, 0.75)


def test_strata_weigh_by_their_pairs_and_not_by_their_votes() -> None:
    found = election(
        {"joined_a": [SAME] * 10, "joined_b": [DIFFERENT] * 10},
        {"joined_a": 900, "joined_b": 100},
    )
    assert found.precision.value == pytest.approx(0.9)


def test_recall_counts_every_pair_of_the_bundles_that_stayed_apart() -> None:
    found = election(
        {"joined_a": [SAME] * 20, "apart": [SAME] * 50 + [DIFFERENT] * 50},
        {"joined_a": 900, "apart": 200},
    )
    assert found.recall.value == pytest.approx(0.9)
    assert found.recall.low is not None
    assert found.recall.low < 0.9


def test_where_nobody_saw_a_match_apart_there_may_be_none() -> None:
    apart = StratumVotes(stratum="apart", joined=False, pairs=400, same=0, decided=15)
    answers = [(Bundle(pairs=2, bits=-1.0), False)] * 15
    alike = Bundle(pairs=2, bits=-1.0, count=200)
    sizes = [Stratum(name="apart", joined=False, pairs=400, bundles=(alike,))]
    found = voted_recall([votes(20, 20, 900), apart], sizes, answers)
    assert found.value is not None
    assert found.value < 1
    assert found.high == pytest.approx(1)


def test_what_was_voted_on_out_of_turn_is_not_counted() -> None:
    found = election({"joined_a": [SAME, "", DIFFERENT]}, {"joined_a": 100})
    assert (found.answered, found.decided) == (2, 1)


def test_kinds_of_pairs_without_a_vote_leave_recall_not_assessed() -> None:
    found = election({"joined_a": [SAME] * 5, "apart": [""]}, {"joined_a": 100, "apart": 100})
    assert found.precision.assessed
    assert not found.recall.assessed


def test_nobody_voted_is_no_result() -> None:
    assert count_votes([], [], {}, kind=EntityKind.PERSON) is None


def test_a_pair_the_voters_differ_on_is_undecided_until_they_settle_it() -> None:
    assert verdict({"A": SAME, "B": DIFFERENT}) is None
    assert verdict({"A": SAME, "B": UNSURE}) == SAME
    assert verdict({"A": UNSURE}) is None


@given(ANSWERS)
def test_kappa_is_one_with_oneself_and_never_more(answers: list[str]) -> None:
    with_oneself = kappa([(a, a) for a in answers])
    assert with_oneself in (None, 1.0)
    shifted = kappa(list(zip(answers, answers[1:] + answers[:1], strict=True)))
    assert shifted is None or shifted <= 1


def test_kappa_of_a_textbook_table() -> None:
    # Cohen's own layout: 20 both yes, 15 both no, 5 and 10 apart.
    pairs = [(SAME, SAME)] * 20 + [(DIFFERENT, DIFFERENT)] * 15
    pairs += [(SAME, DIFFERENT)] * 5 + [(DIFFERENT, SAME)] * 10
    assert kappa(pairs) == pytest.approx(0.4)


STRATA = st.dictionaries(st.sampled_from(["joined_a", "joined_b", "joined_weak", "apart"]), SIZES)


@given(STRATA, st.integers(60, 150))
def test_questions_are_never_more_than_pairs_and_more_are_asked_when_more_are_wanted(
    sizes: dict[str, int], n: int
) -> None:
    found = [stratum(name, pairs) for name, pairs in sizes.items()]
    few, many = shares_of(found, n), shares_of(found, 2 * n)
    assert all(1 <= few[s.name] <= s.questions for s in found)
    assert all(many[s] >= few[s] for s in sizes)


BUNDLES = st.builds(
    Bundle,
    pairs=st.integers(1, 6),
    bits=st.integers(-24, 8).map(lambda n: n / 2),
    choice=st.integers(0, 16).map(lambda n: n / 2),
    one_source=st.sampled_from([0.0, 1.0]),
    contradicts=st.sampled_from([0.0, 1.0]),
)


@given(st.lists(st.tuples(BUNDLES, st.booleans()), min_size=1, max_size=40))
def test_matches_apart_are_never_fewer_than_voters_saw_nor_more_than_there_are_pairs(
    told: list[tuple[Bundle, bool]],
) -> None:
    every = [bundle for bundle, _ in told]
    seen = sum(bundle.pairs for bundle, same in told if same)
    found, low, high = missed_matches(told, every)
    # Every bundle was asked: nothing is left to the curve.
    assert found == pytest.approx(seen, abs=1e-6)
    more, low, high = missed_matches(told, [*every, Bundle(pairs=3, bits=0.0, count=50)])
    assert seen - 1e-6 <= low <= more <= high
    assert more <= seen + 150


@given(BUNDLES, st.sampled_from(["bits", "one_source", "contradicts"]))
def test_before_a_vote_bits_speak_for_a_bundle_and_a_source_in_common_against(
    bundle: Bundle, name: str
) -> None:
    assume(not getattr(bundle, name) or name == "bits")
    # Outside the middle, so that what is expected of the others stays as it was.
    bundle = replace(bundle, bits=bundle.bits if bundle.bits < -3 else 4.0)
    other = replace(bundle, **{name: getattr(bundle, name) + 1.0})
    middle = Bundle(pairs=1, bits=0.0, count=10)
    one, another = (missed_matches([], [middle, each])[0] for each in (bundle, other))
    assert (another > one) == (name == "bits")


@pytest.mark.parametrize("bit", [0.4, 0.7, 0.9])
def test_the_curve_finds_the_matches_whether_or_not_bits_mean_what_they_say(bit: float) -> None:
    chance = np.random.default_rng(5)
    kinds = [Bundle(pairs=2, bits=n / 2, choice=c) for n in range(-16, 9) for c in (0.0, 2.0)]
    drawn = [each for each in kinds for _ in range(60 if each.bits > -3 else 300)]
    odds = np.array([bit * each.bits - 0.7 * each.choice - 0.5 for each in drawn])
    likely = 1 / (1 + np.exp(-odds))
    same = chance.random(len(drawn)) < likely
    size = likely * (1 - likely)
    asked = chance.choice(len(drawn), 90, replace=False, p=size / size.sum())
    found, low, high = missed_matches([(drawn[n], bool(same[n])) for n in asked], drawn)
    true = 2 * int(same.sum())
    assert low <= true <= high
    assert found == pytest.approx(true, rel=0.3)
