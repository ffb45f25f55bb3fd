"""Each attribute of the core from the source that holds most of it."""

from __future__ import annotations

from dataclasses import replace

from scvkit.readiness import draw_blueprint
from tests.report import records


def blueprint(**changed: object):  # type: ignore[no-untyped-def]
    fields: dict[str, object] = {
        "engagement": records.engagement(),
        "profiles": records.profiles(),
        "identity": records.identity(),
        "people": None,
    }
    return draw_blueprint(**(fields | changed))  # type: ignore[arg-type]


def test_the_source_with_most_valid_values_is_the_best() -> None:
    held = {
        (p.source, column.column): column.valid if column.valid is not None else column.filled
        for p in records.profiles()
        for table in p.tables
        for column in table.columns
        if column.attribute == "email"
    }
    (email,) = [row for row in blueprint().core if row.attribute == "email"]
    best = max(held, key=lambda place: held[place])
    assert email.source == best[0]
    assert email.valid.passed == held[best]


def test_an_attribute_that_nobody_holds_is_told_and_not_left_out() -> None:
    everything = {row.attribute: row for row in blueprint(profiles=()).core}
    assert everything["email"].source == ""
    assert not everything["email"].valid.assessed
    assert {row.layer for row in everything.values()} == {"identity", "permission"}


def test_a_key_that_no_other_source_holds_carries_nothing() -> None:
    alone = replace(records.identity(), raw_overlap=())
    assert all(row.key == "" for row in blueprint(identity=alone).core)
