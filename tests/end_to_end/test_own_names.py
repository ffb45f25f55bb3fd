"""A client's columns may be called as the kit's own: nothing is mixed up."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from scvkit.engagement import Table
from scvkit.engine import RowTables, connect
from scvkit.extracts import read_file
from scvkit.profile import profile_source
from scvkit.records.extracts import SourceIntake
from scvkit.records.profile import TableProfile
from scvkit.sources import understand_table
from scvkit.vocabulary import Attribute, Domain, Grain

# Of the private tables (``engine/rows.py``), and of steps that stand beside a client's columns.
OWN = """
    record_id line_number wanted_id repeat source source_table record_key entity_kind cluster_id
    tier event_id grain happened_at birth_written is_customer value rows bits trimmed received
    country_word line kind key born words folded name_0 words_0 street place v0 h0 t0 p0 r0 c0 a b
    day mask state
""".split()
WIDTH = 10
KINDS = (Attribute.GIVEN_NAME, Attribute.EMAIL, Attribute.STREET, Attribute.POSTCODE)


@pytest.mark.parametrize("spelt", [str.lower, str.upper, str.title])
def test_columns_called_as_ours_are_read_typed_and_measured_like_any_others(
    tmp_path: Path, spelt: Callable[[str], str]
) -> None:
    usual = _records(tmp_path / "usual", [f"felt_{place}" for place in range(WIDTH)])
    # Some in turn are the columns that carry a name, a key, a place and the number.
    begin = [str.lower, str.upper, str.title].index(spelt) * 5
    for first in range(begin, len(OWN), 15):
        names = [spelt(name) for name in (OWN * 2)[first : first + WIDTH]]
        assert _records(tmp_path / str(first), names) == usual


def _records(folder: Path, names: list[str]) -> tuple[list[tuple[object, ...]], object]:
    """The typed records and the profile of one list under these column names."""
    folder.mkdir()
    file = folder / "liste.csv"
    rows = [
        [name, f"{name}{n % 9}@post.example".lower(), f"Storegade {n % 7}", "2100", f"nr{n % 11}"]
        + [f"{place}-{n % 5}" for place in range(len(names) - 5)]
        for n, name in enumerate(["Anna", "Bo", "Carl"] * 8)
    ]
    lines = [";".join(row) for row in [names, *rows]]
    file.write_text("\n".join(lines) + "\n")
    tables, connection = RowTables(folder / "work"), connect(threads=1)
    reading = read_file(connection, tables, file, source="crm", table="liste")
    mapped = dict(zip(reading.columns, KINDS, strict=False))
    others = dict.fromkeys(reading.columns[len(KINDS) :], Attribute.OTHER)
    table = understand_table(
        connection,
        tables,
        reading,
        table=Table(
            file="liste.csv",
            grain=Grain.CUSTOMER,
            id=reading.columns[4],
            columns={**mapped, **others},
        ),
        country="DK",
    )
    intake = SourceIntake(
        source="crm",
        name="crm",
        domain=Domain.OTHER,
        readings=(reading,),
        unread=(),
        tables=(table,),
    )
    [profile] = profile_source(connection, tables, intake, as_of=dt.date(2026, 9, 30)).tables
    listed = ", ".join(kind.value for kind in KINDS)
    typed = connection.execute(
        f"select record_id, line_number, {listed} from {tables.scan('source', 'crm', 'liste')}"
    ).fetchall()
    return typed, _measured(profile)


def _measured(profile: TableProfile) -> object:
    """What was counted, without the names of the columns."""
    return (
        profile.rows,
        profile.duplicate_rows,
        profile.excess_records,
        [
            (c.attribute, c.filled, c.distinct, c.masks, c.valid, c.inferred_type)
            for c in profile.columns
        ],
    )
