"""Whatever a client writes ends in a checked engagement or in one sentence."""

import itertools
import time
from functools import partial
from pathlib import Path

import pytest

from scvkit.errors import EngagementError
from scvkit.scenarios.actions import load_actions
from scvkit.usecases.catalogue import load_catalogue
from tests.stress.cards import read_garbled
from tests.stress.enduring import endure


def test_garbled_files_of_a_client_end_in_a_sentence(tmp_path: Path) -> None:
    found = endure(partial(read_garbled, tmp_path), range(30))
    assert found.files == 30
    assert found.passed > 0 < found.refused


@pytest.mark.parametrize("text", ["a: [", "", "- 1", "version: 1\nx: !!python/name:os.system y"])
def test_own_files_that_are_no_data_are_told_by_name(tmp_path: Path, text: str) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(text, encoding="utf-8")
    for load in (load_actions, load_catalogue):
        with pytest.raises(EngagementError, match=r"own\.yaml"):
            load(own)


@pytest.mark.stress
def test_ten_minutes_of_garbled_files_raise_no_traceback(tmp_path: Path) -> None:
    until = time.monotonic() + 600
    found = endure(partial(read_garbled, tmp_path), itertools.count(1000), until=until)
    assert found.files > 300
