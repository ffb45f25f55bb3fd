"""D6 Flow and timing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scvkit.readiness.evidence import Answer, answered_share, told_number
from scvkit.readiness.inputs import Inputs
from scvkit.readiness.measures.measure import Measure
from scvkit.records.evidence import Evidence, measured_share, not_assessed
from scvkit.records.usecases import UseCaseFit
from scvkit.vocabulary import FlowKind, Grade


def latency(inputs: Inputs) -> Evidence:
    """6.1 Use cases whose latency meets their need: chosen ones, else all that were looked at.

    Measured is what the use case's own funnel says: in time is what is fresh for nearly all of
    its people. Where their feeds cannot tell, the age of the slowest feed in days does, an upper
    bound: a need of less than a day is settled by it only when the feed is older than that. What
    was told fills in for the rest. At the low end a slow feed is late whomever it concerns.
    """
    if inputs.use_cases is None:
        return not_assessed("no_use_case_step", method="latency")
    fits = [f for f in inputs.chosen or inputs.use_cases.fits if f.need_hours is not None]
    measured = [_meets(f) for f in fits]
    told = [_meets_as_told(f) for f in fits]
    answers = [known or said for known, said in zip(measured, told, strict=True)]
    found = answered_share(
        [(answer, 1) for answer in answers],
        method="latency",
        refs=tuple(f.id for f in fits),
        grade=Grade.MEASURED if answers == measured else Grade.DECLARED,
    )
    if not found.assessed:
        return not_assessed("feeds_not_dated", method="latency")
    surely = [a == "yes" and _by_age(f) != "no" for f, a in zip(fits, answers, strict=True)]
    return replace(found, low=sum(surely) / len(fits))


def manual_flows(inputs: Inputs) -> Evidence:
    """6.2 Flows carried by hand."""
    flows = inputs.engagement.flows
    if not flows:
        return not_assessed("not_asked", method="manual_flows")
    by_hand = sum(1 for flow in flows if flow.how is FlowKind.MANUAL)
    shown = all(flow.grade == "shown" for flow in flows)
    return Evidence(
        grade=Grade.SHOWN if shown else Grade.DECLARED,
        value=by_hand / len(flows),
        passed=by_hand,
        tested=len(flows),
        method="manual_flows",
        refs=tuple(f"{flow.source_from} → {flow.source_to}" for flow in flows),
    )


def hours_per_list(inputs: Inputs) -> Evidence:
    """6.3 Hours from a question to a usable list."""
    return told_number(inputs.engagement.hours_per_list, method="hours_per_list")


def replay(inputs: Inputs) -> Evidence:
    """6.4 Replay of the last campaign: addresses in which the rebuilt and the real list differ.

    Mailed and not rebuilt is wrong under any rule. Rebuilt and not mailed counts when the
    campaign was meant for everybody, and is the high end while nobody said.
    """
    if inputs.use_cases is None:
        return not_assessed("no_use_case_step", method="replay")
    found = inputs.use_cases.replay
    if found is None:
        return not_assessed("no_campaign", method="replay")
    said = inputs.engagement.last_campaign
    either = found.sent + found.not_sent
    if said is not None and said.audience == "everybody":
        return measured_share(found.not_rebuilt + found.not_sent, either, method="replay")
    least = found.not_rebuilt / found.sent
    most = least if said else max(least, (found.not_rebuilt + found.not_sent) / either)
    return measured_share(found.not_rebuilt, found.sent, method="replay", low=least, high=most)


def _meets(fit: UseCaseFit) -> Answer:
    """What the dates say, of people and else of feeds; None where they cannot tell.

    That nothing new came of most people does not show that it would be there within hours.
    """
    if fit.in_time is False:
        return "no"
    within_hours = fit.need_hours is not None and fit.need_hours < DAY
    return "yes" if fit.in_time and not within_hours else _by_age(fit)


def _by_age(fit: UseCaseFit) -> Answer:
    """What the age of the slowest feed says; None where days cannot tell."""
    if fit.lag_days is None or fit.need_hours is None:
        return None
    if fit.need_hours < DAY:
        return "no" if fit.lag_days > 1 else None
    return "yes" if fit.lag_days * DAY <= fit.need_hours else "no"


def _meets_as_told(fit: UseCaseFit) -> Answer:
    if fit.told_hours is None or fit.need_hours is None:
        return None
    return "yes" if fit.told_hours <= fit.need_hours else "no"


DAY = 24  # hours

MEASURES: Mapping[str, Measure] = {
    "6.1": latency,
    "6.2": manual_flows,
    "6.3": hours_per_list,
    "6.4": replay,
}
