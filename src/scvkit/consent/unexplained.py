"""Values of a consent column that no word of the engagement file explains."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from scvkit.consent import stated
from scvkit.engagement import Consent
from scvkit.engine import Connection, RowTables, counts, quoted
from scvkit.locale.words import Words
from scvkit.records.consent import Permission, UnexplainedValues
from scvkit.shipped import shipped

# A value that fewer rows share, or one of very many, may belong to a person.
_FEWEST_ROWS = 5
_MOST_VALUES = 20
_LONGEST = 40


@counts("unexplained {source}")
def unexplained_values(
    connection: Connection, rows: RowTables, source: str, consent: Consent
) -> UnexplainedValues | None:
    """Return the filled values that are neither given, refused nor withdrawn; None without any.

    A value that says itself that no answer is known ("unknown", "ukendt") is explained by that.
    Rows are those of the extract as far as it was read. Values are named only where five rows
    share them and the column holds few different ones.
    """
    if consent.column is None:
        return None
    column = quoted(consent.column)
    explained = stated.listed(
        consent.column, (*consent.given, *consent.refused, *consent.withdrawn)
    )
    found = connection.execute(
        f"""
        select trim(e.{column}) as value, count(*) as n
        from {rows.scan("extract", source, consent.table)} e
        where {stated.filled(consent.column, blanks=_no_answer())} and not {explained}
        group by all order by n desc, value
        """
    ).fetchall()
    if not found:
        return None
    named = tuple(
        (str(value), int(n))
        for value, n in found
        if n >= _FEWEST_ROWS and len(str(value)) <= _LONGEST
    )
    return UnexplainedValues(
        source=source,
        table=consent.table,
        column=consent.column,
        rows=sum(int(n) for _, n in found),
        values=named if len(found) <= _MOST_VALUES else (),
    )


@cache
def _no_answer() -> tuple[str, ...]:
    words: list[str] = shipped("scvkit.consent", "no_answer.yaml")["no_answer"]
    return tuple(words)


def unexplained_sentences(
    unexplained: Sequence[UnexplainedValues], words: Words
) -> tuple[str, ...]:
    """Return a sentence for every column with such values, the values with their counts."""
    return tuple(_sentence(one, words) for one in unexplained)


def unexplained_lines(
    permission: Permission, words: Words, names: dict[str, str]
) -> tuple[str, ...]:
    """Return the sentences of a whole assessment, each behind the name of its source."""
    return tuple(
        f"{names.get(stated_there.source, stated_there.source)}: {sentence}"
        for stated_there in permission.sources
        for sentence in unexplained_sentences(stated_there.unexplained, words)
    )


def _sentence(one: UnexplainedValues, words: Words) -> str:
    add = words("consent.unexplained.add", source=one.source)
    few = 0 < one.rows < _FEWEST_ROWS
    if not one.values:
        n = words("common.less_than_five") if few else words.number(one.rows)
        return words.sentences(
            (words("consent.unexplained.unnamed", rows=n, column=one.column), add)
        )
    values = words.listed(
        [words("consent.unexplained.value", value=v, rows=words.number(n)) for v, n in one.values]
    )
    return words.sentences(
        (words("consent.unexplained.named", values=values, column=one.column), add)
    )
