"""The answer in one sentence, and the sentence that sizes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from scvkit.locale import Words
from scvkit.locale.waits import waits_said
from scvkit.readiness.clearance import by_nearness
from scvkit.readiness.frames import changes_text, use_case_name
from scvkit.records.readiness import Readiness, UseCaseFact, UseCaseVerdict
from scvkit.vocabulary import Dimension, UseCaseStatus, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """``title`` is the verdict in one sentence, ``lead`` the sentence below it."""

    title: str
    lead: str


def headline(readiness: Readiness, words: Words) -> Headline:
    """Return the verdict as a sentence that names the first step, and its size in use cases."""
    if readiness.verdict is Verdict.V0:
        return Headline(title=_cannot_say(readiness, words), lead=_what_decides(readiness, words))
    if readiness.verdict is Verdict.V1:
        reason = readiness.fired[0].reasons[0]
        return Headline(
            title=words("verdicts.V1.headline"), lead=words(f"verdicts.V1.lead_{reason}")
        )
    if readiness.verdict in (Verdict.V2, Verdict.V3):
        title = _first_step(readiness, words)
    elif readiness.verdict is Verdict.V4:
        title = _start(readiness, words)
    else:
        title = words(f"verdicts.{readiness.verdict.value}.headline")
    return Headline(title=title, lead=_size(readiness, words))


def _cannot_say(readiness: Readiness, words: Words) -> str:
    reason = readiness.fired[0].reasons[0]
    extracts = readiness.facts.missing_extracts if readiness.facts else ()
    if reason != "little_evidence" or not extracts:
        return words(f"verdicts.V0.{reason}")
    named = [words(f"verdicts.extracts.{extract}") for extract in extracts]
    if len(named) == 1:
        return words("verdicts.V0.extracts_one", first=named[0])
    return words("verdicts.V0.extracts_two", first=named[0], second=named[1])


_DECIDES = {"not_lawful": "G0", "little_evidence": "G1", "use_cases_not_asked": "G8"}


def _what_decides(readiness: Readiness, words: Words) -> str:
    """What an answer waits for beside the title: extracts, or gates where none would settle it."""
    reasons = readiness.fired[0].reasons
    extracts = readiness.facts.missing_extracts if readiness.facts else ()
    if reasons[0] != "little_evidence" and extracts and "little_evidence" in reasons:
        named = [words(f"verdicts.extracts.{extract}") for extract in extracts]
        ends = dict(zip(("first", "second"), named, strict=False))
        return words(f"verdicts.V0.lead_{'one' if len(named) == 1 else 'two'}", **ends)
    if reasons[0] != "little_evidence" or extracts:
        return words("verdicts.V0.lead")
    gates = [words(f"gates.{_DECIDES[reason]}.name") for reason in reasons]
    told = [words("verdicts.V0.lead_gates", gates=words.listed(gates))]
    if blind := _weighing_most(readiness):
        names = words.listed(words(f"indicators.i{id_.replace('.', '_')}") for id_ in blind)
        told.append(words("verdicts.V0.lead_blind", names=names))
    return words.sentences([*told, words("verdicts.V0.lead_stands")])


_MEASURED = (Dimension.SOURCE_QUALITY, Dimension.IDENTITY, Dimension.PERMISSION)  # as gate G1


def _weighing_most(readiness: Readiness) -> list[str]:
    """The three indicators that weigh most of those that gate G1 misses."""
    marks = readiness.facts.marks if readiness.facts else ()
    blind = [m for m in marks if m.score is None and m.weight > 0 and m.dimension in _MEASURED]
    return [m.id for m in sorted(blind, key=lambda m: (-m.weight, m.id))[:3]]


# Changes that close a gate, and the gate.
_CLOSES = {
    "lawful_facts_named": "G0",
    "basis_documented": "G2",
    "dpia_signed": "G3",
    "one_suppression_list": "G5",
    "raise.i4_3": "G6",
    "analytics_state_kept": "G9",
}


def _first_step(readiness: Readiness, words: Words) -> str:
    """V2 and V3: the change that leads on, and what it leads to."""
    key = f"verdicts.{readiness.verdict.value}"
    if not readiness.chain:
        return words(f"{key}.headline")
    step = readiness.chain[0]
    change = changes_text(step.changes, words)
    nearest = _nearest(readiness)
    if step.verdict is Verdict.V4 and nearest:
        closed = {_CLOSES.get(done) for done in step.changes}
        left = tuple(g for g in _gates_of(nearest.id, readiness) if g not in closed)
        return words(
            f"{key}.then_use_case{'_once' if left else ''}",
            change=change,
            use_case=_name(nearest.id, readiness, words),
            **({"what": waits_said(left, words)} if left else {}),
        )
    if step.verdict is Verdict.V5:
        return words(f"{key}.then_core", change=change)
    return words(f"{key}.change", change=change)


def _start(readiness: Readiness, words: Words) -> str:
    today = _in_order(readiness, (UseCaseStatus.READY, UseCaseStatus.READY_WITH_LIMITS))
    if len(today) > 1:
        first, second = (_name(name, readiness, words) for name in today[:2])
        return words("verdicts.V4.two", use_case=first, second=second)
    if today:
        return words("verdicts.V4.use_case", use_case=_name(today[0], readiness, words))
    once = _in_order(readiness, (UseCaseStatus.READY_ONCE,))
    if once:
        return words(
            "verdicts.V4.once",
            use_case=_name(once[0], readiness, words),
            what=waits_said(_gates_of(once[0], readiness), words),
        )
    nearest = _nearest(readiness)
    if nearest:
        return words("verdicts.V4.nearest", use_case=_name(nearest.id, readiness, words))
    return words("verdicts.V4.headline")


def _in_order(readiness: Readiness, statuses: tuple[UseCaseStatus, ...]) -> list[str]:
    """Ids of the use cases with one of these statuses, the nearest first."""
    found = {u.fit.id for u in readiness.use_cases if u.status in statuses}
    return [u.id for u in by_nearness(readiness.facts) if u.id in found] if readiness.facts else []


_MOST_NAMED = 3  # use cases that can start are told by name up to so many
_START = (UseCaseStatus.READY, UseCaseStatus.READY_WITH_LIMITS)
_WAIT = (UseCaseStatus.READY_ONCE, UseCaseStatus.BLOCKED)


def _size(readiness: Readiness, words: Words) -> str:
    """Every use case once: those that can start today, then the others by what they wait for."""
    total = len(readiness.use_cases)
    if not total:
        return words("verdicts.lead_nothing")
    today = [u.fit.id for u in readiness.use_cases if u.status in _START]
    groups = words.clauses(_later(readiness, words))
    if not today:
        return words("verdicts.leads.none", n=total, groups=groups)
    key = "some" if groups else "all"
    named = words.listed(_name(id_, readiness, words) for id_ in today)
    told = words("verdicts.leads.named", names=named) if len(today) <= _MOST_NAMED else ""
    return words(f"verdicts.leads.{key}", n=len(today), total=total, names=told, groups=groups)


def _later(readiness: Readiness, words: Words) -> list[str]:
    """One clause for each thing waited for; the counts that open them add up to all that wait."""
    held = {
        status: [u for u in readiness.use_cases if u.status is status] for status in UseCaseStatus
    }
    mended = Counter(u.gates for u in held[UseCaseStatus.FIX_FIRST])
    return [
        *_waiting([u for status in _WAIT for u in held[status]], words),
        *(
            words(
                f"verdicts.leads.fix_first{'_and' if gates else ''}",
                n=n,
                what=waits_said(gates, words),
            )
            for gates, n in sorted(mended.items())
        ),
        *(
            words(f"verdicts.leads.{status.value}", n=len(held[status]))
            for status in (UseCaseStatus.NOT_NOW, UseCaseStatus.NOT_ASSESSED)
            if held[status]
        ),
    ]


def _waiting(held: list[UseCaseVerdict], words: Words) -> Iterator[str]:
    """A clause for the gate that holds most use cases, with what some of them need beside."""
    while held:
        holds = Counter(gate for use in held for gate in use.gates)
        most = min(holds, key=lambda gate: (-holds[gate], gate), default="")
        those = [use for use in held if most in use.gates or not most]
        group = [use.gates for use in those]
        shared = tuple(g for g in group[0] if all(g in each for each in group))
        also = Counter(tuple(g for g in each if g not in shared) for each in group)
        clause = words("verdicts.leads.blocked", n=len(group), what=waits_said(shared, words))
        yield (
            clause
            + "".join(
                words("verdicts.leads.also", n=n, what=waits_said(more, words))
                for more, n in sorted(also.items())
                if more
            )
            + _mended_too(those, words)
        )
        held = [use for use in held if most and most not in use.gates]


def _mended_too(waiting: list[UseCaseVerdict], words: Words) -> str:
    """How many of those that wait also need data mended, which the gate alone would hide."""
    mend = sum(use.fit.status is UseCaseStatus.FIX_FIRST for use in waiting)
    if not mend:
        return ""
    alone = "_alone" if len(waiting) == 1 else ""
    return words(f"verdicts.leads.mend_too{alone}", n=mend, all=len(waiting))


def _gates_of(use_case: str, readiness: Readiness) -> tuple[str, ...]:
    return next((u.gates for u in readiness.use_cases if u.fit.id == use_case), ())


def _nearest(readiness: Readiness) -> UseCaseFact | None:
    return next(iter(by_nearness(readiness.facts)), None) if readiness.facts else None


def _name(use_case: str, readiness: Readiness, words: Words) -> str:
    titles = {u.fit.id: u.fit.title for u in readiness.use_cases}
    return use_case_name(use_case, words, title=titles.get(use_case, ""))
