"""Hide-and-recover: take a known key away from half the rows and see which links survive."""

from __future__ import annotations

from collections import defaultdict

from scvkit.engine import Connection, RowTables, quoted, text_literal
from scvkit.linkage.kinds import Linked, fact_rules
from scvkit.linkage.model import score
from scvkit.linkage.prepared import KEYS, prepare
from scvkit.linkage.resolve import cluster, complete_components, score_by_facts
from scvkit.linkage.tiers import classify
from scvkit.records.evidence import Evidence, measured_share, not_assessed

BOOTSTRAPS = 400
LEAST_LINKS = 10
HIDDEN_TABLE = "linkage_hidden"


def hide_and_recover(connection: Connection, rows: RowTables, linked: Linked) -> Evidence:
    """Share of hidden key links whose two records still end in one cluster.

    Each key in turn is hidden on the half of its rows that a hash picks; the trained model
    scores again. The range is a bootstrap over persons.
    """
    method = "linkage.method.recovery"
    tested: dict[str, list[bool]] = defaultdict(list)
    refs = []
    for key in KEYS[linked.prepared.kind]:
        links = _hidden_links(connection, linked, key)
        if len(links) < LEAST_LINKS:
            continue
        after = clusters_without(connection, rows, linked, key, hidden_half(key, "record_key"))
        for left, right in links:
            tested[linked.clustering.mid[left]].append(after.get(left) == after.get(right, ""))
        refs.append(f"records.{key}")
    total = sum(len(links) for links in tested.values())
    if total == 0:
        return not_assessed("no_key_links", method=method)
    passed = sum(sum(links) for links in tested.values())
    low, high = bootstrap([(sum(links), len(links)) for _, links in sorted(tested.items())])
    return measured_share(passed, total, method=method, refs=tuple(refs), low=low, high=high)


def hidden_half(key: str, record: str) -> str:
    """Return SQL that is true for the half of the records on which ``key`` is hidden."""
    return f"substr(md5({record} || {text_literal('/' + key)}), 1, 1) < '8'"


def clusters_without(
    connection: Connection, rows: RowTables, linked: Linked, key: str, where: str
) -> dict[str, str]:
    """Return the clusters that the trained model finds with ``key`` hidden ``where``."""
    hidden = prepare(
        connection, rows, linked.prepared.kind, hidden=key, hidden_where=where, table=HIDDEN_TABLE
    )
    scored, pairs = f"{HIDDEN_TABLE}_scored", f"{HIDDEN_TABLE}_pairs"
    if linked.model.refused:
        score_by_facts(connection, hidden, scored, rules=fact_rules(hidden))
    else:
        score(connection, hidden, linked.model, scored)
    classify(connection, hidden, scored, linked.prior_weight, linked.thresholds, pairs)
    complete_components(connection, hidden, linked.model, scored, linked.thresholds, pairs)
    return cluster(connection, hidden, pairs).mid


def bootstrap(counts: list[tuple[int, int]], *, seed: int = 1) -> tuple[float, float]:
    """Return the 95 % range of the pooled share when whole clusters are drawn again.

    >>> low, high = bootstrap([(1, 1)] * 50 + [(0, 1)] * 50)
    >>> 0.35 < low < 0.5 < high < 0.65
    True
    """
    import numpy as np

    passed = np.array([c[0] for c in counts], dtype=float)
    tested = np.array([c[1] for c in counts], dtype=float)
    rng = np.random.default_rng(seed)
    shares = []
    for _ in range(BOOTSTRAPS):
        drawn = rng.integers(0, len(counts), len(counts))
        shares.append(passed[drawn].sum() / tested[drawn].sum())
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(low), float(high)


def _hidden_links(connection: Connection, linked: Linked, key: str) -> list[tuple[str, str]]:
    found = connection.execute(
        f"""select unique_id_l, unique_id_r from {quoted(linked.pairs)}
        where tier in ('A', 'B') and list_contains(key_agreements, {text_literal(key)})
            and ({hidden_half(key, "unique_id_l")} or {hidden_half(key, "unique_id_r")})
        order by unique_id_l, unique_id_r"""
    ).fetchall()
    mid = linked.clustering.mid
    return [(left, right) for left, right in found if mid[left] == mid[right]]
