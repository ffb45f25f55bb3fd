"""The lab: a private copy of the notebooks, bound to one engagement."""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import nbformat
import psutil
import pytest

from scvkit.locale import load_words
from scvkit.plan import STEPS
from scvkit.workshop import lab
from scvkit.workshop.desk import ENGAGEMENT_VARIABLE, STARTED_IN_VARIABLE, open_desk
from scvkit.workshop.room import MODE_VARIABLE

SAMPLE = Path(__file__).parents[2] / "sample_data" / "taerskel"


@pytest.fixture(autouse=True)
def _signatures_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))


def outputs(file: Path) -> int:
    cells = nbformat.read(file, as_version=4).cells
    return sum(len(cell.outputs) for cell in cells if cell.cell_type == "code")


def test_another_client_never_meets_the_samples_outputs(tmp_path: Path) -> None:
    lab.copy_notebooks(tmp_path, outputs=False)
    copies = sorted(tmp_path.glob("*.ipynb"))
    assert [copy.stem for copy in copies] == sorted(step.name for step in STEPS)
    assert [outputs(copy) for copy in copies] == [0] * len(copies)


def test_what_somebody_changed_is_kept_and_the_rest_follows_the_kit(tmp_path: Path) -> None:
    lab.copy_notebooks(tmp_path, outputs=False)
    edited, untouched = tmp_path / "99_ask.ipynb", tmp_path / "01_intake.ipynb"
    document = nbformat.read(edited, as_version=4)
    document.cells.append(nbformat.v4.new_markdown_cell("asked in the room"))
    nbformat.write(document, edited)
    kept = edited.read_bytes()
    lab.copy_notebooks(tmp_path, outputs=True)
    assert edited.read_bytes() == kept
    assert outputs(untouched) > 0


def test_notebooks_open_in_the_language_and_go_with_it_until_somebody_writes(
    tmp_path: Path,
) -> None:
    lab.copy_notebooks(tmp_path, outputs=True, words=load_words("da"))
    start = tmp_path / "00_start.ipynb"
    assert first_cell(start).startswith("# Start her")
    assert load_words("da").mark in first_cell(start)
    assert outputs(start) == 0, "the committed outputs are English"
    # Run and saved: counts and metadata change, nothing that somebody wrote.
    document = nbformat.read(start, as_version=4)
    document.metadata["language_info"]["version"] = "3.11"
    document.cells[1].execution_count = 7
    nbformat.write(document, start)
    document = nbformat.read(tmp_path / "99_ask.ipynb", as_version=4)
    document.cells[-2].source = "ask.tables()"
    nbformat.write(document, tmp_path / "99_ask.ipynb")
    kept = lab.copy_notebooks(tmp_path, outputs=True, words=load_words("sv", reviewed=True))
    assert kept == ("99_ask",)
    assert first_cell(start).startswith("# Börja här")
    assert load_words("sv").mark not in first_cell(start)
    assert first_cell(tmp_path / "99_ask.ipynb").startswith("# Spørg")
    assert lab.copy_notebooks(tmp_path, outputs=True) == ("99_ask",)
    assert first_cell(start).startswith("# Start here")
    assert outputs(start) > 0


def first_cell(file: Path) -> str:
    return str(nbformat.read(file, as_version=4).cells[0].source)


def test_the_lab_is_bound_to_its_engagement_and_asks_nothing_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = tmp_path / "client"
    client.mkdir()
    shutil.copy(SAMPLE / "engagement.yaml", client)
    started: list[tuple[list[str], list[str], dict[str, str]]] = []
    monkeypatch.setattr(lab, "_run", lambda *given: started.append(given) or 0)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JUPYTER_CONFIG_PATH", raising=False)
    assert lab.start_lab("client", work=str(tmp_path / "private"), browser=False) == 0
    ((command, ahead, environment),) = started
    assert ahead[-3:] == [str(client), "--work", str(tmp_path / "private")]
    assert environment[ENGAGEMENT_VARIABLE] == str(client)
    assert f"--ServerApp.root_dir={tmp_path / 'private' / 'lab'}" in command
    assert "--no-browser" in command
    assert set(lab.QUIET) <= set(command)
    assert environment[MODE_VARIABLE] == "projector"
    assert (Path(environment["JUPYTER_CONFIG_PATH"]) / "jupyter_server_config.py").is_file()
    assert lab.KEEP_OUTPUTS_VARIABLE not in environment
    assert (tmp_path / "private").stat().st_mode & 0o077 == 0


def test_the_sample_client_is_opened_as_a_copy_that_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JUPYTER_CONFIG_PATH", raising=False)
    started: list[tuple[list[str], list[str], dict[str, str]]] = []
    monkeypatch.setattr(lab, "_run", lambda *given: started.append(given) or 0)
    assert lab.start_lab("", work=str(tmp_path / "private"), browser=False) == 0
    copy = Path(started[0][-1][ENGAGEMENT_VARIABLE])
    assert copy.read_bytes() == (SAMPLE / "engagement.yaml").read_bytes()
    assert {f.name for f in (copy.parent / "extracts").iterdir()} == {
        f.name for f in (SAMPLE / "extracts").iterdir()
    }
    copy.write_text("folded: by hand\n", encoding="utf-8")
    lab.copy_sample(copy.parent)
    assert copy.read_text(encoding="utf-8") == "folded: by hand\n"


def test_a_path_is_taken_from_where_the_lab_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "list.csv").write_text("name;city\nxx;yy\nzz;yy\n", encoding="utf-8")
    (tmp_path / "private").mkdir()
    monkeypatch.chdir(tmp_path / "private")
    monkeypatch.setenv(STARTED_IN_VARIABLE, str(tmp_path))
    assert open_desk(path="list.csv").source("").readings[0].rows == 2


def test_the_server_finds_the_style_of_the_room() -> None:
    server = lab.CONFIG / "jupyter_server_config.py"
    config = SimpleNamespace(FileContentsManager=SimpleNamespace(), ServerApp=SimpleNamespace())
    names = {"get_config": lambda: config, "__file__": str(server)}
    exec(compile(server.read_text(encoding="utf-8"), str(server), "exec"), names)
    (folder,) = config.ServerApp.tornado_settings["static_custom_path"]
    assert "zoom" in (Path(folder) / "custom.css").read_text(encoding="utf-8")
    assert "--LabApp.custom_css=True" in lab.QUIET
    assert config.FileContentsManager.pre_save_hook is names["without_outputs"]


def test_a_lab_ended_from_outside_takes_its_server_along(tmp_path: Path) -> None:
    told = tmp_path / "server"
    sleeps = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)"
    script = (
        "import os, sys; from scvkit.workshop import lab;"
        f"lab._run([sys.executable, '-c', {sleeps!r}, {str(told)!r}],"
        " [sys.executable, '-c', ''], dict(os.environ))"
    )
    running = subprocess.Popen([sys.executable, "-c", script])
    deadline = time.monotonic() + 60
    while not (told.exists() and told.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    running.terminate()
    running.wait(timeout=30)
    assert not psutil.pid_exists(int(told.read_text()))
