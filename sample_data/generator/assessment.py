"""What a right assessment of a client finds: indicators, use cases, verdict.

Most values are counted here, on the written rows and on the truth, by other means than the kit's.
What cannot be counted (how many hidden links are found again, which columns nobody needs) is
given as a range in `expected.yaml`, read off once by hand; a range there wins over a count.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from .counted import Rows, counted
from .ledger import Table, Value, World
from .told import told_values

_BY_HAND = Path(__file__).parent / "expected.yaml"


def assessment(
    world: World, tables: dict[tuple[str, str], Table], engagement: dict[str, Any]
) -> dict[str, Value]:
    """Indicators as value and tolerance or as a range, use cases, and the verdict with reasons."""
    by_hand = YAML(typ="safe", pure=True).load(_BY_HAND)[world.client.slug]
    found: dict[str, Value] = {}
    found |= {name: {"value": value, "tolerance": 0.001} for name, value in told_values(engagement)}
    rows = Rows(world, tables, engagement)
    found |= {
        name: {"value": round(value, 4), "tolerance": tolerance}
        for name, value, tolerance in counted(rows)
        if value is not None
    }
    found |= by_hand["indicators"]
    order = sorted(found, key=lambda name: [int(part) for part in name.split(".")])
    return {
        "indicators": {name: found[name] for name in order},
        "use_cases": by_hand["use_cases"],
        "verdict": by_hand["verdict"],
    }
