"""Files nobody would send end in a profile or in one sentence."""

import itertools
import time
from functools import partial
from pathlib import Path

import pytest

from tests.stress.enduring import endure
from tests.stress.fuzzing import send_odd_file


def test_odd_files_end_in_a_profile_or_a_sentence(tmp_path: Path) -> None:
    found = endure(partial(send_odd_file, tmp_path), range(12))
    assert found.files == 12
    assert found.passed > 0 < found.refused


@pytest.mark.stress
def test_ten_minutes_of_odd_files_raise_no_traceback(tmp_path: Path) -> None:
    until = time.monotonic() + 600
    found = endure(partial(send_odd_file, tmp_path), itertools.count(1000), until=until)
    assert found.files > 100
