"""The linkage as pandas tables with headings in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scvkit.linkage.figures import HIDDEN_BELOW
from scvkit.linkage.spoken import comparison_word, level_word
from scvkit.records.evidence import Evidence
from scvkit.records.linkage import Linkage
from scvkit.vocabulary import EntityKind

if TYPE_CHECKING:
    import pandas as pd

    from scvkit.locale.words import Words


REVIEWED = (
    "clusters",
    "weakest_a",
    "weakest_b",
    "weakest_c",
    "weakest_other",
    "two_numbers",
    "two_birth_dates",
    "two_names",
    "bridges",
    "large",
    "to_look_at",
)


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
                words("linkage.by_name")
                if count.by_name
                else words("common.not_assessed")
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
                comparison_word(weight.comparison, words),
                level_word(weight.level, words),
                weight.m_probability,
                weight.u_probability,
                None if weight.match_weight is None else round(weight.match_weight, 1),
            )
            for each in linkage.kinds
            if each.kind is kind
            for weight in each.weights
        ],
    )


def review_frame(
    linkage: Linkage, words: Words, *, kind: EntityKind = EntityKind.PERSON
) -> pd.DataFrame:
    """Return one row per thing that makes a cluster worth a look, with how many there are."""
    found = []
    for each in linkage.reviews:
        if each.kind is kind:
            for name in REVIEWED:
                told = words(f"linkage.review.{name}", from_records=each.large_from)
                found.append((told, _few(getattr(each, name), words)))
    return _frame(words, ("clusters_that", "clusters"), found)


def correction_frame(linkage: Linkage, words: Words) -> pd.DataFrame:
    """Return what became of the client's lists: one row per list, then one per line not used."""
    found = []
    for each in linkage.corrections:
        found.append(
            words(
                f"linkage.corrections.told.{each.list}",
                n=each.given,
                applied=each.applied,
                changed=each.changed,
            )
        )
        found += [
            words(
                "linkage.corrections.unapplied",
                list=words(f"linkage.corrections.lists.{unapplied.list}"),
                line=str(unapplied.line),
                reason=words(f"linkage.corrections.reasons.{unapplied.reason}"),
            )
            for unapplied in each.unapplied
        ]
    return _frame(words, ("correction",), [(sentence,) for sentence in found])


def vote_frame(linkage: Linkage, words: Words) -> pd.DataFrame:
    """Return the estimate by votes beside the model's own, which is optimistic."""
    kind = linkage.votes.kind if linkage.votes else EntityKind.PERSON
    model = next((k for k in linkage.kinds if k.kind is kind), None)
    voted = linkage.votes
    return _frame(
        words,
        ("measure", "by_votes", "by_model"),
        [
            (
                words(f"linkage.vote.{name}"),
                _range(getattr(voted, name) if voted else None, words),
                _range(getattr(model, name) if model else None, words),
            )
            for name in ("precision", "recall")
        ],
    )


def _range(evidence: Evidence | None, words: Words) -> str:
    if evidence is None or evidence.value is None:
        return words("common.not_assessed")
    text = words.percent(evidence.value)
    if evidence.low is None or evidence.high is None:
        return text
    spread = words.percent_range(evidence.low, evidence.high)
    return text if spread == text else f"{text} ({spread})"


def _few(count: int, words: Words) -> str:
    return words("common.less_than_five") if 0 < count < HIDDEN_BELOW else words.number(count)


def _frame(words: Words, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=[words(f"linkage.columns.{name}") for name in columns])
