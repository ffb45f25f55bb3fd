"""What-if predictions against really adding the key, on clients whose truth is known.

    python benchmarks/what_if.py FOLDER [--preset demo] [--seeds 5]

For each seed the sample generator makes a client. Each scenario is predicted from the linked data,
then the key is really given to a part of the records that lack it, the same people's own, and
persons are linked anew, training included. FOLDER keeps the clients and what was really found, so
that a second start only predicts. Prints one line a scenario and the summary, then the same for the
people each use case would serve: its funnel counted again over the links really found.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median

import numpy as np
import pandas as pd

from scvkit import consent, extracts, identity, linkage, scenarios, sources, usecases
from scvkit.engagement import Engagement, load_engagement
from scvkit.engine import Connection, RowTables, connect
from scvkit.linkage.customers import write_customers
from scvkit.linkage.kinds import link_kind
from scvkit.records.extracts import Intake
from scvkit.records.scenarios import AddKey, WhatIf
from scvkit.store import Store

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from sample_data.generator.build import build
from sample_data.generator.parameters import PRESETS, TAERSKEL
from sample_data.generator.people import Population

# Source, key, share of the records without it that are asked, source to be found in.
SCENARIOS = (
    ("club", "email", 0.7, "newsletter"),
    ("club", "phone", 0.6, "erp"),
    ("erp", "email", 0.7, "newsletter"),
    ("erp", "phone", 0.7, "club"),
    ("desk", "email", 0.6, "shop"),
    ("desk", "phone", 0.6, "erp"),
    ("desk", "customer_number", 0.4, "erp"),
    ("shop", "customer_number", 0.5, "erp"),
    ("shop", "phone", 0.8, "club"),
    ("crm", "customer_number", 0.6, "erp"),
)
PRIMARY = 0.85  # of people with two addresses, those who tell the one they use most
FIRST_SEED = 20260930


@dataclass(frozen=True, slots=True)
class Client:
    """One generated client, linked."""

    seed: int
    folder: Path
    connection: Connection
    rows: RowTables
    engagement: Engagement
    intake: Intake


@dataclass(frozen=True, slots=True)
class Really:
    """Share of the source's records found in each other source, and people each use case serves."""

    found: dict[str, float]
    served: dict[str, int]


def main(folder: Path, preset: str, seeds: int) -> None:
    """Predict and really do every scenario of every seed; print the comparison."""
    lines, served = [], []
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        client = linked_client(folder / f"{preset}-{seed}", preset, seed)
        asked = scenarios.Scenarios(
            client.connection, client.rows, client.engagement, client.intake
        )
        for number, (source, key, share, target) in enumerate(SCENARIOS):
            real = really(client, number)
            found = asked.what_if(AddKey(source=source, key=key, share=share))
            served += served_beside(client, number, real.served, found)
            (guess,) = (p for p in found.overlaps if p.target == target)
            after = guess.after
            if after.value is None or after.low is None or after.high is None:
                print(f"{seed} {source}.{key}: not predicted ({after.reason})")
                continue
            lines.append(
                {
                    "seed": seed,
                    "scenario": f"{source}.{key} +{share:.0%} → {target}",
                    "now": 100 * (guess.now.value or 0),
                    "naive": 100 * (guess.naive or 0),
                    "predicted": 100 * after.value,
                    "low": 100 * after.low,
                    "high": 100 * after.high,
                    "really": 100 * real.found[target],
                }
            )
    frame = pd.DataFrame(lines)
    print(frame.round(1).to_string(index=False))
    error, naive = ((frame[name] - frame["really"]).abs() for name in ("predicted", "naive"))
    inside = (frame["low"] <= frame["really"]) & (frame["really"] <= frame["high"])
    for name, errors in (("hide and recover", error), ("naive", naive)):
        print(
            f"{name}: median error {median(errors):.2f} points, within 3 points"
            f" {(errors <= 3).mean():.0%}, worst {errors.max():.1f}"
        )
    print(f"{len(frame)} scenarios; truth inside the 90 % range {inside.mean():.0%}")
    report_served(pd.DataFrame(served))


def served_beside(
    client: Client, number: int, real: dict[str, int], found: WhatIf
) -> list[dict[str, object]]:
    """Predicted and real served people of each use case that the prediction names."""
    source, key, share, _ = SCENARIOS[number]
    return [
        {
            "seed": client.seed,
            "scenario": f"{source}.{key} +{share:.0%}",
            "use case": use.id,
            "base": use.base,
            "now": use.now,
            "predicted": use.after.value,
            "low": use.after.low,
            "high": use.after.high,
            "really": real[use.id],
        }
        for use in found.use_cases
        if use.after.assessed and use.id in real and use.base
    ]


def report_served(frame: pd.DataFrame) -> None:
    """The people served: error in points of the base, and how often the range holds the truth."""
    if frame.empty:
        print("no use case could be predicted")
        return
    low = frame["low"].fillna(frame["predicted"])
    high = frame["high"].fillna(frame["predicted"])
    frame["inside"] = (low <= frame["really"]) & (frame["really"] <= high)
    frame["points"] = 100 * (frame["predicted"] - frame["really"]).abs() / frame["base"]
    moved = frame[(frame["really"] != frame["now"]) | (frame["predicted"] != frame["now"])]
    for name, part in (("all", frame), ("those that move", moved)):
        print(
            f"people served, {name}: {len(part)}; median error {part['points'].median():.2f} points"
            f" of the base, within 3 points {(part['points'] <= 3).mean():.0%},"
            f" worst {part['points'].max():.1f}; inside the range {part['inside'].mean():.0%}"
        )
    print(moved.groupby("use case")[["points", "inside"]].mean().round(2).to_string())
    print(moved[~moved["inside"]].round(1).to_string(index=False))


def linked_client(folder: Path, preset: str, seed: int) -> Client:
    """The client of one seed, made and linked unless it was before."""
    if not (folder / "engagement.yaml").is_file():
        build(TAERSKEL, PRESETS[preset], seed, folder)
    engagement = load_engagement(folder)
    connection = connect(spill_folder=folder / "spill")
    rows, store = RowTables(folder / "rows"), Store(folder / "results")
    if not store.path("linkage").is_file():
        delivery = extracts.read_delivery(
            connection, rows, engagement, folder / engagement.extracts
        )
        store.save("intake", sources.understand_delivery(connection, rows, engagement, delivery))
        intake = store.load("intake", Intake, made_by="")
        identity.write_records(connection, rows, engagement, intake)
        found = linkage.link_records(connection, rows, engagement, intake)
        consent.write_permissions(connection, rows, engagement, intake)
        consent.reconcile(connection, rows, engagement, intake)
        store.save("linkage", found)
    intake = store.load("intake", Intake, made_by="")
    return Client(seed, folder, connection, rows, engagement, intake)


def really(client: Client, number: int) -> Really:
    """What is true once the key was really added: persons linked anew, funnels counted again."""
    kept = client.folder / f"truly-{number}.json"
    if not kept.is_file():
        source, key, share, _ = SCENARIOS[number]
        changed = with_key(client, source, key, share)
        linked = link_kind(
            client.connection, changed, linkage.choose_settings(client.connection, changed)
        )
        linked.clustering.write("really_clusters")
        rows = client.rows.over(changed.folder)
        rows.write(client.connection, clusters_then(client), "clusters")
        write_customers(client.connection, rows)
        fits = usecases.fit_use_cases(client.connection, rows, client.engagement, client.intake)
        served = {f.id: f.served.mid for f in fits.fits if f.served is not None}
        for name in ("clusters", "customers"):
            rows.path(name).unlink()
        text = json.dumps({"found": found_in(client, source), "served": served})
        kept.write_text(text, encoding="utf-8")
    told = json.loads(kept.read_text(encoding="utf-8"))
    return Really(found=told["found"], served=told["served"])


def clusters_then(client: Client) -> str:
    """The clusters of persons found then, companies as they were."""
    ids = ", ".join(
        f"coalesce(new.{name}, now.{name}) as {name}"
        for name in ("cluster_id", "cluster_id_low", "cluster_id_high")
    )
    return f"""
        select now.record_key, now.source, now.entity_kind, {ids},
            case when new.record_key is null then now.tier else new.tier end as tier
        from {client.rows.scan("clusters")} now
        left join really_clusters new using (record_key) order by record_key"""


def with_key(client: Client, source: str, key: str, share: float) -> RowTables:
    """The records with the key given by those who were asked and have one."""
    frame = client.connection.execute(
        f"select * from {client.rows.scan('records')} order by record_key"
    ).df()
    truth = pd.read_parquet(client.folder / "truth" / "records.parquet")
    keys = truth["silo"] + "/" + truth["table"] + "/" + truth["record_id"]
    person = dict(zip(keys, truth["person_id"], strict=True))
    own = values_of(client, frame.assign(person=frame["record_key"].map(person)), key)
    rng = Random(f"{client.seed}/{source}/{key}")
    values = frame[key].tolist()
    for n, row in enumerate(frame[["record_key", "source", "entity_kind", key]].itertuples()):
        lacks = row.source == source and row.entity_kind == "person" and pd.isna(row[4])
        if lacks and rng.random() < share:
            held = own.get(person.get(row.record_key), ())
            if held:
                values[n] = held[0] if len(held) == 1 or rng.random() < PRIMARY else held[1]
    frame[key] = values
    client.connection.register("really_frame", frame)
    rows = RowTables(client.folder / "really")
    columns = client.connection.execute(f"describe from {client.rows.scan('records')}").fetchall()
    typed = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind, *_ in columns)
    rows.write(
        client.connection, f"select {typed} from really_frame order by record_key", "records"
    )
    client.connection.unregister("really_frame")
    return rows


def values_of(client: Client, frame: pd.DataFrame, key: str) -> dict[object, list[str]]:
    """What each person would say when asked; their own, the one they use most first."""
    if key == "customer_number":
        held = frame[(frame["source"] == "erp") & frame[key].notna() & frame["person"].notna()]
        return {p: sorted(set(g)) for p, g in held.groupby("person")[key]}
    preset = PRESETS[client.folder.name.split("-")[0]]
    people = Population(TAERSKEL, preset, client.seed).people
    if key == "email":
        return {p.person_id: [e for e in (p.email, p.second_email) if e] for p in people}
    return {p.person_id: [n.digits for n in (p.mobile, p.landline) if n] for p in people}


def found_in(client: Client, source: str) -> dict[str, float]:
    """Share of the person records of ``source`` whose cluster reaches each other source."""
    frame = client.connection.execute(
        f"""select record.source, coalesce(cluster_id, record_key) as cluster
        from {client.rows.scan("records")} record left join really_clusters using (record_key)
        where entity_kind = 'person' order by record_key"""
    ).df()
    own = frame.loc[frame["source"] == source, "cluster"]
    others = sorted(set(frame["source"]) - {source})
    return {
        other: float(np.mean(own.isin(frame.loc[frame["source"] == other, "cluster"])))
        for other in others
    } | {"": float(np.mean(own.isin(frame.loc[frame["source"] != source, "cluster"])))}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="keeps the clients between two starts")
    parser.add_argument("--preset", choices=sorted(PRESETS), default="demo")
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    main(given.folder, given.preset, given.seeds)
