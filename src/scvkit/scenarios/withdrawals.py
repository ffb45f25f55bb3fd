"""One suppression list: who would no longer be written to, counted."""

from __future__ import annotations

from scvkit.engine import Connection, RowTables
from scvkit.records.evidence import not_assessed
from scvkit.records.scenarios import WhatIf


def one_list(connection: Connection, rows: RowTables) -> WhatIf:
    """Return what one list of withdrawals for all sources would change; counted, not estimated.

    Needs the reconciled positions; raises MissingResult naming the notebook that writes them.
    """
    counted = connection.execute(
        f"""select count(distinct cluster_id) filter (withdrawn_but_mailable),
            count(distinct cluster_id) filter (conflict), count(distinct cluster_id)
        from {rows.scan("positions")}"""
    ).fetchall()[0]
    stopped, conflict, people = (int(n) for n in counted)
    left = connection.execute(
        f"""select count(distinct cluster_id) from {rows.scan("positions")}
        where conflict and not withdrawn_but_mailable"""
    ).fetchall()[0][0]
    return WhatIf(
        kind="one_suppression_list",
        source="",
        key="",
        share=1.0,
        reach=1.0,
        records=people,
        filled=0,
        asked=stopped,
        recovery=not_assessed("not_asked", method="scenarios.methods.hide_and_recover"),
        people=(
            ("conflict_after", int(left)),
            ("conflict_now", conflict),
            ("mailable_after_withdrawal", 0),
            ("mailable_now", stopped),
        ),
        assumptions=("counted",),
    )
