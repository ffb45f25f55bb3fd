"""The extracts folder: every declared table read, everything else in it found and listed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scvkit.engagement import Engagement
from scvkit.engine import Connection, EngineError, RowTables
from scvkit.errors import ExtractError, nearest
from scvkit.extracts.naming import slug
from scvkit.extracts.reading import read_file
from scvkit.records.extracts import Delivery, ReadingReport, UnreadFile

UNDECLARED = "undeclared"
_DEEPEST = 4
# Companions of a delivery that hold no rows.
_NO_EXTRACTS = {".yaml", ".yml", ".md", ".html", ".htm", ".py", ".ipynb", ".toml", ".ini", ".sql"}
_LOCK_NAMES = {"thumbs.db", "desktop.ini"}


def read_delivery(
    connection: Connection, rows: RowTables, engagement: Engagement, folder: Path
) -> Delivery:
    """Read every table the engagement declares and list every other file of the folder.

    A file that cannot be read never stops the others: it becomes an UnreadFile with a reason.
    """
    readings: list[ReadingReport] = []
    unread: list[UnreadFile] = []
    declared: set[Path] = set()
    for source_id, source in engagement.sources.items():
        for table_id, table in source.tables.items():
            path = folder / table.file
            declared.add(path.resolve())
            try:
                _refuse_outside(path, folder)
                _refuse_missing(path, folder)
                report = read_file(
                    connection,
                    rows,
                    path,
                    source=source_id,
                    table=table_id,
                    reading=table.reading,
                )
            except (ExtractError, OSError, EngineError) as problem:
                unread.append(_unread(source_id, table_id, path, problem))
                rows.path("extract", source_id, table_id).unlink(missing_ok=True)
            else:
                readings.append(report)
    found, failed = _read_undeclared(connection, rows, folder, declared)
    return Delivery(
        readings=tuple(readings),
        unread=tuple(unread),
        undeclared=tuple(found),
        undeclared_unread=tuple(failed),
    )


def _refuse_outside(path: Path, folder: Path) -> None:
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ExtractError(
            f"{path.name} lies outside the extracts folder. Copy it into that folder."
        )


def _refuse_missing(path: Path, folder: Path) -> None:
    if path.exists():
        return
    others = [p.name for p in _files(folder)]
    raise ExtractError(
        f"There is no file {path.name} in the extracts folder.{nearest(path.name, others)} "
        "Correct the name in the engagement file or ask for the export."
    )


def _unread(source: str, table: str, path: Path, problem: Exception) -> UnreadFile:
    if isinstance(problem, ExtractError):
        reason = str(problem)
    elif isinstance(problem, OSError):
        reason = f"{path.name} could not be opened ({problem.strerror or 'input error'})."
    else:
        # The engine's message may quote the client's cells.
        reason = f"{path.name} could not be read by the engine ({type(problem).__name__})."
    return UnreadFile(source=source, table=table, file=path.name, reason=reason)


def _read_undeclared(
    connection: Connection, rows: RowTables, folder: Path, declared: set[Path]
) -> tuple[list[ReadingReport], list[UnreadFile]]:
    readings: list[ReadingReport] = []
    unread: list[UnreadFile] = []
    taken: set[str] = set()
    for path in _files(folder):
        if path.resolve() in declared:
            continue
        table = slug(path.stem, taken)
        taken.add(table)
        try:
            _refuse_outside(path, folder)
            readings.append(read_file(connection, rows, path, source=UNDECLARED, table=table))
        except (ExtractError, OSError, EngineError) as problem:
            unread.append(_unread(UNDECLARED, table, path, problem))
    return readings, unread


def _files(folder: Path) -> Iterator[Path]:
    """Files that may be extracts, sorted by name: no hidden, lock or companion files."""
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*"), key=lambda p: p.as_posix().casefold()):
        inside = path.relative_to(folder)
        hidden = any(part.startswith((".", "~$", "__MACOSX")) for part in inside.parts)
        if hidden or len(inside.parts) > _DEEPEST or not path.is_file():
            continue
        if path.suffix.lower() in _NO_EXTRACTS or path.name.lower() in _LOCK_NAMES:
            continue
        yield path
