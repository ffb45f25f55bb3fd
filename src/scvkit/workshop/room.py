"""Who looks at a notebook: a live room or a page, and how much they may see."""

from __future__ import annotations

import os
from typing import Literal, get_args

from markupsafe import Markup

from scvkit.errors import EngagementError, nearest
from scvkit.locale import Words

Privacy = Literal["projector", "room", "analyst"]
PRIVACY: tuple[Privacy, ...] = get_args(Privacy)
MODE_VARIABLE = "SCVKIT_MODE"  # set by `scvkit lab --mode`
LIVE_VARIABLE = "SCVKIT_LIVE"  # "0": a batch; "1": a room, whatever started the kernel
FEWEST = 5  # counts of people below are not shown on a projector or in the room


def privacy_mode(chosen: str = "") -> Privacy:
    """Return the mode a notebook asks for, else that of the lab, else "projector".

    Analyst mode is never guessed: a parameter or `scvkit lab --mode analyst` asks for it.
    Raises EngagementError for a mode there is none of.
    """
    wanted = chosen or os.environ.get(MODE_VARIABLE, "") or "projector"
    for mode in PRIVACY:
        if mode == wanted:
            return mode
    raise EngagementError(
        f"There is no privacy mode '{wanted}'.{nearest(wanted, PRIVACY)} "
        f"Modes: {', '.join(PRIVACY)}."
    )


def is_live() -> bool:
    """Return True in a notebook that somebody has open, False in a batch or a test.

    Jupyter tells a kernel the name of the notebook it was opened for; papermill and nbval start
    kernels that belong to no open notebook.
    """
    told = os.environ.get(LIVE_VARIABLE, "")
    return told == "1" if told else "JPY_SESSION_NAME" in os.environ


def header(words: Words, mode: Privacy) -> Markup:
    """Return the line at the head of a live notebook that says how much it shows."""
    loud = mode == "analyst"
    style = (
        "border:2px solid #b4531a;color:#b4531a;padding:8px 12px;font-weight:700"
        if loud
        else "border-left:4px solid #0b5d66;color:#545d70;padding:4px 12px"
    )
    role = "alert" if loud else "note"
    return Markup('<div role="{}" class="scv-mode" style="font-size:16px;{}">{}</div>').format(
        role, style, words(f"workshop.mode.{mode}")
    )
