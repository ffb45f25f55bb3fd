"""The sliders of the what-if: a new answer for each move, and what the room settled on is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import Markup

from scvkit.engagement import load_engagement
from scvkit.errors import EngagementError
from scvkit.records.evidence import measured_share, not_assessed
from scvkit.records.scenarios import AddKey, Predicted, WhatIf
from scvkit.workshop.desk import Desk, open_desk
from scvkit.workshop.prices import PriceRanges, say_price
from scvkit.workshop.what_if import what_if_sliders

FILE = """
version: 1
client: {name: Client}
sources:
  erp: {name: ERP, tables: {rows: {file: erp.csv}}}
  shop: {name: Web shop, tables: {rows: {file: shop.csv}}}
"""


class Asking:
    """Answers with the share it was asked with."""

    sources = ("erp", "shop")

    def __init__(self, *, silent: bool = False) -> None:
        self.asked: list[AddKey] = []
        self._silent = silent

    def what_if(self, change: AddKey) -> WhatIf:
        self.asked.append(change)
        now = measured_share(400, 1000, method="scenarios.methods.found_now")
        after = measured_share(400 + round(200 * change.share), 1000, method="scenarios.methods.x")
        after = replace(after, low=after.value, high=after.value)
        found = Predicted(
            target="", now=now, after=after, naive=None, ceiling=0.6, ceiling_reason="others"
        )
        return WhatIf(
            kind="add_key",
            source=change.source,
            key=change.key,
            share=change.share,
            reach=change.reach,
            records=1000,
            filled=500,
            asked=round(500 * change.share),
            recovery=not_assessed("none", method="scenarios.methods.x"),
            overlaps=() if self._silent else (found,),
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "engagement.yaml").write_text(FILE, encoding="utf-8")
    return open_desk(tmp_path, work=str(tmp_path / "work"))


def test_a_move_asks_anew_and_shows_the_answer(desk: Desk) -> None:
    asking = Asking()
    sliders = what_if_sliders(desk, asking, source="shop", share=0.5)  # type: ignore[arg-type]
    assert "50%" in sliders.twin()
    parts = sliders.widget().children
    parts[3].value = 1.0
    assert asking.asked[-1] == AddKey(source="shop", key="email", share=1.0, reach=1.0)
    assert "60%" in parts[-1].value
    assert isinstance(sliders.twin(), Markup)


def test_what_is_kept_stands_in_the_journal_with_its_range(desk: Desk) -> None:
    sliders = what_if_sliders(desk, Asking(), share=0.5)  # type: ignore[arg-type]
    sliders.widget().children[-2].children[0].click()
    (entry,) = desk.said("what_if")
    assert (entry.content["source"], entry.content["share"], entry.content["after"]) == (
        "erp",
        0.5,
        0.5,
    )
    assert desk.file is not None
    assert load_engagement(desk.file) == desk.engagement


def test_a_price_is_a_range_said_by_a_role_and_the_file_says_it_from_then_on(desk: Desk) -> None:
    said = {"price": "cost_per_send", "low": "0,1", "high": "0.3", "role": "CFO"}
    with pytest.raises(EngagementError, match="Currency"):
        say_price(desk, said)
    say_price(desk, said | {"currency": "dkk"})
    with pytest.raises(EngagementError, match="low end is above the high end"):
        say_price(desk, said | {"low": "9"})
    value = desk.engagement.value
    assert value is not None
    assert (value.currency, value.prices["cost_per_send"].high) == ("DKK", 0.3)
    twin = PriceRanges(desk).twin()
    assert "cost of one send" in twin
    assert "CFO" in twin


def test_nothing_predicted_is_nothing_kept(desk: Desk) -> None:
    sliders = what_if_sliders(desk, Asking(silent=True))  # type: ignore[arg-type]
    assert sliders.keep is not None
    with pytest.raises(EngagementError, match="nothing to keep"):
        sliders.keep({"share": 0.5, "reach": 1.0}, {"source": "erp", "key": "email"})
    assert desk.said() == ()
