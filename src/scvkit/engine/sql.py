"""SQL as named steps: each step's name says the grain of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from scvkit.engine.duck import Connection


def quoted(name: str) -> str:
    """Return an identifier safe to stand in SQL.

    >>> quoted('Køb "1" stk')
    '"Køb ""1"" stk"'
    """
    return '"' + name.replace('"', '""') + '"'


def own(name: str) -> str:
    """Return the quoted name of a column of the kit's own, to stand beside a client's columns.

    No column of an extract can be called so, whatever its header: reading leaves one blank
    between two words.

    >>> own("record_id")
    '"scvkit  record_id"'
    """
    return quoted(f"scvkit  {name}")


def text_literal(value: str) -> str:
    """Return a text literal, for the few places where SQL takes no bound value.

    >>> text_literal("o'neil")
    "'o''neil'"
    """
    return "'" + value.replace("'", "''") + "'"


class Steps:
    """A queue of named select statements that runs as one query of common table expressions.

    >>> from scvkit.engine import connect
    >>> steps = Steps().step("one_row_per_number", "select * from range(4) numbers(n)")
    >>> steps = steps.step("even_numbers", "select n from one_row_per_number where n % 2 = 0")
    >>> steps.rows(connect(), "select count(*) from even_numbers")
    [(2,)]
    """

    def __init__(self) -> None:
        self._steps: list[tuple[str, str]] = []

    def step(self, name: str, sql: str) -> Steps:
        """Add a step; later steps may select from ``name``."""
        self._steps.append((name, sql.strip()))
        return self

    def sql(self, final: str) -> str:
        """Return the whole query that ends in ``final``."""
        if not self._steps:
            return final
        parts = ",\n".join(f"{quoted(name)} as (\n{sql}\n)" for name, sql in self._steps)
        return f"with {parts}\n{final}"

    def rows(
        self, connection: Connection, final: str, values: Sequence[Any] = ()
    ) -> list[tuple[Any, ...]]:
        """Run the query and return its rows as tuples."""
        return connection.execute(self.sql(final), list(values)).fetchall()

    def frame(self, connection: Connection, final: str, values: Sequence[Any] = ()) -> pd.DataFrame:
        """Run the query and return its rows as a pandas frame."""
        return connection.execute(self.sql(final), list(values)).df()

    def parts(self) -> Iterable[tuple[str, str]]:
        """Names and statements of the steps in order."""
        return tuple(self._steps)

    def names(self) -> Iterable[str]:
        """Names of the steps in order."""
        return tuple(name for name, _ in self._steps)
