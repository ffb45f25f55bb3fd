"""Pairs blocked by Splink, and the weights that a model lays on their comparison vectors."""

from __future__ import annotations

import math
from typing import Any

from scvkit.engine import Connection, quoted, text_literal
from scvkit.linkage.linker import open_linker
from scvkit.linkage.model import Model
from scvkit.linkage.prepared import Prepared
from scvkit.linkage.vectors import Vectors

# Pairs with more evidence against than this cannot become a lead; inside a component the
# missing pairs are scored afterwards.
LEAST_EVIDENCE = -3.0
# The first prior needs no more pairs than this to be known to a percent.
PAIRS_FOR_PRIOR = 1_000_000
MOST_SHARED_BITS = 60.0


def block(connection: Connection, prepared: Prepared, model: Model, into: str) -> int:
    """Write the pairs that the blocking rules bring together; return their count.

    The temporary table is what Splink reads as blocked pairs.
    """
    with open_linker(connection, prepared.table, model.settings) as linker:
        found = linker.inference.compute_blocked_pairs_for_predict()
        connection.execute(
            f"create or replace temp table {quoted(into)} as select * from {found.physical_name}"
        ).fetchall()
    return int(connection.execute(f"select count(*) from {quoted(into)}").fetchall()[0][0])


def score(
    connection: Connection,
    model: Model,
    into: str,
    *,
    vectors: Vectors,
    least: float | None = None,
    parts: bool = False,
) -> int:
    """Score the compared pairs into the temporary table ``into``; return their count.

    Columns ``unique_id_l, unique_id_r`` (in alphabetical order) and ``evidence``: the match
    weight in bits without the prior. Pairs with less than ``least`` are left out. With ``parts``
    neither kinds of non-match nor sources are counted yet: ``shared_<kind>`` holds the bits of a
    kind, ``bits_<comparison>`` those of each comparison without term frequency, ``within`` the
    source of both records, "" when they have two.
    """
    names = [str(c["output_column_name"]) for c in model.settings["comparisons"]]
    bits = {name: vectors.bits(model.settings, name) for name in names}
    weighed = ", ".join(
        f"{level} as bits_{name}, {frequency} as rarity_{name}"
        for name, (level, frequency) in bits.items()
    )
    # Summed in the order in which Splink does: its own match weight to the last digit.
    total = " + ".join(f"bits_{name} + rarity_{name}" for name in names)
    limit = "" if least is None else f" where {total} >= {least}"
    connection.execute(
        f"""create or replace temp table {quoted(into)} as
        select unique_id_l, unique_id_r, {_evidence(model, total, names, parts=parts)}
        from (select unique_id_l, unique_id_r, within, {weighed} from {quoted(vectors.table)})
        {limit} order by unique_id_l, unique_id_r"""
    ).fetchall()
    return int(connection.execute(f"select count(*) from {quoted(into)}").fetchall()[0][0])


def _evidence(model: Model, total: str, names: list[str], *, parts: bool) -> str:
    """SQL of the evidence, and with ``parts`` of what it is made of."""
    shared = {
        kind.name: " + ".join(f"bits_{c} + rarity_{c}" for c in kind.comparisons)
        for kind in model.kinds
    }
    if parts:
        selected = [f"round({total}, 6) as evidence"]
        selected += [f"round({sql}, 6) as shared_{name}" for name, sql in shared.items()]
        return ", ".join([*selected, *(f"bits_{name}" for name in names), "within"])
    against = " + ".join(
        f"{kind.odds} * pow(2.0, least({shared[kind.name]}, {MOST_SHARED_BITS}))"
        for kind in model.kinds
    )
    cases = " ".join(f"when {text_literal(source)} then {more}" for source, more in model.sources)
    own = f"case within {cases} else 0 end" if cases else "0"
    return f"round({total} + {own} - log2(1 + {against or 0}), 6) as evidence"


def sampled_vectors(connection: Connection, vectors: Vectors, pairs: int) -> tuple[Vectors, float]:
    """Return enough of the compared pairs to estimate the prior on, and their share of all."""
    parts = -(-pairs // PAIRS_FOR_PRIOR)
    if parts <= 1:
        return vectors, 1.0
    sample = f"{vectors.table}_sample"
    connection.execute(
        f"""create or replace temp table {quoted(sample)} as select * from {quoted(vectors.table)}
        where hash(unique_id_l, unique_id_r) % {parts} = 0 order by unique_id_l, unique_id_r"""
    ).fetchall()
    counted = connection.execute(f"select count(*) from {quoted(sample)}").fetchall()
    return vectors.of(sample), int(counted[0][0]) / pairs


def agreeing_prior(
    connection: Connection, scored: str, prepared: Prepared, first: float, *, share: float = 1.0
) -> float:
    """Return the prior at which the expected matches among the scored pairs equal it.

    ``share`` says which part of the blocked pairs was scored.
    """
    import numpy as np

    evidence = connection.execute(f"select evidence from {quoted(scored)}").df()["evidence"]
    factors = np.exp2(np.clip(evidence.to_numpy(dtype=float), -60, 60))
    if not len(factors):
        return first
    prior = first
    for _ in range(50):
        odds = prior / (1 - prior)
        posterior = factors * odds / (1 + factors * odds)
        following = float(np.clip(posterior.sum() / share / max(prepared.pairs, 1), 1e-9, 0.5))
        if abs(math.log(following / prior)) < 1e-6:
            break
        prior = following
    return prior


def explain(
    connection: Connection, model: Model, vectors: Vectors, pairs: str
) -> list[dict[str, Any]]:
    """Return what each pair of the table ``pairs`` has in common: level and bits by name.

    ``pairs`` holds ``join_key_l, join_key_r``. One dictionary a pair: ``unique_id_l,
    unique_id_r``, and for each comparison ``gamma_<name>`` (the level's number from the last, −1
    where missing), ``mw_<name>`` and ``mw_tf_adj_<name>``.
    """
    selected = []
    for comparison in model.settings["comparisons"]:
        name = str(comparison["output_column_name"])
        level, frequency = vectors.bits(model.settings, name)
        selected += [f"gamma_{name}", f"{level} as mw_{name}", f"{frequency} as mw_tf_adj_{name}"]
    frame = connection.execute(
        f"""select unique_id_l, unique_id_r, {", ".join(selected)}
        from {quoted(vectors.table)} join (
            select distinct least(join_key_l, join_key_r) as unique_id_l,
                greatest(join_key_l, join_key_r) as unique_id_r from {quoted(pairs)})
            using (unique_id_l, unique_id_r)
        order by unique_id_l, unique_id_r"""
    ).df()
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]
