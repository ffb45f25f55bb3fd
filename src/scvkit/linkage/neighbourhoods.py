"""A part of the linked records that no pair leaves: whole neighbourhoods, drawn by chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scvkit.engine import Connection, quoted
from scvkit.linkage.clustering import Clustering, Merges
from scvkit.linkage.components import Numbers, components_of
from scvkit.linkage.kinds import Linked
from scvkit.linkage.prepared import Prepared, restricted
from scvkit.linkage.resolve import numbered, numbers_of

# Enough to tell shares to half a percent; linking all records again for each question would take
# most of the time that a million records need.
SAMPLED_RECORDS = 50_000


def neighbourhood_sample(
    connection: Connection, linked: Linked, *, records: int = SAMPLED_RECORDS, seed: int = 1
) -> Linked:
    """Return the linkage cut down to about ``records`` records; itself when there are no more.

    A neighbourhood is what pairs with a tier connect, X included: no cluster reaches out of it,
    and hiding a value or moving the threshold changes nothing across its border.
    """
    prepared = linked.prepared
    if prepared.records <= records:
        return linked
    tied = numbered(connection, prepared, linked.pairs, "tier is not null")
    # What the client says is one is one neighbourhood, whatever was compared.
    forced = numbers_of(connection, prepared, linked.corrections.must(prepared.kind))
    left, right = (
        np.concatenate([tied[side], edge]) for side, edge in zip("lr", forced, strict=True)
    )
    component = components_of(prepared.records, left, right)
    chosen = np.flatnonzero(_drawn(component, records, seed))
    name = f"{prepared.table}_sample"
    _write_chosen(connection, prepared.table, chosen, name)
    sample = restricted(connection, prepared, name)
    tables = {}
    vectors = linked.vectors
    for table in (linked.scored, linked.pairs, *((vectors.table,) if vectors else ())):
        tables[table] = f"{table}_sample"
        connection.execute(
            f"""create or replace temp table {quoted(tables[table])} as
            select pair.* from {quoted(table)} pair
            where unique_id_l in (select unique_id from {quoted(name)})
                and unique_id_r in (select unique_id from {quoted(name)})
            order by unique_id_l, unique_id_r"""
        ).fetchall()
    return replace(
        linked,
        prepared=sample,
        scored=tables[linked.scored],
        pairs=tables[linked.pairs],
        clustering=_within(linked.clustering, sample, chosen),
        vectors=vectors.of(tables[vectors.table]) if vectors else None,
    )


def _drawn(component: Numbers, records: int, seed: int) -> np.ndarray:
    """True for the records of components drawn until ``records`` are reached."""
    roots, sizes = np.unique(component, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(roots))
    taken = np.cumsum(sizes[order]) <= records
    member = np.zeros(len(component), dtype=bool)
    member[roots[order[taken]]] = True
    return member[component]


def _write_chosen(connection: Connection, table: str, chosen: Numbers, into: str) -> None:
    import pandas as pd

    connection.execute("select 1").fetchall()
    connection.register("linkage_chosen_frame", pd.DataFrame({"number": chosen}))
    connection.execute(
        f"""create or replace temp table {quoted(into)} as
        select record.* from {quoted(table)} record
        where record.rowid in (select number from linkage_chosen_frame) order by unique_id"""
    ).fetchall()
    connection.unregister("linkage_chosen_frame")


def _within(clustering: Clustering, sample: Prepared, chosen: Numbers) -> Clustering:
    """The clustering of the chosen records, numbered anew."""
    number = np.full(len(clustering.mids), -1, dtype=np.int64)
    number[chosen] = np.arange(len(chosen))
    left, right, pairs = clustering.merged
    inside = number[left] >= 0
    kept = number[clustering.refusals]
    return Clustering(
        connection=clustering.connection,
        prepared=sample,
        lows=number[clustering.lows[chosen]],
        mids=number[clustering.mids[chosen]],
        highs=number[clustering.highs[chosen]],
        ties=clustering.ties[chosen],
        refusals=kept[(kept >= 0).all(axis=1)],
        merged=Merges(number[left[inside]], number[right[inside]], pairs[inside]),
    )
