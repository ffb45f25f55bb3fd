"""D6 Flow and timing."""

from __future__ import annotations

from collections.abc import Mapping

from scvkit.readiness.evidence import told_number
from scvkit.readiness.inputs import Inputs
from scvkit.readiness.measures.measure import Measure
from scvkit.records.evidence import Evidence, not_assessed
from scvkit.vocabulary import FlowKind, Grade


def latency(_: Inputs) -> Evidence:
    """6.1 Use cases whose latency meets their need: an extract says when, never when available."""
    return not_assessed("needs_two_timestamps", method="latency")


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


def replay(_: Inputs) -> Evidence:
    """6.4 Replay of the last campaign: needs the rule that chose its audience."""
    return not_assessed("no_audience_rule", method="replay")


MEASURES: Mapping[str, Measure] = {
    "6.1": latency,
    "6.2": manual_flows,
    "6.3": hours_per_list,
    "6.4": replay,
}
