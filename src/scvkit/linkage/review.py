"""Clusters worth a look: weakest link, contradictions, bridges, sizes out of the common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scvkit.engine import Connection, RowTables, Steps, text_literal
from scvkit.records.extracts import Intake, number_issuers
from scvkit.records.linkage import ClusterReview
from scvkit.vocabulary import EntityKind

# Tukey's far fence: sizes above it are out of the common even in a skewed set.
FENCE = 3.0
SMALLEST_LARGE = 6
# A bridge parts groups: a record that hangs on one pair is told by its weakest link.
SMALLEST_GROUP = 2
BATCH = 50_000


def write_review(
    connection: Connection, rows: RowTables, intake: Intake
) -> tuple[ClusterReview, ...]:
    """Write ``cluster_review``, one row per cluster of several records; return the counts.

    The weakest link is the pair without which the cluster falls apart at the highest weight: the
    last one needed when pairs are taken from the strongest down. A bridge is a single pair that
    alone holds two groups of two records or more together. A cluster that pairs alone would not
    hold is held by the client's list.
    """
    large_from = {kind: _large_from(connection, rows, kind) for kind in EntityKind}
    steps = _steps(rows, intake, large_from)
    links = _links(connection, rows)
    _register(connection, links)
    rows.write(
        connection,
        steps.sql(
            """select cluster_id, entity_kind, cluster.records, sources,
                case when link.records = cluster.records then link.tier else 'client' end
                    as weakest_tier, link.weight as weakest_weight,
                link.record_l as weakest_l, link.record_r as weakest_r,
                two_numbers, two_birth_dates, two_names,
                coalesce(link.bridges, 0) as bridges, large
            from one_row_per_cluster cluster
            left join linkage_review_frame link using (cluster_id)
            order by cluster_id"""
        ),
        "cluster_review",
    )
    connection.execute("select 1").fetchall()
    connection.unregister("linkage_review_frame")
    return tuple(_counts(connection, rows, kind, large_from[kind]) for kind in EntityKind)


@dataclass(slots=True)
class _Link:
    """What holds one cluster together; None where no pair was counted."""

    tier: str | None = None
    weight: float | None = None
    record_l: str | None = None
    record_r: str | None = None
    records: int = 1  # held together by pairs; the client's list may hold more
    bridges: int = 0


def _large_from(connection: Connection, rows: RowTables, kind: EntityKind) -> int:
    quartiles = connection.execute(
        f"""select quantile_cont(records, 0.25), quantile_cont(records, 0.75) from (
            select count(*) as records from {rows.scan("clusters")}
            where entity_kind = {text_literal(kind)} group by cluster_id having count(*) > 1)"""
    ).fetchall()[0]
    if quartiles[0] is None:
        return SMALLEST_LARGE
    low, high = float(quartiles[0]), float(quartiles[1])
    return max(SMALLEST_LARGE, int(high + FENCE * (high - low)) + 1)


def _steps(rows: RowTables, intake: Intake, large_from: dict[EntityKind, int]) -> Steps:
    issuers = ", ".join(text_literal(source) for source in number_issuers(intake))
    steps = Steps()
    steps.step(
        "member",
        f"select clusters.cluster_id, records.* from {rows.scan('clusters')} clusters"
        f" join {rows.scan('records')} records using (record_key)",
    )
    steps.step(
        "cluster_with_numbers",
        f"""select distinct cluster_id from member where source in ({issuers or "null"})
        group by cluster_id, source having count(distinct customer_number) > 1
        union select cluster_id from member where entity_kind = 'organisation'
        group by cluster_id having count(distinct org_number) > 1""",
    )
    steps.step(
        "cluster_with_names",
        """select distinct a.cluster_id from member a join member b
            on a.cluster_id = b.cluster_id and a.given_name < b.given_name
        where jaro_winkler_similarity(a.given_name, b.given_name) < 0.75
            and not starts_with(b.given_name, a.given_name)
            and coalesce(a.given_name <> b.surname and b.given_name <> a.surname, true)""",
    )
    limit = " ".join(f"when {text_literal(kind)} then {n}" for kind, n in large_from.items())
    steps.step(
        "one_row_per_cluster",
        f"""select cluster_id, any_value(entity_kind) as entity_kind, count(*) as records,
            count(distinct source) as sources,
            cluster_id in (from cluster_with_numbers) as two_numbers,
            count(distinct date_of_birth) > 1 as two_birth_dates,
            cluster_id in (from cluster_with_names) as two_names,
            count(*) >= case any_value(entity_kind) {limit} end as large
        from member group by cluster_id having count(*) > 1""",
    )
    return steps


def _links(connection: Connection, rows: RowTables) -> dict[str, _Link]:
    """The weakest link of each cluster, and its bridges; one cluster at a time in memory."""
    result = connection.execute(
        f"""select cluster_l.cluster_id, record_key_l, record_key_r, pair.tier, match_weight
        from {rows.scan("pairs")} pair
        join {rows.scan("clusters")} cluster_l on cluster_l.record_key = record_key_l
        join {rows.scan("clusters")} cluster_r on cluster_r.record_key = record_key_r
            and cluster_r.cluster_id = cluster_l.cluster_id
        where pair.tier in ('A', 'B', 'C')
        order by cluster_l.cluster_id, pair.tier <> 'A', match_weight desc,
            record_key_l, record_key_r"""
    )
    links: dict[str, _Link] = {}
    held: list[tuple[str, str, str, float]] = []
    name = ""
    while batch := result.fetchmany(BATCH):
        for cluster, *pair in batch:
            if cluster != name and held:
                links[name] = _link(held)
                held = []
            name = cluster
            held.append((pair[0], pair[1], str(pair[2]), float(pair[3])))
    if held:
        links[name] = _link(held)
    return links


def _link(pairs: list[tuple[str, str, str, float]]) -> _Link:
    """What holds one cluster together; ``pairs`` come from the strongest down."""
    parent: dict[str, str] = {}

    def root(record: str) -> str:
        while parent.setdefault(record, record) != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    link = _Link()
    for left, right, tier, weight in pairs:
        a, b = root(left), root(right)
        if a != b:
            parent[a] = b
            link.tier, link.weight = tier, weight
            link.record_l, link.record_r = left, right
            link.records += 1
    link.bridges = sum(1 for _ in bridges((a, b) for a, b, _, _ in pairs))
    return link


def bridges(edges: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield each pair that alone holds two groups of one cluster, of two records or more, together.

    >>> list(bridges([("a", "b"), ("b", "c"), ("c", "d")]))
    [('b', 'c')]
    >>> list(bridges([("a", "b"), ("b", "c")]))
    []
    """
    near: dict[str, set[str]] = defaultdict(set)
    for left, right in edges:
        near[left].add(right)
        near[right].add(left)
    whole = len(near)
    # With more pairs than these a bridge between groups of two has no room (two complete parts).
    room = (whole - 2) * (whole - 3) // 2 + SMALLEST_GROUP
    if whole < 2 * SMALLEST_GROUP or sum(len(n) for n in near.values()) // 2 > room:
        return
    yield from _bridges(near)


def _bridges(near: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Tarjan's low points, without recursion: a cluster may be long."""
    order, above = _walk(near)
    low = dict(order)
    below = dict.fromkeys(order, 1)
    for here in reversed(order):
        for other in near[here]:
            if other != above[here]:
                low[here] = min(low[here], low[other] if above[other] == here else order[other])
        if above[here]:
            below[above[here]] += below[here]
    whole = len(order)
    for here, parent in above.items():
        lonely = min(below[here], whole - below[here]) < SMALLEST_GROUP
        if parent and low[here] > order[parent] and not lonely:
            yield (parent, here) if parent < here else (here, parent)


def _walk(near: dict[str, set[str]]) -> tuple[dict[str, int], dict[str, str]]:
    """Depth first from the first record: when each is met, and from where."""
    order: dict[str, int] = {}
    above: dict[str, str] = {}
    start = min(near)
    stack = [(start, "")]
    while stack:
        here, parent = stack.pop()
        if here in order:
            continue
        order[here], above[here] = len(order), parent
        stack += [(n, here) for n in sorted(near[here], reverse=True) if n not in order]
    return order, above


def _register(connection: Connection, links: dict[str, _Link]) -> None:
    import pandas as pd

    frame = pd.DataFrame(
        [
            (c, v.tier, v.weight, v.record_l, v.record_r, v.records, v.bridges)
            for c, v in links.items()
        ],
        columns=["cluster_id", "tier", "weight", "record_l", "record_r", "records", "bridges"],
    )
    for column in ("cluster_id", "tier", "record_l", "record_r"):
        frame[column] = frame[column].astype("string")
    frame = frame.astype({"weight": "float64", "records": "int64", "bridges": "int64"})
    connection.execute("select 1").fetchall()
    connection.register("linkage_review_frame", frame)


def _counts(
    connection: Connection, rows: RowTables, kind: EntityKind, large_from: int
) -> ClusterReview:
    [counted] = connection.execute(
        f"""select count(*), {
            ", ".join(f"count(*) filter (where weakest_tier = '{t}')" for t in ("A", "B", "C"))
        },
            count(*) filter (where weakest_tier not in ('A', 'B', 'C')),
            count(*) filter (where two_numbers), count(*) filter (where two_birth_dates),
            count(*) filter (where two_names), count(*) filter (where bridges > 0),
            count(*) filter (where large), coalesce(max(records), 0),
            count(*) filter (where two_numbers or two_birth_dates or two_names
                or bridges > 0 or large)
        from {rows.scan("cluster_review")} where entity_kind = {text_literal(kind)}"""
    ).fetchall()
    n = [int(value) for value in counted]
    return ClusterReview(
        kind=kind,
        clusters=n[0],
        weakest_a=n[1],
        weakest_b=n[2],
        weakest_c=n[3],
        weakest_other=n[4],
        two_numbers=n[5],
        two_birth_dates=n[6],
        two_names=n[7],
        bridges=n[8],
        large=n[9],
        large_from=large_from,
        largest=n[10],
        to_look_at=n[11],
    )
