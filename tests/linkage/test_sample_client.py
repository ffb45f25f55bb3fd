"""The sample client against its truth: what the linkage must reach."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from scvkit import extracts, identity, linkage, sources
from scvkit.engagement import Engagement, load_engagement
from scvkit.engine import Connection, RowTables, connect
from scvkit.records.extracts import Intake
from scvkit.records.linkage import Linkage
from scvkit.vocabulary import EntityKind

ROOT = Path(__file__).parents[2]


@dataclass
class Linked:
    """The tiny preset, linked once for all tests."""

    connection: Connection
    rows: RowTables
    engagement: Engagement
    intake: Intake
    linkage: Linkage
    truth: pd.DataFrame
    persons: pd.DataFrame

    def merged(self) -> pd.DataFrame:
        clusters = self.connection.execute(f"from {self.rows.scan('clusters')}").df()
        return clusters.merge(self.truth, on="record_key")

    def digest(self) -> dict[str, str]:
        return {
            name: hashlib.sha256(self.rows.path(name).read_bytes()).hexdigest()
            for name in ("records", "pairs", "clusters", "relations")
        }


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Linked:
    base = tmp_path_factory.mktemp("tiny")
    make = [sys.executable, str(ROOT / "sample_data" / "make.py"), "--preset", "tiny"]
    subprocess.run([*make, "--out", str(base)], check=True, capture_output=True, cwd=ROOT)
    (home,) = [path.parent for path in base.rglob("engagement.yaml")]
    engagement = load_engagement(home)
    connection, rows = connect(), RowTables(tmp_path_factory.mktemp("work"))
    delivery = extracts.read_delivery(connection, rows, engagement, home / engagement.extracts)
    intake = sources.understand_delivery(connection, rows, engagement, delivery)
    identity.write_records(connection, rows, engagement, intake)
    found = linkage.link_records(connection, rows, engagement, intake)
    truth = pd.read_parquet(home / "truth" / "records.parquet")
    truth["record_key"] = truth["silo"] + "/" + truth["table"] + "/" + truth["record_id"]
    return Linked(
        connection=connection,
        rows=rows,
        engagement=engagement,
        intake=intake,
        linkage=found,
        truth=truth[["record_key", "silo", "person_id", "org_id"]],
        persons=pd.read_parquet(home / "truth" / "persons.parquet"),
    )


def pairwise(frame: pd.DataFrame, entity: str, cluster: str = "cluster_id") -> tuple[float, float]:
    known = frame[frame[entity].notna()]

    def pairs(counts: Counter[object]) -> int:
        return sum(n * (n - 1) // 2 for n in counts.values())

    both = pairs(Counter(zip(known[entity], known[cluster], strict=True)))
    return both / pairs(Counter(known[cluster])), both / pairs(Counter(known[entity]))


def findable(tiny: Linked) -> pd.DataFrame:
    """Person records that hold anything a human could compare."""
    frame = tiny.merged()
    compared = {
        row[0]
        for row in tiny.connection.execute(
            f"select record_key from {tiny.rows.scan('records')} where has_key"
            " or name_sorted is not null"
        ).fetchall()
    }
    return frame[(frame["entity_kind"] == "person") & frame["record_key"].isin(compared)]


def test_clusters_of_persons_are_precise_and_find_most(tiny: Linked) -> None:
    precision, recall = pairwise(findable(tiny), "person_id")
    assert precision >= 0.96
    assert recall >= 0.78


def test_clusters_of_organisations_are_precise_and_find_most(tiny: Linked) -> None:
    frame = tiny.merged()
    firms = frame[(frame["entity_kind"] == "organisation") & (frame["silo"] != "newsletter")]
    precision, recall = pairwise(firms, "org_id")
    assert precision >= 0.96
    assert recall >= 0.9


@pytest.mark.parametrize(("tier", "least"), [("A", 0.99), ("B", 0.95), ("C", 0.97)])
def test_each_tier_is_as_precise_as_it_says(tiny: Linked, tier: str, least: float) -> None:
    pairs = tiny.connection.execute(
        f"from {tiny.rows.scan('pairs')} where tier = ? and entity_kind = 'person'", [tier]
    ).df()
    entity = dict(zip(tiny.truth["record_key"], tiny.truth["person_id"], strict=True))
    right = [
        entity.get(a) is not None and entity.get(a) == entity.get(b)
        for a, b in zip(pairs["record_key_l"], pairs["record_key_r"], strict=True)
    ]
    assert len(right) >= 30
    assert sum(right) / len(right) >= least


def test_no_overlap_is_found_that_is_not_there(tiny: Linked) -> None:
    frame = tiny.merged()
    frame = frame[frame["entity_kind"] == "person"]
    people = {silo: set(group["person_id"].dropna()) for silo, group in frame.groupby("silo")}
    for overlap in tiny.linkage.overlaps:
        if overlap.kind is not EntityKind.PERSON:
            continue
        a, b = people[overlap.source_a], people[overlap.source_b]
        true = len(a & b) / min(len(a), len(b))
        found = overlap.share(overlap.mid)
        assert found is not None
        assert found <= true + 0.02, (overlap.source_a, overlap.source_b)
        assert overlap.low <= overlap.mid <= overlap.high <= overlap.smaller


def test_the_estimate_of_hidden_customers_covers_the_truth(tiny: Linked) -> None:
    split = tiny.linkage.newsletter
    assert split is not None
    assert split.hidden.value is not None
    assert split.found.value is not None
    readers = set(tiny.truth[tiny.truth["silo"] == "newsletter"]["person_id"].dropna())
    customers = tiny.persons[tiny.persons["is_customer"]]["person_id"]
    true = len(readers & set(customers))
    assert split.found.value <= true + 0.02 * len(readers)
    assert split.hidden.low is not None
    assert split.hidden.high is not None
    assert split.found.value + split.hidden.low <= true <= split.found.value + split.hidden.high


def test_nothing_in_the_score_of_a_pair_is_left_unexplained(tiny: Linked) -> None:
    examples = tiny.linkage.examples
    assert {e.kind for e in examples} == set(EntityKind)
    for pair in examples:
        bars = [pair.prior, *(s.bits for s in (*pair.steps, *pair.beside))]
        assert pair.adjustment == 0
        assert round(sum(bars), 1) == pair.total
    assert any(pair.beside for pair in examples)


def test_father_and_son_are_not_merged_when_birth_dates_are_there(tiny: Linked) -> None:
    frame = tiny.merged()
    pairs = tiny.persons[tiny.persons["father_and_son"]]["person_id"]
    births = tiny.connection.execute(
        f"select record_key from {tiny.rows.scan('records')} where date_of_birth is not null"
    ).fetchall()
    dated = {row[0] for row in births}
    held = frame[frame["person_id"].isin(pairs) & frame["record_key"].isin(dated)]
    assert len(held) >= 4
    assert held.groupby("cluster_id")["person_id"].nunique().max() == 1


def test_model_based_precision_is_near_the_truth(tiny: Linked) -> None:
    precision, _ = pairwise(findable(tiny), "person_id")
    (persons,) = [k for k in tiny.linkage.kinds if k.kind is EntityKind.PERSON]
    assert persons.precision.value == pytest.approx(precision, abs=0.03)


def test_150_votes_of_somebody_who_knows_are_near_the_truth(tiny: Linked) -> None:
    entity = dict(zip(tiny.truth["record_key"], tiny.truth["person_id"], strict=True))
    person = {"kind": EntityKind.PERSON}
    asked = linkage.questions(tiny.connection, tiny.rows, n=150, **person)
    assert 60 <= len(asked) <= 160
    votes = {
        (q.record_key_l, q.record_key_r): {"A": "same" if a is not None and a == b else "different"}
        for q in asked
        for a, b in [(entity.get(q.record_key_l), entity.get(q.record_key_r))]
    }
    sizes = linkage.strata(tiny.connection, tiny.rows, **person)
    counted = linkage.count_votes(asked, sizes, votes, **person)
    assert counted is not None
    precision, recall = of_compared_pairs(tiny)
    assert counted.precision.value == pytest.approx(precision, abs=0.02)
    assert counted.precision.low <= precision <= counted.precision.high
    assert counted.recall.low <= recall <= counted.recall.high
    assert counted.recall.value == pytest.approx(recall, abs=0.03)


def test_every_compared_pair_that_stayed_apart_is_in_one_bundle(tiny: Linked) -> None:
    sizes = linkage.strata(tiny.connection, tiny.rows, kind=EntityKind.PERSON)
    cluster = dict(zip(tiny.merged()["record_key"], tiny.merged()["cluster_id"], strict=True))
    pairs = tiny.connection.execute(
        "select unique_id_l, unique_id_r, match_weight from linkage_person_pairs"
    ).fetchall()
    apart = [(a, b, weight) for a, b, weight in pairs if cluster[a] != cluster[b]]
    assert sum(s.pairs for s in sizes if not s.joined) == len(apart)
    assert all(1 <= b.pairs <= 6 for s in sizes for b in s.bundles)
    best: dict[frozenset[str], list[float]] = {}
    for a, b, weight in apart:
        best.setdefault(frozenset((cluster[a], cluster[b])), []).append(weight)
    asked = linkage.questions(tiny.connection, tiny.rows, kind=EntityKind.PERSON, n=150)
    places = []
    for q in asked:
        one, other = cluster[q.record_key_l], cluster[q.record_key_r]
        assert q.joined == (one == other) == (q.bundle is None)
        if one != other:
            places.append(sorted(best[frozenset((one, other))], reverse=True).index(q.match_weight))
    # Asked is the best pair of the first six, the best of the next six, and so on.
    assert places
    assert all(place % 6 == 0 for place in places)


def of_compared_pairs(tiny: Linked) -> tuple[float, float]:
    """Precision of the joined pairs and recall among the compared ones, which votes speak of.

    What has nothing in common was compared with nothing, and nobody could vote on it.
    """
    told = tiny.merged()[["record_key", "cluster_id", "person_id"]]
    tiny.connection.execute("select 1").fetchall()
    tiny.connection.register("told", told.astype("string"))
    [(joined, right, true)] = tiny.connection.execute(
        """with pair as (
            select a.cluster_id = b.cluster_id as joined,
                coalesce(a.person_id = b.person_id, false) as one
            from linkage_person_pairs p
            join told a on a.record_key = p.unique_id_l
            join told b on b.record_key = p.unique_id_r)
        select count(*) filter (where joined), count(*) filter (where joined and one),
            count(*) filter (where one) from pair"""
    ).fetchall()
    tiny.connection.unregister("told")
    return right / joined, right / true


def test_clusters_are_nested(tiny: Linked) -> None:
    frame = tiny.merged()
    assert frame.groupby("cluster_id_low")["cluster_id"].nunique().max() == 1
    assert frame.groupby("cluster_id")["cluster_id_high"].nunique().max() == 1


def test_a_second_run_gives_the_same_bytes_and_the_same_numbers(tiny: Linked) -> None:
    before = tiny.digest()
    again = linkage.link_records(tiny.connection, tiny.rows, tiny.engagement, tiny.intake)
    assert tiny.digest() == before
    assert again == tiny.linkage


def test_every_number_of_the_linkage_is_possible(tiny: Linked) -> None:
    found = tiny.linkage
    for evidence in (
        found.recovery,
        found.contradictory_clusters,
        found.unlinkable,
        found.stability,
    ):
        assert evidence.value is not None
        assert 0 <= evidence.value <= 1
    people = {
        row[0]
        for row in tiny.connection.execute(
            f"select distinct cluster_id from {tiny.rows.scan('clusters')} c"
            f" join {tiny.rows.scan('records')} r using (record_key)"
            # An anonymous visit says nothing about anybody: it is no person.
            " where c.entity_kind = 'person' and (has_key or email is not null"
            " or name_sorted is not null)"
        ).fetchall()
    }
    assert sum(seen.people for seen in found.seen_in) == len(people)
    assert all(e.low <= e.mid <= e.high <= e.records for e in found.sources)
