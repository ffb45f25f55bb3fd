"""Hide-and-recover: take a known key away from half the rows and see which links survive."""

from __future__ import annotations

import numpy as np

from scvkit.engine import Connection, quoted, text_literal
from scvkit.linkage.components import Numbers
from scvkit.linkage.kinds import Linked, fact_rules
from scvkit.linkage.neighbourhoods import neighbourhood_sample
from scvkit.linkage.prepared import KEYS, hide
from scvkit.linkage.resolve import cluster, complete_components, numbered, score_by_facts
from scvkit.linkage.scoring import LEAST_EVIDENCE, block, score
from scvkit.linkage.tiers import classify
from scvkit.records.evidence import Evidence, measured_share, not_assessed

BOOTSTRAPS = 400
LEAST_LINKS = 10
HIDDEN_TABLE = "linkage_hidden"


def hide_and_recover(connection: Connection, linked: Linked) -> Evidence:
    """Share of hidden key links whose two records still end in one cluster.

    Each key in turn is hidden on the half of its rows that a hash picks; the trained model
    scores again, in large sets on a sample of whole neighbourhoods. The range is a bootstrap over
    persons.
    """
    method = "linkage.method.recovery"
    linked = neighbourhood_sample(connection, linked)
    records = linked.prepared.records
    tested, passed = np.zeros(records, dtype=np.int64), np.zeros(records, dtype=np.int64)
    refs = []
    for key in KEYS[linked.prepared.kind]:
        links = _hidden_links(connection, linked, key)
        if len(links["l"]) < LEAST_LINKS:
            continue
        after = clusters_without(connection, linked, key, hidden_half(key, "unique_id"))
        found = (after[links["l"]] >= 0) & (after[links["l"]] == after[links["r"]])
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


def hidden_half(key: str, record: str) -> str:
    """Return SQL that is true for the half of the records on which ``key`` is hidden."""
    return f"substr(md5({record} || {text_literal('/' + key)}), 1, 1) < '8'"


def clusters_without(connection: Connection, linked: Linked, key: str, where: str) -> Numbers:
    """Return the clusters that the trained model finds with ``key`` hidden ``where``.

    By number of the record in ``linked``; -1 for a record that has nothing left to compare.
    """
    hidden = hide(connection, linked.prepared, key, where, table=HIDDEN_TABLE)
    scored, pairs = f"{HIDDEN_TABLE}_scored", f"{HIDDEN_TABLE}_pairs"
    if linked.model.refused:
        score_by_facts(connection, hidden, scored, rules=fact_rules(hidden))
    else:
        blocked = f"{HIDDEN_TABLE}_blocked"
        block(connection, hidden, linked.model, blocked)
        score(connection, hidden, linked.model, scored, pairs=blocked, least=LEAST_EVIDENCE)
    classify(connection, hidden, scored, linked.prior_weight, linked.thresholds, pairs)
    complete_components(connection, hidden, linked.model, scored, linked.thresholds, pairs)
    mids = cluster(connection, hidden, pairs).mids
    number = connection.execute(
        f"""select whole.rowid as number from {quoted(HIDDEN_TABLE)} hidden
        join {quoted(linked.prepared.table)} whole using (unique_id) order by hidden.rowid"""
    ).fetchnumpy()["number"]
    after = np.full(linked.prepared.records, -1, dtype=np.int64)
    after[number] = number[mids]
    return after


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


def _hidden_links(connection: Connection, linked: Linked, key: str) -> dict[str, Numbers]:
    """Links of the key inside clusters where it is hidden on one side, by record number."""
    mids = linked.clustering.mids
    found = numbered(
        connection,
        linked.prepared,
        linked.pairs,
        f"""tier in ('A', 'B') and list_contains(key_agreements, {text_literal(key)})
            and ({hidden_half(key, "unique_id_l")} or {hidden_half(key, "unique_id_r")})""",
    )
    together = mids[found["l"]] == mids[found["r"]]
    return {side: numbers[together] for side, numbers in found.items()}
