"""Two finished runs side by side, read from their report folders alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from scvkit.batch.progressed import action_progress
from scvkit.errors import OutputError
from scvkit.locale import WRITTEN_IN
from scvkit.records.comparison import (
    Cause,
    Changes,
    Comparison,
    Direction,
    MovedGate,
    MovedIndicator,
    MovedUseCase,
    RunFacts,
)
from scvkit.records.identity import Identity
from scvkit.records.readiness import Indicator, Readiness
from scvkit.records.scenarios import Roadmap
from scvkit.store import Store
from scvkit.vocabulary import Grade

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Run:
    """One report folder as read."""

    about: Mapping[str, Any]
    readiness: Readiness
    roadmap: Roadmap | None
    identity: Identity | None


def compare_runs(before: Path, after: Path) -> Comparison:
    """Return what changed from one run to the other.

    A number that was told moves by the configuration, a measured one by data, configuration or
    kit: by what has changed at all. Raises OutputError for a folder that holds no finished run.
    """
    first, second = _read(before), _read(after)
    changes = _changes(first.about, second.about)
    return Comparison(
        before=_facts(first),
        after=_facts(second),
        changes=changes,
        indicators=_indicators(first.readiness, second.readiness, changes),
        gates=_gates(first.readiness, second.readiness),
        use_cases=_use_cases(first.readiness, second.readiness),
        actions=action_progress(
            first.roadmap, first.readiness, second.readiness, first.identity, second.identity
        ),
    )


def language_of(folder: Path) -> str:
    """Return the language a finished run was written in: the client's."""
    return str(_read(folder).about.get("language") or WRITTEN_IN)


def _read(folder: Path) -> _Run:
    file = folder / "run.json"
    if not file.is_file():
        raise OutputError(
            f"{folder} holds no finished run (there is no run.json in it). Name the folder that "
            "`scvkit run` wrote its report to."
        )
    try:
        about = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        raise OutputError(f"{file} is not a run of scvkit: it is no JSON.") from None
    store = Store(folder / "results")
    readiness = store.find("readiness", Readiness)
    if readiness is None:
        raise OutputError(
            f"The run in {folder} ended without an assessment, so there is nothing to compare. "
            "Run it again whole: scvkit run ENGAGEMENT."
        )
    return _Run(
        about=about,
        readiness=readiness,
        roadmap=store.find("roadmap", Roadmap),
        identity=store.find("identity", Identity),
    )


def _facts(run: _Run) -> RunFacts:
    about = run.about
    return RunFacts(
        run_id=str(about.get("run_id", "")),
        client=str(about.get("client", "")),
        as_of=str(about.get("as_of") or ""),
        started=str(about.get("started", ""))[:10],
        kit=str(about.get("versions", {}).get("scvkit", "")),
        verdict=run.readiness.verdict,
    )


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    files_a, files_b = before.get("files", {}), after.get("files", {})
    both = files_a.keys() & files_b.keys()
    told_a, told_b = before.get("engagement"), after.get("engagement")
    known = isinstance(told_a, dict) and isinstance(told_b, dict)
    parts = sorted({*(told_a or {}), *(told_b or {})}) if known else []
    versions_a, versions_b = before.get("versions", {}), after.get("versions", {})
    return Changes(
        files_added=tuple(sorted(files_b.keys() - files_a.keys())),
        files_removed=tuple(sorted(files_a.keys() - files_b.keys())),
        files_changed=tuple(sorted(n for n in both if files_a[n] != files_b[n])),
        files_same=sum(files_a[n] == files_b[n] for n in both),
        configuration=tuple(p for p in parts if (told_a or {}).get(p) != (told_b or {}).get(p)),
        configuration_known=known,
        kit=tuple(
            (name, str(versions_a.get(name, "")), str(versions_b.get(name, "")))
            for name in sorted({*versions_a, *versions_b})
            if versions_a.get(name) != versions_b.get(name)
        ),
    )


def _indicators(
    before: Readiness, after: Readiness, changes: Changes
) -> tuple[MovedIndicator, ...]:
    earlier = {i.id: i for i in before.indicators}
    later = {i.id: i for i in after.indicators}
    return tuple(
        _moved(earlier.get(name), later.get(name), name, changes)
        for name in sorted({*earlier, *later})
    )


def _moved(
    before: Indicator | None, after: Indicator | None, name: str, changes: Changes
) -> MovedIndicator:
    value_a, value_b = (i.evidence.value if i else None for i in (before, after))
    score_a, score_b = (i.score if i else None for i in (before, after))
    direction = _direction(before, after)
    told = all(i is None or i.evidence.grade is not Grade.MEASURED for i in (before, after))
    possible: list[Cause] = [c for c in changes.causes if not (told and c == "data")]
    if direction == "same":
        possible = ["nothing"]
    held = after or before
    return MovedIndicator(
        id=name,
        value_before=value_a,
        value_after=value_b,
        score_before=score_a,
        score_after=score_b,
        unit=held.evidence.unit if held else "number",
        direction=direction,
        evidence_before=before.evidence if before else None,
        evidence_after=after.evidence if after else None,
        causes=tuple(possible),
        things=held is not None and held.of == "things",
    )


def _direction(before: Indicator | None, after: Indicator | None) -> Direction:
    value_a, value_b = (i.evidence.value if i else None for i in (before, after))
    if value_a is None and value_b is None:
        return "same"
    if value_a is None:
        return "newly_assessed"
    if value_b is None:
        return "no_longer_assessed"
    if abs(value_a - value_b) < 1e-6:
        return "same"
    lower = bool(after and after.lower_is_better)
    return "better" if (value_b < value_a) == lower else "worse"


def _gates(before: Readiness, after: Readiness) -> tuple[MovedGate, ...]:
    earlier = {g.id: g.state for g in before.gates}
    return tuple(
        MovedGate(id=gate.id, before=earlier[gate.id], after=gate.state)
        for gate in after.gates
        if gate.id in earlier and earlier[gate.id] is not gate.state
    )


def _use_cases(before: Readiness, after: Readiness) -> tuple[MovedUseCase, ...]:
    earlier = {u.fit.id: u for u in before.use_cases}
    later = {u.fit.id: u for u in after.use_cases}
    found = []
    for name in dict.fromkeys([*earlier, *later]):
        a, b = earlier.get(name), later.get(name)
        shown = b or a
        if shown is None:
            continue
        served_a, served_b = (u.fit.served if u else None for u in (a, b))
        found.append(
            MovedUseCase(
                id=name,
                title=shown.fit.title,
                before=served_a.mid if served_a else None,
                after=served_b.mid if served_b else None,
                base_before=a.fit.base if a else None,
                base_after=b.fit.base if b else None,
                status_before=a.status if a else None,
                status_after=b.status if b else None,
            )
        )
    return tuple(found)
