"""Is a key the same as in an earlier extract? Records are followed by the id of their table."""

from __future__ import annotations

from collections.abc import Iterable

from scvkit.engine import Connection, RowTables, Steps, quoted
from scvkit.identity.raw import columns_of
from scvkit.records.evidence import Evidence, measured_share, not_assessed
from scvkit.records.extracts import SourceTable

METHOD = "identity.stable"
FEWEST = 30  # records kept, below which ids were more likely numbered again
FEWEST_SHARE = 0.01


def stability_of(
    connection: Connection, rows: RowTables, columns: Iterable[tuple[SourceTable, str]]
) -> Evidence:
    """Return the share of kept records whose key is the same as in the earlier extract.

    ``columns`` are the key's columns as the extract names them, with their tables. A record is
    kept when its id stands in both extracts; one that had no key then is not tested. Where the
    key is the id itself, those are tested that had it then: a number that is gone was not
    stable. Not assessed without an earlier extract, or when its ids hardly meet.
    """
    same = tested = 0
    refs = []
    for table, column in columns:
        found = _followed(connection, rows, table, column)
        if found is not None:
            same, tested = same + found[0], tested + found[1]
            refs.append(f"{table.source}/{table.table}.{column}")
    if not refs:
        return not_assessed("needs_earlier_extract", method=METHOD)
    return measured_share(same, tested, method=METHOD, refs=tuple(refs))


def _followed(
    connection: Connection, rows: RowTables, table: SourceTable, column: str
) -> tuple[int, int] | None:
    now = ("extract", table.source, table.table)
    then = ("extract", table.source, f"{table.table}.earlier")
    if table.id_column is None or not rows.exists(*now) or not rows.exists(*then):
        return None
    wanted = {column, table.id_column}
    if not all(wanted <= columns_of(connection, rows, *name) for name in (now, then)):
        return None
    steps = Steps()
    for name, scan in (("now", rows.scan(*now)), ("then", rows.scan(*then))):
        steps.step(
            f"one_row_per_id_{name}",
            f"select {_plain(table.id_column)} as id, {_plain(column)} as key_value from {scan} "
            f"where {_plain(table.id_column)} is not null "
            "qualify row_number() over (partition by id order by line_number) = 1",
        )
    every, kept, kept_with, same = steps.rows(
        connection,
        """
        select count(*), count(n.id),
               count(*) filter (n.id is not null and t.key_value is not null),
               count(*) filter (n.key_value = t.key_value)
        from one_row_per_id_then t left join one_row_per_id_now n using (id)
        """,
    )[0]
    if kept < FEWEST or kept < FEWEST_SHARE * every:
        return None
    return (int(kept), int(every)) if column == table.id_column else (int(same), int(kept_with))


def _plain(column: str) -> str:
    """A value without what only its writing changes: case, blanks and signs between letters."""
    bare = f"regexp_replace(lower({quoted(column)}::varchar), '[\\s().+/-]', '', 'g')"
    return f"nullif({bare}, '')"
