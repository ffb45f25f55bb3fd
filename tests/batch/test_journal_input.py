"""What the workshop captured is an input of the steps that read it, and of no other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scvkit.batch.fingerprint import Fingerprints
from scvkit.batch.inputs import inputs_of
from scvkit.plan import STEPS, Task
from scvkit.workshop.desk import open_desk

SAMPLE = Path(__file__).parents[2] / "sample_data" / "taerskel" / "engagement.yaml"
STEP = {step.name: step for step in STEPS}


def keys(home: Path, work: Path) -> dict[str, str]:
    desk = open_desk(home, work=str(work))
    prints, outside = Fingerprints(desk), inputs_of(desk)
    return {name: prints.key(Task(step=step), {}, outside) for name, step in STEP.items()}


@pytest.mark.parametrize(
    ("kind", "content", "part", "moved"),
    [
        ("reveal", "C1", None, {"03_identity_keys", "08_readiness", "00_start"}),
        ("people", 9, ("people", "days_a_month"), {"06_landscape_map", "08_readiness"}),
        ("gap", {"name": "N", "unlocks": ""}, ("gaps", {"name": "N"}), {"01_intake"}),
    ],
)
def test_an_entry_makes_the_steps_run_again_that_read_it(
    tmp_path: Path, kind: str, content: object, part: tuple[str, ...] | None, moved: set[str]
) -> None:
    home = tmp_path / "client"
    home.mkdir()
    shutil.copy(SAMPLE, home)
    before = keys(home, tmp_path / "work")
    open_desk(home, work=str(tmp_path / "work")).say(kind, content, part=part)
    after = keys(home, tmp_path / "work")
    changed = {name for name in STEP if before[name] != after[name]}
    assert moved <= changed
    assert "02_profile_source" not in changed
