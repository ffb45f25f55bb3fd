"""The shape of a measure: a pure function from the inputs to evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from scvkit.readiness.inputs import Inputs
from scvkit.records.evidence import Evidence

Measure: TypeAlias = Callable[[Inputs], Evidence]
