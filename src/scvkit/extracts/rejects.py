"""Rows that were set aside: kept with line number and reason in the private work folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scvkit.engine import Connection, RowTables


@dataclass(frozen=True, slots=True)
class Reject:
    """A line that gave no row; ``lost`` is False for what never was one: totals, headers."""

    line_number: int
    reason: str
    text: str
    lost: bool = True


def write_rejects(
    connection: Connection, rows: RowTables, rejects: Sequence[Reject], source: str, table: str
) -> None:
    """Write ``extract/<source>/<table>.rejects``; without rejects an older one is taken away."""
    name = ("extract", source, f"{table}.rejects")
    if not rejects:
        rows.path(*name).unlink(missing_ok=True)
        return
    connection.execute(
        "create or replace temp table rejected_lines as select unnest(?::bigint[]) as line_number, "
        "unnest(?::varchar[]) as reason, unnest(?::varchar[]) as text, "
        "unnest(?::boolean[]) as lost",
        [
            [r.line_number for r in rejects],
            [r.reason for r in rejects],
            [r.text for r in rejects],
            [r.lost for r in rejects],
        ],
    )
    rows.write(connection, "select * from rejected_lines order by line_number", *name)
    connection.execute("drop table rejected_lines")
