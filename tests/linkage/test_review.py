"""Clusters worth a look are counted in the result and listed in the private folder only."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scvkit import identity, linkage
from scvkit.linkage.clusters import components
from scvkit.linkage.review import bridges
from scvkit.records.linkage import ClusterReview
from scvkit.vocabulary import Domain
from tests.identity.small import Small

LISE = {"full_name": "Lise Lund", "email": "l@x.example"}
EDGES = st.sets(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg")))


def review(small: Small) -> ClusterReview:
    identity.write_records(small.connection, small.rows, small.engagement(), small.intake)
    found = linkage.link_records(small.connection, small.rows, small.engagement(), small.intake)
    return found.reviews[0]


def test_two_customer_numbers_of_one_issuer_are_a_contradiction(small: Small) -> None:
    small.add(
        "erp",
        [{**LISE, "customer_number": "1001"}, {**LISE, "customer_number": "1002"}],
        domain=Domain.PURCHASES,
    )
    found = review(small)
    assert (found.clusters, found.two_numbers, found.to_look_at) == (1, 1, 1)


def test_the_same_two_numbers_from_two_issuers_are_none(small: Small) -> None:
    small.add("erp", [{**LISE, "customer_number": "1001"}], domain=Domain.PURCHASES)
    small.add("crm", [{**LISE, "customer_number": "1002"}])
    assert review(small).two_numbers == 0


def test_the_weakest_link_is_the_one_a_cluster_cannot_do_without(small: Small) -> None:
    small.add("a", [{**LISE, "phone": "20304050"}]).add("b", [{**LISE, "phone": "20304050"}])
    small.add("c", [{"phone": "20304050"}])
    found = review(small)
    assert (found.weakest_a, found.weakest_b, found.weakest_c) == (0, 1, 0)
    (row,) = small.connection.execute(
        f"select weakest_l, weakest_r, records from {small.rows.scan('cluster_review')}"
    ).fetchall()
    assert "c/all/0" in row[:2]
    assert row[2] == 3


def test_a_cluster_with_more_records_than_is_common_is_listed(small: Small) -> None:
    small.add("desk", [LISE] * 12)
    for n in range(8):
        other = {"full_name": f"Ida {'abcdefgh'[n] * 6}", "email": f"i{n}@x.example"}
        small.add(f"s{n}", [other, other])
    found = review(small)
    assert (found.large, found.largest, found.large_from) == (1, 12, 6)


@given(EDGES)
def test_without_a_bridge_its_group_falls_in_two_parts_of_two_or_more(
    edges: set[tuple[str, str]],
) -> None:
    plain = {(a, b) for a, b in edges if a < b}
    records = {r for edge in plain for r in edge}
    found = set(bridges(sorted(plain)))
    for edge in plain:
        rest = components(sorted(records), sorted(plain - {edge}))
        sizes = [sum(rest[r] == rest[side] for r in records) for side in edge]
        parts = rest[edge[0]] != rest[edge[1]]
        # A bridge is looked for in one cluster: the test draws one at a time.
        if len(set(components(sorted(records), sorted(plain)).values())) == 1:
            assert (edge in found) == (parts and min(sizes) >= 2)
