"""Files nobody would send, one after the other, through reading, understanding and measuring.

    python -m tests.stress.fuzzing [MINUTES] [FIRST SEED]

Prints how many were read and how many refused with one sentence; a traceback ends it and names the
seed that made the file.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from pathlib import Path

from scvkit.engine import Connection, RowTables, connect
from scvkit.extracts.reading import read_tables
from scvkit.profile import profile_source
from scvkit.records.extracts import SourceIntake
from scvkit.sources import understand_table
from scvkit.vocabulary import Domain
from tests.extracts.corruptions import corrupted
from tests.stress.enduring import endure_for_minutes

LONGEST = 60  # seconds for one file
HEADERS = (
    "email telefon mobil fornavn navn adresse postnr by land foedselsdato cvr cpr oprettet "
    "sidste_koeb beloeb valuta samtykke tilmeldt kundenr ordrenr ip url koen sprog note id"
).split()
CELLS = (
    "",
    " ",
    "0",
    "-0",
    "1e999",
    "NaN",
    "-inf",
    "9" * 40,
    "0000-00-00",
    "99-99-9999",
    "31-02-2020 25:61",
    "292278994-08-17",
    "5" * 10,
    "0101701234",
    "+45 " * 8,
    "@",
    "a@b@c.dk",
    "ja",
    "=cmd|' /C calc'!A0",
    "\u202e\u200b\ufeff",
    "Æ" * 300,
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "'; drop table x; --",
    '"',
    "\\",
    "\t",
    "%s{0}$1",
    "<script>",
    "1.234,56",
    "12/13/2020",
    "20201399",
    "-1",
)
SIGNS = ";,\t|\"'\n\r\0\x1a\\/-.:@+= aAåÅ09€\xa0\u2028"


def strange_file(seed: int) -> tuple[str, bytes]:
    """Return the name and bytes of a file: a good one damaged, a table of odd cells, or signs."""
    rng = random.Random(seed)
    kind = rng.random()
    if kind < 0.4:
        name, body, _ = corrupted(seed)
        return name, body
    encoding = rng.choice(["utf-8", "cp1252", "utf-16", "utf-8-sig", "latin-1"])
    if kind < 0.8:
        sign = rng.choice(";,\t|")
        width = rng.choice([1, 2, 5, 20, 60])
        lines = [[rng.choice(HEADERS) for _ in range(width)]]
        for _ in range(rng.choice([0, 1, 3, 40, 400])):
            length = width if rng.random() < 0.95 else rng.randint(0, width + 3)
            lines.append([rng.choice(CELLS) for _ in range(length)])
        text = rng.choice(["\n", "\r\n"]).join(sign.join(line) for line in lines)
    else:
        text = "".join(rng.choice(SIGNS) for _ in range(rng.choice([1, 10, 300, 5000])))
    return rng.choice(["a.csv", "a.txt", "a.json", "a.xls"]), text.encode(encoding, "replace")


def send_odd_file(folder: Path, seed: int) -> None:
    """Send the file of a seed through reading, understanding and measuring."""
    home = folder / str(seed % 7)
    home.mkdir(exist_ok=True)
    name, body = strange_file(seed)
    file = home / name
    file.write_bytes(body)
    rows = RowTables(home / "work")
    connection = connect(threads=1, memory_limit="1GB", spill_folder=home / "spill")
    try:
        measure_file(connection, rows, file)
    finally:
        connection.close()


def measure_file(connection: Connection, rows: RowTables, file: Path) -> int:
    """Read, understand and measure up to three tables of a file; return how many there were."""
    measured = 0
    for reading in itertools.islice(
        read_tables(connection, rows, file, source="odd", table="odd"), 3
    ):
        assert reading.rows > 0
        table = understand_table(connection, rows, reading, table=None, country="DK")
        intake = SourceIntake(
            source="odd",
            name="Odd",
            domain=Domain.OTHER,
            readings=(reading,),
            unread=(),
            tables=(table,),
        )
        profile = profile_source(connection, rows, intake, as_of=dt.date(2026, 9, 30))
        assert profile.tables[0].rows == reading.rows
        measured += 1
    return measured


if __name__ == "__main__":
    endure_for_minutes(send_odd_file)
