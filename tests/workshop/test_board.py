"""The verdict follows the room: what is said moves it at once, and nothing is run again."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from scvkit import scenarios
from scvkit.engagement import append, journal_file
from scvkit.readiness import assess, with_choice
from scvkit.records.readiness import Facts, Mark, Readiness, UseCaseFact
from scvkit.records.usecases import UseCaseFit, UseCases
from scvkit.usecases import load_catalogue
from scvkit.vocabulary import Dimension, GateState, UseCaseStatus, Verdict
from scvkit.workshop.choice import UseCaseChoice, choose
from scvkit.workshop.desk import Desk, open_desk
from scvkit.workshop.people_cards import say_lawful
from scvkit.workshop.verdict_board import VerdictBoard
from tests.identity.small import Small

FILE = """
version: 1
client: {name: Client}
sources:
  erp: {name: ERP, domain: purchases, tables: {rows: {file: erp.csv}}}
  shop: {name: Web shop, domain: shop, tables: {rows: {file: shop.csv}}}
"""
LAWFUL = {
    "controller": "Client A/S",
    "processor_agreement": "DPA 1",
    "purpose": "assess",
    "delete_by": "2099-12-31",
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    small = Small(tmp_path / "rows")
    small.add("erp", [{"id": f"N{n}", "email": f"a{n}@x.example"} for n in range(4)])
    small.add("shop", [{"id": f"S{n}", "email": f"a{n}@x.example"} for n in range(4)])
    (tmp_path / "engagement.yaml").write_text(FILE, encoding="utf-8")
    opened = open_desk(tmp_path, work=str(tmp_path / "work"))
    opened = replace(opened, connection=small.connection, rows=small.rows)
    opened.save("intake", small.intake)
    return opened


def words_of(html: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", str(html)))


def test_the_board_names_the_verdict_its_reason_and_what_would_turn_it(desk: Desk) -> None:
    board = VerdictBoard(desk)
    now = board.readiness()
    shown = words_of(board.twin())
    assert now.verdict is Verdict.V0
    assert "Cannot say yet" in shown
    assert words_of(desk.words("rules.not_lawful")) in shown
    assert "One change at a time" in shown


def test_what_is_said_moves_the_verdict_at_once(desk: Desk) -> None:
    board = VerdictBoard(desk)
    assert "not_lawful" in board.readiness().fired[0].reasons
    for fact, told in LAWFUL.items():
        say_lawful(desk, {"fact": fact, "is": told, "role": "DPO"})
    assert "not_lawful" not in board.readiness().fired[0].reasons


def test_what_another_notebook_captured_is_read(desk: Desk) -> None:
    board = VerdictBoard(desk)
    board.readiness()
    assert desk.file is not None
    for fact, told in LAWFUL.items():
        append(journal_file(desk.file), kind="people", content=told, part=("assessment", fact))
    assert "not_lawful" not in board.readiness().fired[0].reasons


def test_the_widget_opens_on_what_the_page_says(desk: Desk) -> None:
    board = VerdictBoard(desk)
    shown = board.widget().children[1].value
    assert words_of(shown).strip() in words_of(board.twin())


def test_a_choice_is_answered_by_the_verdict(desk: Desk) -> None:
    form = UseCaseChoice(desk, VerdictBoard(desk)).widget()
    form.fill(problem="p", sponsor="CMO", baseline="2 %")
    form.press()
    assert "The verdict as it stands" in words_of(form._status.value)


def test_the_choice_of_the_room_is_the_choice_of_the_funnels(desk: Desk) -> None:
    said = {"problem": "p", "sponsor": "CMO", "baseline": "2 %"}
    choose(desk, said | {"id": "U2"})
    fits = tuple(_fit(case.id) for case in load_catalogue()[:3])
    counted = UseCases(fits=fits)
    now = with_choice(counted, desk.engagement)
    assert [fit.id for fit in now.fits if fit.chosen] == ["U2"]
    assert [replace(fit, chosen=False) for fit in now.fits] == list(fits)


def test_board_and_pages_say_the_same_after_a_choice(desk: Desk) -> None:
    counted = UseCases(fits=tuple(_fit(case.id) for case in load_catalogue()[:3]))
    desk.save("use_cases", counted)
    choose(desk, {"problem": "p", "sponsor": "CMO", "baseline": "2 %", "id": "U2"})
    found = desk.findings()
    names = ("identity", "linkage", "permission", "use_cases")
    result = assess(
        engagement=desk.engagement,
        intake=desk.intake(),
        profiles=(),
        **{name: found[name] for name in names},
    )
    on_page, on_board = scenarios.with_flips(result), VerdictBoard(desk).readiness()
    assert on_page == on_board
    evidence = {i.id: i.evidence for i in on_page.indicators}
    assert evidence["1.2"].tested == evidence["7.2"].tested == 1


def test_a_what_if_makes_a_use_case_usable_and_never_worse() -> None:
    case = next(c for c in load_catalogue() if c.needs_linkage)
    now = _assessed(case.id)
    better = scenarios.standing(now, served={case.id: 0.99}, cases=load_catalogue())
    worse = scenarios.standing(now, served={case.id: 0.0}, cases=load_catalogue())
    assert better.facts is not None
    assert better.facts.use_cases[0].fitted is UseCaseStatus.READY
    assert worse.facts == now.facts


def test_a_single_change_alone_gives_the_verdict_it_is_told_with() -> None:
    now = scenarios.with_flips(_assessed("U1"))
    for flip in scenarios.single_changes(now):
        assert scenarios.standing(now, changes=flip.changes).verdict is flip.verdict
    assert {"dpia_signed", "use_cases_chosen"} <= {
        flip.changes[0] for flip in scenarios.single_changes(now)
    }


def _fit(name: str) -> UseCaseFit:
    return UseCaseFit(
        id=name,
        title="",
        chosen=False,
        base_word="usecases.bases.readers",
        steps=(),
        status=UseCaseStatus.FIX_FIRST,
        outbound=True,
        needs_linkage=True,
        function="marketing",
    )


def _assessed(use_case: str) -> Readiness:
    """An assessment with one use case to be mended, and nobody asked what it is for."""
    gates = {f"G{n}": GateState.PASSED for n in range(10)} | {
        "G8": GateState.NOT_ASSESSED,
        "G3": GateState.OPEN,
    }
    facts = Facts(
        gates=tuple(gates.items()),
        marks=tuple(
            Mark(
                id=f"{n}.1",
                dimension=dimension,
                weight=1,
                critical=False,
                score=2.0,
                low=2.0,
                high=2.0,
            )
            for n, dimension in enumerate(Dimension, 1)
        ),
        use_cases=(
            UseCaseFact(
                id=use_case,
                chosen=False,
                functions=("marketing",),
                fitted=UseCaseStatus.FIX_FIRST,
                outbound=True,
                needs_linkage=True,
                sources=("erp",),
                served=20,
                base=100,
            ),
        ),
    )
    return Readiness(
        verdict=Verdict.V0,
        fired=(),
        gates=(),
        dimensions=(),
        indicators=(),
        use_cases=(),
        flips=(),
        changed_thresholds=(),
        exploratory=False,
        measured_weight=1,
        shown_weight=0,
        declared_weight=0,
        not_assessed_weight=0,
        facts=facts,
    )
