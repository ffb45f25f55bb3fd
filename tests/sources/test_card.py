"""A source card is a data contract in the Open Data Contract Standard 3.1."""

from typing import Any

import pytest
from ruamel.yaml import YAML

from scvkit.records.extracts import ReadingReport, SourceTable
from scvkit.sources import draft_cards, understand_table
from scvkit.sources.recognition import known_exports
from tests.sources.conftest import Maker
from tests.sources.made_values import made_values

# The parts of the standard that a card uses, by the kind of object they stand in: its required
# keys and the keys it may have. Any other key makes a contract invalid.
REQUIRED = {
    "contract": {"version", "apiVersion", "kind", "id", "status"},
    "object": {"name"},
    "property": {"name"},
    "custom": {"property", "value"},
}
ALLOWED = {
    "contract": REQUIRED["contract"]
    | {"name", "tenant", "tags", "domain", "dataProduct", "description", "schema"}
    | {"servers", "team", "roles", "slaProperties", "customProperties", "contractCreatedTs"},
    "object": {"name", "logicalType", "physicalName", "physicalType", "description", "quality"}
    | {"businessName", "dataGranularityDescription", "properties", "tags", "customProperties"},
    "property": {"name", "logicalType", "physicalType", "physicalName", "description", "required"}
    | {"primaryKey", "primaryKeyPosition", "unique", "classification", "businessName", "tags"}
    | {"customProperties", "criticalDataElement", "examples", "quality"},
    "custom": {"property", "value", "description"},
}
LOGICAL = {"string", "date", "timestamp", "time", "number", "integer", "boolean"}


def card_of(maker: Maker, name: str) -> dict[str, Any]:
    export = next(e for e in known_exports() if e.name == name)
    rows = list(zip(*(made_values(a, 6, c) for c, a in export.columns.items()), strict=True))
    report = maker.report(list(export.columns), rows, file="Kunder på æske.csv")
    (card,) = draft_cards("Køb & Salg", [(report, understood(maker, report))]).values()
    return dict(YAML(typ="safe", pure=True).load(card))


def understood(maker: Maker, report: ReadingReport) -> SourceTable:
    return understand_table(maker.connection, maker.rows, report, table=None, country="DK")


@pytest.mark.parametrize("name", ["magento_customers", "klaviyo_profiles", "sap_kna1"])
def test_a_card_keeps_to_the_standard(maker: Maker, name: str) -> None:
    card = card_of(maker, name)
    check("contract", card)
    assert (card["apiVersion"], card["kind"], card["status"]) == ("v3.1.0", "DataContract", "draft")
    assert set(card["description"]) <= {"purpose", "usage", "limitations"}
    for table in card["schema"]:
        check("object", table)
        assert table["logicalType"] == "object"
        for column in table["properties"]:
            check("property", column)
            assert column["logicalType"] in LOGICAL


def test_a_card_says_system_grain_attributes_and_what_consent_means(maker: Maker) -> None:
    card = card_of(maker, "klaviyo_profiles")
    table = card["schema"][0]
    said = {p["property"]: p["value"] for p in card["customProperties"]}
    assert said["recognisedExport"] == "Klaviyo, profiles of a list or segment"
    assert card["domain"] == "newsletter"
    assert table["dataGranularityDescription"] == "One row is a subscriber."
    columns = {c["name"]: c["customProperties"][0]["value"] for c in table["properties"]}
    assert columns["Email Marketing Consent Timestamp"] == "consent_time"
    consents = next(p for p in table["customProperties"] if p["property"] == "consents")
    assert consents["value"][0]["consent_given"] == ["SUBSCRIBED", "Subscribe"]


def test_a_card_names_what_should_never_have_been_extracted(maker: Maker) -> None:
    table = card_of(maker, "magento_customers")["schema"][0]
    never = next(p for p in table["customProperties"] if p["property"] == "neverExtract")
    assert never["value"] == ["password_hash", "rp_token", "password"]
    marked = [c["name"] for c in table["properties"] if c["classification"] == "never extract"]
    assert marked == never["value"]


def check(kind: str, found: dict[str, Any]) -> None:
    assert REQUIRED[kind] <= set(found) <= ALLOWED[kind]
    for custom in found.get("customProperties", ()):
        assert REQUIRED["custom"] <= set(custom) <= ALLOWED["custom"]
