"""The extracts folder: every declared table read, everything else in it found and listed."""

from __future__ import annotations

from pathlib import Path

from scvkit.engagement import Engagement, Table
from scvkit.engine import Connection, RowTables
from scvkit.errors import ExtractError, nearest
from scvkit.extracts.database import is_database
from scvkit.extracts.earlier import earlier_paths
from scvkit.extracts.heads import head_of
from scvkit.extracts.listing import extract_files, extract_units, parts_of, refuse_outside
from scvkit.extracts.naming import slug
from scvkit.extracts.reading import file_name, read_file, read_tables
from scvkit.locale.words import load_words
from scvkit.records.extracts import Delivery, ReadingReport, UnreadFile

UNDECLARED = "undeclared"


def read_delivery(
    connection: Connection,
    rows: RowTables,
    engagement: Engagement,
    folder: Path,
    *,
    limit: int | None = None,
) -> Delivery:
    """Read every table the engagement declares and list every other file of the folder.

    A file that cannot be read never stops the others: it becomes an UnreadFile with a reason.
    With ``limit`` only that many lines of a large text file are read.
    """
    readings: list[ReadingReport] = []
    unread: list[UnreadFile] = []
    declared = {path.resolve() for path in earlier_paths(engagement, folder)}
    heads = rows.folder / "heads"
    for source_id, source in engagement.sources.items():
        for table_id, table in source.tables.items():
            # A database is no file: its address stays as it was written.
            path = Path(table.file) if is_database(table.file) else folder / table.file
            try:
                declared.update(_files_of(path, folder))
                report = read_file(
                    connection,
                    rows,
                    head_of(path, limit, heads) if limit else path,
                    source=source_id,
                    table=table_id,
                    reading=table.reading,
                )
            except ExtractError as problem:
                unread.append(
                    UnreadFile(
                        source=source_id, table=table_id, file=file_name(path), reason=str(problem)
                    )
                )
                rows.path("extract", source_id, table_id).unlink(missing_ok=True)
            else:
                again = _read_before(report, readings, engagement)
                if again is None:
                    readings.append(report)
                    continue
                reason = load_words("en")(
                    "extracts.unread.same_rows",
                    file=report.file,
                    source=again.source,
                    table=again.table,
                    own_source=source_id,
                    own_table=table_id,
                )
                unread.append(
                    UnreadFile(source=source_id, table=table_id, file=report.file, reason=reason)
                )
                rows.path("extract", source_id, table_id).unlink(missing_ok=True)
    found, failed = _read_undeclared(connection, rows, folder, declared, limit)
    return Delivery(
        readings=tuple(readings),
        unread=tuple(unread),
        undeclared=tuple(found),
        undeclared_unread=tuple(failed),
    )


def _read_before(
    report: ReadingReport, before: list[ReadingReport], engagement: Engagement
) -> ReadingReport | None:
    """The reading that holds the same rows of the same file already; None for no such."""

    def declared(one: ReadingReport) -> Table:
        return engagement.sources[one.source].tables[one.table]

    own = declared(report)
    for other in before:
        as_told = declared(other)
        same_file = Path(as_told.file) == Path(own.file)
        shared = set(other.sheets) & set(report.sheets) or other.sheets == report.sheets
        # The people of a list of orders are drawn out of it: that is no second reading.
        if same_file and shared and bool(as_told.one_per) == bool(own.one_per):
            return other
    return None


def declared_files(engagement: Engagement, folder: Path) -> set[Path]:
    """The files that the engagement names as extracts and that lie there, parts of one each."""
    found: set[Path] = set()
    for source in engagement.sources.values():
        for table in source.tables.values():
            path = Path(table.file) if is_database(table.file) else folder / table.file
            try:
                found.update(p for p in _files_of(path, folder) if p.is_file())
            except ExtractError:
                continue  # said where it is read
    return found


def _files_of(path: Path, folder: Path) -> list[Path]:
    """The files behind what a table names, resolved; raises ExtractError for none."""
    if is_database(path):
        return []
    refuse_outside(path, folder)
    parts = parts_of(path)
    if parts is not None:
        return [path.resolve(), *(part.resolve() for part in parts)]
    if not path.exists():
        others = [p.name for p in extract_files(folder)]
        raise ExtractError(
            f"There is no file {path.name} in the extracts folder.{nearest(path.name, others)} "
            "Correct the name in the engagement file or ask for the export."
        )
    return [path.resolve()]


def _read_undeclared(
    connection: Connection,
    rows: RowTables,
    folder: Path,
    declared: set[Path],
    limit: int | None,
) -> tuple[list[ReadingReport], list[UnreadFile]]:
    readings: list[ReadingReport] = []
    unread: list[UnreadFile] = []
    taken: set[str] = set()
    for path in extract_units(folder, skip=declared):
        table = slug(path.stem, taken)
        taken.add(table)
        try:
            refuse_outside(path, folder)
            looked_at = head_of(path, limit, rows.folder / "heads") if limit else path
            for report in read_tables(connection, rows, looked_at, source=UNDECLARED, table=table):
                taken.add(report.table)
                readings.append(report)
        except ExtractError as problem:
            unread.append(
                UnreadFile(source=UNDECLARED, table=table, file=path.name, reason=str(problem))
            )
    return readings, unread
