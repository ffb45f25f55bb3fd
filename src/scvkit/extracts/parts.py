"""Parts of one table, each in a file of its own, stacked into one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scvkit.engagement import Reading
from scvkit.engine import Connection, RowTables, quoted, text_literal
from scvkit.errors import ExtractError
from scvkit.extracts.doubts import Doubt, doubt, in_part
from scvkit.extracts.naming import column_names
from scvkit.extracts.rejects import Reject, write_rejects
from scvkit.extracts.tables import TableRead
from scvkit.vocabulary import DoubtKind

PART_COLUMN = "part"
_NAMED = 5
# Below this share of common columns two files are two tables.
_ALIKE = 0.5
ReadOne = Callable[[RowTables, Path, Reading, str], tuple[TableRead, str]]


@dataclass(frozen=True, slots=True)
class _Part:
    file: Path
    table: str  # of its rows in the scratch row tables
    read: TableRead
    form: str

    @property
    def columns(self) -> frozenset[str]:
        return frozenset(name.casefold() for name in self.read.names.names)


def read_parts(
    connection: Connection,
    rows: RowTables,
    files: Sequence[Path],
    read_one: ReadOne,
    *,
    name: tuple[str, str, str],
    reading: Reading,
    scratch: Path,
) -> tuple[TableRead, str]:
    """Read files of one shape into one table with a column ``part``; return it and its format.

    Line numbers run on from file to file. A file that shares at least half of its columns with
    the others is stacked with blanks; one that does not, or cannot be read, is left out; both
    are shown as doubts. Raises ExtractError when no file can be read.
    """
    private = RowTables(scratch / "parts")
    parts, failed = _read_all(private, files, read_one, reading)
    if not parts:
        raise ExtractError(failed[0][1] if failed else f"{files[0].parent.name} holds no rows.")
    lead = _lead(parts)
    parts = _with_header_of(lead, parts, private, read_one, reading)
    taken = [part for part in parts if _alike(lead, part)]
    if len(taken) == 1 and len(parts) > 1:
        raise ExtractError(
            f"{files[0].parent.name} is a folder of different tables, not of parts of one. Name "
            "one of the files in it, or give the folder to: scvkit new"
        )
    names = _all_columns(lead, taken)
    offsets = _offsets(connection, private, name, taken)
    count = _stack(connection, rows, private, taken, names, offsets, name)
    rejects = tuple(
        Reject(
            offset + r.line_number,
            f"{part.file.name}, line {r.line_number}: {r.reason}",
            r.text,
            r.lost,
        )
        for part, offset in zip(taken, offsets, strict=True)
        for r in part.read.rejects
    )
    write_rejects(connection, rows, rejects, *name[1:])
    left_out = [p.file.name for p in parts if p not in taken] + [file for file, _ in failed]
    read = replace(
        lead.read,
        names=column_names([*names, PART_COLUMN]),
        rows=count,
        repaired=sum(part.read.repaired for part in taken),
        rejects=rejects,
        sheets=tuple(part.file.name for part in taken),
        doubts=(*_part_doubts(taken, names, left_out), *_shared_doubts(taken)),
    )
    return read, lead.form


def _read_all(
    private: RowTables, files: Sequence[Path], read_one: ReadOne, reading: Reading
) -> tuple[list[_Part], list[tuple[str, str]]]:
    parts: list[_Part] = []
    failed: list[tuple[str, str]] = []
    for place, file in enumerate(files):
        if file.stat().st_size == 0:
            continue  # a writer that had nothing to write
        table = f"p{place:06}"
        try:
            read, form = read_one(private, file, reading, table)
        except ExtractError as problem:
            failed.append((file.name, str(problem)))
        else:
            parts.append(_Part(file, table, read, form))
    return parts, failed


def _lead(parts: Sequence[_Part]) -> _Part:
    """The first part of the shape that holds most rows."""
    rows: dict[frozenset[str], int] = {}
    for part in parts:
        rows[part.columns] = rows.get(part.columns, 0) + part.read.rows
    shape = max(rows, key=lambda columns: rows[columns])
    # A file cut in pieces carries its header in the first piece only.
    first = parts[0]
    headed = first.read.dialect is not None and first.read.dialect.header_row is not None
    if headed and len(first.columns) == len(shape) and not first.columns & shape:
        return first
    return next(part for part in parts if part.columns == shape)


def _with_header_of(
    lead: _Part, parts: Sequence[_Part], private: RowTables, read_one: ReadOne, reading: Reading
) -> list[_Part]:
    """The parts, those without a header read again under the names of the leading one."""
    found = []
    for part in parts:
        same_width = len(part.read.names.names) == len(lead.read.names.names)
        text = part.read.dialect is not None and lead.read.dialect is not None
        if part is not lead and text and same_width and not part.columns & lead.columns:
            headless = reading.model_copy(
                update={"header_row": "none", "names": lead.read.names.names}
            )
            read, form = read_one(private, part.file, headless, part.table)
            part = _Part(part.file, part.table, read, form)
        found.append(part)
    return found


def _alike(lead: _Part, part: _Part) -> bool:
    return len(part.columns & lead.columns) >= _ALIKE * max(len(part.columns), len(lead.columns))


def _all_columns(lead: _Part, parts: Sequence[_Part]) -> list[str]:
    """Names of the leading part, then those that others add, in the order they appear."""
    found = {name.casefold(): name for name in lead.read.names.names}
    for part in parts:
        for name in part.read.names.names:
            found.setdefault(name.casefold(), name)
    return list(found.values())


def _offsets(
    connection: Connection, private: RowTables, name: tuple[str, str, str], parts: Sequence[_Part]
) -> list[int]:
    """What is added to the line numbers of each part, so that they name one row each."""
    offsets, total = [], 0
    for part in parts:
        offsets.append(total)
        scan = private.scan(*name[:2], part.table)
        ((last,),) = connection.execute(f"select max(line_number) from {scan}").fetchall()
        total += max([int(last or 0), *(r.line_number for r in part.read.rejects)])
    return offsets


def _stack(
    connection: Connection,
    rows: RowTables,
    private: RowTables,
    parts: Sequence[_Part],
    names: Sequence[str],
    offsets: Sequence[int],
    name: tuple[str, str, str],
) -> int:
    stacked = column_names([*names, PART_COLUMN]).names
    selects = []
    for part, offset in zip(parts, offsets, strict=True):
        own = {column.casefold(): column for column in part.read.names.names}
        cells = []
        for column, stacked_name in zip(names, stacked, strict=False):
            held = own.get(column.casefold())
            cells.append(f"{quoted(held) if held else 'null::varchar'} as {quoted(stacked_name)}")
        selects.append(
            f"select line_number + {offset} as line_number, {', '.join(cells)}, "
            f"{text_literal(part.file.name)} as {quoted(stacked[-1])} "
            f"from {private.scan(*name[:2], part.table)}"
        )
    return rows.write(connection, f"{' union all '.join(selects)} order by line_number", *name)


def _part_doubts(
    taken: Sequence[_Part], names: Sequence[str], left_out: Sequence[str]
) -> tuple[Doubt, ...]:
    found = []
    short = [part.file.name for part in taken if len(part.columns) < len(names)]
    if short:
        found.append(doubt(DoubtKind.PARTS_DIFFER, names=_listed(short)))
    if left_out:
        found.append(doubt(DoubtKind.PARTS_LEFT_OUT, names=_listed(left_out)))
    return tuple(found)


def _shared_doubts(taken: Sequence[_Part]) -> tuple[Doubt, ...]:
    """The doubts of the parts, one of a kind, with the part in which it first appears."""
    found: dict[DoubtKind, tuple[str, Doubt, int]] = {}
    for part in taken:
        for one in part.read.doubts:
            file, first, count = found.get(one.kind, (part.file.name, one, 0))
            found[one.kind] = (file, first, count + 1)
    return tuple(in_part(first, file, count) for file, first, count in found.values())


def _listed(names: Sequence[str]) -> str:
    more = [f"… ({len(names)})"] if len(names) > _NAMED else []
    return ", ".join([*names[:_NAMED], *more])
