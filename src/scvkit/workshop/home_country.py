"""The country the client's data speak of: telephone numbers with their prefix, and countries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scvkit.engine import Connection, RowTables, quoted
from scvkit.identity.spellings import load_list
from scvkit.records.extracts import SourceTable
from scvkit.vocabulary import Attribute

FEWEST = 10  # values that say where
MOSTLY = 0.6

_PHONES = (Attribute.PHONE, Attribute.MOBILE)


def home_country(
    connection: Connection, rows: RowTables, tables: Sequence[SourceTable]
) -> str | None:
    """Return the country that most values name, in two letters; None where too few say one.

    A number written with its prefix says where it is, and so does a column of countries; numbers
    without a prefix look alike in many countries and say nothing.
    """
    countries = load_list("countries")
    by_calling: dict[str, str] = {}
    for code, known in countries.items():
        by_calling.setdefault(str(known["calling"]), code)
    by_name = {str(n).lower(): code for code, known in countries.items() for n in known["names"]}
    votes: Counter[str] = Counter()
    for table in tables:
        for meaning in table.meanings:
            if meaning.column in table.quarantined:
                continue
            scan = rows.scan("extract", table.source, table.table)
            column = quoted(meaning.column)
            if meaning.attribute in _PHONES:
                votes += _prefixes(connection, scan, column, by_calling)
            elif meaning.attribute is Attribute.COUNTRY:
                for name, n in connection.execute(
                    f"select lower(trim({column})), count(*) from {scan} group by 1"
                ).fetchall():
                    if str(name) in by_name:
                        votes[by_name[str(name)]] += int(n)
    told = sum(votes.values())
    if told < FEWEST:
        return None
    first, most = min(votes.items(), key=lambda vote: (-vote[1], vote[0]))
    return first if most >= MOSTLY * told else None


def _prefixes(
    connection: Connection, scan: str, column: str, by_calling: dict[str, str]
) -> Counter[str]:
    """Numbers by the country of their prefix, the longest prefix first."""
    votes: Counter[str] = Counter()
    longest = max(map(len, by_calling))
    for start, n in connection.execute(
        f"""select regexp_extract(regexp_replace({column}, '[^0-9+]', '', 'g'),
                '^(?:\\+|00)([1-9][0-9]{{0,{longest - 1}}})', 1) as start, count(*)
        from {scan} group by 1 having start <> ''"""
    ).fetchall():
        code = next(
            (
                by_calling[start[:size]]
                for size in range(longest, 0, -1)
                if start[:size] in by_calling
            ),
            None,
        )
        if code:
            votes[code] += int(n)
    return votes
