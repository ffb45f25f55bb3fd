"""The committed demo client, and a tiny one made for the test run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sample_data.generator.build import build
from sample_data.generator.parameters import PRESETS, TAERSKEL
from tests.sample_data.delivery import Delivery

SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"
Maker = Callable[[str, int], Path]


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    """Makes a preset with a seed in a fresh folder."""

    def made(preset: str, seed: int) -> Path:
        folder = tmp_path_factory.mktemp(preset)
        build(TAERSKEL, PRESETS[preset], seed, folder)
        return folder

    return made


@pytest.fixture(scope="session")
def demo() -> Delivery:
    return Delivery(SAMPLE_DATA / "taerskel")


@pytest.fixture(scope="session")
def tiny(make: Maker) -> Delivery:
    return Delivery(make("tiny", 20260930))


@pytest.fixture(params=["tiny", "demo"])
def client(request: pytest.FixtureRequest) -> Delivery:
    delivery: Delivery = request.getfixturevalue(request.param)
    return delivery
