"""Answers made by hand: what a roadmap and a report are made of."""

from __future__ import annotations

from scvkit.records.evidence import measured_count, measured_share, not_assessed
from scvkit.records.scenarios import (
    ANY,
    AskedAction,
    AskedActions,
    Predicted,
    PredictedUse,
    WhatIf,
)

HIDDEN = "scenarios.methods.hide_and_recover"


def predicted(target: str, now: int, after: int | None, of: int = 1000) -> Predicted:
    """Records found now and after, of a thousand; the range is five points."""
    share = None if after is None else after / of
    return Predicted(
        target=target,
        now=measured_share(now, of, method="scenarios.methods.found_now"),
        after=not_assessed("nothing_to_measure_on", method=HIDDEN)
        if share is None or after is None
        else measured_share(after, of, method=HIDDEN, low=share - 0.05, high=share + 0.05),
        naive=0.9,
        ceiling=0.95,
        ceiling_reason="others",
    )


def answer(source: str, key: str, *, more: int | None, use: str = "U1") -> WhatIf:
    """A key asked for in a source; ``more`` people served by one use case, None: not predicted."""
    after = None if more is None else 500 + more
    return WhatIf(
        kind="add_key",
        source=source,
        key=key,
        share=0.6,
        reach=1.0,
        records=1000,
        filled=400,
        asked=360,
        recovery=measured_share(80, 100, method=HIDDEN),
        overlaps=(predicted(ANY, 500, after), predicted("shop", 400, after)),
        use_cases=()
        if more is None
        else (
            PredictedUse(
                id=use,
                title="",
                base=1000,
                now=300,
                after=measured_count(
                    300 + more, unit="people", method=HIDDEN, low=300, high=300 + 2 * more
                ),
                ceiling=900,
            ),
        ),
        reason="nothing_to_measure_on" if more is None else "",
    )


def asked(*actions: tuple[str, WhatIf]) -> AskedActions:
    """The actions with their answers."""
    return AskedActions(
        asked=tuple(AskedAction(action=n, source=a.source, answer=a) for n, a in actions),
        version=1,
    )
