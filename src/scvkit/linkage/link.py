"""The linkage from records to clusters, and what it says about the sources."""

from __future__ import annotations

from collections.abc import Callable

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, quoted
from scvkit.linkage.choose import LinkageChoice, choose_settings
from scvkit.linkage.counts import count_overlaps, count_seen_in, count_source_entities
from scvkit.linkage.customers import write_customers
from scvkit.linkage.disagreement import disagreeing_persons, overlap_claims
from scvkit.linkage.kinds import Linked, link_kind
from scvkit.linkage.model import (
    level_weights,
)
from scvkit.linkage.newsletter import split_newsletter
from scvkit.linkage.quality import (
    contradictory_clusters,
    model_quality,
    stability,
    tier_counts,
    unlinkable_records,
)
from scvkit.linkage.recovery import hide_and_recover
from scvkit.linkage.relations import write_relations
from scvkit.locale.words import load_words
from scvkit.records.extracts import Intake
from scvkit.records.linkage import KindLinkage, Linkage
from scvkit.vocabulary import EntityKind


def link_records(
    connection: Connection,
    rows: RowTables,
    engagement: Engagement,
    intake: Intake,
    *,
    choice: LinkageChoice | None = None,
    threshold: float | None = None,
    seed: int = 1,
    stage: Callable[[str], None] | None = None,
) -> Linkage:
    """Link persons, then organisations; write ``pairs``, ``clusters`` and ``relations``.

    ``threshold`` (bits) goes before ``choice.threshold``, that before the engagement file's,
    that before the kit's own. ``stage`` is told the name of each stage as it starts.
    """

    def tell(name: str) -> None:
        if stage is not None:
            stage(name)

    linked = []
    for kind in EntityKind:
        own = choice if choice is not None and choice.kind is kind else None
        if own is None:
            tell(f"choose_{kind}")
            own = choose_settings(
                connection, rows, kind=kind, options=engagement.linkage, seed=seed
            )
        first = (threshold, own.threshold, engagement.linkage.threshold)
        sure = next((t for t in first if t is not None), None)
        tell(f"link_{kind}")
        linked.append(link_kind(connection, rows, own, sure=sure, seed=seed))
    tell("write")
    _write_pairs(connection, rows, linked)
    _write_clusters(connection, rows, linked)
    households = write_relations(connection, rows)
    write_customers(connection, rows)
    persons = linked[0]
    tell("recover")
    recovery = hide_and_recover(connection, rows, persons)
    newsletter = split_newsletter(connection, rows, intake, persons)
    tell("assess")
    overlaps = count_overlaps(connection, rows, intake)
    return Linkage(
        kinds=tuple(_kind_linkage(connection, each) for each in linked),
        sources=count_source_entities(connection, rows, intake),
        overlaps=overlaps,
        seen_in=count_seen_in(connection, rows),
        recovery=recovery,
        contradictory_clusters=contradictory_clusters(connection, rows, intake),
        unlinkable=unlinkable_records(connection, rows),
        stability=stability(connection, persons),
        households=households,
        newsletter=newsletter,
        conflict=disagreeing_persons(connection, rows),
        claims=overlap_claims(engagement, overlaps),
    )


def _write_pairs(connection: Connection, rows: RowTables, linked: list[Linked]) -> None:
    parts = [
        f"""select unique_id_l as record_key_l, unique_id_r as record_key_r, source_l, source_r,
            '{each.prepared.kind}' as entity_kind, match_weight, match_probability, tier,
            key_agreements
        from {quoted(each.pairs)} where tier is not null"""
        for each in linked
    ]
    rows.write(
        connection,
        f"select * from ({' union all '.join(parts)}) order by record_key_l, record_key_r",
        "pairs",
    )


def _write_clusters(connection: Connection, rows: RowTables, linked: list[Linked]) -> None:
    """Records with nothing to compare are clusters of their own."""
    import pandas as pd

    frame = pd.DataFrame(
        [
            (record, mid, each.clustering.low[record], each.clustering.high[record], tie)
            for each in linked
            for record, mid in each.clustering.mid.items()
            for tie in [each.clustering.weakest[record]]
        ],
        columns=["record_key", "cluster_id", "cluster_id_low", "cluster_id_high", "tier"],
    ).astype("string")
    connection.execute("select 1").fetchall()
    connection.register("linkage_cluster_frame", frame)
    rows.write(
        connection,
        f"""select record_key, source, entity_kind,
            coalesce(cluster_id, record_key) as cluster_id,
            coalesce(cluster_id_low, record_key) as cluster_id_low,
            coalesce(cluster_id_high, record_key) as cluster_id_high,
            cast(tier as varchar) as tier
        from {rows.scan("records")} left join linkage_cluster_frame using (record_key)
        order by record_key""",
        "clusters",
    )
    connection.execute("select 1").fetchall()
    connection.unregister("linkage_cluster_frame")


def _kind_linkage(connection: Connection, linked: Linked) -> KindLinkage:
    precision, recall = model_quality(connection, linked)
    words = load_words()
    choices = list(linked.choice.choices)
    if linked.model.refused:
        choices.append(words(f"linkage.refused.{linked.model.refused}"))
    else:
        rules = "; ".join(" + ".join(rule) for rule in linked.model.sessions)
        choices.append(words("linkage.choice.training", n=len(linked.model.sessions), rules=rules))
        choices.append(words("linkage.choice.prior", one_in=round(1 / linked.model.prior)))
        choices += [
            words(f"linkage.choice.{kind.name}", one_in=round(1 / kind.odds))
            for kind in linked.model.kinds
            if kind.odds * linked.prepared.pairs >= 1
        ]
    choices.append(words("linkage.choice.threshold", bits=f"{linked.thresholds.sure:.1f}"))
    choices.append(words("linkage.choice.clusters", n=len(linked.clustering.refused)))
    return KindLinkage(
        kind=linked.prepared.kind,
        records=linked.prepared.records,
        pairs_scored=linked.compared,
        clusters=len(set(linked.clustering.mid.values())),
        threshold=linked.thresholds.sure,
        prior=0.0 if linked.model.refused else round(linked.model.prior, 12),
        tiers=tier_counts(connection, linked),
        weights=() if linked.model.refused else level_weights(linked.model),
        blocking_rules=linked.choice.blocking_rules,
        choices=tuple(choices),
        precision=precision,
        recall=recall,
        refused=words(f"linkage.refused.{linked.model.refused}") if linked.model.refused else "",
    )
