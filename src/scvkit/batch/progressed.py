"""Which actions of an earlier roadmap the later data show to be done."""

from __future__ import annotations

from collections.abc import Sequence

from scvkit.records.comparison import ActionProgress, Done
from scvkit.records.identity import Identity
from scvkit.records.readiness import Indicator, Readiness
from scvkit.records.scenarios import Roadmap, RoadmapAction
from scvkit.vocabulary import GateState

# Of the records that were to be asked: so many hold the key now.
MOST, SOME = 0.8, 0.1
GOOD_SCORE = 3.0


def action_progress(
    roadmap: Roadmap | None,
    before: Readiness,
    after: Readiness,
    keys_before: Identity | None,
    keys_after: Identity | None,
) -> tuple[ActionProgress, ...]:
    """Return each planned action with what the later run shows of it.

    A gate that passes now, a key that is filled, an indicator at its third step: done. On the way
    there: under way. What no number shows, and what was so before, cannot be told.
    """
    return tuple(
        ActionProgress(
            action=action.action,
            source=action.source,
            title=action.title,
            done=_done(action, before, after, keys_before, keys_after),
        )
        for action in (roadmap.actions if roadmap else ())
    )


def _done(
    action: RoadmapAction,
    before: Readiness,
    after: Readiness,
    keys_before: Identity | None,
    keys_after: Identity | None,
) -> Done:
    answer = action.answer
    if answer is not None and answer.kind in ("add_key", "fix_values"):
        return _filled(action, keys_before, keys_after)
    gates = [c for c in action.closes if c.startswith("G")]
    # Gates that passed already leave it to the indicators what was done.
    if gates and not _all_pass(before, gates):
        return "done" if _all_pass(after, gates) else "not_yet"
    scores = [
        (_score(before, name), _score(after, name))
        for name in action.closes
        if not name.startswith("G")
    ]
    known = [(a, b) for a, b in scores if b is not None]
    if not known:
        return "cannot_tell"
    moved = any(_better(before, after, name) for name in action.closes)
    if moved and all(b >= GOOD_SCORE for _, b in known) and not _some_left(action, after):
        return "done"
    return "under_way" if moved else "not_yet"


def _better(before: Readiness, after: Readiness, indicator: str) -> bool:
    """True when the indicator is newly assessed, or its value moved the right way."""
    a, b = _indicator(before, indicator), _indicator(after, indicator)
    if b is None or b.evidence.value is None:
        return False
    if a is None or a.evidence.value is None:
        return True
    change = b.evidence.value - a.evidence.value
    better = change < 0 if b.lower_is_better else change > 0
    wrong = [_wrong(i) for i in (a, b)]
    # More records beside the same faults make a better share, and nobody has mended one.
    return better and (wrong[0] is None or wrong[1] is None or wrong[1] < wrong[0])


def _wrong(indicator: Indicator) -> int | None:
    """How many of the tested are not as they should be; None where it is no share."""
    passed, tested = indicator.evidence.passed, indicator.evidence.tested
    if passed is None or tested is None:
        return None
    return passed if indicator.lower_is_better else tested - passed


def _all_pass(readiness: Readiness, gates: Sequence[str]) -> bool:
    states = {g.id: g.state for g in readiness.gates}
    return all(states.get(gate) is GateState.PASSED for gate in gates)


def _some_left(action: RoadmapAction, after: Readiness) -> bool:
    """What is to be stopped has not stopped while any of it is left."""
    if action.kind != "stop_collecting":
        return False
    held = [_indicator(after, name) for name in action.closes]
    return any(i is not None and bool(i.evidence.value) for i in held)


def _filled(action: RoadmapAction, before: Identity | None, after: Identity | None) -> Done:
    answer = action.answer
    held = [_share(keys, action.source, answer.key) if answer else None for keys in (before, after)]
    if answer is None or held[0] is None or held[1] is None or not answer.records:
        return "cannot_tell"
    wanted = answer.asked / answer.records
    gained = held[1] - held[0]
    if wanted and gained >= MOST * wanted:
        return "done"
    return "under_way" if wanted and gained >= SOME * wanted else "not_yet"


def _share(identity: Identity | None, source: str, key: str) -> float | None:
    """Share of the source's records with a valid value of the key."""
    tests = [k for k in (identity.keys if identity else ()) if k.source == source and k.key == key]
    records = sum(k.records for k in tests)
    return sum(k.valid for k in tests) / records if records else None


def _score(readiness: Readiness, indicator: str) -> float | None:
    found = _indicator(readiness, indicator)
    return found.score if found else None


def _indicator(readiness: Readiness, name: str) -> Indicator | None:
    return next((i for i in readiness.indicators if i.id == name), None)
