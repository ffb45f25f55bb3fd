"""How a source was read, what changed since its earlier extract, and who else looked at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scvkit.locale.retold import retold
from scvkit.locale.words import Words
from scvkit.records.extracts import ReadingReport
from scvkit.records.profile import Alert, DeepDive
from scvkit.records.telling import is_few
from scvkit.records.upkeep import ColumnThenNow, FixList, SinceEarlier
from scvkit.report.disclosure import people, share
from scvkit.report.source_evidence import SourceEvidence

_HASH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLine:
    """How one file was read."""

    table: str
    file: str
    how: str
    rows: str
    set_aside: str
    sure: bool
    doubts: tuple[str, ...]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One column then and now."""

    column: str
    state: str
    then: str
    now: str
    changed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """A table beside its earlier extract."""

    table: str
    title: str
    why_not: str
    lead: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """The deep dive of a table: its pages, and what it pointed at."""

    table: str
    page: str
    comparison: str
    sample: str
    why_not: str
    alerts: tuple[tuple[str, str], ...]  # sentence, what became of it


def readings_of(source: SourceEvidence, words: Words) -> tuple[ReadingLine, ...]:
    """Return one line a file, in the order of the tables."""
    return tuple(
        ReadingLine(
            table=reading.table,
            file=reading.file,
            how=_how(reading, words),
            rows=people(reading.rows, words),
            set_aside=people(reading.rejected_rows, words),
            sure=reading.confidence == "high",
            doubts=tuple(retold(doubt, words) for doubt in reading.doubts),
            sha256=reading.sha256[:_HASH],
        )
        for reading in source.received.readings
    )


def fix_lists_of(source: SourceEvidence, words: Words) -> tuple[str, ...]:
    """Return one sentence a list: how many records it names, and where it lies."""
    return tuple(
        _fix_list(found, words) for found in (source.profile.fix_lists if source.profile else ())
    )


def since_earlier(source: SourceEvidence, words: Words) -> tuple[Since, ...]:
    """Return what changed since the earlier extract of each table."""
    found = source.profile.since if source.profile else ()
    return tuple(_since(entry, words) for entry in found)


def second_look(
    source: SourceEvidence, words: Words, *, restricted: bool
) -> tuple[SecondLook, ...]:
    """Return the deep dives; their pages are linked only where they were exported."""
    dives = source.profile.deep_dives if source.profile else ()
    return tuple(_looked(dive, words, restricted=restricted) for dive in dives)


def _how(reading: ReadingReport, words: Words) -> str:
    key = f"extracts.formats.{reading.format}"
    parts = [words(key) if words.has(key) else reading.format]
    dialect = reading.dialect
    if dialect is not None and dialect.encoding:
        parts.append(dialect.encoding)
    if dialect is not None and dialect.delimiter:
        parts.append(words("report.source_page.split_by", sign=_sign(dialect.delimiter, words)))
    if dialect is not None and dialect.header_row is None:
        parts.append(words("report.source_page.no_header"))
    elif dialect is not None and dialect.header_row:
        parts.append(words("report.source_page.header_in", line=dialect.header_row + 1))
    if reading.sheets:
        parts.append(
            words(
                "report.source_page.sheets",
                n=len(reading.sheets),
                names=words.listed(reading.sheets),
            )
        )
    if reading.repaired_rows:
        parts.append(words("report.source_page.repaired", n=reading.repaired_rows))
    return words.listed(parts)


def _sign(delimiter: str, words: Words) -> str:
    name = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}.get(delimiter)
    if name is None:
        return words("extracts.delimiters.other", sign=delimiter)
    return words(f"extracts.delimiters.{name}")


def _fix_list(found: FixList, words: Words) -> str:
    cut = words("report.source_page.fix_list_cut") if found.cut else ""
    few = is_few(found.records)
    told = words(
        f"report.source_page.{'fix_list_few' if few else 'fix_list'}",
        n=found.rows,
        records=people(found.records, words),
        rows=people(found.rows, words),
        file=found.file,
    )
    return f"{told} {cut}".strip()


def _since(entry: SinceEarlier, words: Words) -> Since:
    title = words("report.source_page.since_title", table=entry.table, file=entry.file)
    if entry.reason:
        return Since(table=entry.table, title=title, why_not=entry.reason, lead="", changes=())
    if entry.ids_kept is None:
        lead = words(
            "report.source_page.since_rows",
            then=people(entry.rows_then, words),
            now=people(entry.rows_now, words),
        )
    else:
        lead = words(
            "report.source_page.since_ids",
            then=people(entry.rows_then, words),
            now=people(entry.rows_now, words),
            kept=people(entry.ids_kept, words),
            gone=people(entry.ids_gone, words),
            new=people(entry.ids_new, words),
        )
    return Since(
        table=entry.table,
        title=title,
        why_not="",
        lead=lead,
        changes=tuple(_change(column, entry, words) for column in entry.columns),
    )


def _change(column: ColumnThenNow, entry: SinceEarlier, words: Words) -> Change:
    absent = words("report.absent")

    def of(count: int | None, whole: int | None) -> str:
        return share(count, whole, words) if count is not None and whole else absent

    return Change(
        column=column.column,
        state="" if column.state == "kept" else words(f"report.source_page.{column.state}"),
        then=of(column.filled_then, entry.rows_then),
        now=of(column.filled_now, entry.rows_now),
        changed=of(column.changed, entry.ids_kept),
    )


def _looked(dive: DeepDive, words: Words, *, restricted: bool) -> SecondLook:
    folder = "../restricted/"
    key = "report.source_page.reduced" if dive.reduced else "report.source_page.sampled"
    return SecondLook(
        table=dive.table,
        page=f"{folder}{dive.page}" if dive.page and restricted else "",
        comparison=f"{folder}{dive.comparison}" if dive.comparison and restricted else "",
        sample=words(key, n=dive.sampled_rows, rows=people(dive.rows, words)) if dive.page else "",
        why_not=words(f"profile.no_page.{dive.reason}") if dive.reason else "",
        alerts=tuple(_alerts(dive.alerts, words)),
    )


def _alerts(alerts: tuple[Alert, ...], words: Words) -> Iterator[tuple[str, str]]:
    """One line a kind: the columns it concerns, and whether it is told already."""
    by_kind: dict[tuple[str, str], list[str]] = {}
    for alert in alerts:
        named = " + ".join(alert.columns)
        by_kind.setdefault((_became(alert), alert.kind), []).append(named)
    for (became, kind), columns in sorted(by_kind.items()):
        sentence = words(f"report.source_page.alerts.{kind}", columns=words.listed(columns))
        yield sentence, words(f"report.source_page.{became}")


def _became(alert: Alert) -> str:
    if not alert.told:
        return "new_finding"
    return "told_above" if alert.rows is None else "not_borne_out"
