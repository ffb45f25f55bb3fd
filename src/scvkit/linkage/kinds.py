"""One kind of entity linked: trained, scored, classified, clustered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scvkit.engagement import Counted
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
from scvkit.linkage.scoring import (
    LEAST_EVIDENCE,
    agreeing_prior,
    block,
    sampled_vectors,
    score,
)
from scvkit.linkage.tiers import Thresholds, classify
from scvkit.linkage.vectors import Vectors, compare
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
    # What Splink found when it compared the pairs; None where no model could be trained.
    vectors: Vectors | None = None
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
    counted: Counted | None = None,
) -> Linked:
    """Train, score, classify and cluster the records of one kind.

    ``counted`` says which pairs count, where the client said it.
    """
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
    vectors = None
    if model.refused:
        score_by_facts(connection, prepared, scored, rules=fact_rules(prepared))
    else:
        found = block(connection, prepared, model, blocked)
        table = f"linkage_{kind}_vectors"
        vectors = compare(connection, prepared, model.settings, table, pairs=blocked)
        connection.execute(f"drop table {quoted(blocked)}").fetchall()
        if choice.trained:
            model = with_prior(model, choice.prior or model.prior)
            score(connection, model, scored, vectors=vectors, least=LEAST_EVIDENCE)
        else:
            model = _learnt(connection, prepared, model, vectors, found, scored, choice.prior)
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
        counted="".join(counted.tiers) if counted else "ABC",
        least=counted.weight if counted else None,
    )
    compared = connection.execute(f"select count(*) from {quoted(scored)}").fetchall()[0][0]
    weight = 0.0 if model.refused else model.prior_weight
    classify(connection, prepared, scored, weight, thresholds, pairs)
    complete_components(connection, prepared, model, vectors, scored, thresholds, pairs)
    clustering = cluster(connection, prepared, pairs, corrections)
    gained = match_leftovers(
        connection, prepared, model, clustering, thresholds, scored, pairs, vectors=vectors
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
        vectors=vectors,
        corrections=corrections,
    )


def _learnt(
    connection: Connection,
    prepared: Prepared,
    model: Model,
    vectors: Vectors,
    pairs: int,
    into: str,
    prior: float | None,
) -> Model:
    """Score the pairs into ``into``; return the model with all that they teach beside training."""
    sample, share = sampled_vectors(connection, vectors, pairs)
    score(connection, model, into, vectors=sample, least=LEAST_EVIDENCE)
    first = prior or agreeing_prior(connection, into, prepared, model.prior, share=share)
    model = with_prior(without_matches(model, first), first)
    model = settle(
        connection, prepared, model, into, vectors=vectors, sample=sample, share=share, prior=prior
    )
    if sample.table != vectors.table:
        connection.execute(f"drop table {quoted(sample.table)}").fetchall()
    return model


def fact_rules(prepared: Prepared) -> tuple[tuple[str, ...], ...]:
    """Columns on which a pair must agree to be worth a look when no model could be trained."""
    name = "name_sorted" if prepared.kind is EntityKind.PERSON else "company"
    keys = tuple((key,) for key in KEYS[prepared.kind] if prepared.filled.get(key, 0) >= 2)
    return (*keys, (name, "postcode"), (name, "city"), (name, "street"))
