"""The same clients drawn with another seed: the answer is the client's, not that of one draw.

A short draw of benchmarks/seeds.py, which runs all clients over as many seeds as one likes.
"""

from __future__ import annotations

import pytest

from sample_data.generator.build import build
from sample_data.generator.clients import CLIENTS
from sample_data.generator.parameters import PRESETS
from tests.end_to_end.assessed import Assessed, assess_client
from tests.end_to_end.beside_truth import contradictions, readers, served_ranges


@pytest.fixture(scope="module", params=[("taerskel", 1), ("pointless", 2)], ids=str)
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Assessed:
    name, seed = request.param
    folder = tmp_path_factory.mktemp(name)
    build(CLIENTS[name], PRESETS["tiny"], seed, folder / "client")
    return assess_client(folder / "client", folder / "work")


def test_the_verdict_and_its_first_reason_are_those_of_the_client(client: Assessed) -> None:
    told, found = client.expected()["verdict"], client.readiness()
    assert found.verdict == told["first"]
    assert found.fired[0].reasons[0] == told["reasons"][0]


def test_the_newsletter_is_split_as_the_truth_is(client: Assessed) -> None:
    found, split = readers(client), client.linkage.newsletter
    assert found.right >= 0.98 * found.found > 0
    if split.hidden.value is not None:
        assert split.hidden.low <= found.hidden <= split.hidden.high


def test_served_ranges_hold_the_truth_and_contradictions_are_neither_missed_nor_invented(
    client: Assessed,
) -> None:
    ranges = served_ranges(client).values()
    assert sum(low <= true <= high for low, _, high, true in ranges) >= 0.9 * len(ranges)
    visible, found = contradictions(client)
    assert len(found & visible) >= 0.95 * len(visible)
    assert len(found - visible) <= 0.01 * client.permission.people_compared
