"""Two runs side by side: what changed underneath, what it moved, what was done."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.comparison import (
    ActionProgress,
    Comparison,
    MovedIndicator,
    MovedUseCase,
    RunFacts,
)
from scvkit.records.evidence import Evidence
from scvkit.report.disclosure import part, people
from scvkit.report.look import render
from scvkit.report.pages import page
from scvkit.report.quantities import quantity, score
from scvkit.report.sentences import use_case

_ORDER = ("worse", "no_longer_assessed", "better", "newly_assessed", "same")


def comparison_page(comparison: Comparison, words: Words, names: Mapping[str, str]) -> Markup:
    """Return the comparison as one self-contained page in the report's design."""
    client = comparison.after.client
    return page(
        [comparison_section(comparison, words, names)],
        title=words("compare.page_title", client=client),
        client=client,
        words=words,
        run_id=comparison.after.run_id,
    )


def comparison_section(comparison: Comparison, words: Words, names: Mapping[str, str]) -> Markup:
    """Return the comparison as a section."""
    moved = [i for i in comparison.indicators if i.direction != "same"]
    return render(
        "comparison",
        words=words,
        title=headline_of(comparison, words),
        client=comparison.after.client,
        told=moved_of(comparison, words),
        runs=[_run(r, words) for r in (comparison.before, comparison.after)],
        causes=causes_of(comparison, words),
        indicators=[
            _indicator(i, words)
            for i in sorted(moved, key=lambda i: (_ORDER.index(i.direction), i.id))
        ],
        same=len(comparison.indicators) - len(moved),
        gates=[
            (
                words(f"gates.{gate.id}.name"),
                words(f"gates.states.{gate.before}"),
                words(f"gates.states.{gate.after}"),
            )
            for gate in comparison.gates
        ],
        use_cases=[
            _use_case(u, words)
            for u in sorted(
                filter(_differs, comparison.use_cases),
                key=lambda u: u.status_before == u.status_after,
            )
        ],
        actions=[(action_name(a, names, words), words(f"compare.done.{a.done}"), a.done)
                 for a in comparison.actions],
    )  # fmt: skip


def comparison_text(comparison: Comparison, words: Words, names: Mapping[str, str]) -> str:
    """Return the comparison for a terminal, a few lines a part."""
    lines = [headline_of(comparison, words), ""]
    lines += [f"  {'  '.join(_run(run, words))}" for run in (comparison.before, comparison.after)]
    lines += ["", moved_of(comparison, words)]
    lines += ["", *(f"· {cause}" for cause in causes_of(comparison, words))]
    moved = [i for i in comparison.indicators if i.direction != "same"]
    if moved:
        lines += ["", words("compare.indicators")]
        for each in sorted(moved, key=lambda i: (_ORDER.index(i.direction), i.id)):
            told = _indicator(each, words)
            lines.append(
                f"  {told['id']}  {told['before']} → {told['after']}  {told['direction']}"
                f" ({told['cause']})  {told['name']}"
            )
    for use in comparison.use_cases:
        if _differs(use):
            told = _use_case(use, words)
            lines.append(f"  {told['name']}: {told['before']} → {told['after']}")
    if comparison.actions:
        lines += ["", words("compare.actions")]
        lines += [
            f"  {words(f'compare.done.{a.done}')}: {action_name(a, names, words)}"
            for a in comparison.actions
        ]
    return "\n".join(lines)


def headline_of(comparison: Comparison, words: Words) -> str:
    """Return the comparison in a sentence."""
    before, after = comparison.before.verdict, comparison.after.verdict
    said = words(f"verdicts.{after}.title")
    if before is after:
        return words("compare.same_verdict", verdict=said)
    return words("compare.new_verdict", before=words(f"verdicts.{before}.title"), verdict=said)


def moved_of(comparison: Comparison, words: Words) -> str:
    """Return how many indicators moved which way, and how many gates and use cases changed."""
    counted = Counter(str(i.direction) for i in comparison.indicators)
    told = [words(f"compare.moved.{way}", n=counted[way]) for way in _ORDER if counted[way]]
    changed = sum(u.status_before != u.status_after for u in comparison.use_cases)
    others = [
        words(f"compare.moved.{kind}", n=n)
        for kind, n in (("gates", len(comparison.gates)), ("use_cases", changed))
    ]
    return words("compare.moved.sentence", moved=words.listed(told), others=words.listed(others))


def causes_of(comparison: Comparison, words: Words) -> list[str]:
    """Return what differs underneath, one sentence each: data, configuration, kit."""
    changes = comparison.changes
    files = {
        "changed": changes.files_changed,
        "added": changes.files_added,
        "removed": changes.files_removed,
    }
    said = [
        words(f"compare.files_{how}", n=len(names), names=words.listed(names))
        for how, names in files.items()
        if names
    ] or [words("compare.files_same", n=changes.files_same)]
    if not changes.configuration_known:
        said.append(words("compare.configuration_unknown"))
    elif changes.configuration:
        said.append(words("compare.configuration", names=words.listed(changes.configuration)))
    else:
        said.append(words("compare.configuration_same"))
    said.append(
        words("compare.kit", names=words.listed(f"{n} {a} → {b}" for n, a, b in changes.kit))
        if changes.kit
        else words("compare.kit_same")
    )
    return said


def action_name(action: ActionProgress, names: Mapping[str, str], words: Words) -> str:
    """Return the action in words."""
    key = f"scenarios.actions.{action.action}.title"
    source = names.get(action.source, action.source)
    if action.title:
        return action.title.replace("{source}", source)
    return words(key, source=source) if words.has(key) else action.action.replace("_", " ")


def _run(run: RunFacts, words: Words) -> tuple[str, str, str, str]:
    return (
        words("report.run", id=run.run_id),
        words("compare.as_of", date=_day(run.as_of, words)),
        words("compare.made", date=_day(run.started, words)),
        words("compare.version", version=run.kit),
    )


def _day(told: str, words: Words) -> str:
    """A date as it was written down, in the form of the language; "–" where nobody said."""
    try:
        return words.date(dt.date.fromisoformat(told[:10]))
    except ValueError:
        return words("report.absent")


def _indicator(moved: MovedIndicator, words: Words) -> dict[str, str]:
    key = f"indicators.i{moved.id.replace('.', '_')}"
    causes = [words(f"compare.causes.{cause}") for cause in moved.causes]
    return {
        "id": moved.id,
        "name": words(key) if words.has(key) else moved.id,
        "before": _value(moved.evidence_before, moved, words),
        "after": _value(moved.evidence_after, moved, words),
        "score_before": _score(moved.score_before, words),
        "score_after": _score(moved.score_after, words),
        "direction": words(f"compare.directions.{moved.direction}"),
        "worse": "yes" if moved.direction in ("worse", "no_longer_assessed") else "",
        "cause": words("compare.or").join(causes) if causes else words("compare.causes.unknown"),
    }


def _value(evidence: Evidence | None, moved: MovedIndicator, words: Words) -> str:
    """The number as the report of that run prints it."""
    counted = evidence.passed if evidence and evidence.assessed else None
    if moved.things and evidence and counted is not None and evidence.tested:
        # Small counts of things point at nobody.
        whole = words.number(evidence.tested)
        return words("report.of", part=words.number(counted), whole=whole)
    return quantity(evidence, words).text if evidence else words("report.absent")


def _score(value: float | None, words: Words) -> str:
    return words("report.absent") if value is None else score(value, words)


def _use_case(use: MovedUseCase, words: Words) -> dict[str, str]:
    states = [
        words("report.absent") if s is None else words(f"usecases.status.{s}")
        for s in (use.status_before, use.status_after)
    ]
    return {
        "name": use_case(words, use.id, use.title),
        "before": _served(use.before, use.base_before, words),
        "after": _served(use.after, use.base_after, words),
        "status": states[1] if states[0] == states[1] else f"{states[0]} → {states[1]}",
    }


def _served(served: int | None, base: int | None, words: Words) -> str:
    if served is None or base is None:
        return words("report.absent")
    return words("report.of", part=part(served, base, words).text, whole=people(base, words))


def _differs(use: MovedUseCase) -> bool:
    if use.before is None and use.after is None:
        return use.status_before != use.status_after
    return (use.before, use.base_before, use.status_before) != (
        use.after, use.base_after, use.status_after
    )  # fmt: skip
