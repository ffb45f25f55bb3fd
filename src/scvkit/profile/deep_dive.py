"""The ydata-profiling page of a table: distributions, correlations and missing values.

The only module that knows ydata-profiling; it is slow to import and happy to fail, so it is
imported when a page is asked for and its failures become a reason. The package has been renamed
fg-data-profiling: the swap is the imports below.
"""

from __future__ import annotations

import contextlib
import html
import io
import os
import re
import secrets
import signal
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

import pandas as pd

from scvkit.engine import Connection, EngineError, RowTables
from scvkit.errors import ScvkitError
from scvkit.profile.alerts import Pointed, alerts_of
from scvkit.profile.safe_sample import made_safe, sampled, shown
from scvkit.records.extracts import SourceTable
from scvkit.records.profile import DeepDive

PAGE_BYTES = 8_000_000
MOST_SAMPLE_ROWS = 100_000
MOST_COLUMNS = 120
SECONDS = 90.0  # for one table; a page that takes longer is tried smaller, then given up
# Correlations cost the square of the columns.
CORRELATED_COLUMNS = 40
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
        "too_slow",
        "loads_from_outside",
        "personal_value",
        "not_read",
        "profiler_failed",
    }
)
_MOMENT = re.compile(r"<dc:date>[^<]*</dc:date>")


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
    seconds: float = SECONDS,
) -> DeepDive:
    """Write ``folder/<source>-<table>.html`` from a labelled sample and return where it is.

    Identifying columns are replaced by keyed hashes, so that their uniqueness and gaps can be
    seen and no value can. Where an earlier extract was read, ``<source>-<table>-earlier.html``
    sets the two beside each other. Never raises: a page that cannot be made, is larger than 8 MB,
    takes longer than ``seconds`` even when small, or would hold a personal value is not written;
    ``reason`` is then a key of the locale under ``profile.no_page``.
    """
    key = secrets.token_bytes(32)
    taken = min(sample_rows, MOST_SAMPLE_ROWS)
    name = f"{_file_part(source)}-{_file_part(table.table)}"
    made = DeepDive(table=table.table, page=None, sampled_rows=0, rows=table.rows)
    try:
        sample = sampled(connection, rows, table, taken, seed)
        made = replace(made, sampled_rows=len(sample))
        if reason := _unfit(sample):
            return replace(made, reason=reason)
        safe, sought = made_safe(sample, table, key)
        heading = _title(title or f"{source}/{table.table}", len(sample), table.rows)
        drawn = _drawn(safe, heading, seconds)
        if reason := _unsafe(drawn.page, sought):
            return replace(made, reason=reason)
        _write(folder, f"{name}.html", drawn.page)
        received = dict(zip(map(str, safe.columns), map(str, sample.columns), strict=True))
        made = replace(
            made,
            page=f"{name}.html",
            reduced=drawn.reduced,
            alerts=alerts_of(drawn.pointed, received, table),
        )
        earlier = replace(table, table=f"{table.table}.earlier")
        if rows.exists("extract", source, earlier.table):
            then = sampled(connection, rows, earlier, taken, seed)
            made = _with_comparison(made, folder, name, safe, sought, made_safe(then, table, key))
    except _GaveUp as given_up:
        return replace(made, reason=given_up.reason)
    except (ScvkitError, EngineError, OSError):
        return replace(made, reason="not_read")
    # A third-party profiler fails in more ways than can be listed; a page is never worth a run.
    except Exception:  # noqa: BLE001
        return replace(made, reason="profiler_failed")
    return made


class _GaveUp(Exception):
    """No page, for a reason of the locale."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _TimeIsUp(BaseException):
    """Passes through a library that catches every Exception."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A page that keeps to the budget, and what the profiler pointed at."""

    page: str
    pointed: tuple[Pointed, ...]
    reduced: bool


def _unfit(sample: pd.DataFrame) -> str:
    if sample.empty or not len(sample.columns):
        return "no_rows"
    return "too_many_columns" if len(sample.columns) > MOST_COLUMNS else ""


def _unsafe(page: str, sought: set[str]) -> str:
    if _loads_from_outside(page):
        return "loads_from_outside"
    return "personal_value" if _holds_any(page, sought) else ""


def _write(folder: Path, name: str, page: str) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = folder / f".{name}.{os.getpid()}"
    # Each drawing tells the moment it was drawn at: no two pages would be the same.
    beside.write_text(_MOMENT.sub("", page), encoding="utf-8")
    beside.replace(folder / name)


def _title(name: str, sampled_rows: int, rows: int) -> str:
    whole = (
        f"all {rows:,} rows"
        if sampled_rows >= rows
        else f"sample of {sampled_rows:,} of {rows:,} rows"
    )
    return f"{shown(name)}: {whole}"


def _file_part(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "_", name) or "table"


def _drawn(safe: pd.DataFrame, title: str, seconds: float) -> _Drawn:
    """The page with all it can show, else the smallest; gives up when even that is too much."""
    attempts = (True,) if len(safe.columns) > CORRELATED_COLUMNS else (False, True)
    why = "too_large"
    for minimal in attempts:
        try:
            with _no_longer_than(seconds):
                text, pointed = _rendered(safe, title, minimal=minimal)
        except _TimeIsUp:
            why = "too_slow"
            continue
        page = _without_links(text)
        if len(page.encode()) <= PAGE_BYTES:
            return _Drawn(page, pointed, minimal)
        why = "too_large"
    raise _GaveUp(why)


def _with_comparison(
    made: DeepDive,
    folder: Path,
    name: str,
    safe: pd.DataFrame,
    sought: set[str],
    earlier: tuple[pd.DataFrame, set[str]],
) -> DeepDive:
    """The deep dive with the page that sets both extracts beside each other, or why there is none.

    A comparison that fails takes nothing from the page that was made.
    """
    then, sought_then = earlier
    both = [column for column in safe.columns if column in set(then.columns)]
    if then.empty or not both:
        return replace(made, no_comparison="no_rows")
    try:
        with _no_longer_than(SECONDS):
            page = _without_links(_compared(safe[both], then[both]))
    except _TimeIsUp:
        return replace(made, no_comparison="too_slow")
    # As above: it compares or it does not, the run goes on.
    except Exception:  # noqa: BLE001
        return replace(made, no_comparison="profiler_failed")
    if len(page.encode()) > PAGE_BYTES:
        return replace(made, no_comparison="too_large")
    if reason := _unsafe(page, sought | sought_then):
        return replace(made, no_comparison=reason)
    _write(folder, f"{name}-earlier.html", page)
    return replace(made, comparison=f"{name}-earlier.html")


@contextlib.contextmanager
def _no_longer_than(seconds: float) -> Iterator[None]:
    """Raise _TimeIsUp in a block that takes longer; without effect off the main thread."""
    timed = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not timed:
        yield
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        raise _TimeIsUp

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def load_library() -> Any:
    """Import ydata-profiling in silence and return its report class."""
    # Without this every report calls home, and waits.
    os.environ["YDATA_PROFILING_NO_ANALYTICS"] = "True"
    with _in_silence():
        from ydata_profiling import ProfileReport
    return ProfileReport


@contextlib.contextmanager
def _in_silence() -> Iterator[None]:
    silence = io.StringIO()
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(silence),
        contextlib.redirect_stderr(silence),
    ):
        warnings.simplefilter("ignore")
        yield


def _profile(safe: pd.DataFrame, title: str, *, minimal: bool) -> Any:
    # Lengths and letters of all rows stand on the source's own page; here half are hashes.
    no_letters = {"length": False, "characters": False, "words": False}
    wider: dict[str, Any] = {
        "correlations": {"auto": {"calculate": True}},
        "vars": {"cat": no_letters, "text": no_letters},
    }
    return load_library()(
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


def _rendered(safe: pd.DataFrame, title: str, *, minimal: bool) -> tuple[str, tuple[Pointed, ...]]:
    report = _profile(safe, title, minimal=minimal)
    with _in_silence():
        page = str(report.to_html())
        pointed = tuple(
            Pointed(
                kind=alert.alert_type.name.lower(),
                column=str(alert.column_name),
                others=tuple(map(str, (alert.values or {}).get("fields", ()))),
            )
            for alert in report.get_description().alerts
        )
    return page, pointed


def _compared(now: pd.DataFrame, then: pd.DataFrame) -> str:
    """Both extracts on one page; a column that reads as a number in one only is text in both."""
    now, then = now.copy(), then.copy()
    for column in now.columns:
        if now[column].dtype != then[column].dtype:
            for frame in (now, then):
                frame[column] = frame[column].map(str, na_action="ignore").astype("object")
    load_library()
    with _in_silence():
        from ydata_profiling import compare

        reports = [
            _profile(frame, f"{title}: {len(frame):,} rows", minimal=True)
            for frame, title in ((now, "This extract"), (then, "Earlier extract"))
        ]
        return str(compare(reports).to_html())


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
