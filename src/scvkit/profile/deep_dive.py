"""The ydata-profiling page of a table: distributions, correlations and missing values.

The only module that knows ydata-profiling; it is slow to import and happy to fail, so it is
imported when a page is asked for and its failures become a reason. The package has been renamed
fg-data-profiling: the swap is the one import below.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import html
import io
import os
import re
import secrets
import warnings
from pathlib import Path
from typing import Any

import pandas as pd

from scvkit.engine import Connection, EngineError, RowTables, Steps, quoted
from scvkit.errors import ScvkitError
from scvkit.profile.dates import date_part, date_sql
from scvkit.profile.facts import blank_to_null, number_sql
from scvkit.profile.placeholders import NAMES
from scvkit.records.extracts import ColumnMeaning, SourceTable
from scvkit.records.profile import DeepDive
from scvkit.vocabulary import DATE_ATTRIBUTES, IDENTIFYING_ATTRIBUTES, Attribute

PAGE_BYTES = 8_000_000
MOST_SAMPLE_ROWS = 100_000
MOST_COLUMNS = 120
# Correlations cost the square of the columns.
CORRELATED_COLUMNS = 40
LONGEST_TEXT = 60
UNIQUE_SHARE = 0.5
TYPED_SHARE = 0.9
LINE = "line_number"
_NOTE = "Identifying columns are replaced by keyed hashes: their uniqueness and gaps are real."
# Its own script shows and hides parts of the page; nothing may be fetched.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "img-src data:; font-src data:"
)
REASONS = frozenset(
    {
        "no_rows",
        "too_many_columns",
        "too_large",
        "loads_from_outside",
        "personal_value",
        "not_read",
        "profiler_failed",
    }
)
SHORTEST_SOUGHT = 6
FEWEST_DIGITS = 9
_HASHED = IDENTIFYING_ATTRIBUTES | NAMES
_CODES = frozenset({Attribute.POSTCODE, Attribute.BIRTH_YEAR})


def write_deep_dive(
    connection: Connection,
    rows: RowTables,
    source: str,
    table: SourceTable,
    *,
    folder: Path,
    sample_rows: int = 10_000,
    seed: int = 1,
    title: str = "",
) -> DeepDive:
    """Write ``folder/<source>-<table>.html`` from a labelled sample and return where it is.

    Identifying columns are replaced by keyed hashes, so that their uniqueness and gaps can be
    seen and no value can. Never raises: a page that cannot be made, is larger than 8 MB or
    would hold a personal value is not written; ``reason`` is then a key of the locale under
    ``profile.no_page``.
    """
    sampled = 0
    try:
        sample = _sample(connection, rows, table, min(sample_rows, MOST_SAMPLE_ROWS), seed)
        sampled = len(sample)
        if sample.empty or not len(sample.columns):
            return _without_page(table, sampled, "no_rows")
        if len(sample.columns) > MOST_COLUMNS:
            return _without_page(table, sampled, "too_many_columns")
        safe, sought = _made_safe(sample, table)
        page = _page(safe, _title(title or f"{source}/{table.table}", sampled, table.rows))
        if page is None:
            return _without_page(table, sampled, "too_large")
        if _loads_from_outside(page):
            return _without_page(table, sampled, "loads_from_outside")
        if _holds_any(page, sought):
            return _without_page(table, sampled, "personal_value")
        name = f"{_file_part(source)}-{_file_part(table.table)}.html"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = folder / f".{name}.{os.getpid()}"
        beside.write_text(page, encoding="utf-8")
        beside.replace(folder / name)
    except (ScvkitError, EngineError, OSError):
        return _without_page(table, sampled, "not_read")
    # A third-party profiler fails in more ways than can be listed; a page is never worth a run.
    except Exception:  # noqa: BLE001
        return _without_page(table, sampled, "profiler_failed")
    return DeepDive(table=table.table, page=name, sampled_rows=sampled, rows=table.rows)


def _without_page(table: SourceTable, sampled: int, reason: str) -> DeepDive:
    return DeepDive(
        table=table.table, page=None, sampled_rows=sampled, rows=table.rows, reason=reason
    )


def _title(name: str, sampled: int, rows: int) -> str:
    whole = f"all {rows:,} rows" if sampled >= rows else f"sample of {sampled:,} of {rows:,} rows"
    return f"{_shown(name)}: {whole}"


def _file_part(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "_", name) or "table"


def _sample(
    connection: Connection, rows: RowTables, table: SourceTable, count: int, seed: int
) -> pd.DataFrame:
    """The same rows on every run: those whose hashed line numbers are smallest."""
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


def _made_safe(sample: pd.DataFrame, table: SourceTable) -> tuple[pd.DataFrame, set[str]]:
    """The sample without personal values and markup, and the values that must not be shown."""
    key = secrets.token_bytes(32)
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
        elif cells.dtype == object:
            cells = cells.map(_shown, na_action="ignore")
        columns.append(cells.reset_index(drop=True))
        names.append(_unused(_shown(name) or "column", names))
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


def _shown(value: object) -> str:
    """Text that is inert wherever a page puts it, and not long.

    Signs of markup give way to signs that look alike: what is escaped once is unescaped again
    by the page's own minifier, and the pictures read a dollar as a formula.

    >>> _shown("<b>&$x$")
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


def _page(safe: pd.DataFrame, title: str) -> str | None:
    """The page with all it can show, else the smallest; None when even that is over budget."""
    for minimal in (len(safe.columns) > CORRELATED_COLUMNS, True):
        page = _without_links(_rendered(safe, title, minimal=minimal))
        if len(page.encode()) <= PAGE_BYTES:
            return page
    return None


def load_library() -> Any:
    """Import ydata-profiling in silence and return its report class."""
    # Without this every report calls home, and waits.
    os.environ["YDATA_PROFILING_NO_ANALYTICS"] = "True"
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        from ydata_profiling import ProfileReport
    return ProfileReport


def _rendered(safe: pd.DataFrame, title: str, *, minimal: bool) -> str:
    ProfileReport = load_library()  # noqa: N806  a class, by its own name
    silence = io.StringIO()
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(silence),
        contextlib.redirect_stderr(silence),
    ):
        warnings.simplefilter("ignore")
        wider: dict[str, Any] = {"correlations": {"auto": {"calculate": True}}}
        report = ProfileReport(
            safe,
            title=title,
            dataset={"description": _NOTE},
            minimal=minimal,
            sensitive=True,
            samples=None,
            duplicates=None,
            interactions={"continuous": False, "targets": []},
            progress_bar=False,
            pool_size=1,
            **({} if minimal else wider),
        )
        return str(report.to_html())


def _without_links(page: str) -> str:
    """The page without links to its makers, and forbidden to load anything by its own policy."""
    link = r"(<a\b[^>]*?)\s+href=(?:\"https?://[^\"]*\"|'https?://[^']*'|https?://[^\s>]*)"
    unlinked = re.sub(link, r"\1", page, flags=re.IGNORECASE)
    policy = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    # The page is minified: an opening head may be left out.
    return re.sub(
        r"<html\b[^>]*>(?:\s*<head\b[^>]*>)?", lambda top: top[0] + policy, unlinked, count=1
    )


def _loads_from_outside(page: str) -> bool:
    loads = (
        r"\b(?:src|href|srcset|poster|data|action)\s*=\s*[\"']?\s*(?:https?:)?//",
        r"url\(\s*[\"']?(?:https?:)?//",
        r"@import\b",
    )
    return any(re.search(load, page, re.IGNORECASE) for load in loads)


def _holds_any(page: str, values: set[str]) -> bool:
    """True when a value stands on the page as whole words, as it is or escaped."""
    if not values:
        return False
    # Images and styles are long and hold no words.
    text = re.sub(r"data:[a-z/+]+;base64,[A-Za-z0-9+/=]+", "", page)
    text = re.sub(r"<(style|script)\b.*?</\1>", "", text, flags=re.DOTALL | re.IGNORECASE).lower()
    # A value can only stand there when each of its words does: asked of a set, that is quick.
    there = set(re.findall(r"\w+", text))
    return any(
        re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text)
        for value in values
        for form in {value, html.escape(value)}
        if there.issuperset(re.findall(r"\w+", form)) and form in text
    )
