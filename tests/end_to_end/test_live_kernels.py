"""Every block of the half-day in a kernel of its own, killed in its middle; nobody on the wall."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import KernelManager

from scvkit.engagement import journal_file
from scvkit.engagement.journal import read_journal
from scvkit.plan import notebooks_folder
from scvkit.workshop.desk import open_desk
from tests.canaries import canaries, fold, leaks, left_behind, met
from tests.end_to_end.conftest import Run

# What each block captures, written into its open notebook again and again until it is killed.
BLOCKS = {
    "00_start": (
        "stop_condition",
        'say_agreed(desk, "stop_condition", {"what": f"stop {n}", "role": "CFO"})',
    ),
    "01_intake": ("claim", "claims.lock_all(desk)"),
    "06_landscape_map": ("gap", 'say_gap(desk, {"name": f"Gap {n}", "unlocks": ""})'),
    "03_identity_keys": ("reveal", "claims.reveal_next(desk)"),
    "04_link_records": (
        "vote",
        'ballot.vote(list(ballot.ids.values())[n], "A", "same")',
    ),
    "05_permission": (
        "consent",
        "say_consent(desk, consent_columns(desk)[0], 'sms', {'true': 'given'})",
    ),
    "07_use_cases": (
        "use_cases",
        'choose(desk, {"id": "U1", "problem": f"p {n}", "sponsor": "CMO", "baseline": "2 %"})',
    ),
    "08_readiness": (
        "note",
        'say_agreed(desk, "note", {"what": f"note {n}", "role": "CMO"})',
    ),
}
CAPTURES_NOTHING = ("99_ask",)
LOOP = """
from scvkit.workshop import claims
from scvkit.workshop.agreed import say_agreed
from scvkit.workshop.choice import choose
from scvkit.workshop.consent_cards import consent_columns, say_consent
from scvkit.workshop.landscape_cards import say_gap
for n in range(10_000):
    {said}
    print("captured", flush=True)
"""
CONFIRMED = 3  # captures seen before the kernel is killed


@dataclass
class Opened:
    """What came out of one notebook: its messages, its errors, and how much was confirmed."""

    messages: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    confirmed: int = 0


@dataclass
class Room:
    """A client run beforehand, and every notebook of the half-day opened on it."""

    client: Path
    work: Path
    private: Path  # what IPython and Jupyter keep
    opened: dict[str, Opened]


@pytest.fixture(scope="module")
def room(tiny_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    home = tmp_path_factory.mktemp("room")
    shutil.copytree(tiny_run.client, home / "client")
    shutil.copytree(tiny_run.work, home / "work", ignore=shutil.ignore_patterns("export"))
    (home / "private").mkdir()
    found = Room(home / "client", home / "work", home / "private", {})
    patch = pytest.MonkeyPatch()
    for name, value in {
        "SCVKIT_ENGAGEMENT": str(found.client),
        "SCVKIT_WORK_FOLDER": str(found.work),
        "SCVKIT_LIVE": "1",
        "SCVKIT_MODE": "projector",
        "IPYTHONDIR": str(home / "private"),
        "JUPYTER_RUNTIME_DIR": str(home / "private"),
    }.items():
        patch.setenv(name, value)
    try:
        for name in (*BLOCKS, *CAPTURES_NOTHING):
            found.opened[name] = opened(name)
        yield found
    finally:
        patch.undo()


def opened(name: str) -> Opened:
    """Open a notebook in a kernel of its own, run it, capture, and kill the kernel."""
    manager = KernelManager(transport="ipc")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=120)
        found = Opened()
        document = nbformat.read(notebooks_folder() / f"{name}.ipynb", as_version=4)
        for cell in document.cells:
            if cell.cell_type == "code":
                listen(client, client.execute(cell.source), found)
        if name in BLOCKS:
            client.execute(LOOP.format(said=BLOCKS[name][1]))
            while found.confirmed < CONFIRMED and not found.errors:
                hear(client.get_iopub_msg(timeout=120), found)
            os.kill(manager.provisioner.pid, signal.SIGKILL)
        return found
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def listen(client: Any, asked: str, found: Opened) -> None:
    """Hear everything until the kernel has answered."""
    until = time.monotonic() + 240
    while time.monotonic() < until:
        try:
            message = client.get_iopub_msg(timeout=240)
        except Empty:
            break
        hear(message, found)
        own = message["parent_header"].get("msg_id") == asked
        if own and message["content"].get("execution_state") == "idle":
            return
    found.errors.append("the cell did not end")


def hear(message: dict[str, Any], found: Opened) -> None:
    content = message["content"]
    if message["msg_type"] == "execute_input":
        return
    found.messages.append(json.dumps(content, ensure_ascii=False))
    if message["msg_type"] == "error":
        found.errors.append("\n".join(content["traceback"]))
    if message["msg_type"] == "stream":
        found.confirmed += content["text"].count("captured\n")


@pytest.mark.parametrize("name", [*BLOCKS, *CAPTURES_NOTHING])
def test_a_notebook_runs_in_the_room_as_it_is(room: Room, name: str) -> None:
    assert not room.opened[name].errors, room.opened[name].errors[0]


@pytest.mark.parametrize("name", BLOCKS)
def test_a_kernel_killed_in_the_middle_of_a_block_loses_nothing(room: Room, name: str) -> None:
    kind, _ = BLOCKS[name]
    confirmed = room.opened[name].confirmed
    assert confirmed >= CONFIRMED
    journal = read_journal(journal_file(room.client))
    assert not journal.faults
    if kind == "vote":
        lines = (room.work / "votes" / "votes.jsonl").read_text(encoding="utf-8").splitlines()
        assert len([json.loads(line) for line in lines]) >= confirmed
    elif kind == "claim":
        locked = {entry.content["id"] for entry in journal.of(kind)}
        assert {c.id for c in open_desk(room.client, work=str(room.work)).engagement.claims} == (
            locked
        )
    elif kind == "reveal":
        assert len(journal.of(kind)) >= min(confirmed, len(journal.of("claim")))
    else:
        assert len(journal.of(kind)) >= confirmed


def test_the_next_start_goes_on_where_the_room_stood(room: Room) -> None:
    desk = open_desk(room.client, work=str(room.work))
    assert not desk.overlay.told
    before = len(read_journal(journal_file(room.client)).entries)
    desk.say("note", {"what": "after the crash"}, role="CFO")
    assert len(read_journal(journal_file(room.client)).entries) == before + 1


def test_nobody_is_on_the_wall_nor_in_what_is_kept(room: Room) -> None:
    values = canaries(room.client)
    assert len(values) > 100
    told = {name: "\n".join(found.messages) for name, found in room.opened.items()}
    assert "jupyter.widget" in told["04_link_records"]
    for name, text in told.items():
        assert not met(text, values), name
    written = [*left_behind(room.client, room.work), *left_behind(room.private, room.private)]
    names = {file.name for file in written}
    assert names >= {"journal.jsonl", "votes.jsonl", "history.sqlite", "linkage.json"}
    assert leaks(written, values) == {}


def test_a_planted_value_would_be_seen(tmp_path: Path) -> None:
    name = "Zoë Ålund-Kanari"
    coded = base64.b64encode(name.encode()).decode()
    quoted = urllib.parse.quote(name)
    checkpoints = tmp_path / "lab" / ".ipynb_checkpoints"
    checkpoints.mkdir(parents=True)
    (tmp_path / "rows").mkdir()
    for file, planted in {
        "journal.jsonl": f'{{"content": "<p>{name}</p>"}}',
        "log.jsonl": name.upper(),
        "lab/.ipynb_checkpoints/04_link_records-checkpoint.ipynb": json.dumps([name]),
        "lab/state.json": fold(name),
        "jupyter-kernel.json": quoted,
        "history.sqlite": f"\x00\x01{coded}\x00",
        "rows/erp.parquet": name,
        "clean.json": "Zoo Alund",
    }.items():
        (tmp_path / file).write_text(planted, encoding="utf-8")
    found = leaks(left_behind(tmp_path / "client", tmp_path), [name])
    places = {Path(file).name for file in found}
    assert len(places) == 6
    assert not places & {"erp.parquet", "clean.json"}
