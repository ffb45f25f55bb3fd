"""Each attribute of the core from the source that holds most of it."""

from __future__ import annotations

from dataclasses import replace

from scvkit.readiness import draw_blueprint
from scvkit.records.profile import SourceProfile
from scvkit.vocabulary import Attribute, Grain
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


def test_a_full_name_is_best_taken_from_the_source_that_holds_it_in_two_columns() -> None:
    rows = {row.attribute: row for row in blueprint(profiles=people_named("given_name")).core}
    assert rows["full_name"].source == "shop"
    assert rows["full_name"].read_from == "parts"


def test_names_that_stand_in_the_full_name_are_held_by_somebody() -> None:
    rows = {row.attribute: row for row in blueprint(profiles=people_named("full_name")).core}
    for part in ("given_name", "surname"):
        assert rows[part].source == "shop"
        assert rows[part].read_from == "full_name"


def test_a_consent_column_that_the_client_named_is_held_whatever_it_looks_like() -> None:
    told = records.engagement().model_dump(by_alias=True)
    told["sources"]["shop"]["consent"] = [
        {"table": "main", "channel": "email", "column": "given_name", "given": ["J"]}
    ]
    profiles = people_named("other")
    rows = {
        row.attribute: row
        for row in blueprint(engagement=records.engagement(**told), profiles=profiles).core
    }
    assert rows["consent_flag"].source == "shop"
    assert rows["consent_time"].source == ""


def people_named(attribute: str) -> tuple[SourceProfile, ...]:
    """One source with a column of that meaning, and a surname where it has a given name."""
    held = records.profiles()[0]
    table = held.tables[0]
    column = replace(
        table.columns[0], column="given_name", attribute=Attribute(attribute), valid=None
    )
    columns = [column]
    if attribute == "given_name":
        columns.append(replace(column, column="surname", attribute=Attribute.SURNAME))
    return (
        replace(
            held,
            source="shop",
            tables=(replace(table, table="main", grain=Grain.CUSTOMER, columns=tuple(columns)),),
        ),
    )
