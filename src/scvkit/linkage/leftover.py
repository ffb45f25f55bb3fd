"""Records left alone in sources that hold everybody once: the few that remain are compared again.

Where two lists have no duplicates, whoever is found in the other is out of the running. Among the
handful left on both sides a match is far likelier than among all records, so that less evidence
is enough.
"""

from __future__ import annotations

import math

import numpy as np

from scvkit.engine import Connection, quoted, text_literal
from scvkit.linkage.clustering import Clustering
from scvkit.linkage.model import Model
from scvkit.linkage.prepared import Prepared
from scvkit.linkage.resolve import write_numbered_pairs
from scvkit.linkage.scoring import score
from scvkit.linkage.tiers import Thresholds, classify
from scvkit.linkage.vectors import Vectors, compare_more

# Bits by which a match inside the source is less likely than elsewhere: it holds no duplicates.
NO_DUPLICATES = -4.0
# So few pairs of leftovers are all compared. Among more of them a match is no likelier.
MOST_PAIRS = 500_000
LEAST_GAIN = 0.5


def match_leftovers(
    connection: Connection,
    prepared: Prepared,
    model: Model,
    clustering: Clustering,
    thresholds: Thresholds,
    scored: str,
    pairs: str,
    *,
    vectors: Vectors | None,
) -> float:
    """Score and classify again the pairs of leftovers; return the bits they gained, 0 for none.

    Changes their rows in ``scored`` and ``pairs``; the caller builds the clusters anew.
    """
    clean = [source for source, bits in model.sources if source and bits <= NO_DUPLICATES]
    if len(clean) < 2 or vectors is None:
        return 0.0
    left, right = _leftover_pairs(connection, prepared, clustering, clean)
    if not len(left):
        return 0.0
    again, tiered = f"{scored}_leftover", f"{pairs}_leftover"
    write_numbered_pairs(connection, prepared, left, right)
    more = compare_more(connection, prepared, vectors, pairs="linkage_missing")
    score(connection, model, again, vectors=more)
    evidence = connection.execute(f"select evidence from {quoted(again)}").df()["evidence"]
    gain = _gain(evidence.to_numpy(dtype=float), model)
    if gain < LEAST_GAIN:
        return 0.0
    connection.execute(f"update {quoted(again)} set evidence = evidence + {gain}").fetchall()
    classify(connection, prepared, again, model.prior_weight, thresholds, tiered)
    for table, new in ((scored, again), (pairs, tiered)):
        connection.execute(
            f"""create or replace temp table {quoted(table)} as
            select * from (select * from {quoted(table)} anti join {quoted(new)}
                using (unique_id_l, unique_id_r) union all select * from {quoted(new)})
            order by unique_id_l, unique_id_r"""
        ).fetchall()
    return gain


def _leftover_pairs(
    connection: Connection, prepared: Prepared, clustering: Clustering, clean: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of records of two clean sources that are both alone; none when there are many."""
    names = ", ".join(text_literal(source) for source in clean)
    found = connection.execute(
        f"""select rowid as number, dense_rank() over (order by source) as source
        from {quoted(prepared.table)} where source in ({names}) order by number"""
    ).fetchnumpy()
    alone = np.bincount(clustering.mids, minlength=prepared.records)[clustering.mids] == 1
    kept = alone[found["number"]]
    number, source = found["number"][kept], found["source"][kept]
    sizes = np.bincount(source)
    none = np.empty(0, dtype=np.int64)
    if (len(number) ** 2 - (sizes**2).sum()) // 2 > MOST_PAIRS:
        return none, none
    first, second = np.triu_indices(len(number), k=1)
    across = source[first] != source[second]
    return number[first[across]], number[second[across]]


def _gain(evidence: np.ndarray, model: Model) -> float:
    """Bits by which a match is likelier among the leftovers than among all, both self-consistent.

    >>> from scvkit.linkage.model import Model
    >>> model = Model(settings={"probability_two_random_records_match": 2**-13}, sessions=())
    >>> 5 < _gain(np.array([12.0, 12.0] + [-20.0] * 98), model) < 9
    True
    """
    factors = np.exp2(np.clip(evidence, -60, 60))
    share = model.prior
    for _ in range(200):
        odds = share / (1 - share)
        following = float(np.clip((factors * odds / (1 + factors * odds)).mean(), 1e-9, 0.5))
        if abs(math.log(following / share)) < 1e-6:
            break
        share = following
    return round(math.log2(share / (1 - share)) - model.prior_weight, 6)
