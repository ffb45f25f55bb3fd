"""A table as it was read, before it becomes a reading report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scvkit.engine import Connection, RowTables, quoted
from scvkit.extracts.doubts import doubt
from scvkit.extracts.naming import ColumnNames
from scvkit.extracts.rejects import Reject
from scvkit.records.extracts import Dialect

_COMPARED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRead:
    """Names, counts and what was set aside; the rows lie in the row table."""

    names: ColumnNames
    rows: int
    repaired: int = 0
    rejects: tuple[Reject, ...] = ()
    repeated_headers: int = 0
    sheets: tuple[str, ...] = ()
    dialect: Dialect | None = None
    doubt_sentences: tuple[str, ...] = ()

    def doubts(self) -> tuple[str, ...]:
        """Sentences on names and rows, the same for every format."""
        found: list[str] = []
        if self.names.repeated:
            found.append(doubt("duplicate_columns", names=", ".join(self.names.repeated)))
        if self.names.blank and self.names.blank < len(self.names.names):
            found.append(doubt("blank_columns", n=self.names.blank))
        if self.repeated_headers:
            found.append(doubt("repeated_header", n=self.repeated_headers))
        if self.repaired:
            found.append(doubt("repaired", n=self.repaired))
        misfits = len(self.rejects) - self.repeated_headers
        if misfits:
            found.append(doubt("rejected", n=misfits))
        return tuple(found)


def set_repeated_header_aside(
    connection: Connection,
    rows: RowTables,
    read: TableRead,
    header: Sequence[str],
    source: str,
    table: str,
) -> TableRead:
    """Take rows that repeat the header out of ``extract/<source>/<table>`` into the rejects."""
    name = ("extract", source, table)
    if not rows.exists(*name) or len(header) < 2:
        return read
    held = rows.scan(*name)
    # A dozen equal cells are a repeat; comparing thousands of columns costs more than reading.
    compared = list(header[:_COMPARED])
    same = " and ".join(f"{quoted(column)} = ?" for column in compared)
    repeats = connection.execute(
        f"select line_number from {held} where {same} order by 1", compared
    ).fetchall()
    if not repeats:
        return read
    literal = ", ".join(str(int(line)) for (line,) in repeats)
    rows.write(
        connection,
        f"select * from {held} where line_number not in ({literal}) order by line_number",
        *name,
    )
    text = " ".join(header)
    aside = tuple(Reject(int(line), "repeated header", text) for (line,) in repeats)
    return replace(
        read,
        rows=read.rows - len(aside),
        rejects=(*read.rejects, *aside),
        repeated_headers=len(aside),
    )
