"""The linkage as pandas tables with headings in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scvkit.records.linkage import Linkage
from scvkit.vocabulary import EntityKind

if TYPE_CHECKING:
    import pandas as pd

    from scvkit.locale.words import Words


def tier_frame(
    linkage: Linkage, words: Words, *, kind: EntityKind = EntityKind.PERSON
) -> pd.DataFrame:
    """Return one row per evidence tier."""
    return _frame(
        words,
        ("tier", "meaning", "pairs", "across", "model_precision"),
        [
            (
                count.tier.value,
                words(f"linkage.tier.{count.tier}"),
                count.pairs,
                count.across_sources,
                words("common.not_assessed")
                if count.model_precision is None
                else words.percent(count.model_precision),
            )
            for each in linkage.kinds
            if each.kind is kind
            for count in each.tiers
        ],
    )


def overlap_frame(
    linkage: Linkage,
    words: Words,
    names: dict[str, str],
    *,
    kind: EntityKind = EntityKind.PERSON,
) -> pd.DataFrame:
    """Return one row per pair of sources; ``names`` maps source ids to names for readers."""
    return _frame(
        words,
        ("source_a", "source_b", "smaller", "low", "mid", "high", "share"),
        [
            (
                names.get(overlap.source_a, overlap.source_a),
                names.get(overlap.source_b, overlap.source_b),
                overlap.smaller,
                overlap.low,
                overlap.mid,
                overlap.high,
                words("common.not_assessed") if share is None else words.percent(share),
            )
            for overlap in linkage.overlaps
            if overlap.kind is kind
            for share in [overlap.share(overlap.mid)]
        ],
    )


def weight_frame(
    linkage: Linkage, words: Words, *, kind: EntityKind = EntityKind.PERSON
) -> pd.DataFrame:
    """Return one row per comparison level of the trained model."""
    return _frame(
        words,
        ("comparison", "level", "m", "u", "bits"),
        [
            (
                words(f"linkage.comparison.{weight.comparison}")
                if words.has(f"linkage.comparison.{weight.comparison}")
                else weight.comparison,
                weight.level,
                weight.m_probability,
                weight.u_probability,
                None if weight.match_weight is None else round(weight.match_weight, 1),
            )
            for each in linkage.kinds
            if each.kind is kind
            for weight in each.weights
        ],
    )


def _frame(words: Words, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=[words(f"linkage.columns.{name}") for name in columns])
