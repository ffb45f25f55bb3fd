"""The journal: only ever added to, laid over the engagement file, folded in with its comments."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scvkit.cli import main
from scvkit.engagement import (
    LockState,
    append,
    claim_locks,
    fold_journal,
    journal_file,
    load_engagement,
    read_engagement,
    read_with_archive,
)
from scvkit.engagement.journal import read_journal
from scvkit.engagement.overlay import place
from scvkit.errors import EngagementError

SAMPLE = Path(__file__).parents[1] / "sample_data" / "taerskel" / "engagement.yaml"
CLAIM = {"id": "C1", "source": "shop", "subject": "email", "kind": "unique", "expected": True}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copy(SAMPLE, tmp_path)
    return tmp_path


def owner(home: Path, name: object, source: str = "erp") -> None:
    part = ("sources", source, "owner")
    append(journal_file(home), kind="source", content=name, part=part, role="CIO")


def test_what_was_said_stands_in_the_engagement_and_the_file_is_untouched(home: Path) -> None:
    before = (home / "engagement.yaml").read_bytes()
    owner(home, "Board")
    gap = {"name": "Till e-mail", "unlocks": "known people"}
    append(journal_file(home), kind="gap", content=gap, part=("gaps", {"name": gap["name"]}))
    said = load_engagement(home)
    assert said.sources["erp"].owner == "Board"
    assert said.gaps[-1].name == "Till e-mail"
    assert (home / "engagement.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("part", "content", "told"),
    [
        (["sources", "erp", "ownr"], "x", "ownr"),
        (["flows", {"from": "nope", "to": "erp"}], {"from": "nope", "to": "erp", "how": "manual"},
         "no source 'nope'"),
        (["client", "name", "deeper"], "x", "no such place"),
        (["people", "days_a_month"], "many", "days_a_month"),
    ],
)  # fmt: skip
def test_a_line_that_nobody_could_read_is_left_out_and_told(
    home: Path, part: list[str], content: object, told: str
) -> None:
    append(journal_file(home), kind="note", content=content, part=part)
    owner(home, "Board")
    said, overlay = read_engagement(home)
    assert said.sources["erp"].owner == "Board"
    assert len(overlay.laid) == 1
    (sentence,) = overlay.told
    assert "line 1" in sentence
    assert told in sentence


@pytest.mark.parametrize("cut", [1, 20, 90])
def test_a_line_cut_by_a_crash_loses_itself_only(home: Path, cut: int) -> None:
    owner(home, "Board")
    whole = journal_file(home).read_bytes()
    owner(home, "Nobody")
    journal_file(home).write_bytes(journal_file(home).read_bytes()[: len(whole) + cut])
    assert load_engagement(home).sources["erp"].owner == "Board"
    owner(home, "Council")
    read = read_journal(journal_file(home))
    assert [entry.content for entry in read.entries] == ["Board", "Council"]
    assert read.faults == ()


def test_a_changed_line_is_told(home: Path) -> None:
    owner(home, "Board")
    owner(home, "Council", "shop")
    journal = journal_file(home)
    journal.write_text(journal.read_text().replace("Board", "Bored"))
    (told,) = read_engagement(home)[1].told
    assert "line 1" in told
    assert "hash" in told


def test_folding_keeps_comments_and_says_the_same_as_the_two_together(home: Path) -> None:
    owner(home, "Board")
    claim = CLAIM | {"id": "C9"}
    append(journal_file(home), kind="claim", content=claim, part=("claims", {"id": "C9"}))
    append(journal_file(home), kind="first_step", content={"what": "x"}, role="CIO")
    wanted = load_engagement(home)
    archived, overlay = fold_journal(home)
    text = (home / "engagement.yaml").read_text(encoding="utf-8")
    assert load_engagement(home) == wanted
    assert len(overlay.laid) == 2
    assert not journal_file(home).exists()
    assert archived.is_file()
    assert "# far ahead: the demo must not fall due" in text
    assert "analytics_form: null" in text
    assert [e.kind for j in read_with_archive(home) for e in j.entries][-1] == "first_step"


def test_the_word_folds_and_says_when_there_is_nothing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", "--from-journal", str(home)]) == 2
    owner(home, "Board")
    assert main(["new", "--from-journal", str(home)]) == 0
    assert "Folded 1 entries" in capsys.readouterr().out
    assert load_engagement(home).sources["erp"].owner == "Board"


def test_an_unknown_kind_is_refused_before_it_is_written(home: Path) -> None:
    with pytest.raises(EngagementError, match="Did you mean"):
        append(journal_file(home), kind="clame", content={})
    assert not journal_file(home).exists()


def lock_state(home: Path) -> LockState:
    claims = load_engagement(home).claims
    return claim_locks(claims, read_with_archive(home))["C1"].state


def test_a_claim_is_locked_before_its_number_was_shown_or_written_after_it(home: Path) -> None:
    journal, part = journal_file(home), ("claims", {"id": "C1"})
    assert lock_state(home) is LockState.OPEN
    append(journal, kind="claim", content=CLAIM, part=part)
    assert lock_state(home) is LockState.BEFORE
    fold_journal(home)
    append(journal, kind="reveal", content="C1")
    assert lock_state(home) is LockState.BEFORE
    append(journal, kind="claim", content=CLAIM | {"expected": 0.5}, part=part)
    assert lock_state(home) is LockState.AFTER


def test_a_claim_edited_in_the_file_after_its_lock_is_told(home: Path) -> None:
    append(journal_file(home), kind="claim", content=CLAIM)
    assert lock_state(home) is LockState.CHANGED  # the file names who said it, the lock does not


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=6))
def test_the_last_word_on_a_place_counts_and_other_places_do_not_move(
    said: list[tuple[str, int]],
) -> None:
    tree: dict[str, object] = {}
    for name, value in said:
        place(tree, ("gaps", {"name": name}), {"name": name, "n": value})
    gaps = tree.get("gaps", [])
    assert {gap["name"]: gap["n"] for gap in gaps} == dict(said)
    assert len(gaps) == len({name for name, _ in said})
    assert json.loads(json.dumps(tree)) == tree
