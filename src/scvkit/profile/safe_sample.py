"""A sample of a table in which no personal value can be seen: identifying columns as hashes."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Any

import pandas as pd

from scvkit.engine import Connection, RowTables, Steps, quoted
from scvkit.profile.dates import date_part, date_sql
from scvkit.profile.facts import blank_to_null
from scvkit.profile.numerals import number_sql
from scvkit.profile.placeholders import NAMES
from scvkit.profile.repeats import LINE
from scvkit.records.extracts import ColumnMeaning, SourceTable
from scvkit.vocabulary import DATE_ATTRIBUTES, IDENTIFYING_ATTRIBUTES, Attribute

LONGEST_TEXT = 60
UNIQUE_SHARE = 0.5
TYPED_SHARE = 0.9
SHORTEST_SOUGHT = 6
FEWEST_DIGITS = 9
_HASHED = IDENTIFYING_ATTRIBUTES | NAMES
_CODES = frozenset({Attribute.POSTCODE, Attribute.BIRTH_YEAR})


def sampled(
    connection: Connection, rows: RowTables, table: SourceTable, count: int, seed: int
) -> pd.DataFrame:
    """Return the same rows on every run: those whose hashed line numbers are smallest.

    Columns in the order of the file, as numbers or dates where nine in ten read as such.
    """
    scan = rows.scan("extract", table.source, table.table)
    names = [
        str(row[0])
        for row in connection.execute(f"describe select * from {scan}").fetchall()
        if row[0] != LINE
    ]
    meanings = _meaning_by_column(table)
    cells = ", ".join(f"{blank_to_null(name)} as c{i}" for i, name in enumerate(names))
    readable = {i for i, name in enumerate(names) if _attribute(meanings.get(name)) not in _HASHED}
    parts = "".join(f", {date_part(f'c{i}')} as p{i}" for i in sorted(readable))
    shown = ", ".join(
        _readings_sql(i, _attribute(meanings.get(name))) if i in readable else f"c{i} as t{i}"
        for i, name in enumerate(names)
    )
    steps = Steps().step(
        "sampled_lines",
        f"select * from {scan} order by hash({quoted(LINE)} + {int(seed)}), {quoted(LINE)} "
        f"limit {int(count)}",
    )
    steps.step("one_row_per_record", f"select {quoted(LINE)}, {cells or '1'} from sampled_lines")
    steps.step("records_in_parts", f"select *{parts} from one_row_per_record")
    if not names:
        return pd.DataFrame()
    frame = steps.frame(connection, f"select {shown} from records_in_parts order by {quoted(LINE)}")
    return _typed(frame, names)


def _meaning_by_column(table: SourceTable) -> dict[str, ColumnMeaning]:
    return {meaning.column: meaning for meaning in table.meanings}


def _attribute(meaning: ColumnMeaning | None) -> Attribute:
    return meaning.attribute if meaning else Attribute.OTHER


def _readings_sql(index: int, attribute: Attribute) -> str:
    """The text of a cell, and beside it the date and the number it reads as."""
    cell = f"c{index}"
    date = date_sql(
        cell,
        f"p{index}",
        month_first=False,
        as_of=None,
        declared_date=attribute in DATE_ATTRIBUTES,
    )
    # A leading zero makes a code, which has no mean; so do all digits of a postcode.
    number = (
        "cast(null as double)"
        if attribute in _CODES
        else f"case when regexp_full_match({cell}, '-?0[0-9]+') then null "
        f"else {number_sql(cell)} end"
    )
    return f"{cell} as t{index}, cast({date} as timestamp) as d{index}, {number} as n{index}"


def _typed(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Columns as dates or numbers where nine values in ten read as such, else as text."""
    columns: list[pd.Series[Any]] = []
    for index in range(len(names)):
        text = frame[f"t{index}"].astype("object")
        enough = TYPED_SHARE * int(text.notna().sum())
        chosen = text
        for reading in (f"n{index}", f"d{index}"):
            if enough and reading in frame and int(frame[reading].notna().sum()) >= enough:
                chosen = frame[reading]
        columns.append(chosen)
    made = pd.concat(columns, axis=1, keys=range(len(names)))
    made.columns = pd.Index(names, dtype="object")
    return made


def made_safe(
    sample: pd.DataFrame, table: SourceTable, key: bytes
) -> tuple[pd.DataFrame, set[str]]:
    """Return the sample without personal values and markup, and the values not to be shown.

    ``key`` makes the hashes: the same value has the same hash in every sample made with it.
    Column i of the result is column i of ``sample`` under a name that is inert.
    """
    meanings = _meaning_by_column(table)
    columns: list[pd.Series[Any]] = []
    names: list[str] = []
    sought: set[str] = set()
    for position, name in enumerate(map(str, sample.columns)):
        cells: pd.Series[Any] = sample.iloc[:, position]
        attribute = _attribute(meanings.get(name))
        if name in table.quarantined or _identifies(cells, attribute):
            if name in table.quarantined or attribute in _HASHED:
                sought |= _values_to_seek(cells)
            cells = cells.map(lambda value: _hashed(key, value), na_action="ignore")
        elif pd.api.types.is_datetime64_any_dtype(cells):
            cells = _in_nanoseconds(cells)
        elif cells.dtype == object:
            cells = cells.map(shown, na_action="ignore")
        columns.append(cells.reset_index(drop=True))
        names.append(_unused(shown(name) or "column", names))
    safe = pd.concat(columns, axis=1)
    safe.columns = pd.Index(names, dtype="object")
    return safe, sought


def _identifies(cells: pd.Series[Any], attribute: Attribute) -> bool:
    if attribute in _HASHED:
        return True
    if attribute is Attribute.AMOUNT or pd.api.types.is_datetime64_any_dtype(cells):
        return False
    # What hardly repeats may be somebody's number or name under another heading. Decimals are
    # measurements.
    filled = cells.dropna()
    if filled.empty or (filled.dtype == float and bool((filled % 1 != 0).any())):
        return False
    return filled.nunique() > UNIQUE_SHARE * len(filled)


def _in_nanoseconds(cells: pd.Series[Any]) -> pd.Series[Any]:
    """Times as ydata-profiling draws them: it takes any other unit for nanoseconds since 1970."""
    first, last = pd.Timestamp("1678-01-01"), pd.Timestamp("2262-01-01")
    return cells.where(cells.between(first, last)).astype("datetime64[ns]")


def _values_to_seek(cells: pd.Series[Any]) -> set[str]:
    """Values that would not stand on a page by chance, as counts, dates and short words do."""
    values = {str(value).strip().lower() for value in cells.dropna().unique()}
    return {
        value
        for value in values
        if len(value) >= SHORTEST_SOUGHT
        and (any(map(str.isalpha, value)) or sum(map(str.isdigit, value)) >= FEWEST_DIGITS)
    }


def _hashed(key: bytes, value: object) -> str:
    return "h" + hmac.new(key, str(value).encode(), hashlib.sha256).hexdigest()[:15]


def shown(value: object) -> str:
    """Return text that is inert wherever a page puts it, and not long.

    Signs of markup give way to signs that look alike: what is escaped once is unescaped again
    by the page's own minifier, and the pictures read a dollar as a formula.

    >>> shown("<b>&$x$")
    '‹b›＆＄x＄'
    """
    plain = _UNSEEN.sub(" ", str(value)).translate(_LOOKALIKES)
    cut = plain if len(plain) <= LONGEST_TEXT else plain[: LONGEST_TEXT - 1] + "…"
    return cut.strip()


_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_LOOKALIKES = str.maketrans("<>&\"'`$\\{}", "‹›＆”’‘＄＼｛｝")


def _unused(name: str, taken: list[str]) -> str:
    number = 2
    found = name
    while found in taken:
        found = f"{name} ({number})"
        number += 1
    return found
