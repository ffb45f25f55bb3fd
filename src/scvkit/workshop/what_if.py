"""What if a key were asked for: the slider's end is what can be reached, the answer a range."""

from __future__ import annotations

from markupsafe import Markup

from scvkit import scenarios
from scvkit.errors import EngagementError
from scvkit.report.disclosure import FEWEST_FOR_A_SHARE
from scvkit.scenarios import AddKey, Scenarios, WhatIf
from scvkit.workshop.desk import Desk
from scvkit.workshop.show import picture, table_html
from scvkit.workshop.sliders import Choices, Slide, Sliders, Switch, Values
from scvkit.workshop.verdict_board import VerdictBoard

KEYS = ("email", "phone", "customer_number", "member_number", "login_id")


def what_if_sliders(
    desk: Desk,
    asking: Scenarios,
    *,
    source: str = "",
    key: str = "email",
    share: float = 0.6,
    board: VerdictBoard | None = None,
) -> Sliders:
    """Return the what-if of `07_use_cases`: source, key, share asked, and the part reachable.

    Moving a slider asks ``asking`` again, which keeps what it worked out: nothing is trained.
    What is kept goes into the journal with the range it was answered with; with a ``board`` the
    room is told what the verdict would be if it came true.
    """
    words = desk.words
    sources = _first(tuple(asking.sources), source)
    keys = _first(KEYS, key)

    def change(values: Values, choices: Choices) -> AddKey:
        return AddKey(
            source=choices["source"],
            key=choices["key"],
            share=values["share"],
            reach=values["reach"],
        )

    def answer(values: Values, choices: Choices) -> Markup:
        found = asking.what_if(change(values, choices))
        told = Markup("").join(
            Markup("<p>{}</p>").format(sentence)
            for sentence in scenarios.what_if_sentences(found, words, desk.names)
        )
        frames = (
            scenarios.what_if_frame(found, words, desk.names),
            scenarios.what_if_uses_frame(found, words),
        )
        drawn = Markup()
        if found.overlaps:
            figure = scenarios.what_if_figure(found, words, desk.names)
            told_of = words("workshop.what_if.picture")
            title = words("workshop.what_if.title")
            drawn = Markup(picture(figure, title=title, description=told_of))
        tables = [Markup(table_html(frame, words=words)) for frame in frames]
        return Markup('<div style="font-size:16px">{}{}{}</div>').format(
            drawn, told, Markup("").join(tables)
        )

    def keep(values: Values, choices: Choices) -> str:
        asked = change(values, choices)
        answered = asking.what_if(asked)
        found = answered.found_in()
        if found is None or found.after.value is None:
            raise EngagementError(words("workshop.what_if.nothing"))
        serves = _served(answered)
        content = {
            "source": asked.source,
            "key": asked.key,
            "share": asked.share,
            "reach": asked.reach,
            "after": round(found.after.value, 4),
            "low": None if found.after.low is None else round(found.after.low, 4),
            "high": None if found.after.high is None else round(found.after.high, 4),
            "serves": serves,
        }
        desk.say("what_if", content)
        kept = words("workshop.kept")
        return f"{kept} {board.if_kept(serves)}" if board else kept

    return Sliders(
        switches=(
            Switch(
                name="source",
                label=words("workshop.claims.source"),
                options=tuple((desk.names.get(s, s), s) for s in sources),
            ),
            Switch(
                name="key",
                label=words("workshop.what_if.key"),
                options=tuple((words(f"scenarios.keys.{k}"), k) for k in keys),
            ),
        ),
        slides=(
            Slide(name="share", label=words("workshop.what_if.share"), value=share),
            Slide(name="reach", label=words("workshop.what_if.reach"), value=1.0),
        ),
        answer=answer,
        keep=keep,
        keep_label=words("workshop.keep"),
    )


def _served(answered: WhatIf) -> dict[str, float]:
    """The share of people each use case would serve, where they are enough for a share."""
    return {
        use.id: round(use.after.value / use.base, 4)
        for use in answered.use_cases
        if use.after.value is not None and use.base and use.base >= FEWEST_FOR_A_SHARE
    }


def _first(options: tuple[str, ...], chosen: str) -> tuple[str, ...]:
    """The options with the chosen one at the head, which is where a list opens."""
    return (chosen, *(o for o in options if o != chosen)) if chosen in options else options
