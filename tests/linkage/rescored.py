"""The reference for hidden keys: Splink blocks, compares and scores again without them."""

from __future__ import annotations

from typing import Any

import numpy as np

from scvkit.engine import Connection, quoted
from scvkit.linkage.kinds import Linked
from scvkit.linkage.prepared import PERSON_COLUMNS, restricted
from scvkit.linkage.resolve import cluster, complete_components
from scvkit.linkage.scoring import LEAST_EVIDENCE, block, score
from scvkit.linkage.tiers import classify
from scvkit.linkage.vectors import compare

TABLE = "hidden"


def clusters_without(connection: Connection, linked: Linked, key: str, where: str) -> Any:
    """The clusters by number of the record in ``linked``; -1 for one with nothing to compare."""
    some_value = " or ".join(f"{column} is not null" for column in PERSON_COLUMNS)
    connection.execute(
        f"""create or replace temp table {quoted(TABLE)} as
        select * from (
            select * replace (case when not ({where}) then {key} end as {key})
            from {quoted(linked.prepared.table)})
        where {some_value} order by unique_id"""
    ).fetchall()
    hidden = restricted(connection, linked.prepared, TABLE)
    block(connection, hidden, linked.model, "hidden_blocked")
    vectors = compare(
        connection, hidden, linked.model.settings, "hidden_vectors", pairs="hidden_blocked"
    )
    score(connection, linked.model, "hidden_scored", vectors=vectors, least=LEAST_EVIDENCE)
    classify(
        connection,
        hidden,
        "hidden_scored",
        linked.prior_weight,
        linked.thresholds,
        "hidden_pairs",
    )
    complete_components(
        connection,
        hidden,
        linked.model,
        vectors,
        "hidden_scored",
        linked.thresholds,
        "hidden_pairs",
    )
    mids = cluster(connection, hidden, "hidden_pairs").mids
    number = connection.execute(
        f"""select whole.rowid as number from {quoted(TABLE)} hidden
        join {quoted(linked.prepared.table)} whole using (unique_id) order by hidden.rowid"""
    ).fetchnumpy()["number"]
    after = np.full(linked.prepared.records, -1, dtype=np.int64)
    after[number] = number[mids]
    return after
