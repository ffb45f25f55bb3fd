"""How a report was made, and what could not be: the parts of a page that only a run knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.report.look import render
from scvkit.report.pages import page, step_title


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMade:
    """One step of a run: its parameters, how long it took, and whether an earlier run made it."""

    name: str
    parameters: Mapping[str, object]
    seconds: float | None = None
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What a run was made from."""

    versions: Mapping[str, str]
    steps: Sequence[StepMade]
    seeds: Mapping[str, object]
    thresholds: Mapping[str, tuple[Sequence[float], Sequence[float]]]  # usual steps, own steps
    sampled: Sequence[tuple[str, int, int]]  # table, rows shown, rows there are
    # What the engagement and its journal decide of the linkage, by its place: "person.counted".
    linkage: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientLine:
    """One client of a run of several: what came of it, and where its report is."""

    name: str
    state: str
    answer: str = ""
    href: str = ""


def not_assessed(
    failed: Sequence[tuple[str, str]], words: Words, names: Mapping[str, str]
) -> Markup:
    """Return the note for a page that would have used steps that failed; empty when none did.

    ``failed`` are (step, reason) pairs, ``names`` those of the sources by id.
    """
    if not failed:
        return Markup()
    rows = [(step_title(name, words, names), reason) for name, reason in failed]
    return render("not_assessed", words=words, rows=rows)


def making(made: Making, words: Words, names: Mapping[str, str]) -> Markup:
    """Return the section that says with which versions, parameters and seeds a report was made."""
    return render(
        "making",
        words=words,
        made=made,
        kit=made.versions.get("scvkit", ""),
        libraries=[(n, v) for n, v in made.versions.items() if n != "scvkit"],
        steps=[(step_title(step.name, words, names), step) for step in made.steps],
        whole=sum(step.seconds or 0.0 for step in made.steps),
    )


def clients_page(clients: Sequence[ClientLine], words: Words) -> Markup:
    """Return the index over the reports of several clients."""
    title = words("report.clients.title")
    body = render("clients", words=words, clients=clients, title=title)
    return page([body], title=title, client="", words=words)
