"""What a right assessment of a client finds: indicators, use cases, verdict.

Every indicator is counted here, on the written rows, on the engagement file and on the truth, by
other means than the kit's. What use cases serve when everybody is known, and the verdict with its
reasons, were worked out once by hand (`expected.yaml`).
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from math import floor
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from .counted import Rows, counted
from .known import known
from .ledger import Table, Value, World
from .noise import folded
from .told import told_values
from .wanted import wanted

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
        name: {"value": None if value is None else round(value, 4), "tolerance": tolerance}
        for name, value, tolerance in chain(counted(rows), wanted(rows), known(rows))
    }
    found |= _withdrawn(world)
    # Nobody has voted on pairs of these clients, and only votes say how precise a linkage is.
    found["4.3"] = {"value": None, "tolerance": 0}
    order = sorted(found, key=lambda name: [int(part) for part in name.split(".")])
    return {
        "indicators": {name: found[name] for name in order},
        "use_cases": by_hand["use_cases"],
        "verdict": by_hand["verdict"],
    }


def _withdrawn(world: World) -> dict[str, Value]:
    """5.4 Withdrawn here, mailable there: nobody but those, and of those that show nearly all.

    Who has one address and one name in both lists shows; nineteen of twenty are to be found.
    """
    by_person: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for s in world.ledger.statements:
        by_person[s.person_id][s.status].add(s.silo)
    people = sum(bool(p["withdrawn"] and p["given"] - p["withdrawn"]) for p in by_person.values())
    least = floor(0.95 * min(people, strictly_findable(world)))
    return {"5.4": {"low": least, "high": people}}


def strictly_findable(world: World) -> int:
    """People whose withdrawal and club "yes" meet on the same e-mail and the same full name."""
    found = 0
    for pair in world.written.values():
        reader, member = pair.get("newsletter"), pair.get("club")
        if reader and member and reader[0] == member[0]:
            found += folded(reader[1]).lower() == folded(member[1]).lower()
    return found
