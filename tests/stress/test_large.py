"""Files of a size that nobody opens: read whole, understood and measured."""

import resource
import time
from pathlib import Path

import pytest

from scvkit.engine import RowTables, connect
from scvkit.extracts import read_file
from tests.stress.fuzzing import measure_file

GIGABYTES = 2


@pytest.mark.stress
def test_a_file_of_two_gigabytes_is_read_to_its_last_row(tmp_path: Path) -> None:
    file = tmp_path / "stor.csv"
    block = b"".join(b"%07d;Kunde %d;k%d@firma.example;note\n" % (n, n, n) for n in range(100_000))
    blocks = (GIGABYTES << 30) // len(block) + 1
    with file.open("wb") as written:
        written.write(b"id;navn;email;note\n")
        for _ in range(blocks):
            written.write(block)
    connection = connect(threads=1, memory_limit="1GB", spill_folder=tmp_path / "spill")
    report = read_file(connection, RowTables(tmp_path / "work"), file, source="s", table="t")
    assert report.rows == blocks * 100_000
    # Of the process: whatever runs before this test must need less.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2 << 20  # kilobytes


@pytest.mark.stress
def test_five_thousand_columns_are_profiled_within_a_minute(tmp_path: Path) -> None:
    file = tmp_path / "bred.csv"
    cells = ("12", "ja", "2020-01-02", "tekst med ord", "")
    lines = [";".join(f"felt_{place}" for place in range(5000))]
    lines += [";".join(cells[(row + place) % 5] for place in range(5000)) for row in range(200)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    began = time.process_time()
    assert measure_file(connect(threads=1), RowTables(tmp_path / "work"), file) == 1
    assert time.process_time() - began < 60
