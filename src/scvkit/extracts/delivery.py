"""The extracts folder: every declared table read, everything else in it found and listed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scvkit.engagement import Engagement
from scvkit.engine import Connection, EngineError, RowTables
from scvkit.errors import ExtractError, nearest
from scvkit.extracts.earlier import earlier_paths
from scvkit.extracts.heads import head_of
from scvkit.extracts.naming import slug
from scvkit.extracts.reading import read_file
from scvkit.records.extracts import Delivery, ReadingReport, UnreadFile

UNDECLARED = "undeclared"
_DEEPEST = 4
# Companions of a delivery that hold no rows.
_NO_EXTRACTS = {".yaml", ".yml", ".md", ".html", ".htm", ".py", ".ipynb", ".toml", ".ini", ".sql"}
_LOCK_NAMES = {"thumbs.db", "desktop.ini"}


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
                    head_of(path, limit, rows.folder / "heads") if limit else path,
                    source=source_id,
                    table=table_id,
                    reading=table.reading,
                )
            except (ExtractError, OSError, EngineError) as problem:
                unread.append(_unread(source_id, table_id, path, problem))
                rows.path("extract", source_id, table_id).unlink(missing_ok=True)
            else:
                readings.append(report)
    found, failed = _read_undeclared(connection, rows, folder, declared, limit)
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
    others = [p.name for p in extract_files(folder)]
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
    connection: Connection,
    rows: RowTables,
    folder: Path,
    declared: set[Path],
    limit: int | None,
) -> tuple[list[ReadingReport], list[UnreadFile]]:
    readings: list[ReadingReport] = []
    unread: list[UnreadFile] = []
    taken: set[str] = set()
    for path in extract_files(folder):
        if path.resolve() in declared:
            continue
        table = slug(path.stem, taken)
        taken.add(table)
        try:
            _refuse_outside(path, folder)
            looked_at = head_of(path, limit, rows.folder / "heads") if limit else path
            readings.append(read_file(connection, rows, looked_at, source=UNDECLARED, table=table))
        except (ExtractError, OSError, EngineError) as problem:
            unread.append(_unread(UNDECLARED, table, path, problem))
    return readings, unread


def extract_files(folder: Path) -> Iterator[Path]:
    """Files that may be extracts, sorted by name: no hidden, lock or companion files.

    A folder that holds a report of the kit (``run.json`` beside ``index.html``) is passed over.
    """
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*"), key=lambda p: p.as_posix().casefold()):
        inside = path.relative_to(folder)
        if _in_a_report(folder, inside):
            continue
        hidden = any(part.startswith((".", "~$", "__MACOSX")) for part in inside.parts)
        if hidden or len(inside.parts) > _DEEPEST or not path.is_file():
            continue
        if path.suffix.lower() in _NO_EXTRACTS or path.name.lower() in _LOCK_NAMES:
            continue
        yield path


def _in_a_report(folder: Path, inside: Path) -> bool:
    above = (folder.joinpath(*inside.parts[:depth]) for depth in range(1, len(inside.parts)))
    return any((parent / "run.json").is_file() for parent in above)
