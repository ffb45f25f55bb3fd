"""What the sliders of the what-if may ask, worked out before somebody asks it.

`scvkit lab` starts this beside JupyterLab, at the lowest priority. It writes where the notebooks
look first; whoever asks before it came by works it out for himself.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator

from scvkit.errors import ScvkitError
from scvkit.scenarios import AddKey, Scenarios
from scvkit.workshop.desk import open_desk
from scvkit.workshop.what_if import KEYS


def work_out(engagement: str, *, work: str = "") -> int:
    """Work out every key that may be asked for; return how many there are.

    0 where nothing was linked yet.
    """
    desk = open_desk(engagement, work=work)
    if not desk.rows.exists("clusters") or not desk.rows.exists("kept_records"):
        return 0
    asking = Scenarios(desk.connection, desk.rows, desk.engagement, desk.intake())
    asked = 0
    for source, key in worth_asking(asking):
        asking.what_if(AddKey(source=source, key=key))
        asked += 1
    return asked


def worth_asking(asking: Scenarios) -> Iterator[tuple[str, str]]:
    """Sources and keys where some records hold the key and some lack it."""
    for source in asking.sources:
        records = asking.records(source)
        for key in KEYS:
            held = records.held[key]
            if held.any() and not held.all():
                yield source, key


def main() -> None:
    """Work out what one engagement may be asked; say nothing, whatever happens."""
    parser = argparse.ArgumentParser(description="Work out ahead what sliders may ask.")
    parser.add_argument("engagement")
    parser.add_argument("--work", default="")
    given = parser.parse_args()
    if hasattr(os, "nice"):
        os.nice(19)
    try:
        work_out(given.engagement, work=given.work)
    except (ScvkitError, OSError):
        return  # the notebook tells what is missing, to whom it concerns


if __name__ == "__main__":
    main()
