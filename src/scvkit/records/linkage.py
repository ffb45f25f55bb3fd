"""Who is the same person or organisation, and how sure that is. Counts only."""

from __future__ import annotations

from dataclasses import dataclass

from scvkit.records.evidence import Evidence
from scvkit.records.identity import ClaimTest
from scvkit.vocabulary import EntityKind, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class TierCount:
    """Pairs of one tier, and the model-based (optimistic) share that are true matches.

    ``by_name`` where so many pairs rest on a name alone that the model cannot vouch for them.
    """

    tier: Tier
    pairs: int
    across_sources: int
    model_precision: float | None
    by_name: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelWeight:
    """One comparison level of the trained model: m and u (0–1) and match weight (bits)."""

    comparison: str
    level: str
    m_probability: float | None
    u_probability: float | None
    match_weight: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KindLinkage:
    """Linkage of one entity kind. ``choices`` are sentences: what the kit chose and why."""

    kind: EntityKind
    records: int
    pairs_scored: int
    clusters: int
    threshold: float  # match weight, bits
    prior: float  # probability that two random records match
    tiers: tuple[TierCount, ...]
    weights: tuple[LevelWeight, ...]
    blocking_rules: tuple[str, ...]
    choices: tuple[str, ...]
    precision: Evidence  # model based, called optimistic
    recall: Evidence
    refused: str = ""  # why no probabilistic model was trained, when none was


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEntities:
    """Entities behind the records of one source, low–mid–high from the tiers.

    ``high`` counts entities when only tier A joins records, ``mid`` tiers A–C, ``low`` A–D.
    """

    source: str
    kind: EntityKind
    records: int
    low: int
    mid: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Persons (or organisations) of source_a also found in source_b.

    ``low`` uses tier A only, ``mid`` tiers A–C, ``high`` A–D; ``entities_a`` and ``entities_b``
    are the mid entities of each source. None of the counts is a claim about who is not found.
    """

    source_a: str
    source_b: str
    kind: EntityKind
    entities_a: int
    entities_b: int
    low: int
    mid: int
    high: int

    @property
    def smaller(self) -> int:
        """Entities of the smaller source: the base of the share on the map."""
        return min(self.entities_a, self.entities_b)

    def share(self, count: int) -> float | None:
        """Return count ÷ the smaller source, capped at 1; None for an empty source."""
        return None if self.smaller == 0 else min(1.0, count / self.smaller)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenIn:
    """Persons seen in exactly ``sources`` sources; ``sure`` are joined by tier A only."""

    sources: int
    people: int
    sure: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsletterSplit:
    """Newsletter readers found among customers, the hidden ones estimated, and the rest.

    ``hidden`` is an estimate from recovery, never an observation; "rest" may still hold
    customers, so it is worded "not found among customers".
    """

    newsletter: str  # source id
    customer_sources: tuple[str, ...]
    readers: int
    found: Evidence  # people, low–high from tiers
    hidden: Evidence  # people, low–high from recovery
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceStep:
    """What one comparison says about a pair, in words of agreement and bits; no value."""

    comparison: str
    level: str  # label of the level of agreement; empty where a side is missing
    bits: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PairExample:
    """A typical pair of one tier, told by agreement only: nothing in it points at anybody.

    ``prior`` plus the bits of ``steps`` and ``beside`` plus ``adjustment`` is ``total``, to the
    tenth. ``beside`` is what counts beside Splink's comparisons: kinds of non-match, the sources;
    the adjustment is what nothing explains, 0 as a rule.
    """

    kind: EntityKind
    tier: Tier
    source_a: str
    source_b: str
    joined: bool  # both records ended in one cluster
    prior: float
    steps: tuple[EvidenceStep, ...]
    adjustment: float
    total: float
    beside: tuple[EvidenceStep, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedPair:
    """A pair example as it is shown: a title, a drawing, and a sentence for each bar."""

    title: str
    svg: str
    bars: tuple[tuple[str, str], ...]  # (sentence, bits as text)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterReview:
    """Clusters of several records by their weakest link, and those worth a look.

    A cluster counts once under each thing it shows; ``to_look_at`` counts it once in all.
    """

    kind: EntityKind
    clusters: int
    weakest_a: int
    weakest_b: int
    weakest_c: int
    weakest_other: int  # held together by the client's list, not by pairs alone
    two_numbers: int  # two customer numbers of one issuer, or two organisation numbers
    two_birth_dates: int
    two_names: int  # two given names that are not forms of one
    bridges: int  # two groups held together by one pair
    large: int  # as many records as ``large_from`` or more
    large_from: int
    largest: int
    to_look_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnappliedCorrection:
    """A line of the client's list that could not be used; the line is named, never its values."""

    list: str  # must_link or cannot_link
    line: int
    reason: str  # key under linkage.corrections.reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionList:
    """One list of the client: lines given, honoured, and what they changed."""

    list: str  # must_link or cannot_link
    given: int
    applied: int
    changed: int  # lines without which the clusters would be others
    unapplied: tuple[UnappliedCorrection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumVotes:
    """Blind votes on the pairs of one stratum: how many said "same", of those decided."""

    stratum: str
    joined: bool
    pairs: int
    same: int
    decided: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PairVotes:
    """What people said about pairs of records, without seeing a score.

    Precision carries a Wilson interval weighted by stratum; an answer on a pair that stayed apart
    speaks for the pairs between the same two clusters. Recall is of the pairs that were compared:
    what has nothing in common was never shown to anybody.
    """

    kind: EntityKind
    asked: int
    answered: int  # pairs that at least one voter answered
    decided: int
    unsure: int  # pairs on which nobody was sure, or the voters differ
    voters: int
    strata: tuple[StratumVotes, ...]
    precision: Evidence
    recall: Evidence
    agreement: Evidence  # share of pairs both voters were sure of on which they agree
    kappa: float | None  # Cohen's; None where it cannot be computed


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """People who are seen in exactly these sources; ``sure`` of them by tier A alone."""

    sources: tuple[str, ...]
    people: int
    sure: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Linkage:
    """Result of the linkage step."""

    kinds: tuple[KindLinkage, ...]
    sources: tuple[SourceEntities, ...]
    overlaps: tuple[Overlap, ...]
    seen_in: tuple[SeenIn, ...]
    recovery: Evidence  # hide-and-recover: share of hidden key links found on other evidence
    contradictory_clusters: Evidence
    unlinkable: Evidence
    stability: Evidence  # share of records whose cluster is the same at threshold ± 2 bits
    households: int
    newsletter: NewsletterSplit | None
    conflict: Evidence  # share of persons with several records that disagree on a core attribute
    claims: tuple[ClaimTest, ...] = ()  # claims of overlap, which only linked people settle
    one_value: tuple[tuple[str, Evidence], ...] = ()  # claim of "unique" → people with one value
    votes: PairVotes | None = None  # None while nobody has voted
    examples: tuple[PairExample, ...] = ()  # why these two: one typical pair per tier and kind
    reviews: tuple[ClusterReview, ...] = ()  # clusters worth a look, one entry per kind
    corrections: tuple[CorrectionList, ...] = ()  # lists of the client, empty when none was given
    combinations: tuple[Combination, ...] = ()  # people by the set of sources, commonest first

    def entities_of(self, source: str) -> tuple[int, int]:
        """How many people, and how many organisations, the records of a source are."""
        held = {each.kind: each.mid for each in self.sources if each.source == source}
        return held.get(EntityKind.PERSON, 0), held.get(EntityKind.ORGANISATION, 0)

    def records_of(self, source: str) -> int:
        """Records of a source, of people and of organisations."""
        return sum(each.records for each in self.sources if each.source == source)

    @property
    def most_seen_in_two(self) -> float:
        """People who may be in two sources or more: those found, raised as the overlaps are.

        The overlaps' upper ends hold leads and what the model expects where that is more.
        """
        shared = sum(seen.people for seen in self.seen_in if seen.sources >= 2)
        persons = [o for o in self.overlaps if o.kind is EntityKind.PERSON]
        mid, high = sum(o.mid for o in persons), sum(o.high for o in persons)
        return shared * high / mid if mid else float(high)
