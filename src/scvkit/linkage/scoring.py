"""Pairs blocked, scored and explained by Splink, and the prior that agrees with the scores."""

from __future__ import annotations

import copy
import math
from typing import Any

from scvkit.engine import Connection, quoted, text_literal
from scvkit.linkage.linker import open_linker, register_frequencies
from scvkit.linkage.model import Model
from scvkit.linkage.prepared import Prepared

# Pairs with more evidence against than this cannot become a lead; inside a component the
# missing pairs are scored afterwards.
LEAST_EVIDENCE = -3.0
# The first prior needs no more pairs than this to be known to a percent.
PAIRS_FOR_PRIOR = 1_000_000
MOST_SHARED_BITS = 60.0


def block(connection: Connection, prepared: Prepared, model: Model, into: str) -> int:
    """Write the pairs that the blocking rules bring together; return their count.

    The temporary table is what Splink reads as blocked pairs: once for every scoring.
    """
    with open_linker(connection, prepared.table, model.settings) as linker:
        found = linker.inference.compute_blocked_pairs_for_predict()
        connection.execute(
            f"create or replace temp table {quoted(into)} as select * from {found.physical_name}"
        ).fetchall()
    return int(connection.execute(f"select count(*) from {quoted(into)}").fetchall()[0][0])


def score(
    connection: Connection,
    prepared: Prepared,
    model: Model,
    into: str,
    *,
    pairs: str,
    least: float | None = None,
    parts: bool = False,
) -> int:
    """Score the pairs of the table ``pairs`` into the temporary table ``into``; return their count.

    Columns ``unique_id_l, unique_id_r`` (in alphabetical order) and ``evidence``: the match
    weight in bits without the prior. Pairs with less than ``least`` are left out. With ``parts``
    neither kinds of non-match nor sources are counted yet: ``shared_<kind>`` holds the bits of a
    kind, ``bits_<comparison>`` those of each comparison without term frequency, ``within`` the
    source of both records, "" when they have two.
    """
    settings = copy.deepcopy(model.settings)
    settings["blocking_rules_to_generate_predictions"] = []
    settings["retain_intermediate_calculation_columns"] = bool(parts or model.kinds)
    settings["additional_columns_to_retain"] = ["source"]
    with open_linker(connection, prepared.table, settings) as linker:
        if prepared.frequencies:
            register_frequencies(linker, connection, prepared.frequencies)
        blocked = linker._db_api.register(pairs)
        linker.table_management.register_blocked_pairs_for_predict(blocked)
        lowest = None if least is None else least + model.prior_weight
        found = linker.inference.predict(threshold_match_weight=lowest, warning_mode="never")
        connection.execute(
            f"""create or replace temp table {quoted(into)} as
            select least(unique_id_l, unique_id_r) as unique_id_l,
                greatest(unique_id_l, unique_id_r) as unique_id_r,
                {_evidence(connection, found.physical_name, model, parts=parts)}
            from {found.physical_name} order by unique_id_l, unique_id_r"""
        ).fetchall()
    return int(connection.execute(f"select count(*) from {quoted(into)}").fetchall()[0][0])


def _evidence(connection: Connection, scored: str, model: Model, *, parts: bool) -> str:
    """SQL of the evidence, and with ``parts`` of what it is made of."""
    described = connection.execute(f"describe {scored}").fetchall()
    columns = {str(row[0]) for row in described}
    names = [str(c["output_column_name"]) for c in model.settings["comparisons"]]

    def bits(name: str) -> str:
        frequency = f" + mw_tf_adj_{name}" if f"mw_tf_adj_{name}" in columns else ""
        return f"mw_{name}{frequency}"

    shared = {kind.name: " + ".join(bits(c) for c in kind.comparisons) for kind in model.kinds}
    total = f"match_weight - ({model.prior_weight})"
    if parts:
        selected = [f"round({total}, 6) as evidence"]
        selected += [f"round({sql}, 6) as shared_{name}" for name, sql in shared.items()]
        selected += [f"mw_{name} as bits_{name}" for name in names]
        selected.append("case when source_l = source_r then source_l else '' end as within")
        return ", ".join(selected)
    against = " + ".join(
        f"{kind.odds} * pow(2.0, least({shared[kind.name]}, {MOST_SHARED_BITS}))"
        for kind in model.kinds
    )
    cases = " ".join(f"when {text_literal(source)} then {bits}" for source, bits in model.sources)
    within = "case when source_l = source_r then source_l else '' end"
    own = f"case {within} {cases} else 0 end" if cases else "0"
    return f"round({total} + {own} - log2(1 + {against or 0}), 6) as evidence"


def sampled_pairs(connection: Connection, blocked: str, pairs: int) -> tuple[str, float]:
    """Return a table of enough blocked pairs to estimate the prior on, and their share of all."""
    parts = -(-pairs // PAIRS_FOR_PRIOR)
    if parts <= 1:
        return blocked, 1.0
    sample = f"{blocked}_sample"
    connection.execute(
        f"""create or replace temp table {quoted(sample)} as select * from {quoted(blocked)}
        where hash(join_key_l, join_key_r) % {parts} = 0"""
    ).fetchall()
    counted = connection.execute(f"select count(*) from {quoted(sample)}").fetchall()
    return sample, int(counted[0][0]) / pairs


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
    connection: Connection, prepared: Prepared, model: Model, pairs: str
) -> list[dict[str, Any]]:
    """Return Splink's own account of each pair of the table ``pairs``: level and bits by name.

    One dictionary a pair: ``unique_id_l, unique_id_r``, and for each comparison ``gamma_<name>``
    (the level's number from the top, −1 where missing), ``mw_<name>`` and ``mw_tf_adj_<name>``.
    """
    settings = copy.deepcopy(model.settings)
    settings["blocking_rules_to_generate_predictions"] = []
    settings["retain_intermediate_calculation_columns"] = True
    settings["retain_matching_columns"] = True
    with open_linker(connection, prepared.table, settings) as linker:
        blocked = linker._db_api.register(pairs)
        linker.table_management.register_blocked_pairs_for_predict(blocked)
        found = linker.inference.predict(warning_mode="never")
        # The rows carry the compared values too: they stay in the engine.
        frame = connection.execute(
            f"""select unique_id_l, unique_id_r, columns('^(gamma_|mw_).*')
            from {found.physical_name} order by unique_id_l, unique_id_r"""
        ).df()
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]
