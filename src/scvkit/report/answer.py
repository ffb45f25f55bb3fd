"""R1, the first screen: the decision, its size in people, what blocks it, how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup

from scvkit.engagement import Engagement
from scvkit.locale.words import Words
from scvkit.records.consent import Permission
from scvkit.records.extracts import Intake
from scvkit.records.linkage import Linkage
from scvkit.records.readiness import Flip, Gate, Readiness
from scvkit.records.usecases import UseCases
from scvkit.report.anchors import anchor
from scvkit.report.banners import banner
from scvkit.report.disclosure import is_few, people
from scvkit.report.look import render
from scvkit.report.pen import Pen
from scvkit.report.quantities import (
    Quantity,
    counted_share,
    missing,
    people_as_share,
    quantity,
)
from scvkit.report.sentences import lowered, named, said
from scvkit.vocabulary import Domain, GateState, Grade, UseCaseStatus

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number:
    quantity: Quantity
    label: str
    note: str
    bar: Markup
    unit: str = ""
    tone: str = "teal"


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
) -> Markup:
    """Return the first screen: verdict, three numbers of people, gates, limits.

    ``headline`` comes from ``readiness.headline``. ``contents`` links to the other sections;
    leave it out where they are on another page.
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
        exploratory=banner(engagement, words) if readiness.exploratory else "",
        verdict=verdict_title(readiness, words, headline),
        lead=verdict_lead(readiness, words, headline),
        numbers=[
            _readers_or_seen(linkage, engagement, words, pen),
            _withdrawn(permission, words, pen),
            _orders_or_seen(use_cases, linkage, engagement, words, pen),
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
            "report.answer.changed_thresholds", which=", ".join(readiness.changed_thresholds)
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


def _has(engagement: Engagement, domain: Domain) -> bool:
    return any(source.domain is domain for source in engagement.sources.values())


def _readers_or_seen(
    linkage: Linkage | None, engagement: Engagement, words: Words, pen: Pen
) -> _Number:
    """Newsletter readers found among customers; without a newsletter: people seen twice."""
    if not _has(engagement, Domain.NEWSLETTER):
        return _seen(linkage, words, pen)
    label = words("report.answer.readers")
    split = linkage.newsletter if linkage else None
    if split is None:
        why = "newsletter_not_linked" if linkage else "linkage_not_run"
        return _missing(label, why, words, pen)
    found = people_as_share(split.found, split.readers, words, anchor=anchor("newsletter_found"))
    if not found.assessed:
        return _missing(label, split.found.reason, words, pen)
    hidden = people_as_share(split.hidden, split.readers, words)
    note = words("report.answer.readers_note", n=split.readers)
    if hidden.assessed and hidden.bar:
        note = words("report.answer.hidden_note", share=hidden.text, range=hidden.range)
    estimate = min(1.0, found.mid + hidden.mid) if hidden.assessed and hidden.bar else None
    bar = pen.share(found.low, found.mid, found.high, estimate=estimate)
    return _Number(quantity=found, label=label, note=note, bar=bar)


def _withdrawn(permission: Permission | None, words: Words, pen: Pen) -> _Number:
    label = words("report.answer.withdrawn")
    if permission is None:
        return _missing(label, "permission_not_run", words, pen)
    evidence = permission.withdrawn_but_mailable
    if not evidence.assessed:
        return _missing(label, evidence.reason, words, pen)
    tested = permission.tested_for_withdrawal
    found = quantity(evidence, words, base=tested, anchor=anchor("withdrawn_but_mailable"))
    count = round(evidence.value or 0)
    note = "report.answer.withdrawn_none" if found.zero else "report.answer.withdrawn_note"
    return _Number(
        quantity=found,
        unit=words("report.answer.people", n=count),
        label=label,
        note=words(note, whole=people(tested, words)),
        bar=pen.share(found.low, found.mid, found.high, tone="orange"),
        tone="teal" if found.zero else "orange",
    )


def _orders_or_seen(
    use_cases: UseCases | None,
    linkage: Linkage | None,
    engagement: Engagement,
    words: Words,
    pen: Pen,
) -> _Number:
    """Service contacts that lead to the right order; without a service desk: people seen twice."""
    has_newsletter = _has(engagement, Domain.NEWSLETTER)
    if not _has(engagement, Domain.SERVICE):
        return _seen(linkage, words, pen) if has_newsletter else _unlinkable(linkage, words, pen)
    label = words("report.answer.orders")
    if use_cases is None or use_cases.order_found is None:
        why = "use_cases_not_run" if use_cases is None else "no_order_number_in_service"
        return _missing(label, why, words, pen)
    found, tested = use_cases.order_found
    shown = counted_share(found, tested, words, anchor=anchor("order_found"))
    if not shown.assessed:
        return _missing(label, "nothing_to_test", words, pen)
    return _Number(
        quantity=shown,
        label=label,
        note=words("report.answer.orders_note", n=tested),
        bar=pen.share(shown.low, shown.mid, shown.high) if shown.bar else Markup(),
    )


def _seen(linkage: Linkage | None, words: Words, pen: Pen) -> _Number:
    label = words("report.answer.seen")
    if linkage is None or not linkage.seen_in:
        return _missing(label, "linkage_not_run", words, pen)
    everyone = sum(entry.people for entry in linkage.seen_in)
    several = [entry for entry in linkage.seen_in if entry.sources > 1]
    sure, seen = sum(e.sure for e in several), sum(e.people for e in several)
    shown = counted_share(seen, everyone, words, anchor=anchor("seen_in"))
    if not shown.assessed:
        return _missing(label, "nothing_to_test", words, pen)
    low = min(shown.mid, sure / everyone) if shown.bar else 0.0
    bar = pen.share(low, shown.mid, shown.mid) if shown.bar else Markup()
    return _Number(
        quantity=shown, label=label, note=words("report.answer.seen_note", n=everyone), bar=bar
    )


def _unlinkable(linkage: Linkage | None, words: Words, pen: Pen) -> _Number:
    label = words("report.answer.unlinkable")
    if linkage is None or not linkage.unlinkable.assessed:
        why = linkage.unlinkable.reason if linkage else "linkage_not_run"
        return _missing(label, why, words, pen)
    shown = quantity(linkage.unlinkable, words, anchor=anchor("unlinkable"))
    return _Number(
        quantity=shown,
        label=label,
        note=words("report.answer.unlinkable_note"),
        bar=pen.share(shown.low, shown.mid, shown.high, tone="orange") if shown.bar else Markup(),
    )


def _missing(label: str, why: str, words: Words, pen: Pen) -> _Number:
    shown = missing(words, why)
    return _Number(quantity=shown, label=label, note=shown.why_not, bar=pen.unknown())


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
        return f"{state}, {words('report.few_people')}"
    values = said(words, gate.values)
    for key in (f"report.gates.{gate.id}.{gate.detail}", f"report.gates.{gate.id}.{gate.state}"):
        if words.has(key):
            detail = words(key, **values)
            return detail if gate.state is GateState.OPEN else f"{state}, {detail}"
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
    changes = [words(f"changes.{change}", **values).rstrip(".") for change in flip.changes]
    text = words("report.answer.and").join(changes)
    return text[:1].upper() + text[1:]


def flip_verdict(flip: Flip, words: Words) -> str:
    """Return a verdict in a few words."""
    title = words(f"verdicts.{flip.verdict}.title")
    return lowered(title)


def _unseen(
    readiness: Readiness, intake: Intake, engagement: Engagement, words: Words
) -> list[str]:
    """What the assessment could not see: gaps, unread sources, the heaviest blind indicators."""
    items = [gap.name for gap in engagement.gaps]
    items += [
        words("report.answer.unread_source", name=source.name)
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
