"""Pages as a real browser lays them out, measured in one go: no driver, only a Chromium.

Each page stands in a frame of its own width, so that its media and container queries answer to
that width; one script in the page around them measures all of them and leaves the figures.
"""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scvkit.batch.pdf import find_browser
from scvkit.errors import OutputError

_SCRIPTS = Path(__file__).parent
_SECONDS = 240
_TRIES = 2  # on a busy machine a browser may end early, without a word
A4_LANDSCAPE = 1032  # px between the margins of the page the map is printed on


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A page at a width, in px; ``printed`` takes the rules of paper instead of the screen's."""

    name: str
    page: str
    width: int
    printed: bool = False


def browser() -> Path | None:
    """The browser of this machine, if it has one."""
    try:
        return find_browser()
    except OutputError:
        return None


def measured(frames: Sequence[Frame], script: str) -> dict[str, Any]:
    """What ``measure(window)`` of the script beside this file gives for each frame, by name."""
    made = "".join(
        f'<iframe data-name="{html.escape(frame.name)}" width="{frame.width}" height="900"'
        f' srcdoc="{html.escape(_on_paper(frame.page) if frame.printed else frame.page)}">'
        "</iframe>"
        for frame in frames
    )
    around = (
        "<!doctype html><meta charset=utf-8><style>iframe{border:0;display:block}</style>"
        f"{made}<script>{(_SCRIPTS / 'measuring.js').read_text(encoding='utf-8')}"
        f"{(_SCRIPTS / script).read_text(encoding='utf-8')}</script>"
        "<script>addEventListener('load', () => leave(measure));</script>"
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        page = Path(scratch) / "measured.html"
        page.write_text(around, encoding="utf-8")
        said = _opened(page, Path(scratch) / "profile")
    found = re.search(r'<pre id="figures">(.*?)</pre>', said, re.DOTALL)
    assert found, f"the browser left no figures: {said[:300]}"
    figures: dict[str, Any] = json.loads(html.unescape(found.group(1)))
    assert sorted(figures) == sorted(frame.name for frame in frames)
    return figures


def _on_paper(page: str) -> str:
    return re.sub(r"@media\s+print", "@media all", page)


def _opened(page: Path, profile: Path) -> str:
    command = [
        str(find_browser()),
        "--headless",
        "--disable-gpu",
        "--no-first-run",
        "--disable-extensions",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--window-size=1400,1000",
        f"--user-data-dir={profile}",
        "--dump-dom",
    ]
    if os.name == "posix" and os.geteuid() == 0:
        command.append("--no-sandbox")
    said = ""
    for _ in range(_TRIES):
        done = subprocess.run(
            [*command, page.as_uri()], capture_output=True, timeout=_SECONDS, check=False
        )
        said = done.stdout.decode("utf-8", "replace")
        if '<pre id="figures">' in said:
            break
    return said
