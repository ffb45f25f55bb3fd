"""Readiness: dimensions, gates, use cases after the gates, and one of seven verdicts."""

from scvkit.readiness.assessment import assess
from scvkit.readiness.blueprint import draw_blueprint
from scvkit.readiness.clearance import still_waited_for
from scvkit.readiness.frames import (
    dimension_frame,
    flip_frame,
    gate_frame,
    indicator_frame,
    rule_frame,
    use_case_frame,
)
from scvkit.readiness.headline import Headline, headline
from scvkit.readiness.inputs import with_choice
from scvkit.readiness.value import estimate_value
from scvkit.readiness.verdict import decide, shortfall

__all__ = [
    "Headline",
    "assess",
    "decide",
    "dimension_frame",
    "draw_blueprint",
    "estimate_value",
    "flip_frame",
    "gate_frame",
    "headline",
    "indicator_frame",
    "rule_frame",
    "shortfall",
    "still_waited_for",
    "use_case_frame",
    "with_choice",
]
