"""Hide-and-recover: take a known key away from half the rows and see which links survive."""

from __future__ import annotations

import numpy as np

from scvkit.engine import Connection, RowTables, quoted, text_literal
from scvkit.linkage.components import Numbers
from scvkit.linkage.kinds import Linked
from scvkit.linkage.prepared import KEYS
from scvkit.linkage.resolve import numbered
from scvkit.linkage.without_key import HiddenKey, write_without_key
from scvkit.records.evidence import Evidence, measured_share, not_assessed

BOOTSTRAPS = 400
LEAST_LINKS = 10
HIDDEN_TABLE = "linkage_hidden"


def hide_and_recover(connection: Connection, rows: RowTables, linked: Linked) -> Evidence:
    """Share of hidden key links whose two records still end in one cluster.

    Each key in turn is hidden on the half of its rows that a hash picks, and the kept evidence
    judged again; ``linked`` is the part of the linkage whose evidence was kept. The range is a
    bootstrap over persons.
    """
    method = "linkage.method.recovery"
    records = linked.prepared.records
    tested, passed = np.zeros(records, dtype=np.int64), np.zeros(records, dtype=np.int64)
    refs = []
    for key in KEYS[linked.prepared.kind]:
        hidden = HiddenKey(key=key, half=0)
        links = _hidden_links(connection, linked, hidden)
        if len(links["l"]) < LEAST_LINKS:
            continue
        write_without_key(connection, rows, hidden, HIDDEN_TABLE)
        after = _clusters_after(connection, linked)
        found = after[links["l"]] == after[links["r"]]
        person = linked.clustering.mids[links["l"]]
        np.add.at(tested, person, 1)
        np.add.at(passed, person, found)
        refs.append(f"records.{key}")
    total = int(tested.sum())
    if total == 0:
        return not_assessed("no_key_links", method=method)
    known = tested > 0
    low, high = bootstrap(passed[known], tested[known])
    return measured_share(
        int(passed.sum()), total, method=method, refs=tuple(refs), low=low, high=high
    )


def bootstrap(passed: Numbers, tested: Numbers, *, seed: int = 1) -> tuple[float, float]:
    """Return the 95 % range of the pooled share when whole clusters are drawn again.

    >>> low, high = bootstrap(np.repeat([1, 0], 50), np.repeat([1], 100))
    >>> 0.35 < low < 0.5 < high < 0.65
    True
    """
    rng = np.random.default_rng(seed)
    shares = []
    for _ in range(BOOTSTRAPS):
        drawn = rng.integers(0, len(tested), len(tested))
        shares.append(passed[drawn].sum() / tested[drawn].sum())
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(low), float(high)


def _hidden_links(connection: Connection, linked: Linked, hidden: HiddenKey) -> dict[str, Numbers]:
    """Links of the key inside clusters where it is hidden on one side, by record number."""
    mids = linked.clustering.mids
    found = numbered(
        connection,
        linked.prepared,
        linked.pairs,
        f"""tier in ('A', 'B') and list_contains(key_agreements, {text_literal(hidden.key)})
            and ({hidden.where("unique_id_l")} or {hidden.where("unique_id_r")})""",
    )
    together = mids[found["l"]] == mids[found["r"]]
    return {side: numbers[together] for side, numbers in found.items()}


def _clusters_after(connection: Connection, linked: Linked) -> Numbers:
    """The clusters without the key by number of the record; a link that was hidden is in them."""
    found = connection.execute(
        f"""select record.rowid as number, dense_rank() over (order by cluster_id) as cluster
        from {quoted(HIDDEN_TABLE)} hidden
        join {quoted(linked.prepared.table)} record on unique_id = record_key order by number"""
    ).fetchnumpy()
    # Who is no neighbour of a hidden value stays alone here: no hidden link ends there.
    after = -1 - np.arange(linked.prepared.records, dtype=np.int64)
    after[found["number"]] = found["cluster"]
    return after
