"""One file or a few tables, without an engagement: `scvkit profile` and `scvkit link`."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from scvkit.engagement import Engagement, Source, Table
from scvkit.engine import Connection, RowTables, connect
from scvkit.errors import EngagementError, ExtractError, nearest
from scvkit.extracts import read_file
from scvkit.identity import count_address_kinds, write_records
from scvkit.linkage import (
    Stage,
    Stages,
    link_content,
    link_records,
    printed_linkage,
    seen_in_files,
    write_link_output,
)
from scvkit.locale import Words, load_words
from scvkit.profile import printed_profile, profile_as_json, profile_source
from scvkit.records.extracts import Intake, SourceIntake
from scvkit.records.identity import AddressKinds
from scvkit.sources import understand_table
from scvkit.vocabulary import EVENT_GRAINS, Attribute, Domain, Grain
from scvkit.workshop.desk import Desk, open_desk, source_name

# Telling who each row is costs more than all else in a profile; above this a run does it.
_MOST_ROWS_ASKED = 200_000


def profile_file(
    path: Path, *, as_json: bool = False, language: str = "en", width: int = 100
) -> str:
    """Return the profile of one file, readable or as JSON (form in the architecture page).

    ``width`` is how many places a line of the terminal has.
    """
    # Only who the rows are is asked of typed rows; the profile measures them as received.
    desk = open_desk(path=str(path), language=language, most_typed=_MOST_ROWS_ASKED)
    intake = desk.source("")
    profile = profile_source(desk.connection, desk.rows, intake, as_of=None)
    reading, meaning, table = intake.readings[0], intake.tables[0], profile.tables[0]
    addresses = _addresses(desk, intake)
    if as_json:
        form = profile_as_json(reading, table, meaning=meaning, addresses=addresses)
        return json.dumps(form, ensure_ascii=False, indent=2)
    return printed_profile(
        reading,
        table,
        desk.words,
        width=width,
        meaning=meaning,
        findings=profile.findings,
        addresses=addresses,
    )


def _addresses(desk: Desk, intake: SourceIntake) -> AddressKinds | None:
    """Who the rows are; None for rows that are events, and for files too large to ask at once."""
    table = intake.tables[0]
    if table.rows > _MOST_ROWS_ASKED or table.grain in EVENT_GRAINS:
        return None
    one = Intake(sources=(intake,), undeclared=())
    write_records(desk.connection, desk.rows, _engagement(one), one)
    return count_address_kinds(desk.connection, desk.rows, intake.source)


def link_tables(
    files: list[Path],
    columns: Path | None = None,
    out: Path | None = None,
    *,
    as_json: bool = False,
    language: str = "en",
) -> str:
    """Link the records of any tables; return who is in which file, for the terminal or as JSON.

    Nothing is written unless ``out`` asks for the private rows: clusters.parquet, pairs.parquet
    and linkage.json. Rows in between lie in a temporary private folder that is removed. Raises
    ExtractError for a file that cannot be read, EngagementError for a column map that does not
    fit.
    """
    declared = _column_map(columns)
    words = load_words(language)
    with tempfile.TemporaryDirectory(prefix="scvkit-") as private:
        connection = connect(spill_folder=Path(private) / "spill")
        rows = RowTables(Path(private) / "rows")
        started = time.perf_counter()
        intake = _read(connection, rows, files, declared)
        read = time.perf_counter()
        engagement = _engagement(intake)
        write_records(connection, rows, engagement, intake)
        standardised = time.perf_counter()
        stages = Stages(lambda stage: _tell(stage, words))
        linkage = link_records(connection, rows, engagement, intake, stages=stages)
        linked = time.perf_counter()
        measured: dict[str, Any] = {
            "seconds": {
                "read": read - started,
                "standardise": standardised - read,
                "link": linked - standardised,
                **stages.end(),
            },
            "peak_memory_bytes": _peak_memory(),
            "names": _file_names(intake, files),
        }
        if out is not None:
            stems = {source.source: source.name for source in intake.sources}
            write_link_output(connection, rows, linkage, out, **{**measured, "names": stems})
        if as_json:
            content = link_content(connection, rows, linkage, **measured)
            return json.dumps(content, ensure_ascii=False, indent=2)
        seen = seen_in_files(connection, rows)
    told = printed_linkage(linkage, seen, measured["names"], words)
    doubts = [
        words("linkage.printed.doubt", file=measured["names"][source.source], doubt=doubt)
        for source in intake.sources
        for reading in source.readings
        for doubt in reading.doubts
    ]
    written = [] if out is None else ["", words("linkage.printed.written", out=out)]
    return "\n".join([told or words("linkage.printed.nothing"), *doubts, *written])


def _file_names(intake: Intake, files: list[Path]) -> dict[str, str]:
    """Names of the files by source id; two of one name are told apart by their place."""
    names = [path.name for path in files]
    return {
        source.source: path.name
        if names.count(path.name) == 1
        else f"{path.parent.name}/{path.name}"
        for source, path in zip(intake.sources, files, strict=True)
    }


def _tell(stage: Stage, words: Words) -> None:
    """Say on the terminal which stage starts, what has gone by and about what is left."""
    line = words(
        "linkage.progress.line",
        number=stage.number,
        of=stage.of,
        stage=words(f"linkage.progress.{stage.name}"),
    )
    if stage.remaining is not None:
        elapsed, remaining = (
            f"{int(s) // 60}:{int(s) % 60:02d}" for s in (stage.elapsed, stage.remaining)
        )
        line += "  " + words("progress.times", elapsed=elapsed, remaining=remaining)
    sys.stderr.write(f"{line}\n")


def _column_map(file: Path | None) -> dict[str, dict[str, Attribute]]:
    """The map {file stem: {column: attribute, unique_id: column}}, every attribute checked."""
    if file is None:
        return {}
    try:
        tree = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    except OSError:
        raise EngagementError(f"The column map {file} cannot be read.") from None
    except YAMLError as problem:
        raise EngagementError(f"The column map {file.name} is not valid YAML: {problem}") from None
    if not isinstance(tree, dict) or not all(isinstance(v, dict) for v in tree.values()):
        raise EngagementError(
            f"The column map {file.name} must have the form {{file stem: {{column: attribute}}}}."
        )
    known = [attribute.value for attribute in Attribute]
    tree = {stem: _with_id_column(mapped, known) for stem, mapped in tree.items()}
    for stem, mapped in tree.items():
        for column, attribute in mapped.items():
            if attribute not in known:
                raise EngagementError(
                    f"{file.name}, {stem}.{column}: '{attribute}' is not an attribute."
                    f"{nearest(str(attribute), known)}"
                )
    return {
        str(stem): {str(c): Attribute(a) for c, a in mapped.items()}
        for stem, mapped in tree.items()
    }


def _with_id_column(mapped: dict[str, str], known: list[str]) -> dict[str, str]:
    """The map with ``unique_id: column`` turned into ``column: unique_id``, as the rest is."""
    own = Attribute.UNIQUE_ID.value
    if own not in mapped or mapped[own] in known:
        return mapped
    return {**{c: a for c, a in mapped.items() if c != own}, str(mapped[own]): own}


def _read(
    connection: Connection,
    rows: RowTables,
    files: list[Path],
    declared: dict[str, dict[str, Attribute]],
) -> Intake:
    stems = [path.stem for path in files]
    unknown = sorted(set(declared) - set(stems))
    if unknown:
        raise EngagementError(
            f"The column map names '{unknown[0]}', which is no file given."
            f"{nearest(unknown[0], stems)}"
        )
    sources = []
    taken: set[str] = set()
    for path in files:
        name = source_name(path)
        while name in taken:
            name = f"{name}_2"
        taken.add(name)
        report = read_file(connection, rows, path, source=name, table="rows")
        mapped = declared.get(path.stem, {})
        absent = sorted(set(mapped) - set(report.columns))
        if absent:
            raise EngagementError(
                f"{path.name} has no column '{absent[0]}'.{nearest(absent[0], report.columns)}"
            )
        ids = [column for column, attribute in mapped.items() if attribute is Attribute.UNIQUE_ID]
        table = Table(
            file=path.name, grain=Grain.CUSTOMER, id=ids[0] if ids else None, columns=mapped
        )
        meaning = understand_table(
            connection, rows, report, table=table if mapped else None, country="DK"
        )
        if meaning.grain in EVENT_GRAINS:
            # Whoever links a list of orders means its buyers.
            meaning = understand_table(connection, rows, report, table=table, country="DK")
        sources.append(
            SourceIntake(
                source=name,
                name=path.stem,
                domain=Domain.OTHER,
                readings=(report,),
                unread=(),
                tables=(meaning,),
            )
        )
    if not sources:
        raise ExtractError("No file was given to link.")
    return Intake(sources=tuple(sources), undeclared=())


def _engagement(intake: Intake) -> Engagement:
    cards = {
        source.source: Source(
            name=f"{source.name} ({source.source})",
            tables={
                table.table: Table(file=source.readings[0].file, grain=table.grain)
                for table in source.tables
            },
        ).model_dump()
        for source in intake.sources
    }
    return Engagement.model_validate({"version": 1, "client": {"name": "tables"}, "sources": cards})


def _peak_memory() -> int | None:
    """Peak resident memory of this process in bytes; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
