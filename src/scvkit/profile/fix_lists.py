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
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scvkit.engine import Steps, quoted, text_literal
from scvkit.locale import Words
from scvkit.profile.column import countries_present
from scvkit.profile.dates import DateOrder, date_orders, date_part
from scvkit.profile.facts import DATED, blank_to_null, fact_steps
from scvkit.profile.rules import country_words_sql, needs_country, rule_for
from scvkit.profile.whole_rows import (
    LINE,
    lines_of_nobody,
    lines_of_repeated_ids,
    lines_of_repeats,
    lines_of_test_traffic,
    lines_of_tests,
)
from scvkit.records.extracts import ColumnMeaning, SourceTable
from scvkit.records.profile import Finding
from scvkit.records.upkeep import FixList
from scvkit.vocabulary import Attribute

if TYPE_CHECKING:
    from scvkit.engine import Connection, RowTables

MOST_ROWS = 100_000  # of one fault; whoever has more mends the import, not the records
LONGEST_ID = 120
_AT_ONCE = 10_000
_FACTS = "facts_of_a_faulty_column"
# Faults of a whole file or column: there is no record to mend.
_NO_RECORDS = frozenset(
    {
        "stale_export",
        "empty_columns",
        "constant_columns",
        "no_time_zone",
        "columns_move_together",
        "one_answer",
        "many_zeros",
        "few_large_values",
    }
)
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
        search = _Search(work, rows, table, as_of)
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


def inert(cell: object) -> str:
    """Return text that no spreadsheet runs as a formula and that hides nothing.

    >>> inert("=cmd|'/c calc'!A1"), inert("-7"), inert("Søren"), inert(" @SUM(1)")
    ("'=cmd|'/c calc'!A1", "'-7", 'Søren', "' @SUM(1)")
    """
    text = str(cell)
    plain = _UNSEEN.sub(" ", text)
    return f"'{plain}" if _STARTS_A_FORMULA.match(text) else plain


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
    _column: str | None = None  # the column whose facts lie ready

    def lines(self, finding: Finding, most: int) -> Iterator[tuple[int, str, str]]:
        """Line number, id and mask of each row that shows the fault."""
        if finding.kind == "rejected_rows":
            yield from self._rejected(most)
            return
        sql = self._of_column(finding) if finding.column else self._of_rows(finding.kind)
        if sql is None:
            return
        result = self.connection.execute(
            f"select line, coalesce(left(id, {LONGEST_ID}), ''), coalesce(mask, '') "
            f"from ({sql}) order by line limit {int(most)}"
        )
        while found := result.fetchmany(_AT_ONCE):
            yield from ((int(line), str(record), str(mask)) for line, record, mask in found)

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
            f"select line_number from {self.rows.scan(*name)} order by 1 limit {int(most)}"
        ).fetchall()
        yield from ((int(line), "", "") for (line,) in found)

    def _of_rows(self, kind: str) -> str | None:
        columns = [m.column for m in self.table.meanings]
        id_column = self.table.id_column or ""
        lines = {
            "duplicate_rows": lambda: lines_of_repeats(self._scan, columns),
            "repeated_id": lambda: lines_of_repeated_ids(self._scan, id_column, columns),
            "test_customers": lambda: lines_of_tests(self._scan, self.table.meanings),
            "test_traffic": lambda: lines_of_test_traffic(self._scan, self.table.meanings),
            "no_identity": lambda: lines_of_nobody(self._scan, self.table.meanings),
        }
        sql = lines[kind]() if kind in lines else None
        if sql is None:
            return None
        return (
            f"select {quoted(LINE)} as line, {self._id} as id, '' as mask from {self._scan} "
            f"where {quoted(LINE)} in ({sql})"
        )

    def _of_column(self, finding: Finding) -> str | None:
        meaning = next((m for m in self.table.meanings if m.column == finding.column), None)
        if meaning is None:
            return None
        shows = self._condition(finding, meaning)
        value = blank_to_null(meaning.column)
        by_country = needs_country(meaning.attribute)
        country = self._country(meaning)
        word = f"lower({blank_to_null(country)})" if by_country and country else "null"
        steps = Steps().step("country_words", country_words_sql())
        steps.step(
            "rows_as_received",
            f"select {quoted(LINE)} as line, {self._id} as id, {value} as value, "
            f"cast({word} as varchar) as country_word from {self._scan}",
        )
        steps.step(
            "rows_with_country",
            "select line, id, value, iso as country from rows_as_received "
            "left join country_words on word = country_word"
            if by_country
            else "select line, id, value, cast(null as varchar) as country from rows_as_received",
        )
        steps.step(
            "values_with_fault", f"select distinct value, country, mask from {_FACTS} where {shows}"
        )
        return steps.sql(
            "select line, id, mask from rows_with_country r join values_with_fault f "
            "on r.value = f.value and r.country is not distinct from f.country"
        )

    def _country(self, meaning: ColumnMeaning) -> str | None:
        if meaning.attribute is Attribute.COUNTRY:
            return meaning.column
        found = (m.column for m in self.table.meanings if m.attribute is Attribute.COUNTRY)
        return next(found, None)

    def _condition(self, finding: Finding, meaning: ColumnMeaning) -> str:
        """What a distinct value shows when it has the fault, as SQL over its facts."""
        order = self._ready(meaning)
        filled = "state = 'filled' and "
        known = {
            "placeholder_key": "state = 'placeholder'",
            "placeholder_value": "state = 'placeholder'",
            "placeholder_date": "state = 'placeholder'",
            "damaged_text": f"{filled}damaged",
            "shouted_names": f"{filled}shouted",
            "date_serial": f"{filled}serial",
            "dst_gap": f"{filled}missing_hour",
            "ambiguous_dates": _in_doubt(order),
            "crowded_key": f"{filled}lower(value) = (select lower(value) from {_FACTS} "
            "where state = 'filled' group by 1 order by sum(rows) desc, 1 limit 1)",
            "quarantined": f"{filled}(national_id or not "
            f"(select coalesce(bool_or(national_id), false) from {_FACTS}))",
        }
        return known.get(
            finding.kind, f"{filled}list_contains(broken, {text_literal(finding.kind)})"
        )

    def _ready(self, meaning: ColumnMeaning) -> DateOrder:
        """Lay the facts of the column ready, and return the order of its days and months."""
        scan = self._scan
        order = DateOrder()
        if meaning.attribute in DATED:
            order = date_orders(self.connection, scan, [meaning.column])[meaning.column]
        if self._column == meaning.column:
            return order
        country = self._country(meaning)
        countries = countries_present(self.connection, scan, country)
        rule = rule_for(meaning.attribute, as_of=self.as_of, countries=countries)
        steps = fact_steps(scan, meaning, rule, country, order, self.as_of)
        self.connection.execute(
            f"create or replace temp table {_FACTS} as {steps.sql('select * from facts')}"
        )
        self._column = meaning.column
        return order


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
    return f"state = 'filled' and {ends_in_year} and ({told})"
