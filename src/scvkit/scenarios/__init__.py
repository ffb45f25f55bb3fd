"""What would change the answer: flips of facts, and what-ifs put to the linked data."""

from scvkit.records.scenarios import AddKey, FixValues, LoseKey, OneSuppressionList, WhatIf
from scvkit.scenarios.actions import Action, load_actions
from scvkit.scenarios.applying import ask_actions
from scvkit.scenarios.asking import Scenarios, what_if
from scvkit.scenarios.figure import what_if_figure
from scvkit.scenarios.flips import flip_chain, nearest_flips, with_flips
from scvkit.scenarios.frames import (
    roadmap_frame,
    segment_frame,
    what_if_frame,
    what_if_sentences,
    what_if_uses_frame,
)
from scvkit.scenarios.roadmap import plan_roadmap
from scvkit.scenarios.standing import single_changes, standing

__all__ = [
    "Action",
    "AddKey",
    "FixValues",
    "LoseKey",
    "OneSuppressionList",
    "Scenarios",
    "WhatIf",
    "ask_actions",
    "flip_chain",
    "load_actions",
    "nearest_flips",
    "plan_roadmap",
    "roadmap_frame",
    "segment_frame",
    "single_changes",
    "standing",
    "what_if",
    "what_if_figure",
    "what_if_frame",
    "what_if_sentences",
    "what_if_uses_frame",
    "with_flips",
]
