"""How good the linkage thinks it is: model-based, optimistic, and said so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from scvkit.engine import Connection, RowTables, counts, quoted, text_literal
from scvkit.linkage.components import same_members
from scvkit.linkage.kinds import Linked
from scvkit.linkage.resolve import cluster, numbered
from scvkit.linkage.tiers import classify
from scvkit.records.evidence import Evidence, measured_share, not_assessed, wilson
from scvkit.records.extracts import Intake, number_issuers
from scvkit.records.linkage import TierCount
from scvkit.vocabulary import EntityKind, Grade, Tier

STABILITY_BITS = 2.0
# Pairs held unlikely that other pairs joined all the same: many more of them than the model
# expects show that it is wrong about such pairs, and then also about those left apart.
LEAST_JOINED = 30
MOST_DOUBT = 4.0
# More of a tier's pairs than this resting on a name alone: nobody can vouch for it.
MOST_BY_NAME = 0.2
# A range of recall wider than this is no statement.
WIDEST = 0.1
# Two facts agree and differ in four ways, too few to tell matches from chance and the faults of
# both facts apart (a latent class needs three): what was missed cannot be told from them.
FEWEST_FACTS = 3


def tier_counts(connection: Connection, linked: Linked) -> tuple[TierCount, ...]:
    """Return pairs per tier with the mean match probability, the model's own precision.

    Where more than a fifth of a tier's pairs rest on a name alone the model does not vouch: it
    knows how rare a name is among the records, not how many people carry it.
    """
    by_name = _by_name(connection, linked)
    found = {
        str(r[0]): r[1:]
        for r in connection.execute(
            f"""select tier, count(*), count(*) filter (where source_l <> source_r),
                avg(match_probability)
            from {quoted(linked.pairs)} where tier is not null group by tier"""
        ).fetchall()
    }
    return tuple(
        TierCount(
            tier=tier,
            pairs=int(n[0]),
            across_sources=int(n[1]),
            model_precision=None
            if linked.model.refused or n[2] is None or tier in by_name
            else round(float(n[2]), 6),
            by_name=tier in by_name,
        )
        for tier in Tier
        for n in [found.get(tier, (0, 0, None))]
    )


def _by_name(connection: Connection, linked: Linked) -> frozenset[Tier]:
    """Tiers of which more than a fifth of the pairs have nothing in common but a name."""
    if linked.prepared.kind is not EntityKind.PERSON:
        return frozenset()
    # Of two columns that do not both hold a value nothing agrees.
    place = " or ".join(
        f"coalesce(jaro_winkler_similarity(l.{c}, r.{c}) >= 0.9, false)"
        for c in ("street", "postcode", "city")
    )
    born = "coalesce(damerau_levenshtein(l.date_of_birth, r.date_of_birth) <= 2, false)"
    found = connection.execute(
        f"""select tier, count(*) filter (len(key_agreements) = 0 and not ({place} or {born})),
            count(*)
        from {quoted(linked.pairs)} pair
        join {quoted(linked.prepared.table)} l on l.unique_id = pair.unique_id_l
        join {quoted(linked.prepared.table)} r on r.unique_id = pair.unique_id_r
        where tier is not null group by tier"""
    ).fetchall()
    return frozenset(Tier(str(tier)) for tier, bare, every in found if bare > MOST_BY_NAME * every)


def model_quality(connection: Connection, linked: Linked) -> tuple[Evidence, Evidence]:
    """Return precision and recall of the clusters as the model itself sees them.

    Precision: each merge brought together as many pairs as its two clusters have, and is as
    probable as the pair that made it. Recall: the expected matches in clusters among those and
    the expected matches of compared pairs that stayed apart without contradicting each other.
    The low end of precision doubles the doubt. The range of recall is what it would be were every
    weight two bits more or less; its low end counts twice what blocking is expected to miss.
    Where that range is wide, or only two facts are compared, the model cannot vouch for its recall:
    what it missed hangs on pairs of which it does not know.
    """
    methods = ("linkage.method.model_precision", "linkage.method.model_recall")
    if linked.model.refused:
        return not_assessed("no_model", method=methods[0]), not_assessed(
            "no_model", method=methods[1]
        )
    joined = int(linked.clustering.merged.pairs.sum())
    if not joined:
        return not_assessed("nothing_joined", method=methods[0]), not_assessed(
            "nothing_joined", method=methods[1]
        )
    expected = _expected_matches(connection, linked)
    right = expected.right
    precision, recall = right / joined, right / (right + expected.apart)
    least, most = right / (right + expected.most), right / (right + expected.fewest)
    low, high = wilson(round(right), joined)
    blocking = linked.choice.blocking
    kept = blocking.expected_recall if blocking and blocking.expected_recall else 1.0
    return (
        Evidence(
            grade=Grade.MEASURED,
            value=precision,
            low=min(precision, max(0.0, low - (1 - precision))),
            high=max(precision, high),
            passed=round(right),
            tested=joined,
            method=methods[0],
            refs=("pairs", "clusters"),
        ),
        not_assessed("cannot_vouch", method=methods[1])
        if expected.doubt > MOST_DOUBT
        or most - least > WIDEST
        or len(linked.choice.comparisons) < FEWEST_FACTS
        else Evidence(
            grade=Grade.MEASURED,
            value=recall * kept,
            low=min(recall * kept, least * kept * kept),
            high=max(recall, most),
            passed=round(right),
            tested=round((right + expected.apart) / kept),
            method=methods[1],
            refs=("pairs", "clusters"),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Expected:
    """Expected true pairs that merges brought together and those left apart, and the doubt.

    ``fewest`` and ``most`` are left apart when every weight is two bits less or more.
    """

    right: float
    apart: float
    fewest: float
    most: float
    doubt: float


def _expected_matches(connection: Connection, linked: Linked) -> _Expected:
    found = numbered(
        connection,
        linked.prepared,
        linked.pairs,
        columns="""match_weight, match_probability,
            coalesce(contradicts, false) as contradicts""",
    )
    clustering, records = linked.clustering, linked.prepared.records
    place = np.searchsorted(
        found["l"] * records + found["r"],
        clustering.merged.left * records + clustering.merged.right,
    )
    probability = found["match_probability"]
    right = (probability[place] * clustering.merged.pairs).sum()
    counted = ~found["contradicts"].astype(bool)
    together = clustering.mids[found["l"]] == clustering.mids[found["r"]]
    apart, doubt = matches_apart(probability[counted], together[counted])
    weights = found["match_weight"][counted & ~together]
    fewest, most = (
        float((1 / (1 + np.exp2(-np.clip(weights + shift, -60, 60)))).sum())
        for shift in (-STABILITY_BITS, STABILITY_BITS)
    )
    return _Expected(float(right), apart, fewest, most, doubt)


def matches_apart(probability: Any, together: Any) -> tuple[float, float]:
    """Return expected matches left apart, and how many times too low the model holds weak pairs.

    Arrays of one entry a pair: its match probability, and whether its records share a cluster.

    >>> matches_apart(np.array([0.9, 0.2, 0.2]), np.array([True, False, False]))
    (0.4, 1.0)
    """
    weak = probability < 0.5
    joined = int((together & weak).sum())
    expected = float(probability[together & weak].sum())
    doubt = max(1.0, joined / max(expected, 1.0)) if joined >= LEAST_JOINED else 1.0
    apart = probability[~together]
    # What a third record did not confirm is at most as likely as not.
    raised = np.where(apart < 0.5, np.minimum(apart * doubt, 0.5), apart)
    return float(raised.sum()), doubt


def stability(connection: Connection, linked: Linked) -> Evidence:
    """Share of records whose cluster is the same when the threshold moves by 2 bits each way.

    Of large sets ``linked`` is a sample of whole neighbourhoods.
    """
    method = "linkage.method.stability"
    if linked.model.refused or not linked.prepared.records:
        return not_assessed("no_model", method=method)
    same = np.ones(linked.prepared.records, dtype=bool)
    for shift in (-STABILITY_BITS, STABILITY_BITS):
        thresholds = replace(
            linked.thresholds,
            sure=linked.thresholds.sure + shift,
            lead=linked.thresholds.lead + min(shift, 0),
        )
        classify(
            connection,
            linked.prepared,
            linked.scored,
            linked.prior_weight,
            thresholds,
            "linkage_shifted",
        )
        shifted = cluster(connection, linked.prepared, "linkage_shifted", linked.corrections)
        same &= same_members(linked.clustering.mids, shifted.mids)
    return measured_share(int(same.sum()), linked.prepared.records, method=method, refs=("pairs",))


@counts("contradictory_clusters")
def contradictory_clusters(connection: Connection, rows: RowTables, intake: Intake) -> Evidence:
    """Share of persons with several records whose records contradict each other.

    Two customer numbers issued by one source to one person, two birth dates, or two given names
    that are not forms of one.
    """
    issuers = ", ".join(text_literal(source) for source in number_issuers(intake))
    found = connection.execute(
        f"""with member as (
            select clusters.cluster_id, records.* from {rows.scan("clusters")} clusters
            join {rows.scan("records")} records using (record_key)
            where clusters.entity_kind = 'person'),
        several as (select cluster_id from member group by cluster_id having count(*) > 1),
        numbers as (select distinct cluster_id from member
            where source in ({issuers or "null"})
            group by cluster_id, source having count(distinct customer_number) > 1),
        births as (select distinct a.cluster_id from member a join member b
            on a.cluster_id = b.cluster_id and a.date_of_birth < b.date_of_birth),
        names as (select distinct a.cluster_id from member a join member b
            on a.cluster_id = b.cluster_id and a.given_name < b.given_name
            where jaro_winkler_similarity(a.given_name, b.given_name) < 0.75
                and not starts_with(b.given_name, a.given_name)
                and coalesce(a.given_name <> b.surname and b.given_name <> a.surname, true))
        select count(*), count(*) filter (where cluster_id in (from numbers)
            or cluster_id in (from births) or cluster_id in (from names)) from several"""
    ).fetchall()[0]
    return measured_share(
        int(found[1]),
        int(found[0]),
        method="linkage.method.contradictory",
        refs=("records", "clusters"),
    )


@counts("unlinkable")
def unlinkable_records(connection: Connection, rows: RowTables) -> Evidence:
    """Share of records with neither a strong key nor a name with an address."""
    found = connection.execute(
        f"""select count(*), count(*) filter (where not has_key and not (
            coalesce(name_sorted, company) is not null and street is not null
            and coalesce(postcode, city) is not null)) from {rows.scan("records")}"""
    ).fetchall()[0]
    return measured_share(
        int(found[1]), int(found[0]), method="linkage.method.unlinkable", refs=("records",)
    )
