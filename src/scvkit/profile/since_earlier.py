"""A table beside its earlier extract: who came, who went, and which values were changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scvkit.engine import Steps, quoted
from scvkit.profile.facts import blank_to_null
from scvkit.profile.repeats import LINE
from scvkit.records.extracts import ReadingReport, SourceIntake, SourceTable, UnreadFile
from scvkit.records.upkeep import ColumnThenNow, SinceEarlier

if TYPE_CHECKING:
    from scvkit.engine import Connection, RowTables

FEWEST_KEPT = 0.01  # share of ids that must meet before a record is followed by its id


def since_earlier(
    connection: Connection,
    rows: RowTables,
    intake: SourceIntake,
    earlier: Sequence[ReadingReport | UnreadFile],
) -> tuple[SinceEarlier, ...]:
    """Return what changed in each table since its earlier extract, as that was read.

    An earlier extract that could not be read is a reason, never an error.
    """
    tables = {table.table: table for table in intake.tables}
    found = []
    for entry in earlier:
        table = tables.get(entry.table.removesuffix(".earlier"))
        if table is None:
            continue
        if isinstance(entry, UnreadFile):
            unread = SinceEarlier(
                table=table.table,
                file=entry.file,
                rows_then=0,
                rows_now=table.rows,
                reason=entry.reason,
            )
            found.append(unread)
        else:
            found.append(compare_with_earlier(connection, rows, table, file=entry.file))
    return tuple(found)


def compare_with_earlier(
    connection: Connection, rows: RowTables, table: SourceTable, *, file: str
) -> SinceEarlier:
    """Return what changed since the earlier extract of a table, counted over all rows.

    Both extracts lie in ``extract/<source>/<table>`` and ``….earlier``. Records are followed by
    the id of the table where both carry it and its values meet; repeated ids are followed by
    their first row.
    """
    now = rows.scan("extract", table.source, table.table)
    then = rows.scan("extract", table.source, f"{table.table}.earlier")
    columns_now, columns_then = _columns(connection, now), _columns(connection, then)
    count_now, filled_now = _filled(connection, now, columns_now)
    count_then, filled_then = _filled(connection, then, columns_then)
    id_column = table.id_column
    followed = None
    if id_column in columns_now and id_column in columns_then and id_column is not None:
        both = [c for c in columns_now if c in filled_then and c != id_column]
        followed = _followed(connection, now, then, id_column, both)
    kept, gone, new, changed = followed or (None, None, None, {})
    if kept is not None and kept < FEWEST_KEPT * min(count_now, count_then):
        # Ids that hardly meet were numbered again: nobody can be followed by them.
        kept = gone = new = None
        changed = {}
    names = [*columns_now, *(c for c in columns_then if c not in filled_now)]
    return SinceEarlier(
        table=table.table,
        file=file,
        rows_then=count_then,
        rows_now=count_now,
        ids_kept=kept,
        ids_gone=gone,
        ids_new=new,
        columns=tuple(
            ColumnThenNow(
                column=name,
                state="kept"
                if name in filled_now and name in filled_then
                else "new"
                if name in filled_now
                else "gone",
                filled_then=filled_then.get(name),
                filled_now=filled_now.get(name),
                changed=changed.get(name),
            )
            for name in names
        ),
    )


def _columns(connection: Connection, scan: str) -> list[str]:
    described = connection.execute(f"describe select * from {scan}").fetchall()
    return [str(row[0]) for row in described if row[0] != LINE]


def _filled(connection: Connection, scan: str, columns: list[str]) -> tuple[int, dict[str, int]]:
    counts = "".join(f", count({blank_to_null(column)})" for column in columns)
    [found] = connection.execute(f"select count(*){counts} from {scan}").fetchall()
    return int(found[0]), dict(zip(columns, map(int, found[1:]), strict=True))


def _followed(
    connection: Connection, now: str, then: str, id_column: str, columns: list[str]
) -> tuple[int, int, int, dict[str, int]]:
    """Ids kept, gone and new, and for each column the kept records whose value differs."""
    key = blank_to_null(id_column)
    cells = "".join(f", {blank_to_null(column)} as c{i}" for i, column in enumerate(columns))
    steps = Steps()
    for name, scan in (("now", now), ("then", then)):
        steps.step(
            f"one_row_per_id_{name}",
            f"select {key} as id{cells} from {scan} where {key} is not null "
            f"qualify row_number() over (partition by {key} order by {quoted(LINE)}) = 1",
        )
    counts = "".join(
        f", count(*) filter (where n.id is not null and t.id is not null "
        f"and n.c{i} is distinct from t.c{i})"
        for i in range(len(columns))
    )
    [found] = steps.rows(
        connection,
        "select count(*) filter (where n.id is not null and t.id is not null), "
        "count(*) filter (where n.id is null), count(*) filter (where t.id is null)"
        f"{counts} from one_row_per_id_now n full join one_row_per_id_then t on n.id = t.id",
    )
    kept, gone, new = (int(n) for n in found[:3])
    return kept, gone, new, dict(zip(columns, map(int, found[3:]), strict=True))
