"""The linkage from records to clusters, and what it says about the sources."""

from __future__ import annotations

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, quoted
from scvkit.linkage.ballot import write_ballot
from scvkit.linkage.choose import LinkageChoice, choose_settings
from scvkit.linkage.corrections import Corrections, count_corrections, read_corrections
from scvkit.linkage.counts import (
    count_combinations,
    count_overlaps,
    count_seen_in,
    count_source_entities,
)
from scvkit.linkage.customers import write_customers
from scvkit.linkage.disagreement import (
    disagreeing_persons,
    overlap_claims,
    values_per_person,
)
from scvkit.linkage.examples import typical_pairs
from scvkit.linkage.kept import keep_evidence
from scvkit.linkage.kinds import Linked, link_kind
from scvkit.linkage.missed import expected_missed
from scvkit.linkage.model import level_weights
from scvkit.linkage.neighbourhoods import neighbourhood_sample
from scvkit.linkage.newsletter import split_newsletter
from scvkit.linkage.progress import Stages
from scvkit.linkage.quality import (
    contradictory_clusters,
    model_quality,
    stability,
    tier_counts,
    unlinkable_records,
)
from scvkit.linkage.recovery import hide_and_recover
from scvkit.linkage.relations import write_relations
from scvkit.linkage.resolve import cluster
from scvkit.linkage.review import write_review
from scvkit.linkage.tiers import Thresholds
from scvkit.linkage.waterfall import about
from scvkit.locale.words import load_words
from scvkit.records.extracts import Intake
from scvkit.records.linkage import CorrectionList, KindLinkage, Linkage
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
    stages: Stages | None = None,
) -> Linkage:
    """Link persons, then organisations; write ``pairs``, ``clusters``, ``relations`` and more.

    ``threshold`` (bits) goes before ``choice.threshold``, that before the engagement file's,
    that before the kit's own. ``stages`` tells each stage as it starts. Raises LinkageRefused for
    a blocking rule that would explode.
    """
    stages = stages or Stages(None)
    corrections = read_corrections(connection, rows, engagement)
    linked = []
    for kind in EntityKind:
        own = choice if choice is not None and choice.kind is kind else None
        if own is None:
            stages.start(f"choose_{kind}")
            own = choose_settings(
                connection, rows, kind=kind, options=engagement.linkage, seed=seed
            )
        first = (threshold, own.threshold, engagement.linkage.threshold)
        sure = next((t for t in first if t is not None), None)
        stages.start(f"link_{kind}")
        linked.append(
            link_kind(
                connection,
                rows,
                own,
                sure=sure,
                seed=seed,
                corrections=corrections,
                counted=engagement.linkage.of(kind).counted,
            )
        )
    stages.start("write")
    _write_pairs(connection, rows, linked)
    _write_clusters(connection, rows, linked)
    write_ballot(connection, rows, linked, seed=seed)
    households = write_relations(connection, rows)
    write_customers(connection, rows)
    persons = neighbourhood_sample(connection, linked[0])
    stages.start("recover")
    keep_evidence(connection, rows, persons)
    recovery = hide_and_recover(connection, rows, persons)
    newsletter = split_newsletter(connection, rows, intake, persons)
    stages.start("assess")
    missed = expected_missed(connection, rows, linked)
    overlaps = count_overlaps(connection, rows, intake, missed=missed)
    return Linkage(
        kinds=tuple(_kind_linkage(connection, each) for each in linked),
        sources=count_source_entities(connection, rows, intake),
        overlaps=overlaps,
        seen_in=count_seen_in(connection, rows),
        combinations=count_combinations(connection, rows),
        recovery=recovery,
        contradictory_clusters=contradictory_clusters(connection, rows, intake),
        unlinkable=unlinkable_records(connection, rows),
        stability=stability(connection, persons),
        households=households,
        newsletter=newsletter,
        conflict=disagreeing_persons(connection, rows),
        claims=overlap_claims(engagement, overlaps),
        one_value=values_per_person(connection, rows, engagement),
        examples=tuple(e for each in linked for e in typical_pairs(connection, each)),
        reviews=write_review(connection, rows, intake),
        corrections=_corrected(connection, linked, corrections),
    )


def _corrected(
    connection: Connection, linked: list[Linked], corrections: Corrections
) -> tuple[CorrectionList, ...]:
    """What the client's lists changed, beside the clusters as they would be without them."""
    if not corrections.given:
        return ()
    named = sorted({record for pair in corrections.pairs for record in pair.edge})
    after: dict[str, str] = {}
    before: dict[str, str] = {}
    for each in linked:
        after |= each.clustering.of(named)
        before |= cluster(connection, each.prepared, each.pairs).of(named)
    return count_corrections(corrections, after, before)


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
    parts = [each.clustering.write(f"linkage_{each.prepared.kind}_clusters") for each in linked]
    clustered = " union all ".join(f"select * from {quoted(part)}" for part in parts)
    rows.write(
        connection,
        f"""select record_key, source, entity_kind,
            coalesce(cluster_id, record_key) as cluster_id,
            coalesce(cluster_id_low, record_key) as cluster_id_low,
            coalesce(cluster_id_high, record_key) as cluster_id_high, tier
        from {rows.scan("records")} left join ({clustered}) using (record_key)
        order by record_key""",
        "clusters",
    )


def _counted(thresholds: Thresholds) -> list[str]:
    """What the client lets count, where it is not the usual."""
    words, tiers = load_words(), ", ".join(thresholds.counted)
    if thresholds.least is not None:
        bits = f"{thresholds.least:.1f}"
        return [words("linkage.choice.counted_from", tiers=tiers, bits=bits)]
    return [words("linkage.choice.counted", tiers=tiers)] if thresholds.counted != "ABC" else []


def _kind_linkage(connection: Connection, linked: Linked) -> KindLinkage:
    precision, recall = model_quality(connection, linked)
    words = load_words()
    choices = list(linked.choice.choices)
    if linked.model.refused:
        choices.append(words(f"linkage.refused.{linked.model.refused}"))
    elif not linked.choice.trained:
        rules = "; ".join(" + ".join(rule) for rule in linked.model.sessions)
        choices.append(words("linkage.choice.training", n=len(linked.model.sessions), rules=rules))
        if linked.choice.prior is None:
            choices.append(words("linkage.choice.prior", one_in=about(1 / linked.model.prior)))
        choices += [
            words(f"linkage.choice.{kind.name}", one_in=about(1 / kind.odds))
            for kind in linked.model.kinds
            if kind.odds * linked.prepared.pairs >= 1
        ]
    choices.append(words("linkage.choice.threshold", bits=f"{linked.thresholds.sure:.1f}"))
    choices += _counted(linked.thresholds)
    choices.append(words("linkage.choice.clusters", n=len(linked.clustering.refusals)))
    return KindLinkage(
        kind=linked.prepared.kind,
        records=linked.prepared.records,
        pairs_scored=linked.compared,
        clusters=linked.clustering.clusters,
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
