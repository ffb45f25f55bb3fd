"""In the room nothing trains: what the batch linked is taken while nothing it rests on moved."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from scvkit import identity
from scvkit import linkage as link
from scvkit.engagement import Claim
from scvkit.records.linkage import Linkage
from scvkit.scenarios import AddKey, Scenarios
from scvkit.scenarios import asking as asking_room
from scvkit.vocabulary import EntityKind
from scvkit.workshop import linked as made
from scvkit.workshop.ahead import work_out, worth_asking
from scvkit.workshop.claims import say_claim
from scvkit.workshop.desk import Desk, open_desk
from scvkit.workshop.room import LIVE_VARIABLE
from scvkit.workshop.threshold import Threshold, say_counted
from tests.identity.small import Small
from tests.linkage.test_limits import people

FILE = """
version: 1
client: {name: Client}
sources:
  erp: {name: ERP, tables: {all: {file: erp.csv}}}
  shop: {name: Web shop, tables: {all: {file: shop.csv}}}
"""
Again = Callable[..., Linkage]


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A client that a batch has linked."""
    home = tmp_path_factory.mktemp("batch")
    small = Small(home / "work" / "rows")
    rows = people(40)
    erp = [{**row, "email": None if n % 3 else row.get("email")} for n, row in enumerate(rows)]
    small.add("erp", erp).add("shop", rows[10:])
    (home / "engagement.yaml").write_text(FILE, encoding="utf-8")
    desk = open_desk(home, work=str(home / "work"))
    desk = replace(desk, connection=small.connection)
    desk.save("intake", small.intake)
    identity.write_records(small.connection, small.rows, desk.engagement, small.intake)
    choice = link.choose_settings(desk.connection, desk.rows)
    desk.save("linkage", made.linked(desk, desk.intake(), choice=choice, threshold=None, seed=1))
    return desk


@pytest.fixture
def desk(batch: Desk, tmp_path: Path) -> Desk:
    """The same client on its own files, opened in the room."""
    assert batch.file is not None
    shutil.copytree(batch.file.parent, tmp_path / "client")
    opened = open_desk(tmp_path / "client", work=str(tmp_path / "client" / "work"))
    return replace(opened, connection=batch.connection)


@pytest.fixture
def again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Again:
    """Link live, where training is an error."""
    choice = link.choose_settings(desk.connection, desk.rows)
    monkeypatch.setenv(LIVE_VARIABLE, "1")

    def train(*_: object, **__: object) -> Linkage:
        raise AssertionError("trained in the room")

    monkeypatch.setattr(made, "link_records", train)

    def live(*, threshold: float | None = None, seed: int = 1) -> Linkage:
        return made.linked(desk, desk.intake(), choice=choice, threshold=threshold, seed=seed)

    return live


def test_the_room_takes_what_was_linked(desk: Desk, again: Again) -> None:
    found = again()
    assert found.seen_in == desk.linkage().seen_in
    assert found.kinds == desk.linkage().kinds


@pytest.mark.parametrize("moved", [{"threshold": 12.0}, {"seed": 2}])
def test_another_parameter_links_anew(again: Again, moved: dict[str, float]) -> None:
    with pytest.raises(AssertionError, match="trained"):
        again(**moved)


def test_other_records_or_a_linking_cut_short_link_anew(desk: Desk, again: Again) -> None:
    scan = desk.rows.scan("records")
    desk.rows.write(desk.connection, f"select * from {scan} limit 30", "records")
    with pytest.raises(AssertionError, match="trained"):
        again()
    assert not (desk.work / made.MARK).exists()


def test_a_claim_of_the_room_is_put_to_what_was_linked(desk: Desk, again: Again) -> None:
    claim = {"id": "C1", "source": "shop", "subject": "erp", "kind": "overlap", "expected": True}
    say_claim(desk, Claim.model_validate(claim))
    (test,) = again().claims
    assert test.measured.value == 1.0


def test_what_a_slider_may_ask_is_worked_out_before_it_is_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert work_out(str(desk.file), work=str(desk.work)) > 0
    asking = Scenarios(desk.connection, desk.rows, desk.engagement, desk.intake())
    source, key = next(worth_asking(asking))
    monkeypatch.setattr(asking_room, "survives_hiding", None)
    assert asking.what_if(AddKey(source=source, key=key, share=0.4)).records


def test_nothing_linked_is_nothing_to_work_out(tmp_path: Path) -> None:
    (tmp_path / "engagement.yaml").write_text(FILE, encoding="utf-8")
    assert work_out(str(tmp_path), work=str(tmp_path / "work")) == 0


def test_a_threshold_set_in_the_room_trains_nothing_and_the_next_run_honours_it(
    desk: Desk, again: Again, capsys: pytest.CaptureFixture[str]
) -> None:
    before = desk.linkage()
    again()
    assert "next run" not in capsys.readouterr().out
    said = say_counted(desk, ["A", "B"], 2.0)
    assert said.content == {"tiers": ["A", "B"], "weight": 2.0}
    assert again().kinds == before.kinds
    assert "next run" in capsys.readouterr().out


def test_only_pairs_that_the_room_lets_count_join_records(desk: Desk) -> None:
    """The next run counts what the slider showed, and says who decided it."""
    pairs = desk.rows.scan("pairs")
    weights = desk.connection.execute(
        f"select match_weight from {pairs} where tier in ('A', 'B') order by 1"
    ).fetchall()
    middle = float(int(weights[len(weights) // 2][0]))  # the slider moves by half a bit
    expected = Threshold(desk).joined(("A", "B"), middle)
    say_counted(desk, ["A", "B"], middle)
    choice = link.choose_settings(desk.connection, desk.rows, options=desk.engagement.linkage)
    found = made.linked(desk, desk.intake(), choice=choice, threshold=None, seed=1)
    joined = desk.connection.execute(
        f"select min(match_weight), count(*) from {pairs} where tier in ('A', 'B', 'C')"
    ).fetchall()[0]
    assert joined[0] >= middle
    assert joined[1] == expected.pairs < len(weights)
    (person,) = [kind for kind in found.kinds if kind.kind is EntityKind.PERSON]
    assert any("A, B" in sentence for sentence in person.choices)
