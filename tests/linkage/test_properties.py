"""Laws of the linkage: order changes nothing, a key never harms, a record finds itself."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest

from scvkit import identity, linkage
from tests.identity.small import Row, Small
from tests.linkage.lists import ODDER, lists


def linked(
    folder: Path, sources: dict[str, list[Row]], *, shuffled: bool = False
) -> dict[str, str]:
    """Cluster of each record; ``shuffled`` gives sources, rows and columns another order."""
    small = Small(folder)
    draw = random.Random(7)
    for name in sorted(sources, reverse=shuffled):
        rows = list(sources[name])
        if shuffled:
            draw.shuffle(rows)
        small.add(name, rows)
        if shuffled:
            _shuffle_columns(small, name, draw)
    engagement = small.engagement()
    identity.write_records(small.connection, small.rows, engagement, small.intake)
    linkage.link_records(small.connection, small.rows, engagement, small.intake)
    return dict(
        small.connection.execute(
            f"select record_key, cluster_id from {small.rows.scan('clusters')}"
        ).fetchall()
    )


def _shuffle_columns(small: Small, source: str, draw: random.Random) -> None:
    path = small.rows.path("source", source, "all")
    frame = pd.read_parquet(path)
    frame[draw.sample(list(frame), len(frame.columns))].to_parquet(path)


def pairs(clusters: dict[str, str]) -> set[tuple[str, str]]:
    """Pairs of records that share a cluster."""
    together: dict[str, list[str]] = {}
    for record, cluster in sorted(clusters.items()):
        together.setdefault(cluster, []).append(record)
    return {(a, b) for each in together.values() for a in each for b in each if a < b}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """What is found in the two lists as they come."""
    return pairs(linked(tmp_path_factory.mktemp("plain"), lists()[0]))


def found(joined: set[tuple[str, str]], truth: dict[str, str]) -> tuple[float, float]:
    right = sum(truth[a] == truth[b] for a, b in joined)
    every = len(truth) - len(set(truth.values()))
    return right / len(joined), right / every


def test_people_of_two_dirty_lists_with_odd_names_are_found(plain: set[tuple[str, str]]) -> None:
    precision, recall = found(plain, lists()[1])
    assert precision > 0.98
    assert recall > 0.9


def test_the_order_of_rows_files_and_columns_changes_nothing(
    tmp_path: Path, plain: set[tuple[str, str]]
) -> None:
    assert pairs(linked(tmp_path, lists()[0], shuffled=True)) == plain


def test_a_key_added_to_both_lists_never_lowers_what_is_found(
    tmp_path: Path, plain: set[tuple[str, str]]
) -> None:
    sources, truth = lists(key=True)
    with_key = pairs(linked(tmp_path, sources))
    assert found(with_key, truth)[1] >= found(plain, truth)[1]
    assert found(with_key, truth) == (1.0, 1.0)


def test_a_record_finds_itself_in_a_copy_of_its_list(tmp_path: Path) -> None:
    sources, _ = lists(90)
    every = sources[ODDER]
    clusters = linked(tmp_path, {"list": every, "copy": every})
    assert [r for r in clusters if clusters[r] != clusters[r.replace("copy", "list")]] == []
