"""Every change that a flip can name has its words."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from scvkit.locale import load_words
from scvkit.readiness import decide
from scvkit.readiness.thresholds import load_thresholds
from scvkit.records.evidence import measured_share
from scvkit.records.readiness import Mark
from scvkit.records.scenarios import Predicted
from scvkit.scenarios.changes import improvements, revelations
from scvkit.scenarios.shown import gained
from scvkit.vocabulary import GateState, UseCaseStatus
from tests.readiness.clients import facts, use_case
from tests.scenarios.test_flips import any_facts

WORDS = load_words("en")
MARKS = tuple(
    Mark(
        id=t.id,
        dimension=t.dimension,
        weight=t.weight,
        critical=t.critical,
        score=1,
        low=0.5,
        high=2,
    )
    for t in load_thresholds()
)


@settings(max_examples=30, deadline=None)
@given(any_facts())
def test_every_change_and_every_fired_rule_has_its_words(found):
    found = replace(found, marks=MARKS)
    keys = [f"changes.{c.key}" for c in (*improvements(found), *revelations(found))]
    keys += [f"rules.{reason}" for rule in decide(found) for reason in rule.reasons]
    assert not [key for key in keys if not WORDS.has(key)]


def test_three_use_cases_at_most_are_offered_and_no_key_twice():
    fix = tuple(use_case(f"U{n}", UseCaseStatus.FIX_FIRST) for n in range(5))
    offered = [
        c.key
        for c in improvements(
            facts(use_cases=fix, marks=MARKS, gates={"G5": GateState.FAILED, "G3": GateState.OPEN})
        )
    ]
    assert len(offered) == len(set(offered))
    assert sum("use_case" in key for key in offered) == 3
    assert "raise.i5_4" not in offered


@pytest.mark.parametrize(
    ("after", "said"),
    [(103, "fewer than 5 more"), (97, "fewer than 5 fewer"), (140, "+40 (+20 to +60)")],
)
def test_a_change_of_few_records_is_told_in_words(after: int, said: str) -> None:
    spread = 0.02 if after == 140 else 0.001
    predicted = Predicted(
        target="",
        now=measured_share(100, 1000, method="found"),
        after=measured_share(
            after, 1000, method="found", low=after / 1000 - spread, high=after / 1000 + spread
        ),
        naive=None,
        ceiling=1.0,
        ceiling_reason="",
    )
    assert gained(predicted, WORDS) == said
