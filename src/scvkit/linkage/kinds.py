"""One kind of entity linked: trained, scored, classified, clustered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scvkit.engine import Connection, RowTables, quoted
from scvkit.linkage.choose import LinkageChoice
from scvkit.linkage.clustering import Clustering
from scvkit.linkage.corrections import NOT_CORRECTED, Corrections
from scvkit.linkage.leftover import match_leftovers
from scvkit.linkage.limits import refuse_exploding_rules
from scvkit.linkage.mailboxes import families_share_mailboxes
from scvkit.linkage.model import (
    Model,
    births_unreliable,
    names_unreliable,
    phones_reliable,
    train,
    with_prior,
    without_matches,
)
from scvkit.linkage.nonmatch import settle
from scvkit.linkage.prepared import KEYS, Prepared, prepare
from scvkit.linkage.resolve import cluster, complete_components, score_by_facts
from scvkit.linkage.scoring import LEAST_EVIDENCE, agreeing_prior, block, sampled_pairs, score
from scvkit.linkage.tiers import Thresholds, classify
from scvkit.vocabulary import EntityKind

# From here a pair is likelier one entity than two; kinds of non-match and clusters as wholes,
# not a margin, keep out what only looks alike.
SURE_WEIGHT = 0.0
# Where names of true matches are spelt alike, a namesake is the likelier reason for a low score.
# Tier C promises that 97 of 100 pairs are right, and 5 bits are a chance of .97.
SURE_AMONG_NAMESAKES = 5.0
# Without a model nothing is tied by score.
WITHOUT_MODEL = 7.0
# Below one half a pair is not even a lead.
LEAD_WEIGHT = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """One kind linked: the tables on the connection, the model, the clusters."""

    prepared: Prepared
    choice: LinkageChoice
    model: Model
    thresholds: Thresholds
    scored: str
    pairs: str
    compared: int
    clustering: Clustering
    corrections: Corrections = NOT_CORRECTED

    @property
    def prior_weight(self) -> float:
        """Bits of the prior; without a model the evidence stands alone."""
        return 0.0 if self.model.refused else self.model.prior_weight


def link_kind(
    connection: Connection,
    rows: RowTables,
    choice: LinkageChoice,
    *,
    sure: float | None = None,
    seed: int = 1,
    corrections: Corrections = NOT_CORRECTED,
) -> Linked:
    """Train, score, classify and cluster the records of one kind."""
    kind = choice.kind
    # A record with nothing to compare may still be one that the client knows.
    known = {record for edge in corrections.must(kind) for record in edge}
    prepared = prepare(connection, rows, kind, keep=sorted(known))
    refuse_exploding_rules(connection, prepared, choice.settings)
    scored, pairs = f"linkage_{kind}_scored", f"linkage_{kind}_pairs"
    model = (
        Model(settings=choice.settings, sessions=())
        if choice.trained
        else train(connection, prepared, choice.settings, seed=seed, sessions=choice.training)
    )
    blocked = f"linkage_{kind}_blocked"
    blocked_pairs = 0 if model.refused else block(connection, prepared, model, blocked)
    if model.refused:
        score_by_facts(connection, prepared, scored, rules=fact_rules(prepared))
    elif choice.trained:
        model = with_prior(model, choice.prior or model.prior)
        score(connection, prepared, model, scored, pairs=blocked, least=LEAST_EVIDENCE)
    else:
        some, share = sampled_pairs(connection, blocked, blocked_pairs)
        score(connection, prepared, model, scored, pairs=some, least=LEAST_EVIDENCE)
        prior = choice.prior or agreeing_prior(
            connection, scored, prepared, model.prior, share=share
        )
        model = without_matches(model, prior)
        model = settle(
            connection,
            prepared,
            with_prior(model, prior),
            scored,
            blocked=blocked,
            sample=some,
            share=share,
            prior=choice.prior,
        )
    for table in (blocked, f"{blocked}_sample"):
        connection.execute(f"drop table if exists {quoted(table)}").fetchall()
    unreliable = names_unreliable(model)
    if sure is None:
        alike = kind is EntityKind.PERSON and not unreliable
        sure = SURE_AMONG_NAMESAKES if alike else SURE_WEIGHT
    thresholds = Thresholds(
        sure=max(sure, WITHOUT_MODEL) if model.refused else sure,
        lead=min(LEAD_WEIGHT, sure),
        names_unreliable=unreliable,
        births_unreliable=births_unreliable(model),
        phones_reliable=phones_reliable(model),
        mailboxes_shared=kind is EntityKind.PERSON
        and families_share_mailboxes(connection, prepared),
        sources=model.sources,
    )
    compared = connection.execute(f"select count(*) from {quoted(scored)}").fetchall()[0][0]
    weight = 0.0 if model.refused else model.prior_weight
    classify(connection, prepared, scored, weight, thresholds, pairs)
    complete_components(connection, prepared, model, scored, thresholds, pairs)
    clustering = cluster(connection, prepared, pairs, corrections)
    gained = match_leftovers(
        connection, prepared, model, clustering, thresholds, scored=scored, pairs=pairs
    )
    if gained:
        model = replace(model, leftover=gained)
        clustering = cluster(connection, prepared, pairs, corrections)
    return Linked(
        prepared=prepared,
        choice=choice,
        model=model,
        thresholds=thresholds,
        scored=scored,
        pairs=pairs,
        compared=int(compared),
        clustering=clustering,
        corrections=corrections,
    )


def fact_rules(prepared: Prepared) -> tuple[tuple[str, ...], ...]:
    """Columns on which a pair must agree to be worth a look when no model could be trained."""
    name = "name_sorted" if prepared.kind is EntityKind.PERSON else "company"
    keys = tuple((key,) for key in KEYS[prepared.kind] if prepared.filled.get(key, 0) >= 2)
    return (*keys, (name, "postcode"), (name, "city"), (name, "street"))
