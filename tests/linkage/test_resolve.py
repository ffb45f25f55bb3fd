"""Clusters of many records at once are those that merging pair by pair gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scvkit.engine import Connection, connect
from scvkit.linkage.clusters import Clusters, components
from scvkit.linkage.components import components_of, pairs_inside, same_members
from scvkit.linkage.corrections import CANNOT, MUST, Corrections, Pair
from scvkit.linkage.prepared import Prepared
from scvkit.linkage.resolve import cluster
from scvkit.vocabulary import EntityKind

RECORDS = "abcdefgh"
PAIRS = [(a, b) for a in RECORDS for b in RECORDS if a < b]
SCORED = st.dictionaries(
    st.sampled_from(PAIRS),
    st.tuples(st.integers(-20, 20).filter(bool), st.sampled_from(["A", "B", "C", "D", "X", None])),
    max_size=14,
)


def prepared(connection: Connection) -> Prepared:
    connection.execute(
        "create or replace temp table small as"
        f" select unnest({list(RECORDS)}) as unique_id order by unique_id"
    ).fetchall()
    return Prepared(table="small", kind=EntityKind.PERSON, records=len(RECORDS), filled={})


EDGES = st.lists(st.sampled_from(PAIRS), unique=True, max_size=3)


def corrections(must: list[tuple[str, str]], cannot: list[tuple[str, str]]) -> Corrections:
    said = [(MUST, edge) for edge in must] + [(CANNOT, edge) for edge in cannot]
    return Corrections(
        pairs=tuple(Pair(list=name, line=2, edge=e, kind=EntityKind.PERSON) for name, e in said)
    )


def one_by_one(
    scored: dict[tuple[str, str], tuple[int, str | None]],
    must: list[tuple[str, str]],
    cannot: list[tuple[str, str]],
) -> tuple[dict[str, str], int, int]:
    edges = sorted(scored, key=lambda pair: (-scored[pair][0], pair))
    clusters = Clusters(
        RECORDS,
        {pair: float(bits) for pair, (bits, _) in scored.items()},
        {pair for pair, (_, tier) in scored.items() if tier == "X"} | set(cannot),
    )
    clusters.force(must)
    for wanted in ("A", "BC"):
        clusters.merge([pair for pair in edges if scored[pair][1] in list(wanted)])
    brought = sum(pairs for _, _, pairs in clusters.merges)
    return clusters.ids(), len(clusters.refused), brought


@settings(max_examples=60, deadline=None)
@given(scored=SCORED, must=EDGES, cannot=EDGES)
def test_clusters_are_those_of_merging_one_pair_after_the_other(
    scored: dict[tuple[str, str], tuple[int, str | None]],
    must: list[tuple[str, str]],
    cannot: list[tuple[str, str]],
) -> None:
    connection = connect(threads=1)
    values = [
        f"('{a}', '{b}', {bits}.0, {'null' if tier is None else repr(tier)}, {tier == 'X'})"
        for (a, b), (bits, tier) in scored.items()
    ] or ["(null, null, 0.0, null, false)"]
    connection.execute(
        f"""create temp table pairs as select * from (values {", ".join(values)})
        found(unique_id_l, unique_id_r, evidence, tier, contradicts)"""
    ).fetchall()
    found = cluster(connection, prepared(connection), "pairs", corrections(must, cannot))
    ids, refused, brought = one_by_one(scored, must, cannot)
    assert found.mid == ids
    assert len(found.refusals) == refused
    assert int(found.merged.pairs.sum()) == brought
    assert found.clusters == len(set(ids.values()))


@given(edges=st.lists(st.sampled_from(PAIRS), unique=True))
def test_components_without_a_loop_are_those_of_following_edges(
    edges: list[tuple[str, str]],
) -> None:
    left, right = (
        np.array([RECORDS.index(pair[side]) for pair in edges], dtype=np.int64) for side in (0, 1)
    )
    expected = components(RECORDS, edges)
    found = components_of(len(RECORDS), left, right)
    assert [RECORDS[number] for number in found] == [expected[record] for record in RECORDS]
    inside = {(RECORDS[a], RECORDS[b]) for a, b in zip(*pairs_inside(found, most=8), strict=True)}
    sizes = {c: list(expected.values()).count(c) for c in expected.values()}
    assert inside == {
        (a, b) for a, b in PAIRS if expected[a] == expected[b] and sizes[expected[a]] > 2
    }


@given(one=st.lists(st.integers(0, 3), min_size=5, max_size=5), other=st.permutations(range(5)))
def test_a_record_stays_exactly_where_its_cluster_keeps_its_members(
    one: list[int], other: list[int]
) -> None:
    first, second = np.array(one), np.array(one)[other]
    held = [
        {n for n in range(5) if first[n] == first[record]}
        == {n for n in range(5) if second[n] == second[record]}
        for record in range(5)
    ]
    assert same_members(first, second).tolist() == held
