"""The half-day: its blocks, when each starts, and the notebook that is on the wall."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from markupsafe import Markup

from scvkit.errors import EngagementError
from scvkit.locale import Words
from scvkit.plan import STEPS
from scvkit.workshop.form import table
from scvkit.workshop.room import is_live


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of the agenda; ``notebook`` is the step on the wall, ``cell`` where it opens."""

    name: str
    minutes: int
    notebook: str
    cell: str = ""


AGENDA = (
    Block(name="case_against", minutes=15, notebook="00_start", cell="stop-md"),
    Block(name="claims", minutes=25, notebook="01_intake", cell="aa8b3811"),
    Block(name="landscape", minutes=40, notebook="06_landscape_map", cell="edit-md"),
    Block(name="evidence", minutes=30, notebook="03_identity_keys", cell="reveal-md"),
    Block(name="pause", minutes=15, notebook=""),
    Block(name="same_customer", minutes=40, notebook="04_link_records", cell="9e31c005"),
    Block(name="what_if", minutes=30, notebook="07_use_cases", cell="7a1f0003"),
    Block(name="use_cases", minutes=30, notebook="07_use_cases", cell="choice-md"),
    Block(name="verdict", minutes=15, notebook="08_readiness", cell="e8c71584"),
)
# Not on the agenda: opened when somebody asks.
WHEN_ASKED = (
    Block(name="one_source", minutes=0, notebook="02_profile_source"),
    Block(name="permission", minutes=0, notebook="05_permission", cell="c440e84b"),
    Block(name="ask", minutes=0, notebook="99_ask", cell="5336f575"),
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
        long = words("workshop.agenda.minutes", n=block.minutes).replace(" ", "\N{NO-BREAK SPACE}")
        rows.append((now.strftime("%H:%M"), long, *_what(block, words)))
        now += dt.timedelta(minutes=block.minutes)
    rows.append((now.strftime("%H:%M"), "", "", "", words("workshop.agenda.end")))
    head = [words(f"workshop.agenda.{n}") for n in ("time", "long", "block", "notebook", "what")]
    half_day = table(head, rows, caption=words("workshop.agenda.title"), nothing="")
    beside = table(
        head[2:],
        [_what(block, words) for block in WHEN_ASKED],
        caption=words("workshop.agenda.when_asked"),
        nothing="",
    )
    return Markup("{}<br>{}").format(half_day, beside)


def checklist(words: Words, *, engagement: str = "", letters: str = "") -> Markup:
    """Return what has to be done before, on the day, and after, as lists.

    ``engagement`` and ``letters`` are folders as they are to be typed after `scvkit`; without
    the first a name of no client is set where it belongs, without the second they lie in it.
    """
    home = engagement or "../acme"
    typed = {"engagement": home, "letters": letters or f"{home}/letters"}
    parts = []
    for when in ("before", "hour", "on_the_day", "after"):
        items = words(f"workshop.checklist.{when}.items", **typed).split("|")
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


def _what(block: Block, words: Words) -> tuple[str, Markup | str, str]:
    return (
        words(f"workshop.agenda.blocks.{block.name}"),
        _link(block.notebook, block.cell),
        words(f"workshop.agenda.live.{block.name}"),
    )


def _link(notebook: str, cell: str = "") -> Markup | str:
    if not notebook:
        return ""
    assert notebook in {step.name for step in STEPS}
    if not is_live():
        return notebook
    # By its cell: a heading is found only once it is drawn, and is another in each language.
    place = f"#cell-id={cell}" if cell else ""
    return Markup('<a href="{0}.ipynb{1}">{0}</a>').format(notebook, place)
