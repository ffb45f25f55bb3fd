"""R6: what can be done now, as funnels of people, and the newsletter split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from scvkit.locale.missing import missing_inputs
from scvkit.locale.words import Words
from scvkit.records.linkage import Linkage, NewsletterSplit
from scvkit.records.readiness import Readiness, UseCaseVerdict
from scvkit.records.usecases import FunnelStep, UseCaseFit, UseCases
from scvkit.report.anchors import anchor
from scvkit.report.disclosure import FEWEST_FOR_A_SHARE, Shown, falling, is_few, part, spread
from scvkit.report.look import render
from scvkit.report.mailable import list_said
from scvkit.report.pen import Pen
from scvkit.report.quantities import people_as_share
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
_ESTIMATE_STEP = 10  # an estimate is never told to the person


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
        split=_split(
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
    blocked = sum(v.status is UseCaseStatus.BLOCKED for v in shown)
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
    last = fit.served
    if last is None or last.mid is None:
        highest = [s.high for s in fit.steps if s.high is not None]
        most = words.percent(min(1.0, highest[-1] / base)) if highest else words.percent(1)
        return words("report.use_cases.at_most", share=most, who=who)
    share = words.percent(last.mid / base)
    if last.low is None or last.high is None or last.low == last.high:
        return words("report.use_cases.serves", share=share, who=who)
    spread = words.percent_range(last.low / base, min(1.0, last.high / base))
    return words("report.use_cases.serves_range", share=share, range=spread, who=who)


def _base_word(fit: UseCaseFit, words: Words) -> str:
    return named(words, "usecases.bases", fit.base_word)


def _steps(fit: UseCaseFit, words: Words, pen: Pen) -> tuple[_Step, ...]:
    """One line a step; after one that was not assessed every bar is hatch up to the last high."""
    shown = falling([step.mid for step in fit.steps], words)
    lows = falling([step.low for step in fit.steps], words)
    highs = falling([step.high for step in fit.steps], words)
    base = shown[0].drawn or 0.0 if shown else 0.0
    worst = fit.largest_loss
    lines, most = [], 1.0
    for index, step in enumerate(fit.steps):
        low, mid, high = (_length(s, base) for s in (lows[index], shown[index], highs[index]))
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
                range=_range(fit, index, lows, highs, words),
                loss=_loss(fit, index, worst, shown, words),
                worst=step is worst,
            )
        )
    return tuple(lines)


def _length(shown: Shown, base: float) -> float | None:
    return None if shown.drawn is None or not base else min(1.0, shown.drawn / base)


def _range(fit: UseCaseFit, index: int, lows: list[Shown], highs: list[Shown], words: Words) -> str:
    step = fit.steps[index]
    if step.mid is None:
        most = next((h.text for h in reversed(highs[:index]) if h.drawn is not None), "")
        return words("report.use_cases.up_to", most=most) if most else ""
    if step.low is None or step.high is None or lows[index].text == highs[index].text:
        return words("report.counted")
    return f"{lows[index].text}–{highs[index].text}"


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
        count = words("report.about", n=_rounded(-lost, words))
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    kind: str
    title: str
    share: str
    count: str


def _found_parts(found: int, letter: UseCaseFit | None) -> dict[str, float]:
    """Those found by whether they may be written to; not cut where a part would be few."""
    steps = {step.name: step.mid for step in letter.steps} if letter else {}
    fresh, may = steps.get("fresh"), steps.get("permitted")
    if steps.get("found") != found or fresh is None or may is None:
        return {"found": found}
    parts = {"may": may, "may_not": fresh - may, "left_out": found - fresh}
    if any(is_few(n) or n < 0 for n in parts.values()):
        return {"found": found}
    return {name: float(n) for name, n in parts.items()}


def _split(
    split: NewsletterSplit, listed: str, letter: UseCaseFit | None, words: Words, pen: Pen
) -> dict[str, object] | None:
    """Readers found among customers, may be written to or not, the hidden, and the rest."""
    found, hidden, base = split.found, split.hidden, split.readers
    if base < FEWEST_FOR_A_SHARE or not found.assessed or found.value is None:
        return None
    estimated = min(hidden.value or 0.0, base - found.value) if hidden.assessed else 0.0
    rest = max(0.0, base - found.value - estimated)
    cut = _found_parts(round(found.value), letter)
    lengths = {**cut, "hidden": estimated, "rest": rest}
    texts = {
        **{name: _exact(n, None, None, base, words) for name, n in cut.items()},
        "found": _exact(found.value, found.low, found.high, base, words),
        "hidden": _roughly(estimated, hidden.low, hidden.high, words),
        "rest": _roughly(rest, None, None, words)
        if estimated
        else _exact(rest, None, None, base, words),
    }
    kinds = {
        "found": "solid",
        "may": "solid",
        "may_not": "refused",
        "left_out": "told",
        "hidden": "estimate",
        "rest": "rest",
    }
    shown = [name for name, length in lengths.items() if length > 0 or name == "found"]
    told = people_as_share(found, base, words)
    ranged = f"{told.text} ({told.range})" if told.low < told.high else told.text
    note = "report.split.note" if estimated else "report.split.note_no_estimate"
    return {
        "title": words("report.split.title", share=ranged, n=base),
        "bar": pen.parts([(kinds[name], lengths[name] / base) for name in shown], height=26),
        "parts": [
            _Part(
                kind=kinds[name],
                title=words(f"report.split.{name}"),
                share=words.percent(lengths[name] / base),
                count=texts[name],
            )
            for name in shown
        ],
        "note": words.sentences((listed, words(note))),
    }


def _exact(value: float, low: float | None, high: float | None, base: int, words: Words) -> str:
    held = part(round(value), base, words).text
    ends = spread(
        None if low is None else round(low), None if high is None else round(high), base, words
    )
    return f"{held} ({ends})" if ends else held


def _roughly(value: float, low: float | None, high: float | None, words: Words) -> str:
    held = words("report.about", n=_rounded(value, words))
    if low is None or high is None or _rounded(low, words) == _rounded(high, words):
        return held
    return f"{held} ({_rounded(low, words)}–{_rounded(high, words)})"


def _rounded(value: float, words: Words) -> str:
    return words.number(round(value / _ESTIMATE_STEP) * _ESTIMATE_STEP)
