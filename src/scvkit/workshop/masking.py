"""Masked tables for free SQL in the room: every identifying value reduced to what a wall may show.

On a projector an identifying value is "filled" or nothing, so that nobody can be looked up by
what is known of him. In the room names and streets keep their first letter, e-mail its first
letter, phones two digits, postcodes their area, birth dates their decade; ids and free text are
dots. ``person`` numbers the linked persons and organisations anew in each session. Whole numbers
from 1 to 4 in an answer are "<5" but for the analyst.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import pandas as pd

from scvkit.engine import Connection, EngineError, connect, quoted, seal, text_literal
from scvkit.errors import EngagementError
from scvkit.locale import Words
from scvkit.records.extracts import SourceTable
from scvkit.vocabulary import IDENTIFYING_ATTRIBUTES, Attribute
from scvkit.workshop.desk import Desk
from scvkit.workshop.room import Privacy, privacy_mode
from scvkit.workshop.show import hide_few

DOTS = "•••"
# What DuckDB says of a name that is not there.
_NO_TABLE = re.compile(r"Table with name (\S+) does not exist")
_NO_COLUMN = re.compile(r'Referenced column "([^"]+)" not found')
_FIRST_LETTER = {
    Attribute.GIVEN_NAME,
    Attribute.MIDDLE_NAME,
    Attribute.SURNAME,
    Attribute.FULL_NAME,
    Attribute.COMPANY_NAME,
    Attribute.STREET,
}


class QuestionError(EngagementError):
    """A question that cannot be asked so, as one sentence."""

    def _render_traceback_(self) -> list[str]:
        """The sentence alone: a notebook shows this in place of a traceback."""
        return [str(self)]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question put to the masked tables; its answer as a table that a wall may show."""

    connection: Connection
    mode: Privacy
    words: Words

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the masked tables."""
        found = self.connection.execute("select table_name from duckdb_tables() order by 1")
        return tuple(str(name) for (name,) in found.fetchall())

    def sql(self, question: str) -> Answer:
        """Ask in SQL; nothing but the masked tables can be reached.

        Raises QuestionError, a sentence with the nearest names, for a question with a slip.
        """
        try:
            return Answer(self.connection.sql(question), self.mode, self.words)
        except EngineError as problem:
            raise QuestionError(self._slip(str(problem))) from None

    def _slip(self, problem: str) -> str:
        """What is wrong with a question, in a sentence: the name that is not there, or the line."""
        words = self.words
        if found := _NO_TABLE.search(problem):
            named, tables = found[1], self.tables
            near = words.listed(get_close_matches(named, tables, n=2, cutoff=0.4) or tables)
            return words("workshop.ask.no_table", name=named, names=near)
        if found := _NO_COLUMN.search(problem):
            columns = words.listed(re.findall(r'"([^"]+)"', problem.split("bindings:", 1)[-1]))
            return words("workshop.ask.no_column", name=found[1], names=columns)
        first = problem.strip().splitlines()[0].split(": ", 1)[-1]
        return words("workshop.ask.not_understood", why=first)


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What a question came to."""

    relation: Any
    mode: Privacy
    words: Words

    def df(self) -> pd.DataFrame:
        """Return the answer as a table; one without rows says that values are masked."""
        frame = shown_frame(self.relation.df(), self.mode)
        if self.mode != "analyst":
            frame.attrs["nothing"] = self.words("workshop.ask.nothing")
        return frame

    def __repr__(self) -> str:
        """The table, as it may be shown."""
        return str(self.df())


def shown_frame(frame: pd.DataFrame, mode: Privacy) -> pd.DataFrame:
    """Return an answer as it may be shown: few of anything is "<5", a projector names nobody.

    >>> shown_frame(pd.DataFrame({"city": ["x", "y"], "n": [3, 8]}), "room")["n"].tolist()
    ['<5', 8]
    >>> shown_frame(pd.DataFrame({"person": [7]}), "projector")["person"].tolist()
    ['•••']
    """
    if mode == "analyst":
        return frame
    counts = [str(name) for name in frame.columns if name != "person"]
    shown = hide_few(frame, *counts, mode=mode)
    if mode == "projector" and "person" in shown.columns:
        shown["person"] = DOTS
    return shown


def ask(desk: Desk, mode: str = "") -> Asked:
    """Return the masked tables of an engagement, to be asked in SQL."""
    chosen = privacy_mode(mode)
    return Asked(masked_database(desk, chosen), chosen, desk.words)


def masked_database(desk: Desk, mode: Privacy = "room") -> Connection:
    """Return a sealed connection that holds one masked table per table of each source.

    Tables are named ``<source>_<table>``; with a linkage each row has its ``person`` number,
    which is null without one.
    """
    connection = connect()
    linked = desk.rows.exists("clusters")
    if linked:
        # Numbered by a hash salted anew each time, so that a number says nothing tomorrow.
        connection.execute(
            "create table persons as select record_key, dense_rank() over "
            "(order by md5(cluster_id || salt)) as person "
            f"from {desk.rows.scan('clusters')}, (select cast(uuid() as varchar) as salt)"
        )
    for source in desk.intake().sources:
        for table in source.tables:
            name = ("source", source.source, table.table)
            columns = _columns(connection, desk.rows.scan(*name))
            hide = filled if mode == "projector" else mask
            shown = [f"{hide(c)} as {quoted(c)}" for c in columns if c not in _NEVER]
            key = text_literal(f"{source.source}/{table.table}/")
            person = "persons.person" if linked else "cast(null as bigint) as person"
            joined = f"left join persons on persons.record_key = {key} || rows.record_id"
            connection.execute(
                f"create table {quoted(f'{source.source}_{table.table}')} as "
                f"select {', '.join([person, *shown])} from {desk.rows.scan(*name)} rows "
                f"{joined if linked else ''} order by rows.line_number"
            )
    if linked:
        connection.execute("drop table persons")
    return seal(connection)


def tables_frame(desk: Desk, asked: Asked) -> pd.DataFrame:
    """The masked tables with their rows and columns, and what was received and is not in them.

    A table holds one column for each meaning: a second one with the same is named here.
    """
    names = asked.connection.execute(
        """select table_name, estimated_size,
            (select string_agg(column_name, ', ' order by column_index) from duckdb_columns() c
            where c.table_name = t.table_name) from duckdb_tables() t order by 1"""
    ).fetchall()
    second = {
        f"{source.source}_{table.table}": desk.words.listed(_second(table))
        for source in desk.intake().sources
        for table in source.tables
    }
    lines = [(*line, second.get(str(line[0]), "")) for line in names]
    return pd.DataFrame(lines, columns=desk.heads("table", "rows", "columns", "not_in_table"))


def _second(table: SourceTable) -> list[str]:
    """Columns whose meaning an earlier column of the table has already."""
    seen: set[Attribute] = set()
    found = []
    for meaning in table.meanings:
        if meaning.attribute in seen and meaning.attribute is not Attribute.OTHER:
            found.append(meaning.column)
        seen.add(meaning.attribute)
    return found


def filled(column: str) -> str:
    """Return the SQL that leaves of an identifying value only that there is one.

    >>> filled("amount")
    '"amount"'
    """
    known = {attribute.value for attribute in IDENTIFYING_ATTRIBUTES}
    if column not in known and column in {attribute.value for attribute in Attribute}:
        return mask(column)
    return f"case when {quoted(column)} is not null then 'filled' end"


def mask(column: str) -> str:
    """Return the SQL that masks a column named by its attribute.

    >>> mask("amount")
    '"amount"'
    >>> connect().sql(f"select {mask('email')} from (select 'm@h.example' as email)").fetchall()
    [('m•••@•••',)]
    """
    name = quoted(column)
    known = {attribute.value for attribute in Attribute}
    attribute = Attribute(column) if column in known else Attribute.OTHER
    if attribute in _FIRST_LETTER:
        masked = f"left({name}, 1) || '{DOTS}'"
    elif attribute is Attribute.EMAIL:
        masked = f"left({name}, 1) || '{DOTS}@{DOTS}'"
    elif attribute in (Attribute.PHONE, Attribute.MOBILE):
        masked = f"'{DOTS}' || right({name}, 2)"
    elif attribute is Attribute.POSTCODE:
        masked = f"left({name}, 2) || '{DOTS}'"
    elif attribute is Attribute.DATE_OF_BIRTH:
        masked = f"cast(year({name}) // 10 * 10 as varchar) || 's'"
    elif attribute in IDENTIFYING_ATTRIBUTES:
        masked = f"'{DOTS}'"
    else:
        return name
    return f"case when {name} is not null then {masked} end"


_NEVER = frozenset({"record_id", "line_number"})


def _columns(connection: Connection, scan: str) -> list[str]:
    described = connection.execute(f"describe select * from {scan}").fetchall()
    return [str(row[0]) for row in described]
