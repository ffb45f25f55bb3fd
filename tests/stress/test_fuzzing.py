"""Files nobody would send end in a profile or in one sentence."""

import itertools
import time
from pathlib import Path

import pytest

from tests.stress.fuzzing import fuzz


def test_odd_files_end_in_a_profile_or_a_sentence(tmp_path: Path) -> None:
    found = fuzz(tmp_path, range(12))
    assert found.files == 12
    assert found.read > 0 < found.refused


@pytest.mark.stress
def test_ten_minutes_of_odd_files_raise_no_traceback(tmp_path: Path) -> None:
    found = fuzz(tmp_path, itertools.count(1000), until=time.monotonic() + 600)
    assert found.files > 100
