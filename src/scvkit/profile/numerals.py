"""SQL that reads numbers written as text."""

from __future__ import annotations

WHOLE = "[+-]?(0|[1-9][0-9]{0,17})"
_COMMA = r"[+-]?([0-9]{1,3}([. \x{00a0}''][0-9]{3})+|[0-9]+),[0-9]+-?"
_POINT = r"[+-]?([0-9]{1,3}([, ''][0-9]{3})+|[0-9]+)\.[0-9]+-?"
_PLAIN = "[+-]?[0-9]{1,18}-?"


def number_sql(value: str) -> str:
    """Return SQL for the number in a text, null where there is none.

    "1.234" is read as one and a bit, "1.234,5" as over a thousand.

    >>> from scvkit.engine import connect
    >>> cells = "(values ('1.234,50'), ('-7'), ('12 a')) t(v)"
    >>> connect().sql(f"select {number_sql('v')} from {cells}").fetchall()
    [(1234.5,), (-7.0,), (None,)]
    """
    bare = f"regexp_replace({value}, '[^0-9,.-]', '', 'g')"
    unsigned = f"replace({bare}, '-', '')"
    sign = f"case when contains({bare}, '-') then -1 else 1 end"
    # The common forms first: they are read as they stand, without taking signs away.
    return (
        f"case when regexp_full_match({value}, '-?[0-9]{{1,18}}([.][0-9]{{1,6}})?') "
        f"then try_cast({value} as double) "
        f"when regexp_full_match({value}, '-?[0-9]{{1,18}},[0-9]{{1,6}}') "
        f"then try_cast(replace({value}, ',', '.') as double) "
        rf"when not regexp_full_match({value}, '[-+0-9., \x{{00a0}}'']+') then null "
        f"when regexp_full_match({value}, '{_PLAIN}') "
        f"then {sign} * try_cast({unsigned} as double) "
        f"when regexp_full_match({value}, '{_COMMA}') "
        f"then {sign} * try_cast(replace(replace({unsigned}, '.', ''), ',', '.') as double) "
        f"when regexp_full_match({value}, '{_POINT}') "
        f"then {sign} * try_cast(replace({unsigned}, ',', '') as double) end"
    )
