"""CONTRIBUTING shows how an action is added, and what it shows can be used."""

from __future__ import annotations

import re
from pathlib import Path

from scvkit.scenarios import load_actions

ROOT = Path(__file__).parents[2]


def test_the_action_that_contributing_shows_is_accepted(tmp_path: Path) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL)
    (shown,) = [block for block in blocks if "actions:" in block]
    file = tmp_path / "actions.yaml"
    file.write_text(shown, encoding="utf-8")
    assert len(load_actions(file)) == len(load_actions()) + 1
