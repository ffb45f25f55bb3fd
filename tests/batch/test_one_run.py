"""One run at a time, and a report that is whole at every moment."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scvkit.batch import swap
from scvkit.batch.lock import LOCK_FILE, is_held, one_run
from scvkit.errors import OutputError


def report(folder: Path, text: str) -> Path:
    (folder / "restricted").mkdir(parents=True)
    (folder / "index.html").write_text(text)
    (folder / "restricted" / "page.html").write_text(text)
    return folder


def test_a_second_run_is_refused_with_the_process_that_holds_it(tmp_path: Path) -> None:
    with one_run(tmp_path):
        assert is_held(tmp_path)
        named = pytest.raises(OutputError, match=f"being run already .process {os.getpid()}")
        with named, one_run(tmp_path):
            pass
    assert not is_held(tmp_path)
    with one_run(tmp_path) as hold:
        assert hold.unfinished == ""


def test_the_lock_of_a_killed_run_is_taken_over_and_its_sockets_go(tmp_path: Path) -> None:
    sockets = tmp_path / "scv-left"
    sockets.mkdir()
    script = (
        "import os, pathlib, signal\n"
        "from scvkit.batch.lock import one_run\n"
        f"with one_run(pathlib.Path({str(tmp_path)!r})) as hold:\n"
        f"    hold.note(sockets={str(sockets)!r})\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert not is_held(tmp_path)
    with one_run(tmp_path) as hold:
        assert hold.unfinished.startswith("20")
    assert not sockets.exists()


@pytest.mark.parametrize("said", ["", "{half", "[]", '{"sockets": "/etc"}', '{"sockets": 7}'])
def test_a_lock_file_that_says_nonsense_is_no_obstacle(tmp_path: Path, said: str) -> None:
    (tmp_path / LOCK_FILE).write_text(said)
    with one_run(tmp_path):
        assert json.loads((tmp_path / LOCK_FILE).read_text())["pid"] == os.getpid()
    assert Path("/etc").is_dir()


def test_a_new_report_takes_the_place_of_the_old_one_and_leaves_nothing(tmp_path: Path) -> None:
    old, new = report(tmp_path / "out", "old"), report(tmp_path / "work" / "export", "new")
    new.chmod(0o700)
    assert swap.swap_in(new, old) == old
    assert (old / "index.html").read_text() == "new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "work"]
    assert (old / "index.html").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("exchanging", [True, False])
@pytest.mark.parametrize("at", range(12))
def test_a_kill_at_any_step_of_the_swap_leaves_a_whole_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int, exchanging: bool
) -> None:
    out, new = report(tmp_path / "out", "old"), report(tmp_path / "export", "new")
    if not exchanging:
        monkeypatch.setattr(swap, "_exchange", lambda *_: False)
    steps = 0

    class Killed(BaseException):
        pass

    def counted(plain):
        def step(*given, **settings):
            nonlocal steps
            if steps == at:
                raise Killed
            steps += 1
            return plain(*given, **settings)

        return step

    monkeypatch.setattr(Path, "replace", counted(Path.replace))
    monkeypatch.setattr(swap.shutil, "rmtree", counted(swap.shutil.rmtree))
    monkeypatch.setattr(swap.shutil, "copytree", counted(swap.shutil.copytree))
    with contextlib.suppress(Killed):
        swap.swap_in(new, out)
    monkeypatch.undo()
    swap.recover(out)
    texts = {p.read_text() for p in out.rglob("*.html")}
    assert texts in ({"old"}, {"new"})
    assert not [p.name for p in tmp_path.iterdir() if p.name.startswith(".out")]


def test_a_full_disk_at_the_swap_leaves_the_last_report_and_one_paragraph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, new = report(tmp_path / "out", "old"), report(tmp_path / "export", "new")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(swap.shutil, "copytree", full)
    with pytest.raises(OutputError, match="No space left on device"):
        swap.swap_in(new, out)
    assert (out / "index.html").read_text() == "old"
    assert (new / "index.html").read_text() == "new"
