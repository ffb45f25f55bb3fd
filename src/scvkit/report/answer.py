"""R1, the first screen: the decision, its size in people, what blocks it, how far to trust it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup

from scvkit.engagement import Engagement
from scvkit.locale.waits import verdict_once
from scvkit.locale.words import Words
from scvkit.records.consent import Permission
from scvkit.records.extracts import Intake
from scvkit.records.linkage import Linkage
from scvkit.records.readiness import Flip, Gate, Readiness
from scvkit.records.telling import is_few
from scvkit.records.usecases import UseCases
from scvkit.report.banners import banner
from scvkit.report.look import render
from scvkit.report.numbers import orders_or_seen, readers_or_seen, withdrawn
from scvkit.report.pen import Pen
from scvkit.report.sentences import lowered, named, said
from scvkit.vocabulary import GateState, Grade, UseCaseStatus

_CONTENTS = {
    "map": "r2",
    "sources": "r3",
    "who_is_who": "r4",
    "permission": "r5",
    "use_cases": "r6",
    "what_if": "what-if",
    "roadmap": "r8",
    "value": "r7",
    "verdict": "rules",
    "method": "r10",
}
_MOST_UNSEEN = 4
_MOST_STEPS = 2


class Headline(Protocol):
    """The verdict in a sentence, and the sentence below it; the readiness room writes both."""

    @property
    def title(self) -> str:
        """The verdict."""

    @property
    def lead(self) -> str:
        """Its size in use cases."""


def answer(
    *,
    readiness: Readiness,
    linkage: Linkage | None,
    permission: Permission | None,
    use_cases: UseCases | None,
    intake: Intake,
    engagement: Engagement,
    words: Words,
    headline: Headline | None = None,
    run_id: str = "",
    contents: bool = True,
    roles: Sequence[str] = (),
) -> Markup:
    """Return the first screen: verdict, three numbers of people, gates, limits.

    ``headline`` comes from ``readiness.headline``. ``contents`` links to the other sections;
    leave it out where they are on another page. ``roles`` are those that have a page here.
    """
    pen = Pen("answer")
    unseen = _unseen(readiness, intake, engagement, words)
    return render(
        "answer",
        words=words,
        pen=pen,
        client=engagement.client.name,
        masthead=_masthead(engagement, words, run_id),
        contents=[(id_, words(f"report.sections.{name}")) for name, id_ in _CONTENTS.items()]
        if contents
        else (),
        roles=[(role, words(f"report.roles.{role}.name")) for role in roles],
        exploratory=banner(engagement, words) if readiness.exploratory else "",
        verdict=verdict_title(readiness, words, headline),
        lead=verdict_lead(readiness, words, headline),
        numbers=[
            readers_or_seen(linkage, engagement, words, pen),
            withdrawn(permission, words, pen),
            orders_or_seen(use_cases, linkage, engagement, words, pen),
        ],
        gates=[_gate(gate, words) for gate in readiness.gates],
        steps=_steps(readiness, words),
        unseen=unseen[:_MOST_UNSEEN],
        unseen_more=words("report.answer.more", n=len(unseen) - _MOST_UNSEEN)
        if len(unseen) > _MOST_UNSEEN
        else "",
        sure_bar=pen.parts(
            [
                ("solid", readiness.measured_weight),
                ("told", readiness.shown_weight + readiness.declared_weight),
                ("unknown", readiness.not_assessed_weight),
            ]
        ),
        sure_legend=_sure_legend(readiness, words),
        changed_thresholds=words(
            "report.answer.changed_thresholds", which=words.listed(readiness.changed_thresholds)
        )
        if readiness.changed_thresholds
        else "",
    )


def verdict_title(readiness: Readiness, words: Words, headline: Headline | None = None) -> str:
    """Return the verdict as one sentence; the short name of the verdict where none is given."""
    return headline.title if headline else words(f"verdicts.{readiness.verdict}.title")


def verdict_lead(readiness: Readiness, words: Words, headline: Headline | None = None) -> str:
    """Return the sentence that sizes the verdict in use cases."""
    if headline:
        return headline.lead
    statuses = [use_case.status for use_case in readiness.use_cases]
    can_start = {UseCaseStatus.READY, UseCaseStatus.READY_WITH_LIMITS}
    return words(
        "report.answer.lead",
        n=sum(status in can_start for status in statuses),
        total=len(statuses),
        blocked=statuses.count(UseCaseStatus.BLOCKED),
    )


def _masthead(engagement: Engagement, words: Words, run_id: str) -> list[str]:
    as_of = engagement.assessment.as_of
    parts = [words("report.kind")]
    if as_of:
        parts.append(words("report.extracts_of", date=words.date(as_of)))
    if run_id:
        parts.append(words("report.run", id=run_id))
    return parts


@dataclass(frozen=True, slots=True, kw_only=True)
class _GateLine:
    title: str
    state: str
    said: str


def _gate(gate: Gate, words: Words) -> _GateLine:
    return _GateLine(title=gate_title(gate, words), state=gate.state, said=gate_said(gate, words))


def gate_title(gate: Gate, words: Words) -> str:
    """Return the name of a gate."""
    return named(words, "gates", gate.id)


def gate_said(gate: Gate, words: Words) -> str:
    """Return the state of a gate with its detail: "failed, 112 people"."""
    state = words(f"report.gate_states.{gate.state}")
    held = dict(gate.values).get("n", "")
    of_people = gate.evidence is not None and gate.evidence.unit == "people"
    if of_people and held.isdigit() and is_few(int(held)):
        return words.listed((state, words("report.few_people")))
    values = said(words, gate.values)
    for key in (f"report.gates.{gate.id}.{gate.detail}", f"report.gates.{gate.id}.{gate.state}"):
        if words.has(key):
            detail = words(key, **values)
            return detail if gate.state is GateState.OPEN else words.listed((state, detail))
    return state


def gate_sentence(gate: Gate, words: Words) -> str:
    """Return the sentence that explains the state of a gate."""
    key = f"gates.{gate.id}.{gate.detail}"
    return words(key, **said(words, gate.values)) if words.has(key) else ""


def _steps(readiness: Readiness, words: Words) -> list[dict[str, str]]:
    """What would give another verdict: the way up step by step, else the nearest flips."""
    if not readiness.chain:
        return [_flip(flip, words) for flip in readiness.flips[:_MOST_STEPS]]
    steps = [_flip(flip, words) for flip in readiness.chain[:_MOST_STEPS]]
    return [
        {**step, "changes": words("report.answer.then", change=lowered(step["changes"]))}
        if later
        else step
        for later, step in enumerate(steps)
    ]


def _flip(flip: Flip, words: Words) -> dict[str, str]:
    return {"changes": changes_text(flip, words), "verdict": flip_verdict(flip, words)}


def changes_text(flip: Flip, words: Words) -> str:
    """Return the changed facts of a flip as one phrase that starts a line."""
    values = said(words, flip.values)
    changes = [words(f"changes.{change}", **values).rstrip(".。") for change in flip.changes]
    text = words("report.answer.and").join(changes)
    return text[:1].upper() + text[1:]


def flip_verdict(flip: Flip, words: Words) -> str:
    """Return a verdict in a few words, with what it still waits for."""
    return lowered(verdict_once(flip.verdict, flip.once, words))


def _unseen(
    readiness: Readiness, intake: Intake, engagement: Engagement, words: Words
) -> list[str]:
    """What the assessment could not see: gaps, unread sources, the heaviest blind indicators."""
    items = [gap.name for gap in engagement.gaps]
    items += [
        words(
            f"report.answer.{'not_received' if source.only_told else 'unread_source'}",
            name=source.name,
        )
        for source in intake.sources
        if not source.tables
    ]
    blind = sorted(
        (i for i in readiness.indicators if i.evidence.grade is Grade.NOT_ASSESSED),
        key=lambda i: -i.weight,
    )
    return [*items, *(indicator_name(indicator.id, words) for indicator in blind)]


def indicator_name(id_: str, words: Words) -> str:
    """Return an indicator's name; its id where the locale has none."""
    key = f"indicators.i{id_.replace('.', '_')}"
    return words(key) if words.has(key) else id_


def _sure_legend(readiness: Readiness, words: Words) -> list[tuple[str, str]]:
    told = readiness.shown_weight + readiness.declared_weight
    return [
        ("solid", words("report.answer.measured", share=words.percent(readiness.measured_weight))),
        ("told", words("report.answer.told", share=words.percent(told))),
        (
            "unknown",
            words("report.answer.not_assessed", share=words.percent(readiness.not_assessed_weight)),
        ),
    ]
