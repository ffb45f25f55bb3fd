"""docs/indicators.md says what the code does."""

from dataclasses import replace
from pathlib import Path

import pytest

from scvkit.locale import load_words
from scvkit.readiness.frames import indicator_name
from scvkit.readiness.inputs import Inputs
from scvkit.readiness.measures import MEASURES
from scvkit.readiness.thresholds import Threshold, load_thresholds
from scvkit.records.evidence import measured_share
from scvkit.records.readiness import TierVotes
from scvkit.vocabulary import Attribute, Tier
from tests.readiness import clients
from tests.readiness.test_measures import with_orders

PAGE = Path(__file__).parents[2] / "docs" / "indicators.md"
ROWS = {
    cells[0].removesuffix(" !"): cells
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and line[2].isdigit()
    for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
}


def test_the_table_lists_every_indicator_in_order():
    assert list(ROWS) == [t.id for t in load_thresholds()]


@pytest.mark.parametrize("shipped", load_thresholds(), ids=lambda t: t.id)
def test_a_row_tells_name_kind_weight_and_steps_of_the_data_file(shipped):
    mark, name, kind, weight, steps, *_ = ROWS[shipped.id]
    assert mark.endswith("!") is shipped.critical
    assert name == indicator_name(shipped.id, load_words("en"))
    assert (kind, float(weight)) == (shipped.kind, shipped.weight)
    assert steps == written(shipped)


def written(shipped: Threshold) -> str:
    share = shipped.unit == "share"
    shown = [f"{100 * step:g} %" if share else f"{step:g}" for step in shipped.steps]
    return " / ".join(shown) or "shown only"


def test_what_is_said_to_be_computed_is_computed_and_nothing_else():
    """With every input there is, exactly the rows "not yet" stay not assessed."""
    permission = replace(
        clients.permission(),
        analytics_without_consent=measured_share(1, 100, method="analytics_without_consent"),
    )
    everything = Inputs(
        **clients.steps()
        | {
            "permission": permission,
            "intake": with_orders("kundenr", Attribute.CUSTOMER_NUMBER),
            "votes": (TierVotes(tier=Tier.A, same=70, decided=70),),
        }
    )
    not_computed = {name for name in MEASURES if not MEASURES[name](everything).assessed}
    assert not_computed == {name for name, row in ROWS.items() if row[5] == "not yet"}
    without_votes = {
        name for name in MEASURES if not MEASURES[name](replace(everything, votes=())).assessed
    }
    assert without_votes - not_computed == {n for n, row in ROWS.items() if row[5] == "with votes"}
