"""A page without a kernel carries the numbers that the room saw."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pytest
from markupsafe import Markup

from scvkit import identity, linkage
from scvkit.workshop import claims
from scvkit.workshop.agreed import AgreedList, say_agreed
from scvkit.workshop.choice import UseCaseChoice, choose
from scvkit.workshop.claims import ClaimCards, Reveal
from scvkit.workshop.consent_cards import ConsentCards
from scvkit.workshop.desk import Desk, open_desk
from scvkit.workshop.landscape_cards import LandscapeEditor
from scvkit.workshop.people_cards import PeopleCards, say_mandate
from scvkit.workshop.prices import PriceRanges, say_price
from scvkit.workshop.sliders import Slide, Sliders
from scvkit.workshop.threshold import Threshold
from scvkit.workshop.verdict_board import VerdictBoard
from scvkit.workshop.vote import open_ballot
from scvkit.workshop.vote_cards import VotingBooth
from scvkit.workshop.what_if import what_if_sliders
from tests.identity.small import Small
from tests.linkage.test_limits import people
from tests.workshop.test_what_if import Asking

FILE = """
version: 1
client: {name: Client}
assessment: {delete_by: 2099-12-31, controller: C, processor_agreement: D, purpose: P}
sources:
  erp: {name: ERP, domain: purchases, owner: Finance, tables: {all: {file: erp.csv}}}
  shop: {name: Web shop, domain: shop, tables: {all: {file: shop.csv}}}
claims:
  - {id: C1, source: erp, subject: email, kind: unique, expected: true, said_by: Finance}
  - {id: C2, source: shop, subject: email, kind: complete, expected: 0.9, said_by: Shop}
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A linked client in which the room has said something of everything."""
    home = tmp_path_factory.mktemp("twins")
    small = Small(home / "work" / "rows")
    rows = people(60)
    small.add("erp", rows).add("shop", rows[10:])
    (home / "engagement.yaml").write_text(FILE, encoding="utf-8")
    desk = open_desk(home, work=str(home / "work"))
    desk = replace(desk, connection=small.connection)
    place = small.connection, small.rows
    identity.write_records(*place, desk.engagement, small.intake)
    desk.save("intake", small.intake)
    desk.save("identity", identity.test_keys(*place, desk.engagement, small.intake))
    desk.save("linkage", linkage.link_records(*place, desk.engagement, small.intake))
    say_agreed(desk, "first_step", {"what": "ask", "role": "CIO", "until": "2027-01-31"})
    say_mandate(desk, {"days_a_month": "6", "role": "COO"})
    say_price(
        desk, {"price": "cost_per_send", "low": "3", "high": "7", "currency": "DKK", "role": "CFO"}
    )
    choose(desk, {"id": "U1", "problem": "p 41", "sponsor": "CMO", "baseline": "2 %"})
    claims.lock_all(desk)
    claims.reveal_next(desk)
    claims.reveal_next(desk)
    return desk


def slider(_: Desk) -> Sliders:
    return Sliders(
        slides=(Slide(name="share", label="Asked", value=0.4),),
        answer=lambda values, _: Markup(f"<p>found {values['share']:.0%}</p>"),
    )


PIECES: dict[str, Callable[[Desk], Any]] = {
    "agreed": lambda desk: AgreedList(desk, "first_step"),
    "claims": ClaimCards,
    "reveal": lambda desk: Reveal(desk, desk.identity()),
    "landscape": LandscapeEditor,
    "people": PeopleCards,
    "consent": ConsentCards,
    "choice": UseCaseChoice,
    "prices": PriceRanges,
    "threshold": Threshold,
    "votes": lambda desk: VotingBooth(open_ballot(desk, n=60)),
    "verdict": VerdictBoard,
    "slider": slider,
    "what_if": lambda desk: what_if_sliders(desk, Asking(), share=0.35),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", PIECES)
def test_a_twin_carries_every_number_its_widget_opens_with(desk: Desk, name: str) -> None:
    twin = words_of(PIECES[name](desk).twin())
    shown = " ".join(words_of(html) for html in shown_by(PIECES[name](desk).widget()))
    assert numbers(shown) <= numbers(twin)
    if name not in ("consent", "votes"):
        assert numbers(twin)


def test_a_threshold_moved_in_the_room_counts_what_its_twin_counts(desk: Desk) -> None:
    live = Threshold(desk)
    for line in (live.joined(), live.joined(weight=10.0)):
        counts = (line.pairs, line.persons, line.several_sources)
        assert {str(n) for n in counts} <= numbers(words_of(Threshold(desk).twin()))


def test_no_twin_needs_a_script_or_a_kernel(desk: Desk) -> None:
    for name, piece in PIECES.items():
        twin = str(piece(desk).twin()).lower()
        assert "<script" not in twin, name
        assert "jupyter" not in twin, name
        assert "http" not in twin.replace("http://www.w3.org", ""), name


def shown_by(widget: widgets.Widget) -> Iterator[str]:
    """What a widget shows that is no control: pictures, tables, sentences."""
    if isinstance(widget, widgets.HTML):
        yield widget.value
    for held in getattr(widget, "children", ()):
        yield from shown_by(held)


def words_of(html: object) -> str:
    plain = re.sub(r"<style.*?</style>", " ", str(html), flags=re.DOTALL)
    # A vote is blind: which pair is asked is for the voter alone.
    plain = re.sub(r"Pair \d+ of", " ", plain)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", plain))


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,]\d+)*", text))


def test_numbers_are_found_where_there_are_some(tmp_path: Path) -> None:
    assert numbers("1,079 of 98.5% in <5") == {"1,079", "98.5", "5"}
