"""R6: what can be done now, as funnels of people, and the newsletter split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from scvkit.locale.missing import missing_inputs
from scvkit.locale.words import Words
from scvkit.records.linkage import Linkage
from scvkit.records.readiness import Readiness, UseCaseVerdict
from scvkit.records.telling import is_few
from scvkit.records.usecases import FunnelStep, UseCaseFit, UseCases
from scvkit.report.anchors import anchor
from scvkit.report.disclosure import (
    FEWEST_FOR_A_SHARE,
    Shown,
    ShownStep,
    funnel,
    served_shown,
    share_shown,
)
from scvkit.report.look import render
from scvkit.report.mailable import list_said
from scvkit.report.newsletter_split import rounded, split
from scvkit.report.pen import Pen
from scvkit.report.readers import letter_of
from scvkit.report.sentences import first, lowered, named, not_assessed, reason
from scvkit.vocabulary import UseCaseStatus

KEY = (
    ("solid", "at_least"),
    ("pale", "up_to"),
    ("tick", "best"),
    ("loss", "loss"),
    ("unknown", "unknown"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    name: str
    bar: Markup
    people: str
    range: str
    loss: str
    worst: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    id: str
    title: str
    state: str
    status: str
    why: str
    serves: str
    steps: tuple[_Step, ...]
    anchor: str
    missing: str


def use_cases(
    *,
    readiness: Readiness | None,
    use_cases: UseCases | None,
    linkage: Linkage | None,
    names: Mapping[str, str],
    words: Words,
) -> Markup:
    """Return the funnels of the chosen use cases, all of them on one strip, and the newsletter.

    ``names`` gives a source's name for its id.
    """
    pen = Pen("use-cases")
    verdicts = _verdicts(readiness, use_cases)
    shown = [v for v in verdicts if v.fit.chosen] or verdicts
    told = [(_case(v, readiness, names, words, pen), v.fit.base is not None) for v in shown]
    return render(
        "use_cases",
        words=words,
        pen=pen,
        reason="" if use_cases else not_assessed(words, "use_cases_not_run"),
        title=_title(verdicts, shown, words),
        key=[(pen.swatch(kind), words(f"report.key.{word}")) for kind, word in KEY],
        cases=[case for case, counted in told if counted],
        blind=[case for case, counted in told if not counted],
        strip=_strip(verdicts, readiness, words),
        split=split(
            linkage.newsletter,
            list_said(linkage, linkage.newsletter.newsletter, words),
            letter_of([v.fit for v in verdicts]),
            words,
            pen,
        )
        if linkage and linkage.newsletter
        else None,
    )


def case_name(id_: str, words: Words) -> str:
    """Return the name of a use case."""
    return named(words, "usecases.names", id_)


def _verdicts(readiness: Readiness | None, fits: UseCases | None) -> list[UseCaseVerdict]:
    if readiness is not None:
        return list(readiness.use_cases)
    found = fits.fits if fits else ()
    return [UseCaseVerdict(fit=fit, status=fit.status) for fit in found]


def _title(verdicts: list[UseCaseVerdict], shown: list[UseCaseVerdict], words: Words) -> str:
    can_start = {UseCaseStatus.READY, UseCaseStatus.READY_WITH_LIMITS}
    ready = sum(v.status in can_start for v in shown)
    # A gate that nobody has closed yet stops a use case as one that failed does.
    held = (UseCaseStatus.BLOCKED, UseCaseStatus.READY_ONCE)
    blocked = sum(v.status in held or bool(v.gates) for v in shown)
    if not verdicts:
        return words("report.use_cases.none_title")
    if blocked and not ready:
        return words("report.use_cases.blocked_title", n=blocked, all=len(shown))
    if ready:
        return words("report.use_cases.ready_title", n=ready, all=len(shown))
    return words("report.use_cases.title", n=len(shown))


def _case(
    verdict: UseCaseVerdict,
    readiness: Readiness | None,
    names: Mapping[str, str],
    words: Words,
    pen: Pen,
) -> _Case:
    fit = verdict.fit
    return _Case(
        id=fit.id,
        title=case_name(fit.id, words),
        state=verdict.status,
        status=status_of(verdict, readiness, words),
        why=why_of(fit, words),
        serves=_serves(fit, words),
        steps=_steps(fit, words, pen),
        anchor=anchor(fit.id),
        missing=_missing(fit, names, words),
    )


def _missing(fit: UseCaseFit, names: Mapping[str, str], words: Words) -> str:
    if not fit.missing:
        return ""
    what = missing_inputs(fit.missing, words, sources=names)
    return words("report.use_cases.missing", what=what)


def status_of(verdict: UseCaseVerdict, readiness: Readiness | None, words: Words) -> str:
    """The status of a use case in words, with what the gates that hold it wait for."""
    state = words(f"report.statuses.{verdict.status}")
    if not verdict.gates or readiness is None:
        return state
    kind = verdict.status if verdict.status in {"blocked", "ready_once"} else "other"
    gate = gates_said(verdict.gates, words)
    return words(f"report.statuses_by_gate.{kind}", gate=gate, state=state)


def gates_said(gates: Sequence[str], words: Words) -> str:
    """Return what gates wait for, in words of somebody who never met a gate."""
    return words.listed(words(f"report.gate_needs.{gate}") for gate in gates)


def why_of(fit: UseCaseFit, words: Words, *, columns: bool = True) -> str:
    """The step that loses most, and why; or the first one that could not be seen.

    ``columns`` names those that are mostly blank, for whoever knows columns.
    """
    blind = next((step for step in fit.steps if step.mid is None), None)
    worst = fit.largest_loss
    parts = []
    if worst is not None:
        step = words(f"report.steps.{worst.name}")
        parts.append(words("report.use_cases.lost", step=step, why=_cause(worst, words)))
        parts.extend(_blank(worst, words) if columns else ())
    if blind is not None:
        step = words(f"report.steps.{blind.name}")
        parts.append(words("report.use_cases.blind", step=step, why=reason(words, blind.reason)))
    if not parts:
        parts.append(words("report.use_cases.nobody_lost"))
    return " ".join(parts)


def _blank(step: FunnelStep, words: Words) -> list[str]:
    columns = ", ".join(step.blank)
    return [words("usecases.mostly_blank", columns=columns)] if columns else []


def _cause(step: FunnelStep, words: Words) -> str:
    keys = (f"usecases.losses.{step.reason}", f"report.losses.{step.name}")
    return first(words, keys).rstrip(".。")


def _serves(fit: UseCaseFit, words: Words) -> str:
    base = fit.base or 0
    if base < FEWEST_FOR_A_SHARE:
        return ""
    who = lowered(_base_word(fit, words))
    last = served_shown(fit, words)
    if last is None:
        highest = [step.high for step in funnel(fit, words) if step.high.drawn is not None]
        most = share_shown(highest[-1], base, words) if highest else words.percent(1)
        if most == words.percent(1):
            return ""  # at most everybody says nothing
        return words("report.use_cases.at_most", share=most, who=who)
    share = share_shown(last.mid, base, words)
    if not last.range:
        return words("report.use_cases.serves", share=share, who=who)
    return words(
        "report.use_cases.serves_range", share=share, range=_shares(last, base, words), who=who
    )


def _shares(step: ShownStep, base: int, words: Words) -> str:
    if step.low.exact and step.high.exact and step.low.drawn is not None:
        return words.percent_range(step.low.drawn / base, min(1.0, (step.high.drawn or 0) / base))
    return "–".join(share_shown(end, base, words) for end in (step.low, step.high))


def _base_word(fit: UseCaseFit, words: Words) -> str:
    return named(words, "usecases.bases", fit.base_word)


def _steps(fit: UseCaseFit, words: Words, pen: Pen) -> tuple[_Step, ...]:
    """One line a step; after one that was not assessed every bar is hatch up to the last high."""
    steps = funnel(fit, words)
    shown = [step.mid for step in steps]
    base = shown[0].drawn or 0.0 if shown else 0.0
    worst = fit.largest_loss
    lines, most = [], 1.0
    for index, step in enumerate(fit.steps):
        ends = (steps[index].low, steps[index].mid, steps[index].high)
        low, mid, high = (_length(s, base) for s in ends)
        known = step.mid is not None
        if known:
            most = high if high is not None else mid if mid is not None else most
        lost_from = _length(shown[index - 1], base) if step is worst and index else None
        bar = (
            pen.step(low if low is not None else mid or 0, mid or 0, most, lost_from=lost_from)
            if known
            else pen.unknown(most)
        )
        lines.append(
            _Step(
                name=_base_word(fit, words) if index == 0 else words(f"report.steps.{step.name}"),
                bar=bar,
                people=shown[index].text,
                range=_range(fit, index, steps, words),
                loss=_loss(fit, index, worst, shown, words),
                worst=step is worst,
            )
        )
    return tuple(lines)


def _length(shown: Shown, base: float) -> float | None:
    return None if shown.drawn is None or not base else min(1.0, shown.drawn / base)


def _range(fit: UseCaseFit, index: int, steps: Sequence[ShownStep], words: Words) -> str:
    if fit.steps[index].mid is None:
        before = (step.high for step in reversed(steps[:index]))
        most = next((high.text for high in before if high.drawn is not None), "")
        return words("report.use_cases.up_to", most=most) if most else ""
    return steps[index].range or words("report.counted")


def _loss(
    fit: UseCaseFit, index: int, worst: FunnelStep | None, shown: list[Shown], words: Words
) -> str:
    """People lost at a step; only roughly where the step before or after is not told exactly.

    Otherwise a hidden count would follow from its neighbours by subtraction.
    """
    if index == 0:
        return ""
    step, before = fit.steps[index], fit.steps[index - 1].mid
    if step.mid is None:
        return words("report.use_cases.unseen_from_here") if before is not None else ""
    if before is None:
        return ""
    lost = before - step.mid
    if lost == 0:
        return words("report.use_cases.none_lost")
    if is_few(lost):
        count = words("common.less_than_five")
    elif shown[index - 1].exact and shown[index].exact:
        count = words.number(-lost)
    else:
        count = words("report.about", n=rounded(-lost, words))
    return f"{count} · {_cause(step, words)}" if step is worst else count


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    state: str
    title: str
    ids: str


def _strip(
    verdicts: list[UseCaseVerdict], readiness: Readiness | None, words: Words
) -> list[_Held]:
    """All use cases by status, those held by one gate together."""
    groups: dict[tuple[int, str, str], list[str]] = {}
    order = list(UseCaseStatus)
    for verdict in verdicts:
        place = (order.index(verdict.status), verdict.status, status_of(verdict, readiness, words))
        groups.setdefault(place, []).append(verdict.fit.id)
    return [
        _Held(
            state=state,
            title=words("report.use_cases.held", n=len(ids), state=title),
            ids=" ".join(ids),
        )
        for (_, state, title), ids in sorted(groups.items())
    ]
