"""A typical pair of each tier, told by its levels of agreement and their bits."""

from __future__ import annotations

import math
from typing import Any

from scvkit.engine import Connection, quoted
from scvkit.linkage.kinds import Linked
from scvkit.linkage.scoring import explain
from scvkit.records.linkage import EvidenceStep, PairExample
from scvkit.vocabulary import Tier

TYPICAL = "linkage_typical"


def typical_pairs(connection: Connection, linked: Linked) -> tuple[PairExample, ...]:
    """Return, per tier, the pair whose match weight is nearest to the tier's median.

    Empty where no model was trained: there are no bits to show.
    """
    if linked.model.refused:
        return ()
    pairs, records = quoted(linked.pairs), quoted(linked.prepared.table)
    connection.execute(
        f"""create or replace temp table {quoted(TYPICAL)} as
        with middle as (
            select tier, median(match_weight) as weight from {pairs}
            where tier is not null group by tier)
        select '0' as match_key, unique_id_l as join_key_l, unique_id_r as join_key_r, pair.tier,
            source_l, source_r, match_weight
        from {pairs} pair join middle using (tier)
        qualify row_number() over (partition by pair.tier
            order by abs(match_weight - weight), md5(unique_id_l || unique_id_r)) = 1
        order by pair.tier"""
    ).fetchall()
    chosen = {
        (row[0], row[1]): row[2:]
        for row in connection.execute(
            f"""select join_key_l, join_key_r, tier, pair.source_l, pair.source_r, match_weight,
                a.rowid, b.rowid
            from {quoted(TYPICAL)} pair join {records} a on a.unique_id = join_key_l
                join {records} b on b.unique_id = join_key_r"""
        ).fetchall()
    }
    if not chosen:
        return ()
    told = explain(connection, linked.prepared, linked.model, TYPICAL)
    found = {_ordered(row["unique_id_l"], row["unique_id_r"]): row for row in told}
    return tuple(
        _example(linked, chosen[pair], found[pair])
        for pair in sorted(chosen, key=lambda p: str(chosen[p][0]))
        if pair in found
    )


def _ordered(left: str, right: str) -> tuple[str, str]:
    return (left, right) if left < right else (right, left)


def _example(linked: Linked, row: tuple[Any, ...], told: dict[str, Any]) -> PairExample:
    tier, source_a, source_b, total, left, right = row
    steps = tuple(_step(c, told) for c in linked.model.settings["comparisons"])
    prior = round(linked.prior_weight, 1)
    shown = round(float(total), 1)
    rest = shown - prior - sum(step.bits for step in steps)
    mids = linked.clustering.mids
    return PairExample(
        kind=linked.prepared.kind,
        tier=Tier(tier),
        source_a=str(source_a),
        source_b=str(source_b),
        joined=bool(mids[left] == mids[right]),
        prior=prior,
        steps=steps,
        # Ten roundings to a tenth of a bit add up to half a bit: that is no adjustment.
        adjustment=0.0 if abs(rest) <= 0.5 else round(rest, 1),
        total=shown,
    )


def _step(comparison: dict[str, Any], told: dict[str, Any]) -> EvidenceStep:
    name = str(comparison["output_column_name"])
    levels = [v for v in comparison["comparison_levels"] if not v.get("is_null_level")]
    gamma = int(told[f"gamma_{name}"])
    bits = sum(float(told.get(column) or 0.0) for column in (f"mw_{name}", f"mw_tf_adj_{name}"))
    # Splink numbers levels from the last (0) to the first.
    label = "" if gamma < 0 else str(levels[len(levels) - 1 - gamma]["label_for_charts"])
    return EvidenceStep(
        comparison=name, level=label, bits=0.0 if math.isnan(bits) else round(bits, 1) + 0.0
    )
