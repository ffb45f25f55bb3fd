"""The half-day: its blocks, when each starts, and the notebook that is on the wall."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from scvkit.errors import EngagementError
from scvkit.locale import Words
from scvkit.plan import STEPS
from scvkit.workshop.form import table
from scvkit.workshop.room import is_live


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of the agenda; ``notebook`` is the step on the wall, ``heading`` where it opens."""

    name: str
    minutes: int
    notebook: str
    heading: str = ""


AGENDA = (
    Block(name="case_against", minutes=15, notebook="00_start", heading="The case against"),
    Block(name="claims", minutes=25, notebook="01_intake", heading="What you claim"),
    Block(
        name="landscape", minutes=40, notebook="06_landscape_map", heading="What is missing on it"
    ),
    Block(
        name="evidence",
        minutes=30,
        notebook="03_identity_keys",
        heading="Claims beside measurements",
    ),
    Block(name="pause", minutes=15, notebook=""),
    Block(
        name="same_customer",
        minutes=40,
        notebook="04_link_records",
        heading="The vote: are these two the same?",
    ),
    Block(name="what_if", minutes=30, notebook="07_use_cases", heading="One what-if, to bend"),
    Block(name="use_cases", minutes=30, notebook="07_use_cases", heading="Choose at most five"),
    Block(
        name="verdict",
        minutes=15,
        notebook="08_readiness",
        heading="The verdict, as the room has left it",
    ),
)


def agenda(words: Words, *, begins: str = "08:30") -> Markup:
    """Return the agenda, in an open notebook with a link to the notebook of each block.

    On an exported page the notebooks are not beside it, so nothing is linked there.
    Raises EngagementError when ``begins`` is no time of day.
    """
    try:
        now = dt.datetime.combine(dt.date(2000, 1, 1), dt.time.fromisoformat(begins))
    except ValueError:
        raise EngagementError(f"'{begins}' is no time of day. Write it as 08:30.") from None
    rows = []
    for block in AGENDA:
        rows.append(
            (
                now.strftime("%H:%M"),
                words("workshop.agenda.minutes", n=block.minutes).replace(
                    " ", "\N{NO-BREAK SPACE}"
                ),
                words(f"workshop.agenda.blocks.{block.name}"),
                _link(block.notebook, block.heading),
                words(f"workshop.agenda.live.{block.name}"),
            )
        )
        now += dt.timedelta(minutes=block.minutes)
    rows.append((now.strftime("%H:%M"), "", words("workshop.agenda.end"), "", ""))
    head = [words(f"workshop.agenda.{n}") for n in ("time", "long", "block", "notebook", "what")]
    return table(head, rows, caption=words("workshop.agenda.title"), nothing="")


def checklist(words: Words) -> Markup:
    """Return what has to be done before, on the day, and after, as lists."""
    parts = []
    for when in ("before", "hour", "on_the_day", "after"):
        items = words(f"workshop.checklist.{when}.items").split("|")
        listed = Markup("").join(Markup("<li>☐ {}</li>").format(i.strip()) for i in items)
        parts.append(
            Markup('<h3>{}</h3><ul style="list-style:none;padding-left:0">{}</ul>').format(
                words(f"workshop.checklist.{when}.title"), listed
            )
        )
    return Markup('<div style="font-size:16px">{}</div>').format(Markup("").join(parts))


def onward(step: str, words: Words) -> Markup:
    """Return what comes after a notebook: in the order of the steps, and in the room.

    In an open notebook each is a link.
    """
    names = ["00_start", *(s.name for s in STEPS if s.name != "00_start")]
    after = names[names.index(step) + 1 : names.index(step) + 2]
    shown = [b.notebook for b in AGENDA if b.notebook]
    at = [n for n, name in enumerate(shown) if name == step]
    in_the_room = shown[at[-1] + 1 : at[-1] + 2] if at else []
    said = [
        *(("next", name) for name in after),
        *(("in_the_room", name) for name in in_the_room),
        *([("start", "00_start")] if step != "00_start" else []),
    ]
    lines = (
        Markup("<p>{}: {}</p>").format(words(f"workshop.onward.{what}"), _link(name))
        for what, name in said
    )
    return Markup('<div style="font-size:18px">{}</div>').format(Markup("").join(lines))


def _link(notebook: str, heading: str = "") -> Markup | str:
    if not notebook:
        return ""
    assert notebook in {step.name for step in STEPS}
    if not is_live():
        return notebook
    # JupyterLab names a heading by its words with hyphens between.
    place = f"#{quote(heading.replace(' ', '-'))}" if heading else ""
    return Markup('<a href="{0}.ipynb{1}">{0}</a>').format(notebook, place)
