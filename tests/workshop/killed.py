"""The widgets of the half-day, each in a process of its own that is killed as it keeps something.

    python -m tests.workshop.killed ENGAGEMENT WORK

Each block is filled in and its button pressed as in the room; right after the button has answered
the process gets SIGKILL. Prints what became of each as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

import ipywidgets as widgets

from scvkit.locale import load_words
from scvkit.workshop.agreed import AgreedList
from scvkit.workshop.choice import UseCaseChoice
from scvkit.workshop.claims import ClaimCards, Reveal
from scvkit.workshop.consent_cards import ConsentCards
from scvkit.workshop.desk import Desk, open_desk
from scvkit.workshop.form import Form
from scvkit.workshop.landscape_cards import LandscapeEditor
from scvkit.workshop.people_cards import PeopleCards
from scvkit.workshop.prices import PriceRanges
from scvkit.workshop.threshold import Threshold
from scvkit.workshop.vote import open_ballot
from scvkit.workshop.vote_cards import VotingBooth
from scvkit.workshop.what_if import what_if_sliders
from tests.workshop.test_what_if import Asking

KEEP, FULL = "workshop.keep", "said before the kernel died"
Piece = Callable[[Desk], Any]
# By notebook and what is captured: the piece, the form of it, what is filled in, and the button.
BLOCKS: dict[str, tuple[Piece, int, dict[str, str], str]] = {
    "00_start stop_condition": (
        lambda desk: AgreedList(desk, "stop_condition"), 0, {"what": FULL, "role": "CFO"}, KEEP,
    ),
    "00_start people": (PeopleCards, 0, {"sponsor": FULL, "role": "Board"}, KEEP),
    "01_intake claim": (
        ClaimCards, 0, {"subject": "phone", "kind": "complete", "expected": "41 %",
                        "said_by": FULL}, "workshop.claims.lock",
    ),
    "06_landscape_map source": (LandscapeEditor, 0, {"name": FULL}, KEEP),
    "06_landscape_map flow": (LandscapeEditor, 2, {"to": "shop", "what": FULL}, KEEP),
    "06_landscape_map gap": (LandscapeEditor, 3, {"name": FULL}, KEEP),
    "03_identity_keys reveal": (
        lambda desk: Reveal(desk, desk.identity()), 0, {}, "workshop.reveal.next",
    ),
    "04_link_records vote": (
        lambda desk: VotingBooth(open_ballot(desk, n=60)), -1, {}, "workshop.vote.same",
    ),
    "04_link_records threshold": (Threshold, 0, {}, "workshop.threshold.keep"),
    "05_permission consent": (ConsentCards, -1, {}, KEEP),
    "07_use_cases what_if": (lambda desk: what_if_sliders(desk, Asking()), -1, {}, KEEP),  # type: ignore[arg-type]
    "07_use_cases use_cases": (
        UseCaseChoice, 0, {"problem": FULL, "sponsor": "CMO", "baseline": "2 %"},
        "workshop.choice.choose",
    ),
    "07_use_cases price": (
        PriceRanges, 0, {"low": "3", "high": "7", "currency": "DKK", "role": FULL}, KEEP,
    ),
    "08_readiness first_step": (
        lambda desk: AgreedList(desk, "first_step"), 0,
        {"what": FULL, "role": "CIO", "until": "2027-01-31"}, KEEP,
    ),
    "08_readiness veto": (
        lambda desk: AgreedList(desk, "veto"), 0, {"what": FULL, "role": "DPO"}, KEEP,
    ),
    "08_readiness note": (
        lambda desk: AgreedList(desk, "note"), 0, {"what": FULL, "role": "CMO"}, KEEP,
    ),
}  # fmt: skip


def within(widget: Any) -> Iterator[Any]:
    """Return a widget and all it holds."""
    yield widget
    for held in getattr(widget, "children", ()):
        yield from within(held)


def kept(engagement: str, work: str, name: str) -> None:
    """Fill in one block and press its button."""
    piece, form, blanks, button = BLOCKS[name]
    whole = piece(open_desk(engagement, work=work)).widget()
    if form >= 0:
        whole = [held for held in within(whole) if isinstance(held, Form)][form]
        whole.fill(**blanks)
    if name.endswith("consent"):
        explained = [w for w in within(whole) if isinstance(w, widgets.Dropdown)]
        explained[-1].value = "given"
    label = load_words()(button)
    buttons = [w for w in within(whole) if isinstance(w, widgets.Button)]
    next(w for w in buttons if w.description == label).click()


def died(engagement: str, work: str, name: str) -> int:
    """Keep something in a process that is killed at once; return how it ended."""
    child = os.fork()
    if child == 0:
        try:
            kept(engagement, work, name)
            os.kill(os.getpid(), signal.SIGKILL)
        finally:  # it raised: said on stderr, and told by another ending
            sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    print(json.dumps({name: died(*sys.argv[1:3], name) for name in BLOCKS}))
