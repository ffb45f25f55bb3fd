"""Columns counted together give what each gives by itself."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scvkit.engine import RowTables, connect
from scvkit.extracts import read_file
from scvkit.profile import profile_source, table
from scvkit.records.extracts import SourceIntake
from scvkit.sources import understand_table
from scvkit.vocabulary import Domain

NUMBERS = ("12", "0012", "3,5", "010580-2345", "1900-01-01", "31-12-2020", "12/31/2020")
WORDS = ("", " ", "n/a", "ja", "nej", "Søren", " Åse ", "JÃ¸rgen", "ole@vik.example", "x" * 30)
AS_OF = dt.date(2026, 9, 30)
CELLS = st.sampled_from((*NUMBERS, "2020-01-02 02:30", *WORDS))


@settings(max_examples=3, deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=9, max_size=9), min_size=2, max_size=6))
def test_columns_counted_together_are_measured_as_each_alone(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("alike")
    file = folder / "bred.csv"
    lines = [";".join(["nr", *(f"felt_{i}" for i in range(9))])]
    lines += [";".join([str(place), *row]) for place, row in enumerate(rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    tables, connection = RowTables(folder / "work"), connect(threads=1)
    reading = read_file(connection, tables, file, source="bred", table="bred")
    meaning = understand_table(connection, tables, reading, table=None, country="DK", typed=False)
    intake = SourceIntake(
        source="bred",
        name="Bred",
        domain=Domain.OTHER,
        readings=(reading,),
        unread=(),
        tables=(meaning,),
    )
    together = profile_source(connection, tables, intake, as_of=AS_OF)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "columns_at_once", lambda _: 0)
        alone = profile_source(connection, tables, intake, as_of=AS_OF)
    assert together == alone
