"""Names written without a letter that others write: Soren beside Søren."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scvkit.engine import Steps

if TYPE_CHECKING:
    from scvkit.engine import Connection

_LEAST = 3  # rows of the full spelling before the other is suspected


def lost_letters(connection: Connection, values: str) -> int:
    """Return the rows with a word that is mostly written with a letter it lacks there."""
    sql = f"select coalesce(sum(rows), 0) from ({values_that_lack_letters(values)})"
    [(found,)] = connection.execute(sql).fetchall()
    return int(found)


def values_that_lack_letters(values: str) -> str:
    """Return SQL for the values, with their rows, in which a word lacks a letter.

    ``values`` is a table or query of value and rows. A word counts when its spelling with the
    letter stands in as many rows of the same column as the spelling without: whether a single
    one was lost nobody can tell, for Møller and Moller may be two families.
    """
    words = r"list_distinct(regexp_split_to_array(lower(value), '[^\p{L}]+'))"
    steps = Steps().step(
        "words_of_values", f"select value, rows, unnest({words}) as word from {values}"
    )
    steps.step(
        "one_row_per_word",
        f"select word, {folded_sql('word')} as folded, length(word) = strlen(word) as plain, "
        "sum(rows) as rows from words_of_values where length(word) > 2 group by word",
    )
    steps.step(
        "spellings",
        "select folded, sum(rows) filter (where plain) as plain, "
        "sum(rows) filter (where not plain) as full_spelling from one_row_per_word group by folded",
    )
    steps.step(
        "lacking_words",
        "select word from one_row_per_word join spellings using (folded) "
        "where one_row_per_word.plain "
        f"and spellings.full_spelling >= greatest(spellings.plain, {_LEAST})",
    )
    return steps.sql(
        "select distinct value, rows from words_of_values "
        "where word in (select word from lacking_words)"
    )


def folded_sql(text: str) -> str:
    """Return SQL for a text in small letters in which Søren, Soren and Soeren are one.

    >>> from scvkit.engine import connect
    >>> names = "(values ('Søren'), ('SOEREN'), ('Soren')) t(name)"
    >>> connect().sql(f"select distinct {folded_sql('name')} from {names}").fetchall()
    [('soren',)]
    """
    sql = f"strip_accents(lower({text}))"
    for long, short in (("ø", "o"), ("æ", "a"), ("ae", "a"), ("oe", "o"), ("aa", "a")):
        sql = f"replace({sql}, '{long}', '{short}')"
    # Most texts need none of it, and a look is cheaper.
    return (
        f"case when regexp_matches({text}, '(?i)ae|oe|aa|[^ -~]') then {sql} else lower({text}) end"
    )
