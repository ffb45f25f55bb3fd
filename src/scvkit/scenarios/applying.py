"""Every action that changes links or values, put to the data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scvkit.records.scenarios import (
    AddKey,
    AskedAction,
    AskedActions,
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

# A key that hardly any record lacks cannot be asked for.
LEAST_LACKING = 0.05
LEAST_BROKEN = 5


def ask_actions(asking: Scenarios, actions: Sequence[Action] | None = None) -> AskedActions:
    """Return the answer for every action and every source it applies to."""
    asked: list[AskedAction] = []
    for action in actions if actions is not None else load_actions():
        asked += [
            AskedAction(action=action.id, source=answer.source, answer=answer)
            for answer in _answers(asking, action)
        ]
    return AskedActions(asked=tuple(asked), version=actions_version())


def _answers(asking: Scenarios, action: Action) -> Iterable[WhatIf]:
    tried = action.tried
    if isinstance(tried, TrySuppression):
        if asking.rows.exists("positions"):
            yield asking.what_if(OneSuppressionList())
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
        if isinstance(tried, TryAddKey):
            if (~held).mean() >= LEAST_LACKING:
                yield asking.what_if(
                    AddKey(source=source, key=tried.key, share=tried.share, reach=tried.reach)
                )
        else:
            answer = asking.what_if(FixValues(source=source, key=tried.key, share=tried.share))
            if answer.asked >= LEAST_BROKEN:
                yield answer
