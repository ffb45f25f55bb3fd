"""A typical pair of each tier, told by its levels of agreement and their bits."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from scvkit.engine import Connection, quoted
from scvkit.linkage.kinds import Linked
from scvkit.linkage.scoring import MOST_SHARED_BITS, explain
from scvkit.linkage.tiers import PHONE_BITS
from scvkit.records.linkage import EvidenceStep, PairExample
from scvkit.vocabulary import EntityKind, Tier

TYPICAL = "linkage_typical"
TENTH = 0.1


def typical_pairs(connection: Connection, linked: Linked) -> tuple[PairExample, ...]:
    """Return, per tier, the pair whose match weight is nearest to the tier's median.

    Empty where no model was trained: there are no bits to show.
    """
    if linked.vectors is None:
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
    told = explain(connection, linked.model, linked.vectors, TYPICAL)
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
    comparisons = linked.model.settings["comparisons"]
    steps = [_step(c, told) for c in comparisons]
    beside = _beside(linked, told, str(source_a), str(source_b))
    exact = linked.prior_weight + sum(s.bits for s in (*steps, *beside))
    # Records left over gain bits that no other pair of theirs has.
    if linked.model.leftover and abs(float(total) - exact - linked.model.leftover) < TENTH:
        beside.append(EvidenceStep(comparison="leftover", level="", bits=linked.model.leftover))
        exact += linked.model.leftover
    prior = round(linked.prior_weight, 1)
    at, shown = linked.prior_weight, []
    for step in (*steps, *beside):
        # What is shown adds up to the tenth: each bar ends where its sum is rounded to.
        bits = round(at + step.bits, 1) - round(at, 1)
        shown.append(replace(step, bits=round(bits, 1) + 0.0))
        at += step.bits
    mids = linked.clustering.mids
    return PairExample(
        kind=linked.prepared.kind,
        tier=Tier(tier),
        source_a=str(source_a),
        source_b=str(source_b),
        joined=bool(mids[left] == mids[right]),
        prior=prior,
        steps=tuple(shown[: len(steps)]),
        beside=tuple(step for step in shown[len(steps) :] if step.bits),
        adjustment=round(round(float(total), 1) - round(exact, 1), 1) + 0.0,
        total=round(float(total), 1),
    )


def _step(comparison: dict[str, Any], told: dict[str, Any]) -> EvidenceStep:
    name = str(comparison["output_column_name"])
    levels = [v for v in comparison["comparison_levels"] if not v.get("is_null_level")]
    gamma = int(told[f"gamma_{name}"])
    # Splink numbers levels from the last (0) to the first.
    label = "" if gamma < 0 else str(levels[len(levels) - 1 - gamma]["label_for_charts"])
    return EvidenceStep(comparison=name, level=label, bits=_bits(name, told))


def _bits(name: str, told: dict[str, Any]) -> float:
    bits = sum(float(told.get(column) or 0.0) for column in (f"mw_{name}", f"mw_tf_adj_{name}"))
    return 0.0 if math.isnan(bits) else bits


def _beside(
    linked: Linked, told: dict[str, Any], source_a: str, source_b: str
) -> list[EvidenceStep]:
    """What counts beside the comparisons: kinds of non-match, the sources, two phones."""
    found, against = [], 0.0
    for kind in linked.model.kinds:
        shared = sum(_bits(c, told) for c in kind.comparisons)
        more = against + kind.odds * 2.0 ** min(shared, MOST_SHARED_BITS)
        found.append((kind.name, math.log2(1 + against) - math.log2(1 + more)))
        against = more
    same = source_a == source_b
    by_source = dict(linked.model.sources).get(source_a if same else "", 0.0)
    found.append(("one_source" if same else "two_sources", by_source))
    phones = told.get("gamma_phone") == 0 and linked.thresholds.phones_reliable
    if phones and linked.prepared.kind is EntityKind.ORGANISATION:
        found.append(("two_phones", -PHONE_BITS))
    return [EvidenceStep(comparison=name, level="", bits=bits) for name, bits in found]
