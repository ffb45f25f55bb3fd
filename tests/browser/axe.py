"""What axe-core says of the pages that may be sent: its rules for WCAG 2.2 A and AA.

``python -m tests.browser.axe FOLDER...`` looks at all pages outside ``restricted/`` of finished
runs, and at every reader's page of a report; ``--best`` takes axe's advice beyond WCAG too.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.browser.driven import Tab, tab

WIDTHS = (1280, 360)
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# A reader's page is hidden until it is reached; what is folded is unfolded by a reader.
_ALL_SHOWN = """
document.head.insertAdjacentHTML("beforeend",
  "<style>.scv-page .scv-role:not(:target){display:block!important}</style>");
document.querySelectorAll("details").forEach(folded => { folded.open = true; });
"""
_RUN = """axe.run(document, {runOnly: {type: "tag", values: %s}, resultTypes: ["violations"]})
.then(done => done.violations.flatMap(v => v.nodes.map(n => [v.id, n.html.slice(0, 160)])))"""


@cache
def axe_core() -> str | None:
    """The text of axe-core as its package carries it; None where it is not installed.

    The package drives a browser of its own kind, which is not needed: it is not imported.
    """
    found = importlib.util.find_spec("axe_playwright_python")
    places = found.submodule_search_locations if found else None
    if not places:
        return None
    return (Path(places[0]) / "axe.min.js").read_text(encoding="utf-8")


def violations(
    opened: Tab, page: Path, *, width: int, paper: bool = False, tags: tuple[str, ...] = WCAG
) -> list[tuple[str, str]]:
    """(rule, where) for everything axe-core finds, and what the page asked for or complained of."""
    opened.show(page, width=width, paper=paper)
    found = [("asks for something", at) for at in opened.asked if at != page.as_uri()]
    found += [("complains in the console", words) for words in opened.complaints]
    if scripts := opened.value("document.scripts.length"):
        found.append(("holds a script", str(scripts)))
    opened.value(_ALL_SHOWN)
    opened.value(f"{axe_core()};0")
    found += [(rule, where) for rule, where in opened.value(_RUN % json.dumps(tags))]
    return found


def pages_to_send(folder: Path) -> list[Path]:
    """Every page of a finished run outside ``restricted/``."""
    return [p for p in sorted(folder.resolve().rglob("*.html")) if "restricted" not in p.parts]


def main(folders: list[Path], tags: tuple[str, ...]) -> int:
    """Print what was found; 1 when anything was."""
    total: Counter[str] = Counter()
    looked = 0
    with tab() as opened:
        for page, width, paper in _looks(folders):
            looked += 1
            for rule, where in violations(opened, page, width=width, paper=paper, tags=tags):
                total[rule] += 1
                if total[rule] <= 5:
                    print(f"{page} at {'paper' if paper else width}: {rule}: {where}")
    print(f"{looked} looks at pages, {sum(total.values())} violations", dict(total) or "")
    return 1 if total else 0


def _looks(folders: list[Path]) -> Iterator[tuple[Path, int, bool]]:
    for folder in folders:
        for page in pages_to_send(folder):
            yield from ((page, width, False) for width in WIDTHS)
            yield page, 794, True


if __name__ == "__main__":
    best = "--best" in sys.argv
    given = [Path(word) for word in sys.argv[1:] if word != "--best"]
    sys.exit(main(given, (*WCAG, "best-practice") if best else WCAG))
