"""Estimates as they are handed on: shares of records with their range, ceiling and method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scvkit.records.evidence import Evidence, measured_share, not_assessed
from scvkit.records.scenarios import Predicted, WhatIf
from scvkit.scenarios.estimate import Estimate
from scvkit.scenarios.worlds import Array, SourceRecords

METHOD, METHOD_NOW = (f"scenarios.methods.{name}" for name in ("hide_and_recover", "found_now"))


def most_gained(overlaps: Sequence[Predicted]) -> float:
    """Records that might be found as well in the source that gains most, by the best estimate."""
    return max(
        ((p.after.value - (p.now.value or 0)) * (p.now.tested or 0)
         for p in overlaps if p.after.value is not None),
        default=0.0,
    )  # fmt: skip


def predicted(
    target: str, estimate: Estimate, records: SourceRecords, key: str, ceiling: str
) -> Predicted:
    """Return the prediction for one target; not assessed where nothing could be measured on."""
    refs = (f"{records.source}.{key}", *((target,) if target else ()))
    now = measured_share(
        round(estimate.now * records.whole), records.whole, method=METHOD_NOW, refs=refs
    )
    if estimate.after is None:
        after = not_assessed("nothing_to_measure_on", method=METHOD, refs=refs)
    else:
        after = measured_share(
            round(estimate.after * records.whole),
            records.whole,
            method=METHOD,
            refs=refs,
            low=estimate.low,
            high=estimate.high,
        )
    return Predicted(
        target=target,
        now=now,
        after=after,
        naive=None if estimate.naive is None else round(estimate.naive, 6),
        # Whole records: rounding one up must not pass the ceiling.
        ceiling=round(max(estimate.ceiling, after.high or 0.0), 6),
        ceiling_reason=ceiling,
    )


def share_now(found: Array, records: SourceRecords) -> Evidence:
    """Return the share of the source's records that are found now."""
    return measured_share(
        round(float(found.mean()) * records.whole) if len(found) else 0,
        records.whole,
        method=METHOD_NOW,
        refs=(records.source,),
    )


def whole(records: SourceRecords, chosen: Array) -> int:
    """Records of the whole source, counted on those that are looked at."""
    return round(float(chosen.mean()) * records.whole) if len(chosen) else 0


def shifted(estimate: Estimate, exact: float) -> Estimate:
    """The estimate with records that are certain to be found on top."""
    after = estimate.now if estimate.after is None else estimate.after
    return replace(
        estimate,
        after=min(1.0, after + exact) if exact or estimate.after is not None else None,
        low=min(1.0, estimate.low + exact),
        high=min(1.0, max(estimate.high, after) + exact),
        ceiling=min(1.0, estimate.ceiling + exact),
    )


def with_counts(answer: WhatIf, **counts: int) -> WhatIf:
    """Return the answer with further counts of people."""
    return replace(answer, people=tuple(sorted(counts.items())))
