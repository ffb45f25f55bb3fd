"""What a full profile costs beside reading the file, and beside ydata-profiling.

    .venv/bin/python benchmarks/profile.py [ROWS …] [--without-ydata]

Makes a CSV of twenty mixed columns (names, addresses, keys, dates, amounts, flags, a note) for each
count of ROWS (default 1,000,000), on one thread, each measure in a process of its own. Prints
seconds of processor time, the ratio to the floor, and the peak memory of the process:

* floor: DuckDB reads the CSV and hashes every column;
* the full profile from the file, as ``scvkit profile FILE`` makes it: reading (text table, report,
  rejects), understanding (meanings; above 200,000 rows no typed table), measuring (every measure
  of every row);
  Loading the kit's own words and rules, once per process, is told apart;
* ydata-profiling minimal on the same file, up to a million rows, beyond which it does not fit.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scvkit.engine import Connection, RowTables
    from scvkit.records.extracts import ReadingReport, SourceIntake, SourceTable

MOST_FOR_YDATA = 1_000_000
MEMORY = "600MB"
AS_OF = dt.date(2026, 9, 30)


def main() -> None:
    """Print one table for each count of rows."""
    options = _options()
    if options.measure:
        _MEASURES[options.measure](Path(options.file))
        return
    with tempfile.TemporaryDirectory(prefix="scvkit-bench-") as folder:
        for count in options.rows:
            file = Path(folder) / "customers.csv"
            _write_customers(file, count)
            _compare(file, count, ydata=not options.without_ydata and count <= MOST_FOR_YDATA)
            file.unlink()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", type=int, default=[1_000_000])
    parser.add_argument("--without-ydata", action="store_true")
    parser.add_argument("--measure", choices=sorted(_MEASURES), help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    return parser.parse_args()


def _compare(file: Path, count: int, *, ydata: bool) -> None:
    print(f"{count:,} rows, {file.stat().st_size / 1e6:,.0f} MB")
    floor: float | None = None
    for measure in ("floor", "profile", *(["ydata"] if ydata else [])):
        command = [sys.executable, "-P", __file__, "--measure", measure, "--file", str(file)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        for line in done.stdout.splitlines():
            name, seconds, peak = line.split("\t")
            if floor is None:
                floor = float(seconds)
            per_row = float(seconds) / count * 1e6
            print(
                f"  {name:<16}{float(seconds):8.2f} s{float(seconds) / floor:8.2f} ×"
                f"{per_row:8.2f} µs a row{float(peak):8.0f} MB"
            )


def _report(name: str, seconds: float) -> None:
    print(f"{name}\t{seconds}\t{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}")


def _measure_floor(file: Path) -> None:
    from scvkit.engine import connect

    connection = connect(threads=1)
    started = time.process_time()
    described = connection.execute(
        f"describe select * from read_csv('{file}', all_varchar = true)"
    ).fetchall()
    hashed = ", ".join(f'bit_xor(hash("{column[0]}"))' for column in described)
    connection.execute(f"select {hashed} from read_csv('{file}', all_varchar = true)").fetchall()
    _report("floor", time.process_time() - started)


def _measure_profile(file: Path) -> None:
    from scvkit.engine import RowTables, connect
    from scvkit.extracts import read_file
    from scvkit.profile import profile_source
    from scvkit.sources import understand_table

    with tempfile.TemporaryDirectory(prefix="scvkit-bench-") as folder:
        rows = RowTables(Path(folder))
        connection = connect(threads=1, memory_limit=MEMORY, spill_folder=Path(folder) / "spill")
        began = time.process_time()
        _load_lists(connection, rows, file)
        times = [time.process_time()]
        reading = read_file(connection, rows, file, source="file", table="customers")
        times.append(time.process_time())
        table = understand_table(connection, rows, reading, table=None, country="DK", typed=False)
        times.append(time.process_time())
        profile_source(connection, rows, _intake("file", reading, table), as_of=AS_OF)
        times.append(time.process_time())
    _report("lists, once", times[0] - began)
    _report("full profile", times[-1] - times[0])
    for name, begun, ended in zip(
        ("  reading", "  understanding", "  measuring"), times, times[1:], strict=False
    ):
        _report(name, ended - begun)


def _load_lists(connection: Connection, rows: RowTables, file: Path) -> None:
    """Let the kit load its words and rules, as it does once per process, on the first rows."""
    from scvkit.extracts import read_file
    from scvkit.profile import profile_source
    from scvkit.sources import understand_table

    few = rows.folder / "few.csv"
    with file.open("rb") as lines:
        few.write_bytes(b"".join(lines.readline() for _ in range(200)))
    reading = read_file(connection, rows, few, source="few", table="customers")
    table = understand_table(connection, rows, reading, table=None, country="DK", typed=False)
    profile_source(connection, rows, _intake("few", reading, table), as_of=AS_OF)


def _intake(source: str, reading: ReadingReport, table: SourceTable) -> SourceIntake:
    from scvkit.records.extracts import SourceIntake
    from scvkit.vocabulary import Domain

    return SourceIntake(
        source=source,
        name=source,
        domain=Domain.OTHER,
        readings=(reading,),
        unread=(),
        tables=(table,),
    )


def _measure_ydata(file: Path) -> None:
    os.environ["YDATA_PROFILING_NO_ANALYTICS"] = "True"
    import pandas as pd
    from ydata_profiling import ProfileReport

    started = time.process_time()
    frame = pd.read_csv(file, sep=";", decimal=",")
    report = ProfileReport(frame, minimal=True, progress_bar=False, pool_size=1)
    report.to_html()
    _report("ydata minimal", time.process_time() - started)


_MEASURES = {"floor": _measure_floor, "profile": _measure_profile, "ydata": _measure_ydata}


def _write_customers(file: Path, count: int) -> None:
    """Twenty columns, a row a customer, the same for the same count; no real person's data."""
    from scvkit.engine import connect

    connection = connect(threads=1)
    connection.execute(
        f"copy (select {', '.join(_columns(count))} from range({count}) numbers(i)) to '{file}' "
        "(header, delimiter ';')"
    )


def _chance(salt: str, parts: int) -> str:
    """SQL for a number below ``parts`` that depends on the row alone."""
    return f"cast(hash(i || '{salt}') % {parts} as bigint)"


def _word(salt: str, count: int) -> str:
    """SQL for one of ``count`` invented words, some of them with Nordic letters."""
    starts = "['Bra','Søl','Kjel','Åre','Hol','Læs','Tor','Vin','Ask','Grøn','Mar','Lin']"
    ends = "['dal','vik','sen','berg','lund','by','strøm','holt','mark','näs']"
    n = f"cast(pow({_chance(salt, 1000)} / 1000.0, 2) * {count} as bigint)"
    return (
        f"{starts}[{n} % 12 + 1] || {ends}[{n} // 12 % 10 + 1] || "
        f"case when {n} >= 120 then ['a','e','i','o'][{n} % 4 + 1] || 'n' else '' end"
    )


def _sometimes(salt: str, share: int, sql: str) -> str:
    return f"case when {_chance(salt, 100)} < {share} then {sql} end"


def _day(salt: str, first: str, days: int) -> str:
    return f"date '{first}' + cast({_chance(salt, days)} as integer)"


def _columns(count: int) -> tuple[str, ...]:
    """SQL of the columns. At every count the same share of rows has another's key by chance."""
    houses = 180 * -(-count // 1_000_000)
    neighbour = f"(i - case when {_chance('delt', 100)} < 1 then 1 else 0 end)"
    return (
        "1000000 + i as kundenr",
        f"{_word('fornavn', 300)} as fornavn",
        f"{_word('efternavn', 900)} as efternavn",
        _sometimes(
            "har_mail",
            80,
            "case when " + _chance("ingen", 20) + " = 0 then 'ingen@mail.example' else 'kunde' || "
            f"(hash(i || 'mail') % 90000000) || '@' || {_chance('vært', 40)} || 'post.example' end",
        )
        + " as email",
        _sometimes("har_tlf", 85, f"'0' || (10000000 + {neighbour} * 48271 % 89999999)")
        + " as telefon",
        f"{_word('vej', 400)} || 'vej ' || {_chance('husnr', houses)} as adresse",
        f"1000 + {_chance('postnr', 900)} as postnr",
        f"{_word('by', 90)} as by",
        f"['DK','DK','DK','SE','NO'][{_chance('land', 5)} + 1] as land",
        _sometimes("har_født", 60, f"strftime({_day('født', '1940-01-01', 24000)}, '%d-%m-%Y')")
        + " as foedselsdato",
        _sometimes("firma", 10, f"lpad(cast({_chance('cvr', 99999999)} as varchar), 8, '0')")
        + " as cvr_nr",
        f"['Privat','Erhverv','Medlem','Medarbejder'][{_chance('gruppe', 4)} + 1] as kundegruppe",
        f"['J','N',''][{_chance('ja', 3)} + 1] as ok_email",
        f"strftime({_day('oprettet', '2012-01-01', 5000)}, '%Y-%m-%d') as oprettet",
        f"strftime(timestamp '2021-01-01' + to_seconds({_chance('ændret', 180000000)}), "
        "'%Y-%m-%d %H:%M:%S') as aendret",
        _sometimes("har_købt", 70, f"strftime({_day('købt', '2022-01-01', 1700)}, '%d-%m-%Y')")
        + " as sidste_koeb",
        f"replace(printf('%.2f', {_chance('sum', 900000)} / 100.0), '.', ',') as omsaetning_12m",
        f"{_chance('ordrer', 40)} as antal_ordrer",
        "md5(cast(i as varchar)) as enheds_id",
        _sometimes(
            "note",
            15,
            f"'Ringede om ' || {_word('emne', 200)} || ', sag ' || {_chance('sag', 9999)}",
        )
        + " as bemaerkning",
    )


if __name__ == "__main__":
    main()
