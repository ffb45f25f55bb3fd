"""The first steps of a reader: what, when, who, how much work, and what it brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scvkit.locale.words import Words
from scvkit.records.scenarios import RoadmapAction
from scvkit.records.telling import is_few
from scvkit.report.disclosure import people
from scvkit.report.found import Found
from scvkit.report.key_choice import chosen
from scvkit.report.roadmap import HORIZONS, brings, effort_of
from scvkit.report.role_stops import role_name

_MOST_ACTIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: its title, when and by whom, and what it brings."""

    title: str
    note: str
    brings: str


def steps(role: str, said: Mapping[str, Any], found: Found, words: Words) -> list[Step]:
    """Return the first steps of the owners in roles.yaml, and those named whoever owns them.

    Where the owners have none, the first steps of everybody: a page without a step leads nowhere.
    """
    owners, also = said["actions"], said.get("also", ())
    actions = found.roadmap.actions if found.roadmap else ()
    # What the answer names comes first, whoever does it: the two must not say different things.
    named = [capture.action for capture in chosen(actions)] if role == "cio" else []
    own = [a for a in actions if a.owner in owners and a.action not in also and a not in named]
    if not own and not named:
        own = [a for a in actions if a.action not in also]
    own.sort(key=lambda a: HORIZONS.index(a.horizon))
    first = [*named, *own][:_MOST_ACTIONS]
    first += [a for a in actions if a.action in also]
    return [_step(a, found, words) for a in first]


def _step(action: RoadmapAction, found: Found, words: Words) -> Step:
    note = words(
        "report.roles.step",
        when=words(f"scenarios.horizons.{action.horizon}"),
        who=role_name(action.owner, found, words),
        effort=effort_of(action, words),
    )
    return Step(title=_title(action, found.names, words), note=note, brings=_brings(action, words))


def _brings(action: RoadmapAction, words: Words) -> str:
    """Records that find their person, where the data said so; else the first thing it unlocks."""
    predicted = action.answer.found_in() if action.answer else None
    if predicted is not None and predicted.more() > 0:
        return words(
            "report.roles.finds",
            more=people(predicted.more(), words),
            low=people(predicted.more("low"), words),
            high=people(predicted.more("high"), words),
        )
    return brings(action, words)[0]


def _title(action: RoadmapAction, names: Mapping[str, str], words: Words) -> str:
    key = f"scenarios.actions.{action.action}.title"
    title = words(key, **_values(action, names, words)) if words.has(key) else action.title
    source = names.get(action.source, "")
    return f"{source}: {title}" if source and source not in title else title


def _values(action: RoadmapAction, names: Mapping[str, str], words: Words) -> dict[str, str]:
    count = action.count
    few = count is not None and is_few(count)
    return {
        "source": names.get(action.source, action.source),
        "count": words("common.less_than_five") if few else str(count or ""),
    }
