"""The answers as tables to read in a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from scvkit.locale.words import Words
from scvkit.records.scenarios import ANY, Predicted, PredictedUse, Roadmap, WhatIf
from scvkit.records.stakes import PeopleCounts
from scvkit.report.roadmap import action_title
from scvkit.scenarios.shown import gained, people_range, title_of

_FEWEST_FOR_A_SHARE = 30
_OVERLAP = ("found_in", "now", "after", "range", "more", "naive", "ceiling")
_USE = ("use_case", "now_served", "after", "range", "ceiling")


def what_if_frame(answer: WhatIf, words: Words, names: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per source: records found there now, after, the range, and at most.

    Beside it stands the rate that everybody computes, to be seen and not to be used.
    """
    head = [words(f"scenarios.columns.{name}") for name in _OVERLAP]
    shown = [p for p in answer.overlaps if not _untouched(p)]
    return pd.DataFrame([_overlap(p, words, names) for p in shown], columns=head)


def what_if_uses_frame(answer: WhatIf, words: Words) -> pd.DataFrame:
    """Return one row per use case that the change moves: people served now and after."""
    head = [words(f"scenarios.columns.{name}") for name in _USE]
    touched = [u for u in answer.use_cases if not u.after.assessed or _moves(u)]
    return pd.DataFrame([_use(u, words) for u in touched], columns=head)


def what_if_sentences(answer: WhatIf, words: Words, names: Mapping[str, str]) -> Sequence[str]:
    """Return the question, what it rests on, and its counts, one sentence each."""
    said = [title_of(answer, words, names)]
    if answer.reason:
        said.append(words(f"scenarios.reasons.{answer.reason}"))
    if answer.recovery.assessed and answer.recovery.tested:
        share = words.percent(answer.recovery.value or 0.0)
        said.append(words("scenarios.rests_on", n=answer.recovery.tested, share=share))
    few = words("common.less_than_five")
    said += [
        words(f"scenarios.counts.{name}", count=few if 0 < n < 5 else words.number(n))
        for name, n in answer.people
    ]
    said += [words(f"scenarios.assumptions.{name}") for name in answer.assumptions]
    return said


def _overlap(predicted: Predicted, words: Words, names: Mapping[str, str]) -> list[str]:
    now, after = predicted.now, predicted.after
    target = names.get(predicted.target, predicted.target)
    return [
        words("scenarios.any_other") if predicted.target == ANY else target,
        words.percent(now.value or 0.0),
        words("report.absent") if after.value is None else words.percent(after.value),
        ""
        if after.low is None or after.high is None
        else words.percent_range(after.low, after.high),
        gained(predicted, words),
        words("report.absent") if predicted.naive is None else words.percent(predicted.naive),
        words.percent(predicted.ceiling),
    ]


def _use(use: PredictedUse, words: Words) -> list[str]:
    key = f"usecases.names.{use.id}"
    name = use.title or (words(key) if words.has(key) else "")
    return [
        f"{use.id} {name}".strip(),
        people_range(use.now, use.now, words),
        words("report.absent")
        if use.after.value is None
        else people_range(round(use.after.value), round(use.after.value), words),
        ""
        if use.after.low is None or use.after.high is None
        else people_range(round(use.after.low), round(use.after.high), words),
        "" if use.ceiling is None else people_range(use.ceiling, use.ceiling, words),
    ]


def _untouched(predicted: Predicted) -> bool:
    """A source in which nobody is found and nothing can be predicted tells nothing."""
    return not predicted.after.assessed and not predicted.now.value


def _moves(use: PredictedUse) -> bool:
    return use.after.value is not None and round(use.after.value) != use.now


def segment_frame(counts: PeopleCounts, words: Words) -> pd.DataFrame:
    """Return one row per segment: its people and the shares that decide what can be done."""
    measures = ("with_key", "recognised", "agreed", "reachable")
    head = [words(f"report.segments.{name}") for name in ("segment", "people", *measures)]
    lines = []
    for segment in counts.segments:
        key = f"usecases.segments.{segment.id}"
        title = segment.title or (words(key) if words.has(key) else segment.id)
        shares = [getattr(segment, name) for name in measures]
        lines.append(
            [
                title,
                people_range(segment.people, segment.people, words),
                *(
                    words("report.absent")
                    if share.value is None or (segment.people or 0) < _FEWEST_FOR_A_SHARE
                    else words.percent(share.value)
                    for share in shares
                ),
            ]
        )
    return pd.DataFrame(lines, columns=head)


def roadmap_frame(roadmap: Roadmap, words: Words, names: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per action in its order: when, what, who, effort, what it serves."""
    head = [
        words(f"scenarios.columns_of_roadmap.{name}")
        for name in ("when", "action", "who", "effort", "unlocks")
    ]
    lines = []
    for action in roadmap.actions:
        owner = f"scenarios.owners.{action.owner}"
        serves = [
            words("report.roadmap.serves", n=people_range(s.mid, s.mid, words), use=s.use_case)
            for s in action.serves
            if s.mid > 0
        ]
        lines.append(
            [
                words(f"scenarios.horizons.{action.horizon}"),
                action_title(action, names, words),
                words(owner) if words.has(owner) else action.owner,
                words(f"scenarios.efforts.{action.effort}"),
                words.listed([*serves[:4], *action.opens]),
            ]
        )
    return pd.DataFrame(lines, columns=head)
