"""From scored pairs to clusters: low, mid and high, each inside the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from scvkit.engine import Connection, quoted
from scvkit.linkage.blocking import rule_sql
from scvkit.linkage.clustering import ALONE, Clustering, Merges
from scvkit.linkage.clusters import Clusters, Edge
from scvkit.linkage.components import Numbers, components_of, pairs_inside
from scvkit.linkage.corrections import Corrections
from scvkit.linkage.model import Model
from scvkit.linkage.prepared import MOST_HOLDERS_OF_A_KEY, Prepared
from scvkit.linkage.scoring import score
from scvkit.linkage.tiers import Thresholds, classify
from scvkit.linkage.vectors import Vectors, compare_more
from scvkit.vocabulary import Tier

# Inside a component this large not every pair is compared: what was blocked must do.
LARGEST_COMPLETED_COMPONENT = 100
STRENGTH = {Tier.A: 0, Tier.B: 1, Tier.C: 2, Tier.D: 3}
UNTIED = 9
# What the client says of a pair, whatever was compared.
FORCED, FORBIDDEN = -1, 10
# Records of doubtful components are merged one by one in Python, so many pairs at a time.
PAIRS_AT_A_TIME = 200_000


def complete_components(
    connection: Connection,
    prepared: Prepared,
    model: Model,
    vectors: Vectors | None,
    scored: str,
    thresholds: Thresholds,
    pairs: str,
) -> int:
    """Score and classify the pairs inside each component that blocking did not bring together.

    Adds them to ``scored`` and ``pairs``; returns how many. Without them a chain of good pairs
    hides that its two ends contradict each other.
    """
    tied = numbered(connection, prepared, pairs, "tier in ('A', 'B', 'C', 'D')")
    component = components_of(prepared.records, tied["l"], tied["r"])
    left, right = pairs_inside(component, most=LARGEST_COMPLETED_COMPONENT)
    if not len(left):
        return 0
    known = numbered(connection, prepared, scored)
    inside = component[known["l"]] == component[known["r"]]
    compared = known["l"][inside] * prepared.records + known["r"][inside]
    missing = ~np.isin(left * prepared.records + right, compared)
    if not missing.any():
        return 0
    added, tiered = f"{pairs}_added", f"{pairs}_added_tiers"
    write_numbered_pairs(connection, prepared, left[missing], right[missing])
    if vectors is None:
        score_by_facts(connection, prepared, added, pairs="linkage_missing")
    else:
        more = compare_more(connection, prepared, vectors, pairs="linkage_missing")
        score(connection, model, added, vectors=more)
    weight = 0.0 if model.refused else model.prior_weight
    classify(connection, prepared, added, weight, thresholds, tiered)
    connection.execute(f"insert into {quoted(scored)} select * from {quoted(added)}").fetchall()
    connection.execute(f"insert into {quoted(pairs)} select * from {quoted(tiered)}").fetchall()
    return int(missing.sum())


def cluster(
    connection: Connection,
    prepared: Prepared,
    pairs: str,
    corrections: Corrections | None = None,
) -> Clustering:
    """Return the clusters of every record of ``prepared`` from the pairs and their tiers.

    The client's must-links hold from the first strictness on, the cannot-links in all three.
    """
    found = numbered(
        connection,
        prepared,
        pairs,
        columns=f"""evidence, coalesce(contradicts, false) as contradicts,
            case tier {" ".join(f"when '{t}' then {n}" for t, n in STRENGTH.items())}
                else {UNTIED} end as strength""",
        order="evidence desc, l, r",
    )
    if corrections is not None:
        kind = prepared.kind
        _add(found, numbers_of(connection, prepared, corrections.must(kind)), FORCED)
        _add(found, numbers_of(connection, prepared, sorted(corrections.cannot(kind))), FORBIDDEN)
    left, right, strength = found["l"], found["r"], found["strength"]
    tied = strength < UNTIED
    component = components_of(prepared.records, left[tied], right[tied])
    inside = component[left] == component[right]
    # Where every pair was compared and speaks for, and none contradicts, no merge can be refused.
    doubtful = found["contradicts"].astype(bool) | (found["evidence"] <= 0) | (strength == FORCED)
    in_doubt = np.zeros(prepared.records, dtype=bool)
    in_doubt[component[left[doubtful & inside]]] = True
    in_doubt |= _partly_compared(component, left[inside & (strength <= UNTIED)])
    open_pair = in_doubt[component[left]]
    clear = tied & ~open_pair
    levels = [
        components_of(prepared.records, left[clear & upto], right[clear & upto])
        for upto in (strength == 0, strength <= 2, strength <= 3)
    ]
    merges = [_merges(left, right, component, clear, strength)]
    refused: list[tuple[int, int]] = []
    # Only pairs inside a component can ever meet.
    open_pair &= inside
    merges += [
        _merge_one_by_one(found, chosen, levels, refused)
        for chosen in _batches(component[left], open_pair)
    ]
    low, mid, high = levels
    return Clustering(
        connection=connection,
        prepared=prepared,
        lows=low,
        mids=mid,
        highs=high,
        ties=_weakest_ties(prepared.records, left, right, np.maximum(strength, 0), mid),
        refusals=np.array(refused, dtype=np.int64).reshape(-1, 2),
        merged=Merges(*(np.concatenate(part) for part in zip(*merges, strict=True))),
    )


def write_numbered_pairs(
    connection: Connection, prepared: Prepared, left: Numbers, right: Numbers
) -> None:
    """Write the pairs of record numbers as ``linkage_missing``: what Splink reads to score them."""
    import pandas as pd

    table = quoted(prepared.table)
    connection.execute("select 1").fetchall()
    connection.register("linkage_missing_frame", pd.DataFrame({"l": left, "r": right}))
    connection.execute(
        f"""create or replace temp table linkage_missing as
        select '0' as match_key, a.unique_id as join_key_l, b.unique_id as join_key_r
        from linkage_missing_frame join {table} a on a.rowid = l join {table} b on b.rowid = r
        order by l, r"""
    ).fetchall()
    connection.unregister("linkage_missing_frame")


def _partly_compared(component: Numbers, left: Numbers) -> Any:
    """True for roots of components with pairs nobody compared; ``left`` has one entry a pair."""
    sizes = np.bincount(component, minlength=len(component))
    compared = np.bincount(component[left], minlength=len(component))
    return compared < sizes * (sizes - 1) // 2


def numbers_of(
    connection: Connection, prepared: Prepared, edges: Sequence[Edge]
) -> tuple[Numbers, Numbers]:
    """Return both sides of the edges by record number; edges to records not here are left out."""
    import pandas as pd

    if not edges:
        none = np.empty(0, dtype=np.int64)
        return none, none
    connection.execute("select 1").fetchall()
    frame = pd.DataFrame(list(edges), columns=["l", "r"]).astype("string")
    connection.register("linkage_edge_frame", frame)
    table = quoted(prepared.table)
    found: dict[str, Any] = connection.execute(
        f"""select a.rowid as l, b.rowid as r from linkage_edge_frame edge
        join {table} a on a.unique_id = edge.l join {table} b on b.unique_id = edge.r
        order by l, r"""
    ).fetchnumpy()
    connection.unregister("linkage_edge_frame")
    return found["l"], found["r"]


def _add(found: dict[str, Any], edges: tuple[Numbers, Numbers], strength: int) -> None:
    """Add what the client says to the compared pairs, behind them."""
    n = len(edges[0])
    added = {
        "l": edges[0],
        "r": edges[1],
        "evidence": np.zeros(n),
        "contradicts": np.full(n, strength == FORBIDDEN),
        "strength": np.full(n, strength),
    }
    for column, values in added.items():
        found[column] = np.concatenate([found[column], values])


def score_by_facts(
    connection: Connection,
    prepared: Prepared,
    into: str,
    *,
    pairs: str = "",
    rules: Sequence[tuple[str, ...]] = (),
) -> int:
    """Give pairs that agree on a rule the same evidence: no model could be trained.

    What more than ``MOST_HOLDERS_OF_A_KEY`` records share is no fact about one of them.
    """
    if pairs:
        chosen = f"select join_key_l as a, join_key_r as b from {quoted(pairs)}"
    else:
        # One join per rule: an "or" between them would compare every record with every other.
        chosen = " union all ".join(_pairs_of_rule(prepared, rule) for rule in rules)
    connection.execute(
        f"""create or replace temp table {quoted(into)} as
        select distinct least(a, b) as unique_id_l, greatest(a, b) as unique_id_r,
            cast(0.5 as double) as evidence from ({chosen}) order by all"""
    ).fetchall()
    return int(connection.execute(f"select count(*) from {quoted(into)}").fetchall()[0][0])


def _pairs_of_rule(prepared: Prepared, rule: tuple[str, ...]) -> str:
    columns = ", ".join(quoted(column) for column in rule)
    few = f"""(select unique_id, {columns} from {quoted(prepared.table)}
        qualify count(*) over (partition by {columns}) <= {MOST_HOLDERS_OF_A_KEY})"""
    return f"""select l.unique_id as a, r.unique_id as b from {few} l join {few} r
        on {rule_sql(rule)} and l.unique_id < r.unique_id"""


def numbered(
    connection: Connection,
    prepared: Prepared,
    pairs: str,
    where: str = "true",
    *,
    columns: str = "",
    order: str = "l, r",
) -> dict[str, Any]:
    """Pairs by the numbers of their records, ``l`` and ``r``, and the columns asked for.

    The number of a record is its row in the prepared table, which is in the order of the keys.
    """
    table = quoted(prepared.table)
    return connection.execute(
        f"""select a.rowid as l, b.rowid as r{", " if columns else ""}{columns}
        from {quoted(pairs)} pair join {table} a on a.unique_id = pair.unique_id_l
            join {table} b on b.unique_id = pair.unique_id_r
        where {where} order by {order}"""
    ).fetchnumpy()


def _merges(left: Numbers, right: Numbers, component: Numbers, tie: Any, strength: Any) -> Merges:
    """The ties that join two clusters, and how many pairs of records each brings together.

    Tier A goes first, then B and C together: the order in which clusters are built.
    """
    tie = tie & (strength <= STRENGTH[Tier.C])
    pair = np.bincount(component)[component[left]] == 2
    lefts, rights = left[tie & pair].tolist(), right[tie & pair].tolist()
    counts = [1] * len(lefts)
    parent, size = list(range(len(component))), [1] * len(component)
    for phase in (strength == STRENGTH[Tier.A], strength > STRENGTH[Tier.A]):
        chosen = tie & ~pair & phase
        for a, b in zip(left[chosen].tolist(), right[chosen].tolist(), strict=True):
            of_a, of_b = a, b
            while of_a != (above := parent[of_a]):
                parent[of_a] = of_a = parent[above]
            while of_b != (above := parent[of_b]):
                parent[of_b] = of_b = parent[above]
            if of_a != of_b:
                lefts.append(a)
                rights.append(b)
                counts.append(size[of_a] * size[of_b])
                kept, gone = (of_a, of_b) if of_a < of_b else (of_b, of_a)
                parent[gone] = kept
                size[kept] += size[gone]
    return Merges(*(np.array(part, dtype=np.int64) for part in (lefts, rights, counts)))


def _batches(component: Numbers, chosen: Any) -> list[Numbers]:
    """Positions of the chosen pairs in parts that never split a component."""
    positions = np.flatnonzero(chosen)
    positions = positions[np.argsort(component[positions], kind="stable")]
    begins = np.flatnonzero(np.diff(component[positions], prepend=-1))
    wanted = np.arange(PAIRS_AT_A_TIME, len(positions), PAIRS_AT_A_TIME)
    cuts = begins[np.searchsorted(begins, wanted, side="right") - 1]
    # Within a part the pairs are in their order of evidence again.
    return [np.sort(part) for part in np.split(positions, np.unique(cuts)) if len(part)]


def _merge_one_by_one(
    found: dict[str, Any], chosen: Numbers, levels: list[Numbers], refused: list[tuple[int, int]]
) -> Merges:
    """Merge where something contradicts; fills the three levels for the records of the pairs."""
    ends = list(zip(found["l"][chosen].tolist(), found["r"][chosen].tolist(), strict=True))
    against = found["contradicts"][chosen].astype(bool).tolist()
    strength = found["strength"][chosen].tolist()
    compared = [n for n, each in enumerate(strength) if each not in (FORCED, FORBIDDEN)]
    evidence = found["evidence"][chosen].tolist()
    clusters: Clusters[int] = Clusters(
        sorted({record for pair in ends for record in pair}),
        {ends[n]: evidence[n] for n in compared},
        {pair for pair, contradicts in zip(ends, against, strict=True) if contradicts},
    )
    clusters.force([pair for pair, each in zip(ends, strength, strict=True) if each == FORCED])
    low, mid, high = levels
    for level, wanted in ((low, (0,)), (mid, (1, 2))):
        clusters.merge([p for p, each in zip(ends, strength, strict=True) if each in wanted])
        level[list(clusters.ids())] = list(clusters.ids().values())
    refused += clusters.refused
    merges = np.array(clusters.merges, dtype=np.int64).reshape(-1, 3)
    clusters.merge([p for p, each in zip(ends, strength, strict=True) if each == STRENGTH[Tier.D]])
    high[list(clusters.ids())] = list(clusters.ids().values())
    return Merges(*merges.T)


def _weakest_ties(
    records: int, left: Numbers, right: Numbers, strength: Any, mid: Numbers
) -> Numbers:
    """The strongest tie of each record to its cluster; ``ALONE`` when there is none.

    A record is as well tied as its best pair: the weakest link of the record, not of the cluster.
    """
    best = np.full(records, ALONE, dtype=np.int64)
    joined = (strength <= STRENGTH[Tier.C]) & (mid[left] == mid[right])
    for side in (left, right):
        np.minimum.at(best, side[joined], strength[joined])
    return best
