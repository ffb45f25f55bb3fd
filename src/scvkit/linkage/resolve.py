"""From scored pairs to clusters: low, mid and high, each inside the next."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

from scvkit.engine import Connection, quoted
from scvkit.linkage.clusters import Clusters, Edge, components
from scvkit.linkage.corrections import Corrections
from scvkit.linkage.model import Model, score
from scvkit.linkage.prepared import Prepared
from scvkit.linkage.tiers import Thresholds, classify
from scvkit.vocabulary import Tier

# Inside a component this large not every pair is compared: what was blocked must do.
LARGEST_COMPLETED_COMPONENT = 100
STRENGTH = {Tier.A: 0, Tier.B: 1, Tier.C: 2, Tier.D: 3}
COUNTED = (Tier.A, Tier.B, Tier.C)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """Cluster of every compared record by three strictnesses, and what tied it there."""

    low: dict[str, str]
    mid: dict[str, str]
    high: dict[str, str]
    weakest: dict[str, Tier | None]
    refused: tuple[Edge, ...]
    merges: tuple[tuple[str, str, int], ...]


def complete_components(
    connection: Connection,
    prepared: Prepared,
    model: Model,
    scored: str,
    thresholds: Thresholds,
    pairs: str,
) -> int:
    """Score and classify the pairs inside each component that blocking did not bring together.

    Adds them to ``scored`` and ``pairs``; returns how many. Without them a chain of good pairs
    hides that its two ends contradict each other.
    """
    edges = connection.execute(
        f"select unique_id_l, unique_id_r from {quoted(pairs)}"
        " where tier in ('A', 'B', 'C', 'D') order by all"
    ).fetchall()
    members: dict[str, list[str]] = defaultdict(list)
    named = {record for edge in edges for record in edge}
    for record, component in components(sorted(named), edges).items():
        members[component].append(record)
    known = set(
        connection.execute(f"select unique_id_l, unique_id_r from {quoted(scored)}").fetchall()
    )
    missing = [
        pair
        for component in sorted(members)
        if 2 < len(members[component]) <= LARGEST_COMPLETED_COMPONENT
        for pair in combinations(sorted(members[component]), 2)
        if pair not in known
    ]
    if not missing:
        return 0
    added, tiered = f"{pairs}_added", f"{pairs}_added_tiers"
    _write_edges(connection, missing, "linkage_missing")
    if model.refused:
        score_by_facts(connection, prepared, added, pairs="linkage_missing")
    else:
        score(connection, prepared, model, added, pairs="linkage_missing")
    weight = 0.0 if model.refused else model.prior_weight
    classify(connection, prepared, added, weight, thresholds, tiered)
    connection.execute(f"insert into {quoted(scored)} select * from {quoted(added)}").fetchall()
    connection.execute(f"insert into {quoted(pairs)} select * from {quoted(tiered)}").fetchall()
    return len(missing)


def cluster(
    connection: Connection,
    prepared: Prepared,
    pairs: str,
    corrections: Corrections | None = None,
) -> Clustering:
    """Return the clusters of every record of ``prepared`` from the pairs and their tiers.

    The client's must-links hold from the first strictness on, the cannot-links in all three.
    """
    must = corrections.must(prepared.kind) if corrections else ()
    cannot = corrections.cannot(prepared.kind) if corrections else frozenset()
    compared = {
        str(row[0])
        for row in connection.execute(f"select unique_id from {quoted(prepared.table)}").fetchall()
    }
    # A record with nothing to compare may still be one that the client knows.
    records = sorted(compared | {record for edge in must for record in edge})
    found = connection.execute(
        f"""select unique_id_l, unique_id_r, evidence, tier, contradicts
        from {quoted(pairs)} order by evidence desc, unique_id_l, unique_id_r"""
    ).fetchall()
    edges = [(left, right, Tier(tier)) for left, right, _, tier, _ in found if tier in STRENGTH]
    linked = components(records, [(left, right) for left, right, _ in edges])
    # Only pairs inside a component can ever meet.
    inside = [row for row in found if linked[row[0]] == linked[row[1]]]
    evidence = {(row[0], row[1]): float(row[2]) for row in inside}
    contradicting = {(row[0], row[1]) for row in inside if row[4]} | cannot
    clusters = Clusters(records, evidence, contradicting)
    clusters.force(must)
    clusters.merge([(a, b) for a, b, tier in edges if tier is Tier.A])
    low = clusters.ids()
    clusters.merge([(a, b) for a, b, tier in edges if tier in (Tier.B, Tier.C)])
    mid = clusters.ids()
    refused, merges = tuple(clusters.refused), tuple(clusters.merges)
    clusters.merge([(a, b) for a, b, tier in edges if tier is Tier.D])
    return Clustering(
        low=low,
        mid=mid,
        high=clusters.ids(),
        weakest=_weakest_ties(records, [*edges, *((a, b, Tier.A) for a, b in must)], mid),
        refused=refused,
        merges=merges,
    )


def score_by_facts(
    connection: Connection, prepared: Prepared, into: str, *, pairs: str = "", rules: str = ""
) -> int:
    """Give pairs that agree on a rule the same evidence: no model could be trained."""
    table = quoted(prepared.table)
    chosen = (
        f"select join_key_l as a, join_key_r as b from {quoted(pairs)}"
        if pairs
        else f"select l.unique_id as a, r.unique_id as b from {table} l join {table} r"
        f" on ({rules or 'false'}) and l.unique_id < r.unique_id"
    )
    connection.execute(
        f"""create or replace temp table {quoted(into)} as
        select distinct least(a, b) as unique_id_l, greatest(a, b) as unique_id_r,
            cast(0.5 as double) as evidence from ({chosen}) order by all"""
    ).fetchall()
    return int(connection.execute(f"select count(*) from {quoted(into)}").fetchall()[0][0])


def _write_edges(connection: Connection, edges: list[Edge], table: str) -> None:
    import pandas as pd

    frame = pd.DataFrame(edges, columns=["join_key_l", "join_key_r"])
    connection.execute("select 1").fetchall()
    connection.register("linkage_edge_frame", frame)
    connection.execute(
        f"create or replace temp table {quoted(table)} as"
        " select '0' as match_key, join_key_l, join_key_r from linkage_edge_frame order by all"
    ).fetchall()
    connection.unregister("linkage_edge_frame")


def _weakest_ties(
    records: list[str], edges: list[tuple[str, str, Tier]], mid: dict[str, str]
) -> dict[str, Tier | None]:
    """The strongest tie of each record to its cluster; null when alone.

    A record is as well tied as its best pair: the weakest link of the record, not of the cluster.
    """
    best: dict[str, Tier | None] = dict.fromkeys(records)
    for left, right, tier in edges:
        if tier in COUNTED and mid[left] == mid[right]:
            for record in (left, right):
                known = best[record]
                if known is None or STRENGTH[tier] < STRENGTH[known]:
                    best[record] = tier
    return best
