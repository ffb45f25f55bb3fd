"""Clusters never hold two records that contradict each other, and never chain."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scvkit.linkage.clusters import Clusters, components

RECORDS = "abcdefg"
PAIRS = [(a, b) for a in RECORDS for b in RECORDS if a < b]


def clustered(
    edges: list[tuple[str, str]],
    contradicting: set[tuple[str, str]],
    evidence: dict[tuple[str, str], float] | None = None,
) -> dict[str, str]:
    known = dict.fromkeys(PAIRS, 10.0) | dict.fromkeys(edges, 10.0) | (evidence or {})
    clusters = Clusters(RECORDS, known, contradicting)
    clusters.merge(edges)
    return clusters.ids()


@given(
    edges=st.lists(st.sampled_from(PAIRS), unique=True),
    contradicting=st.sets(st.sampled_from(PAIRS)),
)
def test_no_cluster_holds_a_contradiction(
    edges: list[tuple[str, str]], contradicting: set[tuple[str, str]]
) -> None:
    found = clustered(edges, contradicting)
    assert not [pair for pair in contradicting if found[pair[0]] == found[pair[1]]]


@given(edges=st.lists(st.sampled_from(PAIRS), unique=True), cut=st.integers(0, 20))
def test_weaker_edges_only_ever_join_what_stronger_ones_made(
    edges: list[tuple[str, str]], cut: int
) -> None:
    clusters = Clusters(RECORDS, dict.fromkeys(PAIRS, 10.0), {("a", "g"), ("b", "f")})
    clusters.merge(edges[:cut])
    low = clusters.ids()
    clusters.merge(edges[cut:])
    high = clusters.ids()
    assert all(high[a] == high[b] for a, b in PAIRS if low[a] == low[b])


@given(edges=st.lists(st.sampled_from(PAIRS), unique=True))
def test_without_contradictions_clusters_are_the_connected_components(
    edges: list[tuple[str, str]],
) -> None:
    assert clustered(edges, set()) == components(RECORDS, edges)


@given(
    edges=st.lists(st.sampled_from(PAIRS), unique=True),
    tenths=st.dictionaries(st.sampled_from(PAIRS), st.integers(-90, 200)),
    contradicting=st.sets(st.sampled_from(PAIRS), max_size=3),
    forced=st.lists(st.sampled_from(PAIRS), max_size=1),
)
def test_a_merge_is_decided_as_if_every_pair_were_asked_again(
    edges: list[tuple[str, str]],
    tenths: dict[tuple[str, str], int],
    contradicting: set[tuple[str, str]],
    forced: list[tuple[str, str]],
) -> None:
    clusters = Clusters(RECORDS, {p: n / 10 for p, n in tenths.items()}, contradicting)
    clusters.force(forced)
    clusters.merge(edges)
    members = {record: {record} for record in RECORDS}
    for place, (left, right) in enumerate([*forced, *edges]):
        a, b = members[left], members[right]
        between = [(min(x, y), max(x, y)) for x in a for y in b]
        bits = sum(min(150, tenths.get(pair, -6)) for pair in between)
        allowed = place < len(forced) or (bits > 0 and contradicting.isdisjoint(between))
        if a is not b and allowed:
            members |= dict.fromkeys(a | b, a | b)
    assert clusters.ids() == {record: min(found) for record, found in members.items()}


def test_evidence_against_the_other_members_outweighs_one_good_pair() -> None:
    against = {("a", "c"): -9.0, ("b", "c"): 8.0, ("a", "b"): 10.0}
    found = clustered([("a", "b"), ("b", "c")], set(), against)
    assert found["a"] == found["b"] != found["c"]


def test_records_that_were_never_compared_do_not_chain() -> None:
    chain = list(pairwise(RECORDS))
    clusters = Clusters(RECORDS, dict.fromkeys(chain, 1.5), set())
    clusters.merge(chain)
    assert len(set(clusters.ids().values())) > 1
