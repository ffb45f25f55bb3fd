"""Browsers for tests: a program that takes a browser's words and does as it is told."""

from __future__ import annotations

import sys
from pathlib import Path

_BROWSER = """#!{python}
import pathlib, sys
here = pathlib.Path(__file__)
asked = here.with_suffix(".asked")
said = asked.read_text().splitlines() if asked.exists() else []
asked.write_text("\\n".join([*said, sys.argv[-1]]))
target = next(a.split("=", 1)[1] for a in sys.argv if a.startswith("--print-to-pdf="))
if len(said) >= {fails}:
    pathlib.Path(target).write_bytes(b"%PDF-1.7 played")
"""


def played_browser(folder: Path, *, fails: int = 0) -> Path:
    """A browser that ends without a PDF ``fails`` times, and prints from then on."""
    file = folder / "browser"
    file.write_text(_BROWSER.format(python=sys.executable, fails=fails), encoding="utf-8")
    file.chmod(0o755)
    return file


def pages_asked_for(browser: Path) -> list[str]:
    """Names of the pages it was asked to print, in order."""
    return [
        line.rsplit("/", 1)[-1] for line in browser.with_suffix(".asked").read_text().splitlines()
    ]
