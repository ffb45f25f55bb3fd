"""A small engagement for each test."""

from pathlib import Path

import pytest

from tests.identity.small import Small


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return Small(tmp_path)
