import os
import stat
from pathlib import Path

import pytest

from scvkit.errors import OutputError
from scvkit.workshop.folders import WORK_VARIABLE, work_folder


def test_the_work_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = work_folder(tmp_path / "engagement.yaml", "acme", str(tmp_path / "private"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_work_folder_that_was_open_is_tightened(tmp_path: Path) -> None:
    (tmp_path / "private").mkdir(mode=0o755)
    folder = work_folder(tmp_path / "engagement.yaml", "acme", str(tmp_path / "private"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_work_folder_inside_a_repository_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    with pytest.raises(OutputError, match="git repository"):
        work_folder(tmp_path / "engagement.yaml", "acme", str(tmp_path / "deep" / "private"))


def test_two_engagements_with_one_name_keep_their_rows_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(WORK_VARIABLE, str(tmp_path))
    one = work_folder(tmp_path / "a" / "engagement.yaml", "acme")
    two = work_folder(tmp_path / "b" / "engagement.yaml", "acme")
    assert one != two
    assert os.path.commonpath([one, two]) == str(tmp_path / "work")
