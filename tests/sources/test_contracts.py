"""What is known of a source, for other tools: measured, told, and no value of a person."""

import json
from dataclasses import replace

from ruamel.yaml import YAML

from scvkit.locale.words import load_words
from scvkit.sources import catalogue, measured_contracts
from tests.report import records
from tests.sources.test_card import ALLOWED, REQUIRED

WORDS = load_words("en")
(_GIVEN,) = records.profiles()
_TABLE = _GIVEN.tables[0]
_COLUMN = replace(_TABLE.columns[0], column="email")
PROFILE = replace(_GIVEN, tables=(replace(_TABLE, columns=(_COLUMN,)),))


def contracts() -> dict[str, dict[str, object]]:
    found = measured_contracts(records.engagement(), records.intake(), (PROFILE,), WORDS)
    return {name: YAML(typ="safe", pure=True).load(text) for name, text in found.items()}


def test_every_source_that_was_read_has_a_contract_in_the_standard() -> None:
    intake = records.intake(unread="desk")
    assert set(contracts()) == {s.source for s in intake.sources if s.tables}
    for card in contracts().values():
        assert REQUIRED["contract"] <= set(card) <= ALLOWED["contract"]
        for table in card["schema"]:
            assert set(table) <= ALLOWED["object"]
            for column in table["properties"]:
                assert REQUIRED["property"] <= set(column) <= ALLOWED["property"]


def test_what_was_told_and_what_was_measured_stand_in_it() -> None:
    card = contracts()[PROFILE.source]
    told = {p["property"]: p["value"] for p in card["customProperties"]}
    assert told["owner"] == "Marketing"
    column = PROFILE.tables[0].columns[0]
    written = next(c for c in card["schema"][0]["properties"] if c["name"] == column.column)
    measured = {p["property"]: p["value"] for p in written["customProperties"]}
    assert measured["filledMeasured"] == round(column.filled / column.rows, 2)


def test_the_catalogue_lists_every_source_with_its_files_and_owner() -> None:
    body = json.loads(catalogue(records.engagement(), records.intake()))
    assert body["@type"] == "dcat:Catalog"
    assert [d["dct:identifier"] for d in body["dcat:dataset"]] == list(records.SOURCES)
    shop = body["dcat:dataset"][0]
    assert shop["dct:publisher"]["foaf:name"] == "Marketing"
    assert shop["dcat:distribution"][0]["dct:title"] == "shop.csv"
