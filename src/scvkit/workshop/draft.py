"""A first engagement file from a folder of extracts: `scvkit new`."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from scvkit.engine import RowTables, connect
from scvkit.errors import EngagementError, ExtractError
from scvkit.extracts import extract_units, read_tables
from scvkit.locale import load_words
from scvkit.records.extracts import ReadingReport, SourceTable, UnreadFile
from scvkit.sources import (
    UNNAMED,
    UNSAID_COUNTRY,
    draft_cards,
    draft_engagement,
    newest_days,
    propose_as_of,
    understand_table,
)
from scvkit.sources.header_language import guess_language
from scvkit.sources.number_hints import propose_customer_numbers
from scvkit.vocabulary import Attribute
from scvkit.workshop.desk import source_name
from scvkit.workshop.folders import make_folder
from scvkit.workshop.home_country import home_country
from scvkit.workshop.remembered import first_letters_of

_COLUMNS_OF_NOTES = 2


def draft_folder(
    folder: Path, extracts: Sequence[Path], *, client: str = "", language: str | None = "en"
) -> tuple[Path, list[str]]:
    """Write ``folder``/engagement.yaml and return its path with notes for the terminal.

    Without a ``client`` its name is the one the first letters were written to, or stays a
    question: a folder's name is none. A ``language`` of None is theirs, or guessed from the
    headers. Beside the file, ``cards`` gets a source card (Open Data Contract Standard) per
    source. The extracts stay where they are; the file names their folder. Raises EngagementError
    when there is an engagement file already, ExtractError when no file can be read.
    """
    target = folder / "engagement.yaml"
    if target.exists():
        raise EngagementError(
            f"{target} is there already and is not overwritten. Name another folder, or remove it."
        )
    files = _files(extracts)
    root = _common_folder(files)
    read: list[tuple[ReadingReport, SourceTable]] = []
    unread: list[UnreadFile] = []
    aside: list[str] = []
    days: list[dt.date] = []
    words = load_words("en")
    with tempfile.TemporaryDirectory(prefix="scvkit-") as private:
        connection = connect(spill_folder=Path(private) / "spill")
        rows = RowTables(Path(private) / "rows")
        for file in files:
            relative = file.relative_to(root).as_posix()
            name = source_name(file)
            try:
                for report in read_tables(connection, rows, file, source=name, table="rows"):
                    table = understand_table(
                        connection, rows, report, table=None, country=UNSAID_COUNTRY
                    )
                    if report.table != "rows" and _is_notes(report, table):
                        named = ", ".join(report.sheets)
                        aside.append(words("sources.new.notes", file=relative, sheet=named))
                        continue
                    days += newest_days(connection, rows, table)
                    read.append((replace(report, file=relative), table))
            except ExtractError as problem:
                unread.append(
                    UnreadFile(source=name, table="rows", file=relative, reason=str(problem))
                )
        home = home_country(connection, rows, [table for _, table in read])
        if home not in (None, UNSAID_COUNTRY):
            # Numbers and postcodes read as another country's may have been taken for nothing.
            read = [
                (report, understand_table(connection, rows, report, table=None, country=home))
                for report, _ in read
            ]
        read = propose_customer_numbers(connection, rows, read)
    if not read:
        raise ExtractError(
            "None of the files could be read, so there is nothing to draft. "
            + " ".join(file.reason for file in unread)
        )
    remembered = first_letters_of(folder)
    client = client or remembered.client or UNNAMED
    said = language or remembered.language
    headers = [column for report, _ in read for column in report.columns]
    where = Path(os.path.relpath(root, folder.resolve())).as_posix()
    text = draft_engagement(
        client,
        read,
        unread=unread,
        aside=aside,
        extracts=where,
        as_of=propose_as_of(days),
        country=home,
        slug=source_name(folder.resolve()),
        language=said or guess_language(headers, home),
        language_guessed=not said,
        facts=remembered.facts(),
    )
    make_folder(folder)
    target.write_text(text, encoding="utf-8")
    _write_cards(folder / "cards", draft_cards(client, read))
    return target, [*_notes(read, unread), *aside]


def _is_notes(report: ReadingReport, table: SourceTable) -> bool:
    """Whether what stands beside a table is a page of remarks: a column or two, telling nothing."""
    telling = {m.attribute for m in table.meanings} - {Attribute.OTHER, Attribute.FREE_TEXT}
    return len(report.columns) <= _COLUMNS_OF_NOTES and not telling and not table.quarantined


def _write_cards(folder: Path, cards: Mapping[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for source, card in cards.items():
        (folder / f"{source}.odcs.yaml").write_text(card, encoding="utf-8")


def _notes(
    read: Sequence[tuple[ReadingReport, SourceTable]], unread: list[UnreadFile]
) -> list[str]:
    """One line per file: what was read, and how much of it the kit understood."""
    words = load_words("en")
    notes = []
    for report, table in read:
        left = sum(m.attribute is Attribute.OTHER for m in table.meanings)
        notes.append(
            words(
                "sources.new.read",
                file=report.file,
                rows=report.rows,
                columns=len(report.columns),
                understood=len(report.columns) - left,
                export=words("sources.new.export", export=table.export) if table.export else "",
            )
        )
        if table.quarantined:
            notes.append(words("sources.new.held_back", n=len(table.quarantined)))
    return notes + [words("sources.new.unread", file=u.file, reason=u.reason) for u in unread]


def _files(extracts: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in extracts:
        if path.is_dir():
            found.extend(extract_units(path.resolve()))
        elif path.exists():
            found.append(path.resolve())
        else:
            raise EngagementError(f"There is no file or folder {path}.")
    if not found:
        raise EngagementError(
            f"{', '.join(str(p) for p in extracts)} holds no files. Name the client's extracts."
        )
    return sorted(set(found))


def _common_folder(files: Sequence[Path]) -> Path:
    return Path(os.path.commonpath([file.parent for file in files]))
