"""Which keys to capture first: what the data rank, and what they cannot tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from scvkit.records.identity import KeyTest
from scvkit.records.scenarios import Effort, Predicted, RoadmapAction
from scvkit.report.roadmap import HORIZONS
from scvkit.vocabulary import Key

PLACES = 2  # keys that a reader is asked to choose
MOST_IN_A_TIE = 3
EFFORTS: tuple[Effort, ...] = ("S", "M", "L")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A key asked for in one source, and the records that would find their person by it."""

    key: str
    source: str
    more: int
    low: int
    high: int
    action: RoadmapAction

    def tied_with(self, other: Capture) -> bool:
        """Whether each best estimate lies inside the other's range: nothing ranks the two."""
        return other.low <= self.more <= other.high and self.low <= other.more <= self.high


def captures(actions: Sequence[RoadmapAction]) -> list[Capture]:
    """Return every key that was tried and ties records, the most records first."""
    best: dict[tuple[str, str], Capture] = {}
    for action in actions:
        predicted = _found_in(action)
        if action.answer is None or predicted is None or predicted.more() == 0:
            continue
        tried = Capture(
            key=action.answer.key,
            source=action.answer.source,
            more=predicted.more(),
            low=predicted.more("low"),
            high=predicted.more("high"),
            action=action,
        )
        held = best.get((tried.key, tried.source))
        if held is None or held.more < tried.more:
            best[(tried.key, tried.source)] = tried
    return sorted(best.values(), key=lambda c: (-c.more, c.source, c.key))


def choice(ranked: Sequence[Capture]) -> list[list[Capture]]:
    """Return the first and the second place; a place with several keys is a tie.

    A tie for the first place that holds two keys or more fills both places.
    """
    places: list[list[Capture]] = []
    left = list(ranked)
    while left and sum(len(place) for place in places) < PLACES:
        place = [left[0], *(c for c in left[1:] if c.tied_with(left[0]))][:MOST_IN_A_TIE]
        places.append(place)
        left = [c for c in left if c not in place]
    return places


def chosen(actions: Sequence[RoadmapAction]) -> list[Capture]:
    """Return the keys of both places in one list, those of a tie the easiest first."""
    return list(chain.from_iterable(by_ease(place) for place in choice(captures(actions))))


def by_ease(place: Sequence[Capture]) -> list[Capture]:
    """Return the keys of one place by when they are due, then by effort; gains rank none."""
    return sorted(place, key=_ease)


def named_first(places: Sequence[Sequence[Capture]]) -> list[Capture]:
    """Return the two keys that are named: of a tie those due first, then asking least work."""
    return list(chain.from_iterable(by_ease(place) for place in places))[:PLACES]


def easier(one: Capture, rest: Sequence[Capture]) -> bool:
    """Return whether a key is due before all of ``rest`` or asks less work than they."""
    return all(_ease(one) < _ease(other) for other in rest)


def lacking(tests: Sequence[KeyTest]) -> list[tuple[KeyTest, int]]:
    """Return each source's best key that another source holds too, with the records without it.

    A number that only its own system knows ties nobody to another. Sources in which most records
    lack such a key come first, at most two; names with addresses are no key that one asks for.
    """
    held = [t for t in tests if t.present and t.usable and t.key is not Key.NAME_ADDRESS]
    best: dict[str, KeyTest] = {}
    for test in held:
        shared = any(t.key is test.key and t.source != test.source for t in held)
        if shared and (test.source not in best or best[test.source].usable < test.usable):
            best[test.source] = test
    short = [(t, t.records - t.usable) for t in best.values() if t.records > t.usable]
    return sorted(short, key=lambda pair: (-pair[1], pair[0].source))[:PLACES]


def _found_in(action: RoadmapAction) -> Predicted | None:
    if action.answer is None or action.answer.kind != "add_key":
        return None
    return action.answer.found_in()


def _ease(one: Capture) -> tuple[int, int]:
    return HORIZONS.index(one.action.horizon), EFFORTS.index(one.action.effort)
