"""docs/items.md: every item ends somewhere, and what it names exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from scvkit.engagement import Engagement, Part
from scvkit.readiness.thresholds import load_thresholds
from scvkit.usecases import load_catalogue

PAGE = Path(__file__).parents[1] / "docs" / "items.md"
ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if re.match(r"\| S\d+ \|", line)
]


def test_each_of_the_130_items_has_one_row_in_order():
    assert [row[0] for row in ROWS] == [f"S{n}" for n in range(1, 131)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_an_item_ends_in_a_result_a_question_or_a_reason(row):
    assert len(row) == 4
    assert any(row[1:])


def test_every_indicator_and_use_case_named_is_there():
    results = " ".join(row[1] for row in ROWS)
    indicators = set(re.findall(r"indicator (\d\.\d)", results))
    cases = set(re.findall(r"use case (U\d+)", results))
    assert indicators <= {t.id for t in load_thresholds()}
    assert cases <= {case.id for case in load_catalogue()}
    left = re.sub(r"(indicator \d\.\d|use case U\d+|[, ])", "", results)
    assert not left


def test_every_question_named_is_a_key_of_the_engagement_file():
    for row in ROWS:
        for question in re.findall(r"`([a-z_.]+)`", row[2]):
            assert is_key(Engagement, question.split(".")), (row[0], question)


def test_every_use_case_of_the_catalogue_is_asked_for_by_some_item():
    """U17 answers S70 by its indicator, the replay."""
    cases = set(re.findall(r"use case (U\d+)", " ".join(row[1] for row in ROWS)))
    assert {case.id for case in load_catalogue()} - cases == {"U17"}


def is_key(part: Any, path: list[str]) -> bool:
    """Whether the path of keys leads through the models of the engagement file."""
    if not path:
        return True
    model = next((m for m in models(part) if path[0] in m.model_fields), None)
    return model is not None and is_key(model.model_fields[path[0]].annotation, path[1:])


def models(annotation: Any) -> list[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return [annotation]
    return [model for inner in get_args(annotation) for model in models(inner)]
