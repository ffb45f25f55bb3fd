"""A kernel killed in any block: what the screen said was kept is on the disk, whole."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from scvkit import identity, linkage
from scvkit.engagement import append, journal_file, load_engagement
from scvkit.engagement.journal import KINDS, read_journal
from scvkit.plan import STEPS
from scvkit.workshop import claims
from scvkit.workshop.desk import open_desk
from tests.identity.small import Small
from tests.linkage.test_limits import people
from tests.workshop.killed import BLOCKS, FULL
from tests.workshop.test_told_cards import with_codes

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a signal of POSIX")
FILE = """
version: 1
client: {name: Client}
assessment: {delete_by: 2099-12-31}
sources:
  erp: {name: ERP, domain: purchases, owner: Finance, tables: {all: {file: erp.csv}}}
  shop: {name: Web shop, domain: shop, tables: {all: {file: shop.csv}}}
claims:
  - {id: C1, source: erp, subject: email, kind: unique, expected: true, said_by: Finance}
"""
CAPTURES_NOTHING = {"02_profile_source", "99_ask"}


@dataclass(frozen=True)
class Room:
    """A client whose kernels were killed, one a block, and how each of them ended."""

    home: Path
    work: Path
    ended: dict[str, int]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    home = tmp_path_factory.mktemp("killed")
    small = Small(home / "work" / "rows")
    rows = [row | {"consent_flag": "yes"} for row in people(60)]
    small.add("erp", rows).add("shop", rows[10:])
    (home / "engagement.yaml").write_text(FILE, encoding="utf-8")
    desk = replace(open_desk(home, work=str(home / "work")), connection=small.connection)
    place = small.connection, small.rows
    identity.write_records(*place, desk.engagement, small.intake)
    desk.save("intake", with_codes(small.intake))
    desk.save("identity", identity.test_keys(*place, desk.engagement, small.intake))
    desk.save("linkage", linkage.link_records(*place, desk.engagement, small.intake))
    claims.lock_all(desk)
    command = [sys.executable, "-m", "tests.workshop.killed", str(home), str(home / "work")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Room(home, home / "work", json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("name", BLOCKS)
def test_what_a_block_has_kept_survives_the_kill(room: Room, name: str) -> None:
    assert room.ended[name] == -signal.SIGKILL
    kind = name.split()[1]
    if kind == "vote":
        lines = (room.work / "votes" / "votes.jsonl").read_text(encoding="utf-8").splitlines()
        assert [json.loads(line)["answer"] for line in lines] == ["same"]
        return
    said = read_journal(journal_file(room.home)).of(kind)
    assert said
    told = json.dumps([[entry.content, entry.role] for entry in said])
    assert FULL in told or not BLOCKS[name][2]


def test_no_line_is_cut_and_the_next_start_reads_them_all(room: Room) -> None:
    journal = read_journal(journal_file(room.home))
    assert journal.faults == ()
    votes = 1
    assert len(journal.entries) + votes >= len(BLOCKS)
    desk = open_desk(room.home, work=str(room.work))
    assert desk.overlay.told == ()
    assert FULL in {source.name for source in desk.engagement.sources.values()}
    assert desk.locks["C1"].revealed


def test_every_notebook_and_every_kind_of_entry_is_killed_once() -> None:
    notebooks = {name.split()[0] for name in BLOCKS}
    assert notebooks | CAPTURES_NOTHING == {step.name for step in STEPS}
    assert {name.split()[1] for name in BLOCKS} == {*KINDS, "vote"}


HALF = """
import os, signal, sys
from pathlib import Path
from scvkit.engagement import append, journal, journal_file
opened = os.fdopen
class Half:
    def __init__(self, handle, mode):
        self.stream = opened(handle, mode)
    def __enter__(self):
        return self
    def __exit__(self, *_):
        return None
    def __getattr__(self, name):
        return getattr(self.stream, name)
    def write(self, line):
        self.stream.write(line[: len(line) // 2])
        self.stream.flush()
        os.kill(os.getpid(), signal.SIGKILL)
journal.os.fdopen = Half
append(journal_file(Path(sys.argv[1])), kind="note", content={"what": "never confirmed"})
"""


def test_a_kill_in_the_middle_of_a_line_loses_that_line_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "engagement.yaml").write_text(FILE, encoding="utf-8")
    journal = journal_file(tmp_path)
    append(journal, kind="note", content={"what": "before"})
    whole = journal.read_bytes()
    killed = subprocess.run([sys.executable, "-c", HALF, str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    cut = journal.read_bytes()
    assert cut.startswith(whole)
    assert whole < cut
    assert [e.content["what"] for e in read_journal(journal).entries] == ["before"]
    assert load_engagement(tmp_path).client.name == "Client"
    append(journal, kind="note", content={"what": "after"})
    read = read_journal(journal)
    assert [e.content["what"] for e in read.entries] == ["before", "after"]
    assert read.faults == ()
