"""Two hundred kills; the short draw is in tests/end_to_end/test_private_run.py."""

from pathlib import Path

import pytest

from tests.stress.kills import main


@pytest.mark.stress
def test_two_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    main(200, 1, tmp_path)
