"""Ten gates, G0–G9: what must be settled before anything is promised."""

from __future__ import annotations

from collections.abc import Sequence

from scvkit.readiness.dimensions import ENOUGH, assessed_share, mark
from scvkit.readiness.inputs import Inputs
from scvkit.readiness.measures.identity import ENOUGH_VOTES
from scvkit.readiness.measures.permission import basis_answer
from scvkit.records.evidence import Evidence, wilson
from scvkit.records.readiness import Gate, Indicator
from scvkit.vocabulary import Attribute, Dimension, EntityKind, GateState

MEASURED_DIMENSIONS = (Dimension.SOURCE_QUALITY, Dimension.IDENTITY, Dimension.PERMISSION)
FEWEST_SOURCES = 2
# One false merge must not decide a verdict.
FEWEST_WITHDRAWN = 5
# 90 % of disclosed merges right: below it only aggregates leave the house.
SAFE_TO_DISCLOSE = 0.90


def gate_states(inputs: Inputs, indicators: Sequence[Indicator]) -> tuple[Gate, ...]:
    """Return the gates G0–G9 in order, each with its state and the words that explain it."""
    by_id = {i.id: i for i in indicators}
    return (
        _lawful(inputs),
        _evidence_enough(inputs, indicators),
        _lawful_basis(inputs),
        _dpia(inputs),
        _forbidden_columns(inputs),
        _withdrawals(inputs, by_id.get("5.4")),
        _false_merges(inputs, by_id.get("4.3")),
        _owned(by_id.get("8.1"), by_id.get("8.2")),
        _used(inputs),
        _analytics(inputs, by_id.get("5.6")),
    )


def left_out_sources(inputs: Inputs) -> tuple[str, ...]:
    """Sources without a lawful basis for the purpose: out of linkage and of all use cases."""
    return tuple(n for n, card in inputs.engagement.sources.items() if basis_answer(card) == "no")


def unsaid_sources(inputs: Inputs) -> tuple[str, ...]:
    """Sources of which nobody said whether their basis covers the purpose."""
    return tuple(n for n, card in inputs.engagement.sources.items() if basis_answer(card) is None)


def _lawful(inputs: Inputs) -> Gate:
    missing = inputs.engagement.missing_lawful_facts
    if missing:
        return _gate("G0", GateState.FAILED, "exploratory", missing=", ".join(missing))
    return _gate("G0", GateState.PASSED, "lawful")


def _evidence_enough(inputs: Inputs, indicators: Sequence[Indicator]) -> Gate:
    profiled = inputs.profiled
    share = assessed_share([mark(i) for i in indicators], MEASURED_DIMENSIONS)
    values = {"sources": str(len(profiled)), "share": f"{share:.3f}"}
    if len(profiled) < FEWEST_SOURCES:
        return _gate("G1", GateState.FAILED, "few_sources", None, **values)
    if not set(profiled) & set(inputs.purchase_sources):
        return _gate("G1", GateState.FAILED, "no_purchase_source", None, **values)
    if share < ENOUGH - 1e-9:
        return _gate("G1", GateState.FAILED, "little_evidence", None, **values)
    return _gate("G1", GateState.PASSED, "enough", None, **values)


def _lawful_basis(inputs: Inputs) -> Gate:
    cards = inputs.engagement.sources
    without = left_out_sources(inputs)
    unsaid = unsaid_sources(inputs)
    if without:
        names = ", ".join(cards[n].name for n in without)
        return _gate("G2", GateState.FAILED, "left_out", sources=names, n=str(len(without)))
    told = any(card.legal_basis is not None for card in cards.values())
    if len(unsaid) == len(cards) and not told:
        return _gate("G2", GateState.NOT_ASSESSED, "not_asked")
    if unsaid:
        names = ", ".join(cards[n].name for n in unsaid)
        return _gate("G2", GateState.OPEN, "unsaid", sources=names, n=str(len(unsaid)))
    only_told = [
        card.name
        for card in cards.values()
        if card.legal_basis and card.legal_basis.grade != "shown"
    ]
    if not only_told:
        return _gate("G2", GateState.PASSED, "documented")
    if len(only_told) == len(cards):
        return _gate("G2", GateState.PASSED, "declared")
    return _gate(
        "G2",
        GateState.PASSED,
        "partly_shown",
        seen=str(len(cards) - len(only_told)),
        all=str(len(cards)),
        sources=", ".join(only_told),
    )


def _dpia(inputs: Inputs) -> Gate:
    dpia = inputs.engagement.assessment.dpia
    if dpia is None:
        return _gate("G3", GateState.NOT_ASSESSED, "not_asked")
    if dpia.status == "signed":
        shown = dpia.grade == "shown"
        return _gate("G3", GateState.PASSED, "signed" if shown else "signed_declared")
    return _gate("G3", GateState.OPEN, "drafted" if dpia.status == "drafted" else "prepare_only")


def _forbidden_columns(inputs: Inputs) -> Gate:
    held_back = [
        f"{table.source}/{table.table}.{column}"
        for source in inputs.intake.sources
        for table in source.tables
        for column in table.quarantined
    ]
    if not inputs.intake.readable():
        return _gate("G4", GateState.NOT_ASSESSED, "nothing_read")
    if held_back:
        # Nothing of it was used, but in the source it still stands: nobody may read that as done.
        return _gate(
            "G4", GateState.OPEN, "quarantined", n=str(len(held_back)), where=", ".join(held_back)
        )
    return _gate("G4", GateState.PASSED, "none_found")


def _withdrawals(inputs: Inputs, indicator: Indicator | None) -> Gate:
    """Failed by five sure people; below that each is to be stopped, and no verdict rests on it."""
    evidence = indicator.evidence if indicator else None
    if evidence is None or not evidence.assessed or evidence.value is None:
        reason = evidence.reason if evidence else "no_measure"
        return _gate("G5", GateState.NOT_ASSESSED, "not_assessed", evidence, reason=reason)
    sure, tested = round(evidence.value), evidence.tested or 0
    values = {"n": str(sure), "tested": str(tested)}
    if sure >= FEWEST_WITHDRAWN and wilson(min(sure, tested), tested)[0] > 0:
        return _gate("G5", GateState.FAILED, "withdrawn_but_mailable", evidence, **values)
    permission = inputs.permission
    likely = round((permission.withdrawn_but_mailable.value or 0) if permission else 0)
    if sure > 0 or likely > 0:
        return _gate("G5", GateState.OPEN, "look", evidence)  # a count this small stays unsaid
    if (evidence.high or 0) > 0:
        return _gate("G5", GateState.PASSED, "only_leads", evidence, tested=str(tested))
    return _gate("G5", GateState.PASSED, "none_found", evidence, **values)


def _false_merges(inputs: Inputs, indicator: Indicator | None) -> Gate:
    if indicator is None or not indicator.evidence.assessed:
        model = _model_precision(inputs)
        voted = inputs.linkage.votes if inputs.linkage else None
        if voted is not None and voted.answered:
            some = {"n": str(min(voted.decided, ENOUGH_VOTES)), "of": str(ENOUGH_VOTES)}
            return _gate("G6", GateState.NOT_ASSESSED, "voted_some", model, **some)
        values = {"model": f"{model.value:.3f}"} if model and model.value is not None else {}
        detail = "model_beside" if values else "not_voted"
        return _gate("G6", GateState.NOT_ASSESSED, detail, model, **values)
    bound = indicator.evidence.value or 0.0
    values = {"bound": f"{bound:.3f}", "n": str(indicator.evidence.tested or 0)}
    if bound < SAFE_TO_DISCLOSE:
        return _gate("G6", GateState.FAILED, "aggregates_only", indicator.evidence, **values)
    return _gate("G6", GateState.PASSED, "voted", indicator.evidence, **values)


def _model_precision(inputs: Inputs) -> Evidence | None:
    """The optimistic figure that stands beside 4.3 until pairs were voted on."""
    kinds = inputs.linkage.kinds if inputs.linkage else ()
    persons = next((k for k in kinds if k.kind is EntityKind.PERSON), None)
    return persons.precision if persons and persons.precision.assessed else None


def _owned(owners: Indicator | None, sponsor: Indicator | None) -> Gate:
    found = [i for i in (owners, sponsor) if i is not None]
    if any(i.evidence.assessed and i.score_high == 0 for i in found):
        who = "no_owner" if owners and owners.score_high == 0 else "no_sponsor"
        return _gate("G7", GateState.FAILED, who)
    known = [i for i in found if i.evidence.assessed]
    if len(known) == 2:
        return _gate("G7", GateState.PASSED, "owned")
    return _gate("G7", GateState.NOT_ASSESSED, "partly_asked" if known else "not_asked")


def _used(inputs: Inputs) -> Gate:
    choice = inputs.engagement.use_cases
    if choice is None or not (choice.chosen or choice.none_wanted):
        return _gate("G8", GateState.NOT_ASSESSED, "not_asked")
    if choice.none_wanted and not choice.chosen:
        return _gate("G8", GateState.FAILED, "none_wanted")
    sponsors = [use_case.sponsor for use_case in choice.chosen]
    n = str(len(sponsors))
    if any(sponsors):
        return _gate("G8", GateState.PASSED, "chosen", n=n)
    if all(sponsor == "" for sponsor in sponsors):
        return _gate("G8", GateState.FAILED, "no_sponsor", n=n)
    return _gate("G8", GateState.OPEN, "sponsor_not_named", n=n)


def _analytics(inputs: Inputs, indicator: Indicator | None) -> Gate:
    sources = inputs.analytics_sources
    if not sources:
        return _gate("G9", GateState.PASSED, "no_analytics")
    read = [t for s in sources for t in inputs.tables_of(s)]
    if not read:
        return _gate("G9", GateState.NOT_ASSESSED, "not_read")
    evidence = indicator.evidence if indicator else None
    if evidence is not None and evidence.value is not None:
        values = {"share": f"{evidence.value:.3f}"}
        if evidence.value >= 1:
            return _gate("G9", GateState.FAILED, "no_state", evidence, **values)
        state = GateState.OPEN if evidence.value > 0 else GateState.PASSED
        return _gate("G9", state, "some_unknown" if evidence.value else "known", evidence, **values)
    if not any(m.attribute is Attribute.CONSENT_FLAG for t in read for m in t.meanings):
        return _gate("G9", GateState.FAILED, "no_column", evidence)
    return _gate("G9", GateState.NOT_ASSESSED, "meaning_not_told", evidence)


def _gate(
    name: str, state: GateState, detail: str, evidence: Evidence | None = None, **values: str
) -> Gate:
    return Gate(
        id=name,
        state=state,
        detail=detail,
        values=tuple(values.items()),
        evidence=evidence,
    )
