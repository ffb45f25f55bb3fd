"""Votes become shares: weighted, bounded, and near the truth when the voter knows it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scvkit.linkage.vote_estimate import Stratum, curve, stratified, voted_recall
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
                )
            )
            if answer:
                cast[pair] = {"A": answer}
    found = tuple(Stratum(name=n, joined=n.startswith("joined"), pairs=p) for n, p in sizes.items())
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


def test_recall_counts_matches_that_stayed_apart() -> None:
    found = election(
        {"joined_a": [SAME] * 20, "apart_x": [SAME] * 10 + [DIFFERENT] * 10},
        {"joined_a": 900, "apart_x": 200},
    )
    assert found.recall.value == pytest.approx(0.9)
    assert found.recall.low is not None
    assert found.recall.low < 0.9 < (found.recall.high or 0)


def test_where_nobody_saw_a_match_apart_there_may_be_none() -> None:
    apart = StratumVotes(stratum="open_-2", joined=False, pairs=400, same=0, decided=15)
    sizes = [Stratum(name="open_-2", joined=False, pairs=400, weights=((-1.0, 400),))]
    told = {"open_-2": [(-1.0, False)] * 15}
    found = voted_recall([votes(20, 20, 900), apart], sizes, told)
    assert found.value is not None
    assert found.value < 1
    assert found.high == pytest.approx(1)


def test_what_was_voted_on_out_of_turn_is_not_counted() -> None:
    found = election({"joined_a": [SAME, "", DIFFERENT]}, {"joined_a": 100})
    assert (found.answered, found.decided) == (2, 1)


def test_kinds_of_pairs_without_a_vote_leave_recall_not_assessed() -> None:
    found = election({"joined_a": [SAME] * 5, "apart_x": [""]}, {"joined_a": 100, "apart_x": 100})
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


STRATA = st.dictionaries(st.sampled_from(["joined_a", "joined_b", "apart_x", "open_0"]), SIZES)


@given(STRATA, st.integers(60, 150))
def test_questions_are_never_more_than_pairs_and_more_are_asked_when_more_are_wanted(
    sizes: dict[str, int], n: int
) -> None:
    found = [Stratum(name=s, joined=s.startswith("joined"), pairs=p) for s, p in sizes.items()]
    few, many = shares_of(found, n), shares_of(found, 2 * n)
    assert all(1 <= few[s] <= sizes[s] for s in sizes)
    assert all(many[s] >= few[s] for s in sizes)


def test_the_curve_finds_the_matches_of_weights_that_mean_what_they_say() -> None:
    weights = [(-10 + w / 2, 2000 // (w + 1)) for w in range(36)]

    def chance(weight: float) -> float:
        return float(1 / (1 + 2**-weight))

    true = sum(n * chance(w) for w, n in weights)
    # A vote in proportion at each of six weights.
    answers = [
        (w, n < 20 * chance(w)) for w in (-4.5, -3.0, -1.0, 1.0, 3.0, 5.5) for n in range(20)
    ]
    matches, spread = curve(answers, weights)
    assert matches / spread <= true <= matches * spread
    assert matches == pytest.approx(true, rel=0.35)
