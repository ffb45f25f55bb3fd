"""Every column of a source: what it means and who says so, how full and how valid it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.extracts import ColumnMeaning
from scvkit.records.profile import ColumnProfile, TableProfile
from scvkit.report.disclosure import FEWEST_FOR_A_SHARE, distinct_values, share
from scvkit.report.pen import Pen
from scvkit.report.source_evidence import SourceEvidence
from scvkit.report.source_faults import numbers_of_column
from scvkit.vocabulary import Attribute

_THIN = 0.5  # below this half the records lack it
_UNSURE = 0.95  # of the values; below it a rule fails more often than by accident
_MOST_USES = 5
# The ledger of permissions is built from these, whatever use case asks for it.
_PERMISSION = frozenset(
    {
        Attribute.CONSENT_FLAG,
        Attribute.CONSENT_TIME,
        Attribute.CONSENT_SOURCE,
        Attribute.CONSENT_TEXT,
        Attribute.WITHDRAWAL_TIME,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLine:
    """One column, ready to print."""

    name: str
    meaning: str
    decided: str
    filled: str
    filled_bar: Markup
    placeholders: str  # the orange part of the bar, in words
    thin: bool
    valid: str
    valid_bar: Markup
    doubtful: bool
    distinct: str
    mask: str
    needed: str
    faults: tuple[int, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumns:
    """The columns of one table."""

    table: str
    title: str
    lines: tuple[ColumnLine, ...]


def columns_of(source: SourceEvidence, words: Words, pen: Pen) -> tuple[TableColumns, ...]:
    """Return the columns of each profiled table in the order of the file."""
    tables = source.profile.tables if source.profile else ()
    return tuple(
        TableColumns(
            table=table.table,
            title=words(
                "report.source_page.columns_title", n=len(table.columns), table=table.table
            ),
            lines=tuple(_lines(source, table, words, pen)),
        )
        for table in tables
    )


def attribute_name(attribute: Attribute, words: Words) -> str:
    """Return the name of an attribute as a client says it.

    >>> from scvkit.locale.words import load_words
    >>> attribute_name(Attribute.ORG_NUMBER, load_words("en"))
    'company number'
    """
    key = f"report.attributes.{attribute.value}"
    return words(key) if words.has(key) else attribute.value.replace("_", " ")


def _lines(
    source: SourceEvidence, table: TableProfile, words: Words, pen: Pen
) -> Iterator[ColumnLine]:
    received = next((t for t in source.received.tables if t.table == table.table), None)
    meanings = {m.column: m for m in (received.meanings if received else ())}
    quarantined = received.quarantined if received else ()
    for column in table.columns:
        yield _line(source, table, column, meanings.get(column.column), quarantined, words, pen)


def _line(
    source: SourceEvidence,
    table: TableProfile,
    column: ColumnProfile,
    meaning: ColumnMeaning | None,
    quarantined: tuple[str, ...],
    words: Words,
    pen: Pen,
) -> ColumnLine:
    few = column.rows < FEWEST_FOR_A_SHARE
    fill = column.filled / column.rows if column.rows else None
    valid = None if column.valid is None or not column.filled else column.valid / column.filled
    absent = words("report.absent")
    return ColumnLine(
        name=column.column,
        meaning=attribute_name(column.attribute, words),
        decided=_decided(column, meaning, words),
        filled=absent if fill is None else share(column.filled, column.rows, words),
        filled_bar=Markup() if few or fill is None else _filled_bar(column, pen),
        placeholders="" if few else _placeholders(column, words),
        thin=fill is not None and fill < _THIN,
        valid=absent if valid is None else share(column.valid or 0, column.filled, words),
        valid_bar=Markup() if few or column.filled < FEWEST_FOR_A_SHARE else pen.cell(valid),
        doubtful=valid is not None and valid < _UNSURE,
        distinct=distinct_values(column, words),
        mask=column.masks[0].mask if column.masks else "",
        needed=_needed(source, table, column, meaning, words),
        faults=numbers_of_column(source.findings, table.table, column.column),
        note=_note(source, table, column, quarantined, words),
    )


def _decided(column: ColumnProfile, meaning: ColumnMeaning | None, words: Words) -> str:
    if column.decided_by == "detected":
        if column.attribute is Attribute.OTHER:
            return ""
        return words("report.source_page.found", share=words.percent(column.confidence))
    other = meaning is not None and meaning.detected not in {column.attribute, Attribute.OTHER}
    if other and meaning is not None:
        return words(
            "report.source_page.told_against", other=attribute_name(meaning.detected, words)
        )
    return words("report.source_page.told")


def _filled_bar(column: ColumnProfile, pen: Pen) -> Markup:
    whole = max(1, column.rows)
    parts = [("solid", column.filled / whole), ("refused", column.placeholder / whole)]
    return Markup('<span class="scv-cellbar">{}</span>').format(pen.parts(parts, 10))


def _placeholders(column: ColumnProfile, words: Words) -> str:
    part = column.placeholder / max(1, column.rows)
    if round(part * 100) < 1:
        return ""
    return words("report.source_page.placeholders", share=words.percent(part))


def _needed(
    source: SourceEvidence,
    table: TableProfile,
    column: ColumnProfile,
    meaning: ColumnMeaning | None,
    words: Words,
) -> str:
    own = f"{source.id}/{table.table}"
    leaning = {fit.id for fit in source.leaning if any(r.startswith(own) for r in fit.refs)}
    uses = [u for u in source.needed_by.get(column.attribute.value, ()) if u in leaning]
    keys = {column for test in source.keys for column in _key_columns(test.refs, own)}
    named = {column.attribute.value, meaning.column if meaning else ""}
    many = len(uses) > _MOST_USES
    told = words("report.source_page.uses", n=len(uses)) if many else " ".join(uses)
    if named & keys:
        key = words("report.source_page.key_word")
        return words("report.source_page.key_and", uses=told) if told else key
    if column.attribute in _PERMISSION:
        return words("report.source_page.permission_word")
    return told or words("report.absent")


def _key_columns(refs: tuple[str, ...], table: str) -> Iterator[str]:
    for ref in refs:
        where, _, column = ref.rpartition(".")
        if where == table:
            yield column


def _note(
    source: SourceEvidence,
    table: TableProfile,
    column: ColumnProfile,
    quarantined: tuple[str, ...],
    words: Words,
) -> str:
    if column.column in quarantined:
        return words("report.source_page.held_back")
    if column.filled == 0:
        return words("report.source_page.empty")
    if f"{table.table}.{column.column}" in source.dark:
        return words("report.source_page.dark")
    if f"{table.table}.{column.column}" in source.marks:
        return words("report.source_page.mark")
    return ""
