"""Simulated votes on a client whose truth is known: prints a table, asserts nothing.

    python benchmarks/votes.py CLIENT [VOTES …]
    python benchmarks/votes.py FOLDER/SET [VOTES …]

CLIENT is a folder made by ``sample_data/make.py``, FOLDER/SET one of the public sets of
``benchmarks/linkage.py`` (``fake_1000`` in the folder where its file lies). The truth votes in 300
elections of VOTES pairs (150), each drawn anew; precision and recall by votes stand beside those of
the truth. Recall is of the pairs that were compared: what has nothing in common was in no vote.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import fmean

import pandas as pd
from linkage import sets, write_sources

from scvkit import extracts, identity, linkage, sources
from scvkit.engagement import load_engagement
from scvkit.engine import Connection, RowTables, connect, quoted
from scvkit.linkage.ballot import draw_ballot, write_ballot
from scvkit.linkage.kinds import Linked, link_kind
from scvkit.records.evidence import Evidence
from scvkit.records.linkage import PairVotes
from scvkit.vocabulary import EntityKind

ELECTIONS = 300
PERSON = EntityKind.PERSON


def main(place: Path, sizes: list[int]) -> None:
    """Link once, vote often, print how far the votes are from the truth."""
    with tempfile.TemporaryDirectory() as folder:
        connection, rows = connect(), RowTables(Path(folder))
        if (place / "engagement.yaml").is_file():
            engagement = load_engagement(place)
            delivery = extracts.read_delivery(
                connection, rows, engagement, place / engagement.extracts
            )
            intake = sources.understand_delivery(connection, rows, engagement, delivery)
            person = persons(place)
        else:
            frames = dict(sets(place.parent))[place.name]()
            engagement, intake = write_sources(connection, rows, frames)
            person = {
                f"{source}/all/{record}": str(entity)
                for source, frame in frames.items()
                for record, entity in zip(frame["id"].astype(str), frame["truth"], strict=True)
            }
        identity.write_records(connection, rows, engagement, intake)
        linkage.link_records(connection, rows, engagement, intake)
        linked = link_kind(connection, rows, linkage.choose_settings(connection, rows))
        precision, recall = truth(connection, linked, person)
        print(f"truth: precision {precision:.3f}, recall of compared pairs {recall:.3f}")
        write_ballot(connection, rows, [linked])
        for votes in sizes:
            found = [elect(connection, rows, linked, person, votes, n) for n in range(ELECTIONS)]
            print(f"{votes} votes")
            tell("precision", precision, [v.precision for v in found])
            tell("recall", recall, [v.recall for v in found])


def persons(client: Path) -> dict[str, str]:
    """Person of each record key that has one."""
    frame = pd.read_parquet(client / "truth" / "records.parquet")
    keys = frame["silo"] + "/" + frame["table"] + "/" + frame["record_id"]
    return {k: str(p) for k, p in zip(keys, frame["person_id"], strict=True) if pd.notna(p)}


def truth(connection: Connection, linked: Linked, person: dict[str, str]) -> tuple[float, float]:
    """Precision of the joined pairs and recall among the compared ones."""
    mid = linked.clustering.mid
    pairs = connection.execute(
        f"select unique_id_l, unique_id_r from {quoted(linked.pairs)}"
    ).fetchall()
    one = [(a, b) for a, b in pairs if same(person, a, b)]
    joined = [(a, b) for a, b in pairs if mid[a] == mid[b]]
    right = sum(mid[a] == mid[b] for a, b in one)
    return right / len(joined), right / len(one)


def same(person: dict[str, str], left: str, right: str) -> bool:
    """Two records are one person when both have one and it is the same."""
    return person.get(left) is not None and person.get(left) == person.get(right)


def elect(
    connection: Connection,
    rows: RowTables,
    linked: Linked,
    person: dict[str, str],
    votes: int,
    seed: int,
) -> PairVotes:
    """One election: pairs drawn with ``seed``, answered by the truth."""
    draw_ballot(connection, rows, [linked], seed=seed)
    asked = linkage.questions(connection, rows, kind=PERSON, n=votes)
    answers = {
        (q.record_key_l, q.record_key_r): {
            "A": "same" if same(person, q.record_key_l, q.record_key_r) else "different"
        }
        for q in asked
    }
    sizes = linkage.strata(connection, rows, kind=PERSON)
    counted = linkage.count_votes(asked, sizes, answers, kind=PERSON)
    assert counted is not None
    return counted


def tell(name: str, true: float, found: list[Evidence]) -> None:
    """Mean error, root mean square error, elections within .02, and intervals that hold."""
    errors = [e.value - true for e in found if e.value is not None]
    held = sum(e.low is not None and e.high is not None and e.low <= true <= e.high for e in found)
    print(
        f"{name:10} mean error {fmean(errors):+.3f}, root mean square"
        f" {fmean(e * e for e in errors) ** 0.5:.4f}, within .02 in"
        f" {fmean(abs(e) < 0.02 for e in errors):.1%}, interval holds in {held / len(found):.1%}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(votes) for votes in sys.argv[2:]] or [150])
