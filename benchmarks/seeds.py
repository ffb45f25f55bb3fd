"""The assessment beside the truth, over clients and seeds: prints what held, asserts nothing.

    python benchmarks/seeds.py FOLDER [--preset tiny] [--seeds 20260930 1 2] [--clients tidy …]

Each client is made anew from each seed, assessed from its files and compared with its truth: the
verdict and its first reason, every indicator, readers found among customers and the estimate of
those hidden, contradictions of permission, served ranges. FOLDER keeps nothing but the deliveries.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from sample_data.generator.build import build
from sample_data.generator.clients import CLIENTS
from sample_data.generator.parameters import PRESETS
from tests.end_to_end.assessed import Assessed, assess_client
from tests.end_to_end.beside_truth import (
    contradictions,
    readers,
    served_ranges,
    wrong_indicators,
)


def main(folder: Path, preset: str, seeds: list[int], clients: list[str]) -> None:
    """Print one line a delivery, then the shares over all."""
    counted: Counter[str] = Counter()
    for seed in seeds:
        for name in clients:
            made = folder / f"{preset}-{name}-{seed}"
            if not made.exists():
                build(CLIENTS[name], PRESETS[preset], seed, made)
            with tempfile.TemporaryDirectory(prefix="scvkit-bench-") as work:
                counted += _one(assess_client(made, Path(work)), f"{name}, seed {seed}")
    print()
    for what in (
        "verdicts", "indicators", "hidden estimates", "served ranges", "readers found",
        "contradictions",
    ):  # fmt: skip
        print(f"{what + ' as the truth has them':<42}{_of(counted, what)}")
    print(f"{'contradictions invented, of people compared':<42}{_of(counted, 'invented')}")


def _one(client: Assessed, title: str) -> Counter[str]:
    told, readiness = client.expected()["verdict"], client.readiness()
    right = (readiness.verdict == told["first"]) and (
        readiness.fired[0].reasons[0] in told["reasons"]
    )
    found, split = readers(client), client.linkage.newsletter
    visible, seen = contradictions(client)
    ranges = served_ranges(client)
    missed = [n for n, (low, _, high, true) in ranges.items() if not low <= true <= high]
    wrong = wrong_indicators(client)
    print(f"{title}: {readiness.verdict.value}{'' if right else ' (not as expected)'}")
    print(f"    readers found {found.found}, rightly {found.right}; hidden {found.hidden}", end="")
    counted = Counter(
        {
            "verdicts": int(right), "verdicts of": 1,
            "indicators": len(readiness.indicators) - len(wrong),
            "indicators of": len(readiness.indicators),
            "readers found": found.right, "readers found of": found.found,
            "contradictions": len(seen & visible), "contradictions of": len(visible),
            "invented": len(seen - visible), "invented of": client.permission.people_compared,
            "served ranges": len(ranges) - len(missed), "served ranges of": len(ranges),
        }
    )  # fmt: skip
    if split is not None and split.hidden.value is not None:
        hidden = split.hidden
        held = hidden.low <= found.hidden <= hidden.high
        counted += Counter({"hidden estimates": int(held), "hidden estimates of": 1})
        print(f", told {hidden.value:.0f} ({hidden.low:.0f} to {hidden.high:.0f})", end="")
    print(f"; served ranges missed: {', '.join(missed) or 'none'}")
    print(f"    indicators off: {', '.join(f'{n} {v} for {t}' for n, v, t in wrong) or 'none'}")
    sys.stdout.flush()
    return counted


def _of(counted: Counter[str], what: str) -> str:
    part, whole = counted[what], counted[f"{what} of"]
    return f"{part} of {whole}" + (f" ({part / whole:.3f})" if whole else "")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--preset", choices=sorted(PRESETS), default="tiny")
    parser.add_argument("--seeds", type=int, nargs="+", default=[20260930, 1, 2])
    parser.add_argument("--clients", nargs="+", choices=sorted(CLIENTS), default=list(CLIENTS))
    given = parser.parse_args()
    main(given.folder, given.preset, given.seeds, given.clients)
