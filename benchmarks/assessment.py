"""Seconds of the assessment after linkage, step by step, and of its what-ifs.

    python benchmarks/assessment.py FOLDER [--work DIR]

FOLDER is a client made by sample_data/make.py. With --work, the work folder of a run made
already, nothing before the permission is done again. Two clocks: on a shared machine the wall
says less than the processor. Benchmark of what was found: benchmarks/seeds.py.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from scvkit.consent import reconcile, write_permissions
from scvkit.records.consent import Permission
from scvkit.scenarios import LoseKey, Scenarios, ask_actions, load_actions
from scvkit.usecases import count_people_at_stake, fit_use_cases

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.end_to_end.assessed import Assessed, assess_client, of_work

T = TypeVar("T")
_spent = [0.0, 0.0]


def main(folder: Path, work: Path | None) -> None:
    """Print wall and processor seconds of each step."""
    with tempfile.TemporaryDirectory(prefix="scvkit-bench-") as made:
        client = of_work(folder, work) if work else assess_client(folder, Path(made))
        _assess(client)


def _assess(client: Assessed) -> None:
    place = (client.connection, client.rows, client.engagement)

    def permission() -> Permission:
        write_permissions(*place, client.intake)
        return reconcile(*place, client.intake)

    _timed("permission", permission)
    _timed(
        "use cases",
        lambda: fit_use_cases(*place, client.intake, recovery=client.linkage.recovery),
    )
    _timed("people at stake", lambda: count_people_at_stake(*place, client.intake))
    asking = _timed("what-if, made ready", lambda: Scenarios(*place, client.intake))
    asked = _timed("what-if, every action", lambda: ask_actions(asking, load_actions()))
    _timed("readiness and flips", client.readiness)
    print(f"{'all of it':<24}{_spent[0]:8.2f} s {_spent[1]:8.2f} s of processor time")
    print(f"{len(asked.asked)} actions were tried; one more question:")
    for source, key in [(a.source, a.answer.key) for a in asked.asked if a.answer.key][:2]:
        lost = LoseKey(source=source, key=key)
        _timed(f"{source} without {key}", partial(asking.what_if, lost))


def _timed(name: str, step: Callable[[], T]) -> T:
    wall, processor = time.perf_counter(), time.process_time()
    result = step()
    spent = time.perf_counter() - wall, time.process_time() - processor
    _spent[0], _spent[1] = _spent[0] + spent[0], _spent[1] + spent[1]
    print(f"{name:<24}{spent[0]:8.2f} s {spent[1]:8.2f} s of processor time", flush=True)
    return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", type=Path)
    given = parser.parse_args()
    main(given.folder, given.work)
