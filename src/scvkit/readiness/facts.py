"""The few facts that the verdict rules read, taken from the parts of the assessment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from scvkit.engagement import Gap
from scvkit.readiness.dimensions import mark
from scvkit.readiness.gates import left_out_sources, unsaid_sources
from scvkit.readiness.inputs import Inputs, sources_in
from scvkit.readiness.measures.permission import as_share
from scvkit.readiness.measures.use import functions
from scvkit.readiness.scoring import indicator
from scvkit.readiness.thresholds import Threshold
from scvkit.readiness.value import estimate_value, most_worth
from scvkit.records.evidence import Evidence, measured_count
from scvkit.records.readiness import Facts, Gate, Indicator, Mark, UseCaseFact
from scvkit.records.stakes import Value
from scvkit.records.usecases import UseCaseFit
from scvkit.shipped import shipped
from scvkit.vocabulary import Domain

SERVICE = "service"


def gather_facts(
    inputs: Inputs,
    indicators: Sequence[Indicator],
    gates: Sequence[Gate],
    thresholds: Sequence[Threshold],
) -> Facts:
    """Return the facts; what is not known is None and fires no rule."""
    recovery = _recovery(inputs)
    value = estimate_value(
        engagement=inputs.engagement,
        linkage=inputs.linkage,
        permission=inputs.permission,
        use_cases=inputs.use_cases,
        people=inputs.people,
    )
    return Facts(
        gates=tuple((gate.id, gate.state) for gate in gates),
        marks=tuple(mark(i) for i in indicators),
        use_cases=tuple(use_case_fact(f, value) for f in inputs.use_cases.fits)
        if inputs.use_cases
        else (),
        purchase_sources=inputs.purchase_sources,
        left_out_sources=left_out_sources(inputs),
        unsaid_sources=unsaid_sources(inputs),
        analytics_sources=inputs.analytics_sources,
        service_chosen=_service_chosen(inputs),
        seen_in_two_high=seen_in_two_high(inputs),
        purchase_strong_key=_purchase_strong_key(inputs),
        recovery=recovery.value if recovery else None,
        recovery_low=recovery.low if recovery else None,
        missing_extracts=_missing_extracts(inputs),
        after_suppression=_after_suppression(inputs, {t.id: t for t in thresholds}),
        names=_names(inputs),
    )


def use_case_fact(fit: UseCaseFit, value: Value | None = None) -> UseCaseFact:
    """Return what the rules need of a use case."""
    served = fit.served
    return UseCaseFact(
        id=fit.id,
        chosen=fit.chosen,
        functions=functions(fit.function),
        fitted=fit.status,
        outbound=fit.outbound,
        needs_linkage=fit.needs_linkage,
        sources=sources_in(fit.refs),
        served=served.mid if served else None,
        base=fit.base,
        value_high=most_worth(fit, value) if value else None,
    )


def seen_in_two_high(inputs: Inputs) -> float | None:
    """Return the highest share of people that may be in two sources or more.

    Found by tiers A–D, and raised by what recovery says was not found: a low overlap must be
    shown, never assumed from not having looked well. None while recovery is unknown.
    """
    linkage, recovery = inputs.linkage, _recovery(inputs)
    if linkage is None or recovery is None:
        return None
    people = sum(seen.people for seen in linkage.seen_in)
    worst = recovery.value if recovery.low is None else recovery.low
    if not people or not worst:
        return None
    return min(1.0, linkage.most_seen_in_two / people / worst)


# What would carry no score must not decide a verdict either.
_FEWEST = 30


def _recovery(inputs: Inputs) -> Evidence | None:
    """Recovery, or None when it was not assessed or rests on too few hidden links."""
    found = inputs.linkage.recovery if inputs.linkage else None
    if found is None or not found.assessed:
        return None
    return None if found.tested is not None and found.tested < _FEWEST else found


def _service_chosen(inputs: Inputs) -> bool | None:
    """None while nobody chose: an unasked question is not a "no"."""
    if not inputs.chosen:
        choice = inputs.engagement.use_cases
        return False if choice is not None and choice.none_wanted else None
    return any(SERVICE in functions(fit.function) for fit in inputs.chosen)


def _purchase_strong_key(inputs: Inputs) -> float | None:
    if inputs.identity is None:
        return None
    rows = [s for s in inputs.identity.sources if s.source in inputs.purchase_sources]
    records = sum(s.persons + s.organisations for s in rows)
    return sum(s.with_strong_key for s in rows) / records if records >= _FEWEST else None


# In the order in which they most often settle the question.
_TELLING = (Domain.PURCHASES, Domain.NEWSLETTER, Domain.SERVICE, Domain.LOYALTY, Domain.CRM)


def _missing_extracts(inputs: Inputs) -> tuple[str, ...]:
    """The two parts of the business whose extract would tell most.

    What the client says it does not have cannot be delivered.
    """
    seen = {inputs.domain(source) for source in inputs.profiled}
    if set(inputs.profiled) & set(inputs.purchase_sources):
        seen.add(Domain.PURCHASES)
    seen |= {d for d in _TELLING if any(_is_of(gap, d) for gap in inputs.engagement.gaps)}
    return tuple(d.value for d in _TELLING if d not in seen)[:2]


def _is_of(gap: Gap, domain: Domain) -> bool:
    """True for a gap of this part of the business, by its ``domain`` or else by its name."""
    if gap.domain:
        return gap.domain is domain
    name = gap.name.lower()
    return any(word in name for word in _gap_words().get(domain.value, ()))


@cache
def _gap_words() -> dict[str, tuple[str, ...]]:
    tree = shipped("scvkit.readiness", "gap_words.yaml")
    return {domain: tuple(words) for domain, words in tree["domains"].items()}


def _after_suppression(inputs: Inputs, thresholds: Mapping[str, Threshold]) -> tuple[Mark, ...]:
    """Marks of 5.3 and 5.4 once withdrawals reach every source through one suppression list.

    The people who withdrew here and are mailable there leave both counts; other conflicts stay.
    """
    permission = inputs.permission
    if permission is None or not {"5.3", "5.4"} <= thresholds.keys():
        return ()
    withdrawn, conflict = permission.withdrawn_but_mailable, permission.people_in_conflict
    marks = [
        mark(indicator(thresholds["5.4"], measured_count(0, unit="people", method="suppression")))
    ]
    compared = permission.people_compared
    if conflict.value is not None and withdrawn.value is not None and compared:
        people = conflict.value * compared if conflict.unit == "share" else conflict.value
        left = measured_count(
            max(0, round(people - _sure(withdrawn))), unit="people", method="suppression"
        )
        marks.append(mark(indicator(thresholds["5.3"], as_share(left, compared))))
    return tuple(marks)


def _sure(counted: Evidence) -> float:
    """The low end, which rests on tier A as the count of differences does."""
    return (counted.value if counted.low is None else counted.low) or 0.0


def _names(inputs: Inputs) -> tuple[tuple[str, str], ...]:
    """The two sources where most records lack a strong key: where a key would help most."""
    if inputs.identity is None:
        return ()
    lacking = sorted(
        inputs.identity.sources,
        key=lambda s: (s.with_strong_key - s.persons - s.organisations, s.source),
    )
    cards = inputs.engagement.sources
    named = [cards[s.source].name for s in lacking if s.source in cards]
    return tuple((f"keyless_{n}", name) for n, name in enumerate(named[:2], 1))
