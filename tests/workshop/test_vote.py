"""Votes on pairs: blind, kept, found again, and counted."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from scvkit import identity, linkage
from scvkit.engine import RowTables
from scvkit.errors import EngagementError
from scvkit.linkage.votes import SETTLED
from scvkit.locale import load_words
from scvkit.records.linkage import Linkage
from scvkit.store import Store
from scvkit.workshop.desk import Desk
from scvkit.workshop.vote import Ballot, open_ballot
from scvkit.workshop.vote_box import VoteBox
from scvkit.workshop.vote_cards import VoteCards
from scvkit.workshop.vote_sheet import write_sheet
from tests.identity.small import Small

NAMES = ("Lise Lund", "Bo Bak", "Ida Ras", "Kaj Friis", "Mette Holm", "Ole Skov")
HIDDEN = ("match", "weight", "tier", "score", "bits")


def desk(folder: Path, *, backwards: bool = False, ids: bool = True) -> tuple[Desk, Linkage]:
    small = Small(folder / "rows")
    rows = [
        {"full_name": n, "email": f"{n.split()[0].lower()}@x.example", "phone": f"2030405{i}"}
        | ({"id": f"N{i}"} if ids else {})
        for i, n in enumerate(NAMES)
    ]
    small.add("erp", rows[::-1] if backwards and ids else rows)
    small.add("shop", rows)
    engagement = small.engagement()
    identity.write_records(small.connection, small.rows, engagement, small.intake)
    found = linkage.link_records(small.connection, small.rows, engagement, small.intake)
    here = Desk(
        engagement=engagement,
        folder=folder,
        work=folder / "work",
        connection=small.connection,
        rows=RowTables(folder / "rows"),
        results=Store(folder / "results"),
        words=load_words(),
    )
    return here, found


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Linkage]:
    return desk(tmp_path_factory.mktemp("linked"))


@pytest.fixture
def ballot(linked: tuple[Desk, Linkage], tmp_path: Path) -> Ballot:
    return open_ballot(replace(linked[0], work=tmp_path / "work"))


def test_a_card_shows_agreement_and_neither_value_nor_score(ballot: Ballot) -> None:
    cards = VoteCards(ballot, "A")
    html = "".join(str(child.value) for child in cards.children[:2]).lower()
    text = re.sub(r"<[^>]*>", " ", html)
    assert "same" in text
    assert not [word for word in HIDDEN if word in text]
    for name in NAMES:
        assert name.lower().split()[0] not in text
    state = json.dumps([w.get_state() for w in (cards, *cards.children)], default=str).lower()
    assert "x.example" not in state


@pytest.mark.parametrize(("mode", "shown"), [("room", "l•••"), ("analyst", "lise")])
def test_the_room_sees_masks_and_only_the_analyst_values(
    ballot: Ballot, mode: str, shown: str
) -> None:
    sides = " ".join(
        part for card in ballot.cards(privacy=mode) for row in card.sides for part in row
    )
    assert shown in sides
    assert ("lise" in sides) == (mode == "analyst")


def test_every_vote_is_a_line_of_its_own_and_none_is_ever_rewritten(ballot: Ballot) -> None:
    cards = VoteCards(ballot, "A")
    before = b""
    buttons = cards.children[2].children
    for button in buttons[:3]:
        button.click()
        now = ballot.box.file.read_bytes()
        assert now.startswith(before)
        before = now
    lines = [json.loads(line) for line in before.splitlines()]
    assert [line["answer"] for line in lines] == ["same", "different", "unsure"]
    assert not [name for name in NAMES if name.lower() in before.decode().lower()]
    assert "erp" not in before.decode()
    assert ballot.box.file.stat().st_mode & 0o077 == 0


def test_going_back_adds_a_line_and_the_last_answer_counts(ballot: Ballot) -> None:
    cards = VoteCards(ballot, "A")
    cards.answer("same")
    cards._step_back(None)
    cards.answer("different")
    assert list(ballot.box.votes().values()) == [{"A": "different"}]
    assert len(ballot.box.file.read_text().splitlines()) == 2


def test_a_later_run_on_the_same_records_finds_the_votes_again(
    ballot: Ballot, linked: tuple[Desk, Linkage], tmp_path: Path
) -> None:
    for mark in ballot.open_for("A"):
        ballot.vote(mark, "A", "same")
    voted = ballot.counted(linked[1]).votes
    again, found = desk(tmp_path, backwards=True)
    later = open_ballot(again)
    assert later.open_for("A") == ()
    assert later.counted(found).votes == voted


def test_a_record_without_an_id_is_known_by_its_content(tmp_path: Path) -> None:
    here, _ = desk(tmp_path, ids=False)
    pair = ("erp/all/0", "shop/all/0")
    box = VoteBox(tmp_path / "box")
    connection = here.connection
    rows = RowTables(tmp_path / "other")
    ids = []
    for name in ("lise lund", "lise lund", "bo bak"):
        rows.write(
            connection,
            f"""select * replace ('row-1' as record_id,
                case when record_key = 'erp/all/0' then '{name}' else full_name end as full_name)
            from {here.rows.scan("records")}""",
            "records",
        )
        ids.append(box.pair_ids(connection, rows, [pair])[pair])
    assert ids[0] == ids[1] != ids[2]


def test_pair_ids_are_salted_in_each_engagement(
    linked: tuple[Desk, Linkage], tmp_path: Path
) -> None:
    here, _ = linked
    pair = ("erp/all/N0", "shop/all/N0")
    one, other = (
        VoteBox(tmp_path / name).pair_ids(here.connection, here.rows, [pair])[pair] for name in "ab"
    )
    assert one != other


def test_a_line_cut_by_a_crash_loses_neither_the_line_before_nor_the_one_after(
    tmp_path: Path,
) -> None:
    box = VoteBox(tmp_path / "votes")
    box.add(kind="person", pair="p1", voter="A", answer="same", shown="room")
    with box.file.open("ab") as stream:
        stream.write(b'{"pair": "p2", "vot')
    box.add(kind="person", pair="p3", voter="A", answer="same", shown="room")
    assert box.votes() == {"p1": {"A": "same"}, "p3": {"A": "same"}}


def test_voters_do_not_see_each_other_and_settle_only_what_differs(ballot: Ballot) -> None:
    marks = ballot.open_for("A")
    for place, mark in enumerate(marks):
        ballot.vote(mark, "A", "same")
        assert mark in ballot.open_for("B")
        ballot.vote(mark, "B", "different" if place == 0 else "same")
    assert ballot.open_for(SETTLED) == (marks[0],)
    undecided = ballot.result()
    assert undecided is not None
    assert (undecided.unsure, undecided.voters) == (1, 2)
    assert undecided.agreement.value == pytest.approx((len(marks) - 1) / len(marks))
    ballot.vote(marks[0], SETTLED, "same")
    settled = ballot.result()
    assert settled is not None
    assert (settled.unsure, settled.decided) == (0, len(marks))
    assert settled.precision.value == 1.0


def test_a_paper_sheet_holds_codes_and_words_and_its_answers_can_be_typed_in(
    ballot: Ballot,
) -> None:
    text = write_sheet(ballot).read_text("utf-8")
    codes = [card.code for card in ballot.cards()]
    assert all(code in text for code in codes)
    assert "<script" not in text
    assert not [name for name in NAMES if name.lower() in text.lower()]
    assert ballot.enter("A", dict.fromkeys(codes, "same")) == len(codes)
    assert ballot.open_for("A") == ()


def test_an_odd_voter_answer_or_code_is_told_what_there_is(ballot: Ballot) -> None:
    mark = ballot.open_for("A")[0]
    for voter, answer, pair in (("C", "same", mark), ("A", "smae", mark), ("A", "same", "zzz")):
        with pytest.raises(EngagementError, match=r"Voters|same|codes"):
            ballot.vote(pair, voter, answer)
    with pytest.raises(EngagementError, match="projector"):
        ballot.cards(privacy="projektor")


def test_the_twin_in_an_export_says_how_the_vote_stands_without_a_widget(
    ballot: Ballot, linked: tuple[Desk, Linkage]
) -> None:
    found = linked[1]
    assert "optimistic" in ballot.standing(found)
    for mark in ballot.open_for("A"):
        ballot.vote(mark, "A", "same")
    text = ballot.standing(ballot.counted(found))
    assert "100%" in text
    assert "<script" not in text
    assert not [name for name in NAMES if name.lower() in text.lower()]
