"""D4 Identity: how well overlap is found, and how often that is wrong. Overlap has no score."""

from __future__ import annotations

from collections.abc import Mapping

from scvkit.readiness.evidence import told_number
from scvkit.readiness.inputs import Inputs
from scvkit.readiness.measures.measure import Measure
from scvkit.records.evidence import Evidence, measured_share, not_assessed, wilson
from scvkit.records.identity import Identity, SourceRecords
from scvkit.records.linkage import PairVotes
from scvkit.vocabulary import Grade, Grain, Tier

ENOUGH_VOTES = 60
COUNTED_TIERS = (Tier.A, Tier.B, Tier.C)


def strong_key(inputs: Inputs) -> Evidence:
    """4.1 Records with at least one usable strong key."""
    if inputs.identity is None:
        return not_assessed("no_identity_step", method="strong_key")
    rows = _of_somebody(inputs, inputs.identity)
    return measured_share(
        sum(s.with_strong_key for s in rows),
        sum(s.persons + s.organisations for s in rows),
        method="strong_key",
        refs=tuple(s.source for s in rows),
    )


def recovery(inputs: Inputs) -> Evidence:
    """4.2 Share of hidden key links that are found again on other evidence."""
    if inputs.linkage is None:
        return not_assessed("no_linkage_step", method="recovery")
    return inputs.linkage.recovery


def precision(inputs: Inputs) -> Evidence:
    """4.3 Precision of tiers A–C: the Wilson lower bound of blind votes, stratified by tier."""
    voted = inputs.linkage.votes if inputs.linkage else None
    if voted is not None and not inputs.votes:
        return _by_pair_votes(voted)
    votes = [v for v in inputs.votes if v.tier in COUNTED_TIERS and v.decided]
    decided = sum(v.decided for v in votes)
    if decided < ENOUGH_VOTES:
        return not_assessed("fewer_than_60_votes", method="precision")
    pairs = _pairs_by_tier(inputs)
    weights = {v.tier: pairs.get(v.tier, 0) for v in votes}
    total = sum(weights.values())
    if not total:
        return not_assessed("no_linkage_step", method="precision")
    share = sum(weights[v.tier] / total * v.same / v.decided for v in votes)
    # Votes of all tiers in one interval: the stratified share, at the size of the whole vote.
    low, _ = wilson(round(share * decided), decided)
    return Evidence(
        grade=Grade.MEASURED,
        value=low,
        passed=sum(v.same for v in votes),
        tested=decided,
        method="precision",
        refs=tuple(f"tier {v.tier.value}" for v in votes),
    )


def _by_pair_votes(voted: PairVotes) -> Evidence:
    """The safe end of what the votes on pairs say, once there are enough of them."""
    if voted.decided < ENOUGH_VOTES or voted.precision.low is None:
        return not_assessed("fewer_than_60_votes", method="precision")
    return Evidence(
        grade=Grade.MEASURED,
        value=voted.precision.low,
        passed=voted.precision.passed,
        tested=voted.decided,
        method="precision",
        refs=tuple(s.stratum for s in voted.strata if s.joined and s.decided),
    )


def contradictory_clusters(inputs: Inputs) -> Evidence:
    """4.4 Clusters with two customer numbers of one issuer, two birth dates or two names."""
    if inputs.linkage is None:
        return not_assessed("no_linkage_step", method="contradictory_clusters")
    return inputs.linkage.contradictory_clusters


def unlinkable(inputs: Inputs) -> Evidence:
    """4.5 Records with neither a strong key nor a name with an address."""
    if inputs.identity is None:
        if inputs.linkage is not None and inputs.linkage.unlinkable.assessed:
            return inputs.linkage.unlinkable
        return not_assessed("no_identity_step", method="unlinkable")
    rows = _of_somebody(inputs, inputs.identity)
    return measured_share(
        sum(s.unlinkable for s in rows),
        sum(s.persons + s.organisations for s in rows),
        method="unlinkable",
        refs=tuple(s.source for s in rows),
    )


_ISSUER = {"no": 1, "partly": 2, "yes": 3, "shown": 4}


def id_issuer(inputs: Inputs) -> Evidence:
    """4.6 Somebody issues the id, merges are logged and can be undone."""
    people = inputs.engagement.people
    told = people.id_issuer if people else None
    return told_number(
        _ISSUER[told] if told else None,
        method="id_issuer",
        grade=Grade.SHOWN if told == "shown" else Grade.DECLARED,
    )


def _of_somebody(inputs: Inputs, identity: Identity) -> tuple[SourceRecords, ...]:
    """Sources whose rows are records of somebody: a visit that nobody logged in to is none."""
    return tuple(
        row
        for row in identity.sources
        if any(table.grain is not Grain.VISIT for table in inputs.tables_of(row.source))
    )


def _pairs_by_tier(inputs: Inputs) -> dict[Tier, int]:
    pairs: dict[Tier, int] = {}
    for kind in inputs.linkage.kinds if inputs.linkage else ():
        for count in kind.tiers:
            pairs[count.tier] = pairs.get(count.tier, 0) + count.pairs
    return pairs


MEASURES: Mapping[str, Measure] = {
    "4.1": strong_key,
    "4.2": recovery,
    "4.3": precision,
    "4.4": contradictory_clusters,
    "4.5": unlinkable,
    "4.6": id_issuer,
}
