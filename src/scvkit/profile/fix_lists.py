"""Which records show which fault: a list for whoever mends them, in the private work folder.

The list names a record by its line in the file and its id, and the fault by its column and mask.
It holds no other value: the owner looks the record up where it lives.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from scvkit.engine import Steps, quoted, text_literal
from scvkit.locale import Words
from scvkit.profile.column import ColumnMeasure
from scvkit.profile.dates import DateOrder, date_part
from scvkit.profile.facts import blank_to_null
from scvkit.profile.faulty_values import FAULTY, country_column, write_faulty_values
from scvkit.profile.identities import (
    TELLING,
    lines_of_nobody,
    lines_of_test_traffic,
    lines_of_tests,
)
from scvkit.profile.letters import values_that_lack_letters
from scvkit.profile.masks import MASK_LENGTH, add_mask_function, remove_mask_function
from scvkit.profile.repeats import (
    LINE,
    lines_of_repeated_ids,
    lines_of_repeats,
    repeated_records,
)
from scvkit.profile.rules import country_words_sql
from scvkit.profile.shifted import lines_of_shifted
from scvkit.profile.table import measure_columns
from scvkit.records.extracts import SourceIntake, SourceTable
from scvkit.records.profile import Finding, SourceProfile
from scvkit.records.upkeep import FixList
from scvkit.vocabulary import Attribute

if TYPE_CHECKING:
    from scvkit.engine import Connection, RowTables

MOST_ROWS = 100_000  # of one fault; whoever has more mends the import, not the records
LONGEST_ID = 120
_AT_ONCE = 10_000
# Faults of a whole file or column: there is no record to mend.
_NO_RECORDS = frozenset(
    {
        "stale_export",
        "empty_columns",
        "constant_columns",
        "no_time_zone",
        "missing_days",
        "same_columns",
        "columns_move_together",
        "one_answer",
        "many_zeros",
        "few_large_values",
    }
)
# Whose a record is, and what decides how that is read.
_WHOSE = TELLING | {Attribute.DATE_OF_BIRTH, Attribute.COUNTRY}
_STARTS_A_FORMULA = re.compile(r"^[\s\x00-\x1f]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def write_fix_list(
    connection: Connection,
    rows: RowTables,
    table: SourceTable,
    findings: Sequence[Finding],
    *,
    folder: Path,
    words: Words,
    as_of: dt.date | None,
    most: int = MOST_ROWS,
) -> FixList | None:
    """Write ``folder/<source>-<table>.csv`` and return where it is; None without a row to mend.

    One row per record and fault, worst fault first: line, id, column, fault, mask, fix, who. At
    most ``most`` rows of one fault. Semicolons and a byte order mark, as a Nordic spreadsheet
    opens it; no cell is read as a formula.
    """
    own = [f for f in findings if f.table == table.table and f.kind not in _NO_RECORDS]
    name = f"{_file_part(table.source)}-{_file_part(table.table)}.csv"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = folder / f".{name}.{os.getpid()}"
    listed, records, cut = 0, set[int](), False
    with connection.cursor() as work, beside.open("w", encoding="utf-8-sig", newline="") as file:
        beside.chmod(0o600)
        out = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        out.writerow([words(f"profile.fix_list.{title}") for title in _TITLES])
        shifted = any(finding.kind == "shifted_cells" for finding in own)
        search = _Search(work, rows, table, as_of, shifted)
        for finding in own:
            said = _said(finding, words)
            count = 0
            for line, record, mask in search.lines(finding, most):
                told = (line, record, finding.column or "", said[0], mask, *said[1:])
                out.writerow([inert(cell) for cell in told])
                records.add(line)
                count += 1
            listed += count
            cut = cut or finding.rows > count >= most
    if not listed:
        beside.unlink()
        (folder / name).unlink(missing_ok=True)
        return None
    beside.replace(folder / name)
    return FixList(
        table=table.table,
        file=f"{folder.name}/{name}",
        rows=listed,
        records=len(records),
        cut=cut,
    )


def write_fix_lists(
    connection: Connection,
    rows: RowTables,
    intake: SourceIntake,
    profile: SourceProfile,
    *,
    folder: Path,
    words: Words,
    as_of: dt.date | None,
) -> tuple[FixList, ...]:
    """Write one list a table of a source into the private ``folder``, where there is one."""
    lists = (
        write_fix_list(
            connection, rows, table, profile.findings, folder=folder, words=words, as_of=as_of
        )
        for table in intake.tables
    )
    return tuple(found for found in lists if found is not None)


def inert(cell: object) -> str:
    """Return text that no spreadsheet runs as a formula and that hides nothing.

    >>> inert("=cmd|'/c calc'!A1"), inert("-7"), inert("Søren"), inert(" @SUM(1)")
    ("'=cmd|'/c calc'!A1", "'-7", 'Søren', "' @SUM(1)")
    """
    text = str(cell)
    plain = _UNSEEN.sub(" ", text)
    # What cannot be seen becomes a blank, and a sign behind it would then stand first.
    starts = _STARTS_A_FORMULA.match(text) or _STARTS_A_FORMULA.match(plain)
    return f"'{plain}" if starts else plain


_TITLES = ("line", "id", "column", "fault", "mask", "fix", "who")


def _said(finding: Finding, words: Words) -> tuple[str, str, str]:
    values = {**dict(finding.values), "n": finding.rows}
    title, fix, who = (
        words(f"findings.{finding.kind}.{part}", **values) for part in ("title", "fix", "who")
    )
    return title, fix, who


def _file_part(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "_", name) or "table"


@dataclass(slots=True)
class _Search:
    """Finds the lines of one table that show a fault."""

    connection: Connection
    rows: RowTables
    table: SourceTable
    as_of: dt.date | None
    shifted: bool  # some row is, and every column is asked
    _column: str | None = None  # the column whose faulty values lie ready
    _order: DateOrder = field(default_factory=DateOrder)
    _columns: tuple[ColumnMeasure, ...] | None = None

    def lines(self, finding: Finding, most: int) -> Iterator[tuple[int, str, str]]:
        """Line number, id and mask of each row that shows the fault."""
        if finding.kind == "rejected_rows":
            yield from self._rejected(most)
            return
        sql = self._of_column(finding) if finding.column else self._of_rows(finding.kind)
        if sql is None:
            return
        result = self.connection.execute(
            f"select line, coalesce(left(id, {LONGEST_ID}), ''), coalesce(value, '') "
            f"from ({sql}) order by line limit {int(most)}"
        )
        while found := result.fetchmany(_AT_ONCE):
            yield from (
                (int(line), str(record), _mask(str(value))) for line, record, value in found
            )

    @property
    def _scan(self) -> str:
        return self.rows.scan("extract", self.table.source, self.table.table)

    @property
    def _id(self) -> str:
        column = self.table.id_column
        # An id that should not have left the system is not passed on.
        known = {m.column for m in self.table.meanings} - set(self.table.quarantined)
        return blank_to_null(column) if column in known and column else "cast(null as varchar)"

    def _rejected(self, most: int) -> Iterator[tuple[int, str, str]]:
        name = ("extract", self.table.source, f"{self.table.table}.rejects")
        if not self.rows.exists(*name):
            return
        found = self.connection.execute(
            f"select line_number from {self.rows.scan(*name)} where lost order by 1 "
            f"limit {int(most)}"
        ).fetchall()
        yield from ((int(line), "", "") for (line,) in found)

    def _of_rows(self, kind: str) -> str | None:
        sql = self._lines(kind)
        if sql is None:
            return None
        return (
            f"select {quoted(LINE)} as line, {self._id} as id, '' as value from {self._scan} "
            f"where {quoted(LINE)} in ({sql})"
        )

    def _lines(self, kind: str) -> str | None:
        meanings = self.table.meanings
        columns = [m.column for m in meanings]
        if kind == "duplicate_rows":
            return lines_of_repeats(self._scan, columns)
        if kind == "repeated_id" and self.table.id_column:
            return lines_of_repeated_ids(self._scan, self.table.id_column, columns)
        if kind == "counter_duplicates":
            # A row that repeats another entirely is listed as such, once.
            excess = repeated_records(
                self.connection, self._scan, self._measured(), self.table.grain
            )
            again = lines_of_repeats(self._scan, columns)
            final = f"select {quoted(LINE)} from repeated_records except {again}"
            return excess.sql(final) if excess else None
        if kind == "test_traffic":
            return lines_of_test_traffic(self._scan, columns)
        about_rows = {
            "test_customers": lines_of_tests,
            "no_identity": lines_of_nobody,
            "shifted_cells": lines_of_shifted,
        }
        found = about_rows.get(kind)
        return found(self._scan, self._measured()) if found else None

    def _measured(self) -> tuple[ColumnMeasure, ...]:
        """The columns measured once more: their stand-ins and misfits lie on this connection."""
        if self._columns is None:
            meanings = self.table.meanings
            if not self.shifted:
                meanings = tuple(m for m in meanings if m.attribute in _WHOSE)
            add_mask_function(self.connection)
            try:
                self._columns = measure_columns(self.connection, self._scan, meanings, self.as_of)
            finally:
                remove_mask_function(self.connection)
        return self._columns

    def _of_column(self, finding: Finding) -> str | None:
        meaning = next((m for m in self.table.meanings if m.column == finding.column), None)
        if meaning is None:
            return None
        if self._column != meaning.column:
            self._order = write_faulty_values(
                self.connection, self._scan, self.table, meaning, self.as_of
            )
            self._column = meaning.column
        country = country_column(self.table, meaning)
        word = f"lower({blank_to_null(country)})" if country else "cast(null as varchar)"
        steps = Steps().step("country_words", country_words_sql())
        steps.step(
            "rows_as_received",
            f"select {quoted(LINE)} as line, {self._id} as id, "
            f"{blank_to_null(meaning.column)} as value, {word} as country_word from {self._scan}",
        )
        steps.step(
            "rows_with_country",
            "select line, id, value, iso as country from rows_as_received "
            "left join country_words on word = country_word",
        )
        steps.step(
            "values_with_fault",
            f"select distinct value, country from {FAULTY} "
            f"where {_shows(finding.kind, self._order)}",
        )
        # What is held back is not shown even as a mask: its length may say enough.
        shown = "''" if finding.kind == "quarantined" else "r.value"
        return steps.sql(
            f"select line, id, {shown} as value from rows_with_country r "
            "join values_with_fault f "
            "on r.value = f.value and r.country is not distinct from f.country"
        )


def _shows(kind: str, order: DateOrder) -> str:
    """What a distinct value shows when it has the fault, as SQL."""
    known = {
        "placeholder_key": "stands_in",
        "placeholder_value": "stands_in",
        "placeholder_date": "stands_in",
        "damaged_text": "not stands_in and damaged",
        "shouted_names": "not stands_in and shouted",
        "date_serial": "not stands_in and serial",
        "dst_gap": "not stands_in and missing_hour",
        "ambiguous_dates": f"not stands_in and ({_in_doubt(order)})",
        "lost_letters": f"value in (select value from ({_LACKING}))",
        "crowded_key": f"lower(value) = (select lower(value) from {FAULTY} "
        "where not stands_in group by 1 order by sum(rows) desc, 1 limit 1)",
        "quarantined": "not stands_in and (national_id or not "
        f"(select coalesce(bool_or(national_id), false) from {FAULTY}))",
    }
    return known.get(kind, f"list_contains(broken, {text_literal(kind)})")


_LACKING = values_that_lack_letters(
    f"(select value, rows from {FAULTY} where not stands_in and not damaged)"
)


def _in_doubt(order: DateOrder) -> str:
    """Values that read both ways, and those written in the order the others are not."""
    part = date_part("value")
    first = f"try_cast(split_part({part}, '-', 1) as integer)"
    second = f"try_cast(split_part({part}, '-', 2) as integer)"
    ends_in_year = f"{part}[-5:-5] = '-'"
    either = f"{first} between 1 and 12 and {second} between 1 and 12 and {first} <> {second}"
    against = f"({first} > 12)" if order.reads_month_first else f"({second} > 12)"
    both = order.day_first and order.month_first
    doubted = f"({either})" if both else f"({either} and contains(value, '/'))"
    told = f"{doubted} or {against}" if both else doubted
    return f"{ends_in_year} and ({told})"


def _mask(value: str) -> str:
    """The shape of a value; signs of a wrong encoding stay, to show the fault."""
    mask = "".join(
        sign
        if sign in _SHOWN_SIGNS
        else "9"
        if sign.isdecimal()
        else "A"
        if sign.isupper()
        else "a"
        if sign.isalpha()
        else "•"
        for sign in value[: MASK_LENGTH + 1]
    )
    return mask if len(value) <= MASK_LENGTH else f"{mask[:MASK_LENGTH]}…"


_SHOWN_SIGNS = frozenset(" !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ÃÂâ�¤¦¨¼½¾¸¥€†‡‰‹›™˜")
