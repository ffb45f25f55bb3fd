"""R8: what to do, in which order, who does it, and what it unlocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from scvkit.locale.waits import verdict_once
from scvkit.locale.words import Words
from scvkit.records.scenarios import Horizon, Roadmap, RoadmapAction
from scvkit.report.disclosure import people
from scvkit.report.look import render
from scvkit.report.sentences import use_case

HORIZONS: tuple[Horizon, ...] = ("first_30_days", "within_90_days", "within_a_year", "stop")
MOST_USES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    title: str
    first: str
    at: str
    who: str
    effort: str
    unlocks: tuple[str, ...]
    gate: bool


def roadmap(
    *,
    roadmap: Roadmap | None,
    names: Mapping[str, str],
    words: Words,
    room: Sequence[str] = (),
) -> Markup:
    """Return the actions in four columns of time, each with its first step and what it unlocks.

    ``room`` are the first steps that the room agreed on, a sentence each.
    """
    columns = [
        (words(f"scenarios.horizons.{horizon}"), [_line(a, names, words) for a in held])
        for horizon in HORIZONS
        if (held := roadmap.within(horizon) if roadmap else ())
    ]
    waiting = [
        words(f"scenarios.actions.{name}.title", source="") for name in _named(roadmap, words)
    ]
    return render(
        "roadmap",
        words=words,
        columns=columns,
        room=list(room),
        waiting=words("report.roadmap.waiting", actions=words.clauses(waiting)) if waiting else "",
    )


def action_title(action: RoadmapAction, names: Mapping[str, str], words: Words) -> str:
    """Return the action in words: its own, or those of the locale."""
    source = names.get(action.source, action.source)
    key = f"scenarios.actions.{action.action}.title"
    if action.title:
        return action.title.replace("{source}", source)
    return words(key, source=source) if words.has(key) else action.action.replace("_", " ")


def _named(roadmap: Roadmap | None, words: Words) -> list[str]:
    return [
        name
        for name in (roadmap.waiting if roadmap else ())
        if words.has(f"scenarios.actions.{name}.title")
    ]


def effort_of(action: RoadmapAction, words: Words) -> str:
    """Return the effort of an action: days, weeks or months, or the client's own range of days."""
    effort = words(f"scenarios.efforts.{action.effort}")
    if action.days is None:
        return effort
    low, high = (words.number(day) for day in action.days)
    return words("report.roadmap.days", effort=effort, low=low, high=high)


def _line(action: RoadmapAction, names: Mapping[str, str], words: Words) -> _Line:
    first = f"scenarios.actions.{action.action}.first"
    owner = f"scenarios.owners.{action.owner}"
    return _Line(
        title=action_title(action, names, words),
        first=action.first or (words(first) if words.has(first) else ""),
        at=words(
            "report.roadmap.at",
            kind=words(f"scenarios.kinds.{action.kind}"),
            track=words(f"scenarios.tracks.{action.track}"),
        ),
        who=words(owner) if words.has(owner) else action.owner,
        effort=effort_of(action, words),
        unlocks=tuple(brings(action, words)),
        gate=action.gate,
    )


def brings(action: RoadmapAction, words: Words) -> list[str]:
    """Return what an action brings, the furthest reaching first; never empty."""
    told = []
    if action.verdict is not None:
        told.append(
            words(
                "report.roadmap.verdict",
                verdict=verdict_once(action.verdict, action.once, words),
            )
        )
    if action.opens:
        told.append(words("report.roadmap.opens", ids=words.listed(action.opens)))
    serves = [s for s in action.serves if s.mid > 0][:MOST_USES]
    told += [
        words(
            "report.roadmap.serves",
            n=people(s.mid, words),
            use=use_case(words, s.use_case, s.title),
        )
        for s in serves
    ]
    if action.count:
        # Lists and columns point at nobody.
        things = action.counted in ("dark_columns", "shadow_lists", "forbidden_columns")
        n = words.number(action.count) if things else people(action.count, words)
        told.append(words(f"report.roadmap.counts.{action.counted}", count=n))
    if told:
        return told
    keys = [f"indicators.i{closed.replace('.', '_')}" for closed in action.closes]
    mends = [words("report.roadmap.mends", name=words(key)) for key in keys if words.has(key)]
    return mends or [words("report.roadmap.no_people")]
