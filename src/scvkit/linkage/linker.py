"""A Splink linker on our own connection: silent, and gone when it has answered."""

from __future__ import annotations

import contextlib
import copy
import functools
import io
import logging
import re
import warnings
from collections.abc import Iterator
from typing import Any

from splink import DuckDBAPI, Linker
from splink.internals.comparison_level import ComparisonLevel

from scvkit.engine import Connection, quoted

SCRIPTS = (
    *("Han", "Hiragana", "Katakana", "Hangul", "Cyrillic", "Greek", "Arabic", "Hebrew", "Thai"),
    *("Devanagari", "Georgian", "Armenian"),
)
# What compares otherwise than column by column for equality is no exact match: no need to parse.
_NEVER_EXACT = re.compile(r"[<>]|\w\(|\bor\b|\bELSE\b", re.IGNORECASE)
# Whether a level is an exact match, by its SQL.
_EXACT: dict[str, bool] = {}
# Levels whose SQL was found to be sound.
_VALID: set[str] = set()


@contextlib.contextmanager
def open_linker(
    connection: Connection, table: str, settings: dict[str, Any], *, validate: bool = False
) -> Iterator[Linker]:
    """A linker on the table that says nothing and leaves nothing behind.

    Splink takes longer to check settings than to score a small set; what was trained was checked.
    """
    connection.execute("select 1").fetchall()  # Splink cannot start beside an unread result
    api = DuckDBAPI(connection.raw)
    records = api.register(table, dataset_display_name="records")
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), _parsed_once():
        warnings.simplefilter("ignore")
        linker = Linker(
            records,
            copy.deepcopy(settings),
            log_level=logging.CRITICAL,
            validate_settings=validate,
        )
        try:
            yield linker
        finally:
            cleared: Any = api
            cleared.delete_tables_created_by_splink_from_db()


@contextlib.contextmanager
def _parsed_once() -> Iterator[None]:
    """Let Splink parse the SQL of a level once, not for each training session.

    It checks every level each time it is started, and looks for the exact matches of a session
    by parsing all of them: it takes longer over that than over learning.
    """
    parsed: Any = ComparisonLevel.__dict__["_is_exact_match"]
    validated: Any = ComparisonLevel.__dict__["_validate_sql"]

    def remembered(level: ComparisonLevel) -> bool:
        sql = level.sql_condition
        if sql not in _EXACT:
            _EXACT[sql] = not _NEVER_EXACT.search(sql) and bool(parsed.fget(level))
        return _EXACT[sql]

    def checked_once(level: ComparisonLevel) -> bool:
        sql = level.sql_condition
        if sql not in _VALID:
            validated(level)
            _VALID.add(sql)
        return True

    setattr(ComparisonLevel, "_is_exact_match", property(remembered))  # noqa: B010
    setattr(ComparisonLevel, "_validate_sql", checked_once)  # noqa: B010
    try:
        yield
    finally:
        setattr(ComparisonLevel, "_is_exact_match", parsed)  # noqa: B010
        setattr(ComparisonLevel, "_validate_sql", validated)  # noqa: B010


def keep_levels(linker: Linker) -> None:
    """Let predictions hold the level of each comparison, without the values that were compared.

    Splink gives levels only beside the values, or to itself while it learns.
    """
    for comparison in linker._settings_obj.core_model_settings.comparisons:
        own: Any = comparison
        chosen = own._columns_to_select_for_predict
        own._columns_to_select_for_predict = functools.partial(_as_in_training, chosen)


def _as_in_training(chosen: Any, matching: bool, intermediate: bool, _training: bool) -> list[str]:
    columns: list[str] = chosen(matching, intermediate, True)
    return columns


def register_frequencies(linker: Linker, connection: Connection, table: str) -> None:
    """Let values be as frequent as they are in ``table``, not in the part that is scored.

    Surnames are counted among those of the same script: a given name and a surname in characters
    that few here write both say that, and it is one fact. Where everybody's names are written
    alike nothing changes.
    """
    for column in {c.unquote().name for c in linker._settings_obj._term_frequency_columns}:
        found = f"linkage_frequency_of_{column}"
        alike = f"partition by {_script(column)}" if column == "surname" else ""
        connection.execute(
            f"""create or replace temp table {quoted(found)} as
            select {quoted(column)}, held / sum(held) over ({alike}) as {quoted("tf_" + column)}
            from (select {quoted(column)}, count(*) as held from {quoted(table)}
                where {quoted(column)} is not null group by all)"""
        ).fetchall()
        linker.table_management.register_term_frequency_lookup(
            linker._db_api.register(found), column
        )


def _script(column: str) -> str:
    """SQL of the script that a name is written in, by the first letter that tells; else Latin."""
    first = "|".join(rf"\p{{{script}}}" for script in SCRIPTS)
    letter = f"regexp_extract({quoted(column)}, '{first}')"
    told = " ".join(
        rf"when regexp_matches({letter}, '\p{{{script}}}') then '{script}'" for script in SCRIPTS
    )
    return f"case {told} else '' end"
