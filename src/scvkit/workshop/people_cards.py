"""Who stands behind it, as told: sponsor, owners, skills, data protection, the lawful facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, get_args

import ipywidgets as widgets
from markupsafe import Markup

from scvkit.engagement import Entry, Role, Step
from scvkit.errors import EngagementError
from scvkit.vocabulary import LawfulBasis
from scvkit.workshop.desk import Desk
from scvkit.workshop.form import Blank, Form, State, amount_of, day_of, large_type, table

LAWFUL = ("controller", "processor_agreement", "purpose", "delete_by")
ISSUES = ("no", "partly", "yes", "shown")
DPIA = ("none", "drafted", "signed")
ROLES: tuple[str, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class PeopleCards:
    """The cards of `00_start`: what gates G0, G3 and G7 and the people dimension rest on."""

    desk: Desk

    def twin(self) -> Markup:
        """What is known of people and mandate; a dash where nobody was asked."""
        words = self.desk.words
        return table(
            [words("workshop.people.what"), words("workshop.people.is"), words("workshop.role")],
            [
                (words(f"workshop.people.{name}"), said or "–", role)
                for name, said, role in self._told()
            ],
            caption=words("workshop.people.title"),
            nothing="",
        )

    def widget(self) -> widgets.Widget:
        """A tab for each kind of thing above what is known."""
        desk, words = self.desk, self.desk.words
        shown = widgets.HTML(str(self.twin()))

        def form(blanks: Iterable[Blank], say: Callable[[Desk, State], object]) -> Form:
            def save(state: State) -> str:
                say(desk, state)
                shown.value = str(self.twin())
                return words("workshop.kept")

            return Form(tuple(blanks), save, button=words("workshop.keep"))

        tabs = widgets.Tab(
            [
                form(_sponsor_blanks(desk), say_sponsor),
                form(_mandate_blanks(desk), say_mandate),
                form(_protection_blanks(desk), say_protection),
                form(_lawful_blanks(desk), say_lawful),
            ]
        )
        tabs.titles = tuple(
            words(f"workshop.people.tabs.{n}")
            for n in ("sponsor", "mandate", "protection", "lawful")
        )
        box = widgets.VBox([large_type(), tabs, shown])
        box.add_class("scv-form")
        return box

    def _told(self) -> list[tuple[str, str, str]]:
        """(Fact, what was told, by which role) of everything that is asked for."""
        desk, words = self.desk, self.desk.words
        said, facts = desk.engagement.people, desk.engagement.assessment
        sponsor = said.sponsor if said else None
        owner = said.consent_owner if said else None
        roles = said.roles if said else None
        days = said.days_a_month if said else None
        issuer = said.id_issuer if said else None
        cards = desk.engagement.sources.values()
        told = {
            ("people", "sponsor"): sponsor
            and ", ".join([sponsor.role or words("workshop.people.nobody"), *sponsor.functions]),
            ("people", "consent_owner"): owner and (owner.role or words("workshop.people.nobody")),
            ("people", "id_issuer"): issuer and words(f"workshop.people.issues.{issuer}"),
            ("people", "roles"): None
            if roles is None
            else ", ".join(words(f"scenarios.owners.{role}") for role in roles)
            or words("workshop.people.nobody"),
            ("people", "days_a_month"): None if days is None else words.number(days),
            ("assessment", "dpia"): facts.dpia
            and words(f"workshop.people.states.{facts.dpia.status}"),
            ("sources", "owner"): words(
                "workshop.people.owners", n=sum(bool(c.owner) for c in cards), of=len(cards)
            ),
            ("sources", "legal_basis"): words(
                "workshop.people.owners",
                n=sum(c.legal_basis is not None for c in cards),
                of=len(cards),
            ),
        } | {("assessment", name): str(getattr(facts, name) or "") for name in LAWFUL}
        by = {entry.part: entry.role for entry in desk.said("people") if entry.part}
        return [(part[-1], str(text or ""), by.get(part, "")) for part, text in told.items()]


def say_sponsor(desk: Desk, state: State) -> Entry:
    """Name the sponsor by role, with the functions the mandate covers."""
    role = _needed(desk, state, "sponsor")
    functions = [name.strip() for name in state.get("functions", "").split(",") if name.strip()]
    return _say(desk, ("people", "sponsor"), {"role": role, "functions": functions}, state)


def say_mandate(desk: Desk, state: State) -> list[Entry]:
    """Say who owns consent, who issues ids, which roles are filled and how many days there are.

    Only what is filled in is said; raises EngagementError when nothing is.
    """
    said: dict[tuple[str, str], Any] = {}
    if state.get("consent_owner"):
        said["people", "consent_owner"] = {"role": state["consent_owner"]}
    if state.get("id_issuer"):
        said["people", "id_issuer"] = state["id_issuer"]
    if state.get("roles"):
        said["people", "roles"] = state["roles"].split(",")
    if state.get("days_a_month"):
        said["people", "days_a_month"] = _number(desk, state["days_a_month"])
    if not said:
        raise EngagementError(desk.words("workshop.people.nothing"))
    return [_say(desk, part, content, state) for part, content in said.items()]


def say_protection(desk: Desk, state: State) -> list[Entry]:
    """Say how far the impact assessment is, or the lawful basis of a source."""
    entries: list[Entry] = []
    if state.get("dpia"):
        entries.append(_say(desk, ("assessment", "dpia"), {"status": state["dpia"]}, state))
    if state.get("source") and state.get("basis"):
        known = desk.engagement.sources[state["source"]].legal_basis
        content = known.model_dump(mode="json", exclude_none=True) if known else {}
        content |= {"basis": state["basis"]}
        if state.get("basis_purpose"):
            content["purpose"] = state["basis_purpose"]
        if state.get("covers_scv"):
            content["covers_scv"] = state["covers_scv"] == "yes"
        entries.append(_say(desk, ("sources", state["source"], "legal_basis"), content, state))
    if not entries:
        raise EngagementError(desk.words("workshop.people.nothing"))
    return entries


def say_lawful(desk: Desk, state: State) -> Entry:
    """Name one of the four facts without which nothing may be assessed."""
    said = _needed(desk, state, "is")
    if state["fact"] == "delete_by":
        said = day_of(said, desk.words).isoformat()
    return _say(desk, ("assessment", state["fact"]), said, state)


def _say(desk: Desk, part: Iterable[Step], content: object, state: State) -> Entry:
    return desk.say("people", content, part=part, role=state.get("role", ""))


def _needed(desk: Desk, state: State, name: str) -> str:
    value = state.get(name, "").strip()
    if not value:
        blank = desk.words(f"workshop.people.{name}")
        raise EngagementError(desk.words("workshop.missing", blank=blank))
    return value


def _number(desk: Desk, said: str) -> float:
    return amount_of(said, desk.words("workshop.people.days_a_month"), desk.words)


def _blank(desk: Desk, name: str, **more: Any) -> Blank:
    return Blank(name=name, label=desk.words(f"workshop.people.{name}"), **more)


def _role(desk: Desk) -> Blank:
    return Blank(name="role", label=desk.words("workshop.role"))


def _sponsor_blanks(desk: Desk) -> tuple[Blank, ...]:
    hint = desk.words("workshop.people.functions_hint")
    return _blank(desk, "sponsor"), _blank(desk, "functions", hint=hint), _role(desk)


def _mandate_blanks(desk: Desk) -> tuple[Blank, ...]:
    words = desk.words
    issues = tuple((words(f"workshop.people.issues.{n}"), n) for n in ISSUES)
    roles = tuple((words(f"scenarios.owners.{role}"), role) for role in ROLES)
    return (
        _blank(desk, "consent_owner"),
        _blank(desk, "id_issuer", options=(_not_asked(desk), *issues)),
        _blank(desk, "roles", options=roles, many=True),
        _blank(desk, "days_a_month"),
        _role(desk),
    )


def _protection_blanks(desk: Desk) -> tuple[Blank, ...]:
    words, nobody = desk.words, _not_asked(desk)
    states = tuple((words(f"workshop.people.states.{n}"), n) for n in DPIA)
    bases = tuple((words(f"report.bases.{basis}"), str(basis)) for basis in LawfulBasis)
    yes_no = tuple((words(f"workshop.{n}"), n) for n in ("yes", "no"))
    return (
        _blank(desk, "dpia", options=(nobody, *states)),
        _blank(
            desk, "source", options=(nobody, *((name, key) for key, name in desk.names.items()))
        ),
        _blank(desk, "basis", options=(nobody, *bases)),
        _blank(desk, "basis_purpose"),
        _blank(desk, "covers_scv", options=(nobody, *yes_no)),
        _role(desk),
    )


def _lawful_blanks(desk: Desk) -> tuple[Blank, ...]:
    facts = tuple((desk.words(f"workshop.people.{name}"), name) for name in LAWFUL)
    hint = desk.words("workshop.people.is_hint")
    return _blank(desk, "fact", options=facts), _blank(desk, "is", hint=hint), _role(desk)


def _not_asked(desk: Desk) -> tuple[str, str]:
    return desk.words("workshop.people.leave"), ""
