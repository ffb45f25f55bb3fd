"""What stands against WCAG 2.2 AA in every page of a finished report that may be sent.

``python -m tests.browser.accessible FOLDER`` looks at all pages outside ``restricted/``.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from tests.browser.measured import Frame, measured

WIDTHS = (1280, 320)
# A reader's page is hidden until it is reached; here all of them are reached at once.
_REACHED = "<style>.scv-page .scv-role:not(:target){display:block}</style></head>"


def breaches(pages: dict[str, str], widths: tuple[int, ...] = WIDTHS) -> list[tuple[str, str, str]]:
    """(page at its width, rule, where) for everything that is found."""
    frames = [
        Frame(name=f"{name} at {width}", page=_reached(page), width=width)
        for name, page in pages.items()
        for width in widths
    ]
    found = measured(frames, "accessible.js")
    return [(name, rule, where) for name, all_ in found.items() for rule, where in all_]


def _reached(page: str) -> str:
    return re.sub(r"</head>", _REACHED, page, count=1)


def main(folder: Path) -> int:
    """Print what was found; 1 when anything was."""
    pages = [p for p in sorted(folder.rglob("*.html")) if "restricted" not in p.parts]
    total: Counter[str] = Counter()
    for page in pages:
        name = str(page.relative_to(folder))
        for at, rule, where in breaches({name: page.read_text(encoding="utf-8")}):
            total[rule] += 1
            if total[rule] <= 12:
                print(f"{at}: {rule}: {where}")
    print(f"{len(pages)} pages, {sum(total.values())} breaches", dict(total) or "")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
