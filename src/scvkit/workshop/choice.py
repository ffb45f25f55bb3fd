"""At most five use cases, each with the problem it solves, its sponsor and where it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ipywidgets as widgets
from markupsafe import Markup

from scvkit.engagement import ChosenUseCase, Entry
from scvkit.errors import EngagementError
from scvkit.usecases import load_catalogue
from scvkit.workshop.desk import Desk
from scvkit.workshop.form import Blank, Form, State, day_of, table
from scvkit.workshop.verdict_board import VerdictBoard

MOST = 5
NEEDED = ("problem", "sponsor", "baseline")
NONE = "none"


@dataclass(frozen=True, slots=True)
class UseCaseChoice:
    """The choice of `07_use_cases`; with a ``board`` each choice is answered by the verdict."""

    desk: Desk
    board: VerdictBoard | None = None

    def twin(self) -> Markup:
        """The use cases chosen so far."""
        words, said = self.desk.words, self.desk.engagement.use_cases
        if said is not None and said.none_wanted:
            return Markup("<p>{}</p>").format(words("workshop.choice.none_wanted"))
        names = titles(self.desk)
        blanks = [words(f"workshop.choice.{n}") for n in ("use_case", *NEEDED, "target_date")]
        return table(
            blanks,
            [
                (
                    f"{case.id} {names.get(case.id, '')}".strip(),
                    *(getattr(case, name) or "–" for name in NEEDED),
                    case.target_date or "–",
                )
                for case in (said.chosen if said else ())
            ],
            caption=words("workshop.choice.title"),
            nothing=words("workshop.choice.nothing"),
        )

    def widget(self) -> widgets.Widget:
        """A form to choose or change one, a button to take it out again."""
        words, desk = self.desk.words, self.desk
        cases = tuple((f"{key} {name}".strip(), key) for key, name in titles(desk).items())

        def save(state: State) -> str:
            kept = words("workshop.choice.kept", use_case=choose(desk, state).content["id"])
            return f"{kept} {self.board.sentence()}" if self.board else kept

        form = Form(
            (
                Blank(name="id", label=words("workshop.choice.use_case"), options=cases),
                *(Blank(name=name, label=words(f"workshop.choice.{name}")) for name in NEEDED),
                Blank(
                    name="target_date",
                    label=words("workshop.choice.target_date"),
                    hint="2027-03-31",
                ),
            ),
            save,
            button=words("workshop.choice.choose"),
            twin=self.twin,
            wider=[
                out := widgets.Button(
                    description=words("workshop.choice.take_out"),
                    layout=widgets.Layout(width="auto", height="44px"),
                )
            ],
        )

        def press(_: object) -> None:
            take_out(desk, form.state["id"])
            form.redraw()

        out.on_click(press)
        return form


def choose(desk: Desk, state: State) -> Entry:
    """Choose a use case, or say anew what was said of it; raises EngagementError over five."""
    words = desk.words
    for name in NEEDED:
        if not state.get(name, "").strip():
            blank = words(f"workshop.choice.{name}")
            raise EngagementError(words("workshop.missing", blank=blank))
    said = desk.engagement.use_cases
    others = [c.id for c in (said.chosen if said else ()) if c.id != state["id"]]
    if len(others) >= MOST:
        raise EngagementError(words("workshop.choice.full", n=MOST, chosen=words.listed(others)))
    day = state.get("target_date", "").strip()
    told = {name: said for name, said in state.items() if said and name != "target_date"}
    target = {"target_date": day_of(day, words)} if day else {}
    chosen = ChosenUseCase.model_validate({**told, **target})
    if said is not None and said.none_wanted:
        desk.say("use_cases", False, part=("use_cases", "none_wanted"))
    return desk.say(
        "use_cases",
        chosen.model_dump(mode="json", exclude_none=True),
        part=("use_cases", "chosen", {"id": chosen.id}),
        role=chosen.sponsor or "",
    )


def take_out(desk: Desk, use_case: str) -> Entry:
    """Take a use case out of the choice."""
    return desk.say("use_cases", None, part=("use_cases", "chosen", {"id": use_case}))


def titles(desk: Desk) -> Mapping[str, str]:
    """Names of the use cases of the catalogue by id."""
    words = desk.words
    found = {}
    for case in load_catalogue():
        key = f"usecases.names.{case.id}"
        found[case.id] = words(key) if words.has(key) else ""
    return found
