"""What would change the answer: flips of facts, and what-ifs put to the linked data."""

from scvkit.records.scenarios import AddKey, FixValues, LoseKey, OneSuppressionList, WhatIf
from scvkit.scenarios.asking import Scenarios, what_if
from scvkit.scenarios.flips import flip_chain, nearest_flips, with_flips

__all__ = [
    "AddKey",
    "FixValues",
    "LoseKey",
    "OneSuppressionList",
    "Scenarios",
    "WhatIf",
    "flip_chain",
    "nearest_flips",
    "what_if",
    "with_flips",
]
