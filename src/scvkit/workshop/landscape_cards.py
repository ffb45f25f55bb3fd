"""The landscape as the room tells it: a source, a flow or a gap more, and the loom drawn anew."""

from __future__ import annotations

import re
from dataclasses import dataclass

import ipywidgets as widgets
from markupsafe import Markup
from pydantic import ValidationError

from scvkit.engagement import Entry, Flow, Gap, Source
from scvkit.errors import EngagementError
from scvkit.landscape import build_covered_map, build_map, draw_map
from scvkit.records.consent import Permission
from scvkit.records.identity import Identity
from scvkit.records.linkage import Linkage
from scvkit.vocabulary import Domain, FlowKind
from scvkit.workshop.claims import covered
from scvkit.workshop.desk import Desk
from scvkit.workshop.form import Blank, Form, State, large_type

# What can be said of a source in words; the rest of its card is for the engagement file.
FACTS: dict[str, tuple[str, ...]] = {
    "owner": ("owner",),
    "why": ("three_questions", "why"),
    "last_used_for": ("three_questions", "last_used_for"),
    "good_at": ("good_at",),
    "stored": ("stored",),
    "collected": ("collected",),
    "used": ("used",),
    "refreshed": ("refreshed",),
}


@dataclass(frozen=True, slots=True)
class LandscapeEditor:
    """Three cards and the loom; with ``only_told`` its left half: what the client says.

    None: the left half in a room until every claim is revealed.
    """

    desk: Desk
    only_told: bool | None = None

    def twin(self) -> Markup:
        """The loom as it stands now."""
        return loom(self.desk, only_told=covered(self.desk, self.only_told))

    def widget(self) -> widgets.Widget:
        """A tab for each card above the loom."""
        words, desk = self.desk.words, self.desk
        drawn = widgets.HTML(str(self.twin()))
        grown = [
            self._form("source", _source_blanks(desk), drawn),
            self._form("fact", _fact_blanks(desk), drawn),
            self._form("flow", _flow_blanks(desk), drawn),
            self._form("gap", _gap_blanks(desk), drawn),
        ]
        tabs = widgets.Tab(grown)
        tabs.titles = tuple(
            words(f"workshop.landscape.{n}") for n in ("source", "fact", "flow", "gap")
        )
        box = widgets.VBox([large_type(), tabs, drawn])
        box.add_class("scv-form")
        box.add_class("scv-loom")
        return box

    def _form(self, what: str, blanks: tuple[Blank, ...], drawn: widgets.HTML) -> Form:
        said = {"source": say_source, "fact": say_fact, "flow": say_flow, "gap": say_gap}[what]
        words = self.desk.words

        def save(state: State) -> str:
            said(self.desk, state)
            drawn.value = str(self.twin())
            return words("workshop.kept")

        return Form(blanks, save, button=words("workshop.keep"))


def say_source(desk: Desk, state: State) -> Entry:
    """Add a source the room told of: it has no extract yet, and stands as not received."""
    name = _needed(desk, state, "name")
    key = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:32]
    if not key[:1].isalpha():
        key = f"source_{key}".rstrip("_")
    if key in desk.engagement.sources:
        raise EngagementError(desk.words("workshop.landscape.there", name=name))
    card = Source(
        name=name,
        domain=Domain(state.get("domain") or "other"),
        owner=state.get("owner") or None,
        good_at=state.get("good_at") or None,
    )
    content = card.model_dump(mode="json", exclude_defaults=True)
    return desk.say("source", content, part=("sources", key), role=state.get("owner", ""))


def say_fact(desk: Desk, state: State) -> Entry:
    """Change what is told of a source in one respect."""
    value = _needed(desk, state, "value")
    if state["fact"] not in FACTS:
        raise EngagementError(f"There is no fact '{state['fact']}'. Facts: {', '.join(FACTS)}.")
    part = ("sources", state["source"], *FACTS[state["fact"]])
    return desk.say("source", value, part=part, role=state.get("role", ""))


def say_flow(desk: Desk, state: State) -> Entry:
    """Add a flow between two sources, or change how it is carried."""
    if state["from"] == state["to"]:
        raise EngagementError(desk.words("workshop.landscape.one_place"))
    try:
        flow = Flow.model_validate({k: state[k] for k in ("from", "to", "how", "what")})
    except ValidationError as problem:
        raise EngagementError(problem.errors()[0]["msg"]) from None
    content = flow.model_dump(mode="json", by_alias=True)
    ends = {"from": flow.source_from, "to": flow.source_to}
    return desk.say("flow", content, part=("flows", ends), role=state.get("role", ""))


def say_gap(desk: Desk, state: State) -> Entry:
    """Add a source that the client does not have, and what it would make possible."""
    gap = Gap(name=_needed(desk, state, "name"), unlocks=state.get("unlocks", ""))
    part = ("gaps", {"name": gap.name})
    return desk.say("gap", gap.model_dump(), part=part, role=state.get("role", ""))


def loom(desk: Desk, *, only_told: bool = False) -> Markup:
    """Return the loom of the engagement as it stands with the journal laid over it."""
    if only_told:
        return Markup(draw_map(build_covered_map(desk.engagement, desk.intake()), desk.words))
    found = (
        desk.find("identity", Identity),
        desk.find("linkage", Linkage),
        desk.find("permission", Permission),
    )
    return Markup(draw_map(build_map(desk.engagement, desk.intake(), *found), desk.words))


def _needed(desk: Desk, state: State, name: str) -> str:
    value = state.get(name, "").strip()
    if not value:
        blank = desk.words(f"workshop.landscape.{name}")
        raise EngagementError(desk.words("workshop.missing", blank=blank))
    return value


def _sources(desk: Desk) -> tuple[tuple[str, str], ...]:
    return tuple((name, key) for key, name in desk.names.items())


def _source_blanks(desk: Desk) -> tuple[Blank, ...]:
    words = desk.words
    domains = tuple((words(f"workshop.domains.{d}"), str(d)) for d in Domain)
    return (
        Blank(name="name", label=words("workshop.landscape.name")),
        Blank(name="domain", label=words("workshop.landscape.domain"), options=domains),
        Blank(name="owner", label=words("workshop.landscape.owner")),
        Blank(name="good_at", label=words("workshop.landscape.good_at")),
    )


def _fact_blanks(desk: Desk) -> tuple[Blank, ...]:
    words = desk.words
    facts = tuple((words(f"workshop.landscape.{fact}"), fact) for fact in FACTS)
    return (
        Blank(name="source", label=words("workshop.claims.source"), options=_sources(desk)),
        Blank(name="fact", label=words("workshop.landscape.which"), options=facts),
        Blank(name="value", label=words("workshop.landscape.value")),
        Blank(name="role", label=words("workshop.role")),
    )


def _flow_blanks(desk: Desk) -> tuple[Blank, ...]:
    words, sources = desk.words, _sources(desk)
    kinds = tuple((words(f"workshop.flow_kinds.{kind}"), str(kind)) for kind in FlowKind)
    return (
        Blank(name="from", label=words("workshop.landscape.from"), options=sources),
        Blank(name="to", label=words("workshop.landscape.to"), options=sources),
        Blank(name="how", label=words("workshop.landscape.how"), options=kinds),
        Blank(name="what", label=words("workshop.landscape.what")),
        Blank(name="role", label=words("workshop.role")),
    )


def _gap_blanks(desk: Desk) -> tuple[Blank, ...]:
    words = desk.words
    return (
        Blank(name="name", label=words("workshop.landscape.name")),
        Blank(name="unlocks", label=words("workshop.landscape.unlocks")),
        Blank(name="role", label=words("workshop.role")),
    )
