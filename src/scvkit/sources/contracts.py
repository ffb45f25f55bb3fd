"""What is known of each source, for other tools: data contracts (ODCS 3.1) and a catalogue (DCAT).

Written after an assessment: what was told stands as it was told, what was measured as a share of
rows with its grade. No value and no count of people; shares of fewer than thirty rows are left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from scvkit.engagement import Engagement, Source
from scvkit.locale.words import Words
from scvkit.records.extracts import Intake, SourceIntake, SourceTable
from scvkit.records.profile import ColumnProfile, SourceProfile
from scvkit.sources.card import API_VERSION, classification, contract_text, custom, logical_type

FEWEST_FOR_A_SHARE = 30
# Terms of the W3C Data Privacy Vocabulary 2.3 for the lawful bases.
DPV_BASES = {
    "consent": "eu-gdpr:A6-1-a",
    "contract": "eu-gdpr:A6-1-b",
    "legal_obligation": "eu-gdpr:A6-1-c",
    "legitimate_interest": "eu-gdpr:A6-1-f",
}
_DCAT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def measured_contracts(
    engagement: Engagement, intake: Intake, profiles: Sequence[SourceProfile], words: Words
) -> dict[str, str]:
    """Return a data contract as YAML text per source that was read, by its id."""
    profile_of = {profile.source: profile for profile in profiles}
    return {
        received.source: contract_text(
            _contract(engagement, received, profile_of.get(received.source), words)
        )
        for received in intake.sources
        if received.tables and received.source in engagement.sources
    }


def catalogue(engagement: Engagement, intake: Intake) -> str:
    """Return the list of sources as a DCAT catalogue in JSON-LD."""
    as_of = engagement.assessment.as_of
    listed = [
        _dataset(received, engagement.sources[received.source])
        for received in intake.sources
        if received.source in engagement.sources
    ]
    body: dict[str, Any] = {
        "@context": _DCAT,
        "@type": "dcat:Catalog",
        "dct:title": engagement.client.name,
        "dcat:dataset": listed,
    }
    if as_of is not None:
        body["dct:modified"] = {"@type": "xsd:date", "@value": str(as_of)}
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def _contract(
    engagement: Engagement, received: SourceIntake, profile: SourceProfile | None, words: Words
) -> dict[str, Any]:
    told = engagement.sources[received.source]
    columns = {
        (table.table, column.column): column
        for table in (profile.tables if profile else ())
        for column in table.columns
    }
    return {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": f"source-{received.source.replace('_', '-')}",
        "name": told.name,
        "version": "1.0.0",
        "status": "active",
        "tenant": engagement.client.name,
        "domain": told.domain.value,
        "description": {
            name: text
            for name, text in (("purpose", told.used), ("usage", told.good_at))
            if text is not None
        },
        "schema": [_table(table, received, columns, words) for table in received.tables],
        "customProperties": list(_told(told, engagement)),
    }


def _told(told: Source, engagement: Engagement) -> list[dict[str, Any]]:
    """Facts that the client told, with their grade where they have one."""
    facts: list[tuple[str, object]] = [
        ("asOf", str(engagement.assessment.as_of) if engagement.assessment.as_of else None),
        ("owner", told.owner),
        ("stored", told.stored),
        ("since", told.since),
        ("collected", told.collected),
        ("refreshed", told.refreshed),
        ("retentionMonths", told.retention_months),
    ]
    if told.legal_basis is not None:
        basis = told.legal_basis.basis.value
        facts += [
            ("dpv.legalBasis", DPV_BASES.get(basis, basis)),
            ("dpv.purpose", told.legal_basis.purpose or None),
            ("legalBasisGrade", told.legal_basis.grade),
        ]
    if told.consent:
        facts.append(
            (
                "consents",
                [
                    {"table": c.table, "column": c.column, "channel": c.channel.value}
                    | {"purpose": c.purpose}
                    for c in told.consent
                ],
            )
        )
    return [custom(name, value) for name, value in facts if value is not None]


def _table(
    table: SourceTable,
    received: SourceIntake,
    columns: Mapping[tuple[str, str], ColumnProfile],
    words: Words,
) -> dict[str, Any]:
    file = next((r.file for r in received.readings if r.table == table.table), table.table)
    properties = []
    for meaning in table.meanings:
        held_back = meaning.column in table.quarantined
        extra = [custom("attribute", meaning.attribute.value)]
        extra += [custom("decidedBy", meaning.decided_by)]
        extra += _measured(columns.get((table.table, meaning.column)))
        properties.append(
            {
                "name": meaning.column,
                "logicalType": logical_type(meaning),
                "physicalType": "text",
                **(
                    {"primaryKey": True, "primaryKeyPosition": 1}
                    if meaning.column == table.id_column
                    else {}
                ),
                "classification": classification(meaning, held_back=held_back),
                "customProperties": extra,
            }
        )
    return {
        "name": table.table,
        "logicalType": "object",
        "physicalName": file,
        "physicalType": "file",
        "dataGranularityDescription": words(
            "sources.card.grain", grain=words(f"sources.card.grains.{table.grain.value}")
        ),
        "properties": properties,
    }


def _measured(column: ColumnProfile | None) -> list[dict[str, Any]]:
    """Shares of rows, measured over all of them."""
    if column is None or column.rows < FEWEST_FOR_A_SHARE:
        return []
    shares = [custom("filledMeasured", round(column.filled / column.rows, 2))]
    if column.valid is not None and column.filled >= FEWEST_FOR_A_SHARE:
        shares.append(custom("validMeasured", round(column.valid / column.filled, 2)))
    return shares


def _dataset(received: SourceIntake, told: Source) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "@type": "dcat:Dataset",
        "@id": f"#{received.source}",
        "dct:identifier": received.source,
        "dct:title": told.name,
        "dcat:theme": told.domain.value,
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": reading.file,
                "dct:format": reading.format,
                "dcat:byteSize": reading.bytes,
            }
            for reading in received.readings
        ],
    }
    if told.owner:
        entry["dct:publisher"] = {"@type": "foaf:Agent", "foaf:name": told.owner}
    if told.refreshed:
        entry["dct:accrualPeriodicity"] = told.refreshed
    if told.used:
        entry["dct:description"] = told.used
    if told.legal_basis is not None:
        entry["dct:accessRights"] = told.legal_basis.basis.value
    return entry
