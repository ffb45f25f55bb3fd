"""Every action that changes links or values, put to the data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, SimpleQueue

from scvkit.records.scenarios import (
    AddKey,
    AskedAction,
    AskedActions,
    Change,
    FixValues,
    OneSuppressionList,
    WhatIf,
)
from scvkit.scenarios.actions import (
    Action,
    TryAddKey,
    TryFixValues,
    TrySuppression,
    actions_version,
    load_actions,
)
from scvkit.scenarios.asking import LEAST_RECORDS, Scenarios
from scvkit.vocabulary import Channel, ConsentStatus

# A key that hardly any record lacks cannot be asked for.
LEAST_LACKING = 0.05
LEAST_BROKEN = 5


def ask_actions(asking: Scenarios, actions: Sequence[Action] | None = None) -> AskedActions:
    """Return the answer for every action and every source it applies to.

    Two questions are worked on at a time; those about one key of one source by the same worker,
    which remembers what it hid.
    """
    asked = [
        (action.id, change)
        for action in (actions if actions is not None else load_actions())
        for change in _changes(asking, action)
    ]
    by_key: dict[tuple[str, str], list[Change]] = {}
    for _, change in asked:
        by_key.setdefault(_key_of(change), []).append(change)
    waiting = SimpleQueue[list[Change]]()
    for changes in by_key.values():
        waiting.put(changes)
    answers: dict[Change, WhatIf] = {}

    def work(worker: Scenarios) -> None:
        with suppress(Empty):
            while True:
                for change in waiting.get_nowait():
                    answers[change] = worker.what_if(change)

    workers = [asking, asking.beside()] if len(by_key) > 1 else [asking]
    with ThreadPoolExecutor(len(workers)) as pool:
        list(pool.map(work, workers))
    found = ((action, change, answers[change]) for action, change in asked)
    return AskedActions(
        asked=tuple(
            AskedAction(action=action, source=answer.source, answer=answer)
            for action, change, answer in found
            if not isinstance(change, FixValues) or answer.asked >= LEAST_BROKEN
        ),
        version=actions_version(),
    )


def _key_of(change: Change) -> tuple[str, str]:
    return ("", "") if isinstance(change, OneSuppressionList) else (change.source, change.key)


def _changes(asking: Scenarios, action: Action) -> Iterable[Change]:
    """What the action would change, source by source."""
    tried = action.tried
    if isinstance(tried, TrySuppression):
        if asking.rows.exists("positions") and _several_lists(asking):
            yield OneSuppressionList()
        return
    if not isinstance(tried, TryAddKey | TryFixValues):
        return
    wanted = set(tried.domains)
    domains = {s.source: s.domain for s in asking.intake.sources}
    for source in asking.sources:
        if wanted and domains[source] not in wanted:
            continue
        held = asking.records(source).held[tried.key]
        if asking.records(source).whole < LEAST_RECORDS:
            continue
        if isinstance(tried, TryFixValues):
            yield FixValues(source=source, key=tried.key, share=tried.share)
        elif (~held).mean() >= LEAST_LACKING:
            yield AddKey(source=source, key=tried.key, share=tried.share, reach=tried.reach)


def _several_lists(asking: Scenarios) -> bool:
    """True when two sources state something about e-mail: one list alone has nobody to reach."""
    found = asking.connection.execute(
        f"""select count(distinct source) from {asking.rows.scan("permissions")}
        where channel = ? and status <> ?""",
        [Channel.EMAIL.value, ConsentStatus.UNKNOWN.value],
    ).fetchall()
    return int(found[0][0]) >= 2
