"""An earlier extract of the same tables: what a source is compared with."""

from __future__ import annotations

from pathlib import Path

from scvkit.engagement import Engagement
from scvkit.engine import Connection, EngineError, RowTables
from scvkit.errors import ExtractError
from scvkit.extracts.database import is_database
from scvkit.extracts.listing import parts_of
from scvkit.extracts.reading import read_file
from scvkit.records.extracts import ReadingReport, UnreadFile


def read_earlier(
    connection: Connection,
    rows: RowTables,
    engagement: Engagement,
    source: str,
    folder: Path,
) -> tuple[ReadingReport | UnreadFile, ...]:
    """Read what the engagement names as the earlier extract of each table of a source.

    Written to ``extract/<source>/<table>.earlier``; nothing else reads it. A table without an
    earlier extract is left out, one that cannot be read becomes an UnreadFile with a reason.
    """
    found: list[ReadingReport | UnreadFile] = []
    for name, table in engagement.sources[source].tables.items():
        path = earlier_path(engagement, source, name, folder)
        if path is None:
            continue
        try:
            report = read_file(
                connection,
                rows,
                path,
                source=source,
                table=f"{name}.earlier",
                reading=table.reading,
            )
        except (ExtractError, OSError, EngineError) as problem:
            # Another library's message may quote a cell of the client.
            told = str(problem) if isinstance(problem, ExtractError) else type(problem).__name__
            rows.path("extract", source, f"{name}.earlier").unlink(missing_ok=True)
            found.append(UnreadFile(source=source, table=name, file=path.name, reason=told))
        else:
            found.append(report)
    return tuple(found)


def earlier_path(engagement: Engagement, source: str, table: str, folder: Path) -> Path | None:
    """Where the earlier extract of a table lies; None when nobody named one.

    The table's own ``earlier`` wins. A folder of an earlier delivery need not hold every file.
    Customers drawn out of orders have none: their orders are compared.
    """
    declared = engagement.sources[source].tables[table]
    if declared.one_per:
        return None
    if declared.earlier:
        return (folder / declared.earlier).resolve()
    if engagement.earlier and not is_database(declared.file):
        path = (folder / engagement.earlier / declared.file).resolve()
        return path if path.exists() else None
    return None


def earlier_paths(engagement: Engagement, folder: Path) -> tuple[Path, ...]:
    """Every earlier extract the engagement names with its parts, in the order of the file."""
    return tuple(
        path for name in engagement.sources for path in _of_source(engagement, name, folder)
    )


def earlier_files(engagement: Engagement, folder: Path) -> dict[str, tuple[Path, ...]]:
    """Files of the earlier extracts of each source that has any."""
    found = {
        source: tuple(p for p in _of_source(engagement, source, folder) if p.is_file())
        for source in engagement.sources
    }
    return {source: files for source, files in found.items() if files}


def _of_source(engagement: Engagement, source: str, folder: Path) -> tuple[Path, ...]:
    tables = engagement.sources[source].tables
    paths = (earlier_path(engagement, source, table, folder) for table in tables)
    return tuple(file for path in paths if path is not None for file in _with_parts(path))


def _with_parts(path: Path) -> tuple[Path, ...]:
    try:
        return (path, *(parts_of(path) or ()))
    except ExtractError:
        return (path,)  # said where it is read
