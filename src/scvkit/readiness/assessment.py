"""The assessment: indicators, dimensions, gates, use cases after the gates, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence

from scvkit.engagement import Engagement
from scvkit.readiness.clearance import use_case_verdict
from scvkit.readiness.dimensions import dimension_scores
from scvkit.readiness.facts import gather_facts
from scvkit.readiness.gates import gate_states
from scvkit.readiness.indicators import evidence_weights, measure_indicators
from scvkit.readiness.inputs import Inputs, with_choice
from scvkit.readiness.thresholds import thresholds_in_use
from scvkit.readiness.verdict import decide, unevaluated
from scvkit.records.consent import Permission
from scvkit.records.extracts import Intake
from scvkit.records.identity import Identity
from scvkit.records.linkage import Linkage
from scvkit.records.profile import SourceProfile
from scvkit.records.readiness import Readiness, TierVotes
from scvkit.records.stakes import PeopleCounts
from scvkit.records.usecases import UseCases
from scvkit.vocabulary import Grade


def assess(
    *,
    engagement: Engagement,
    intake: Intake,
    profiles: Sequence[SourceProfile],
    identity: Identity | None,
    linkage: Linkage | None,
    permission: Permission | None,
    use_cases: UseCases | None,
    people: PeopleCounts | None = None,
    votes: Sequence[TierVotes] = (),
) -> Readiness:
    """Return the readiness of one engagement; a step that is None is not assessed.

    What is chosen is what the engagement says, also where the funnels were counted before.
    ``people`` are the counts that some prices are multiplied by.
    ``flips`` and ``chain`` are empty: ``scvkit.scenarios.with_flips`` searches for them.
    """
    use_cases = use_cases and with_choice(use_cases, engagement)
    inputs = Inputs(
        engagement=engagement,
        intake=intake,
        profiles=tuple(profiles),
        identity=identity,
        linkage=linkage,
        permission=permission,
        use_cases=use_cases,
        people=people,
        votes=tuple(votes),
    )
    thresholds, changed = thresholds_in_use(engagement.thresholds)
    indicators = measure_indicators(inputs, thresholds)
    gates = gate_states(inputs, indicators)
    facts = gather_facts(inputs, indicators, gates, thresholds)
    fired = decide(facts)
    weights = evidence_weights(indicators)
    fits = use_cases.fits if use_cases else ()
    return Readiness(
        verdict=fired[0].verdict,
        fired=fired,
        gates=gates,
        dimensions=dimension_scores(facts.marks),
        indicators=indicators,
        use_cases=tuple(
            use_case_verdict(fit, fact, facts)
            for fit, fact in zip(fits, facts.use_cases, strict=True)
        ),
        flips=(),
        changed_thresholds=changed,
        exploratory=not engagement.lawful,
        measured_weight=weights[Grade.MEASURED],
        shown_weight=weights[Grade.SHOWN],
        declared_weight=weights[Grade.DECLARED],
        not_assessed_weight=weights[Grade.NOT_ASSESSED],
        facts=facts,
        unevaluated=unevaluated(facts),
    )
