"""Source cards in the Open Data Contract Standard 3.1, drafted from what the files tell.

A card says of one source what a consultant, a data owner and a data-quality tool need to agree on:
the system, what a row is, what each column means, what its consent columns say, and what should
never have been extracted.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from scvkit.locale.words import Words, load_words
from scvkit.records.extracts import ColumnMeaning
from scvkit.sources.drafted import DraftedSource, DraftedTable, Pair, draft_sources
from scvkit.sources.permissions import GuessedConsent
from scvkit.vocabulary import DATE_ATTRIBUTES, IDENTIFYING_ATTRIBUTES, Attribute

API_VERSION = "v3.1.0"


def draft_cards(client: str, tables: Sequence[Pair]) -> dict[str, str]:
    """Return a source card as YAML text per source id, in the order of the files."""
    return {source.id: contract_text(_card(client, source)) for source in draft_sources(tables)}


def _card(client: str, source: DraftedSource) -> dict[str, Any]:
    words = load_words("en")
    notes = [note for t in source.tables if t.known for note in t.known.export.notes]
    held = sum(len(table.meaning.quarantined) for table in source.tables)
    limits = [words("sources.card.guessed"), *notes]
    if held:
        limits.append(words("sources.card.held_back", n=held))
    return {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": f"source-{source.id.replace('_', '-')}",
        "name": source.name,
        "version": "0.1.0",
        "status": "draft",
        "tenant": client,
        "domain": source.domain.value,
        "description": {"limitations": " ".join(limits)},
        "schema": [_table(table, words) for table in source.tables],
        "customProperties": _systems(source) + _open_questions(words),
    }


def _systems(source: DraftedSource) -> list[dict[str, Any]]:
    known = {t.known.export.title: t.known for t in source.tables if t.known}
    found: list[dict[str, Any]] = []
    for title, one in known.items():
        found.append(custom("system", one.export.system))
        found.append(custom("recognisedExport", title))
        found.append(custom("evidence", one.export.evidence))
        if one.also:
            found.append(custom("couldAlsoBe", list(one.also)))
    return found


def _open_questions(words: Words) -> list[dict[str, Any]]:
    keys = ("owner", "stored", "since", "collected", "used", "refreshed", "good_at")
    asked = [
        words("sources.card.question", fact=key, of=words(f"sources.draft.{key}")) for key in keys
    ]
    return [custom("openQuestions", asked)]


def _table(table: DraftedTable, words: Words) -> dict[str, Any]:
    meaning = table.meaning
    extra: list[dict[str, Any]] = []
    if table.consents:
        extra.append(custom("consents", [_consent(one) for one in table.consents]))
    if meaning.quarantined:
        extra.append(custom("neverExtract", list(meaning.quarantined)))
    if table.reading.doubts:
        extra.append(custom("doubts", list(table.reading.doubts)))
    return {
        "name": table.name,
        "logicalType": "object",
        "physicalName": table.reading.file,
        "physicalType": "file",
        "dataGranularityDescription": words(
            "sources.card.grain", grain=words(f"sources.card.grains.{meaning.grain.value}")
        ),
        "properties": [_column(table, column) for column in meaning.meanings],
        **({"customProperties": extra} if extra else {}),
    }


def _column(table: DraftedTable, column: ColumnMeaning) -> dict[str, Any]:
    meaning = table.meaning
    held_back = column.column in meaning.quarantined
    return {
        "name": column.column,
        "logicalType": logical_type(column),
        "physicalType": "text",
        **(
            {"primaryKey": True, "primaryKeyPosition": 1}
            if column.column == meaning.id_column
            else {}
        ),
        "classification": classification(column, held_back=held_back),
        "description": column.reason,
        "customProperties": [
            custom("attribute", column.attribute.value),
            custom("confidence", round(column.confidence, 3)),
            custom("decidedBy", column.decided_by),
        ],
    }


def logical_type(column: ColumnMeaning) -> str:
    """The type of a column in the standard's words."""
    if column.attribute is Attribute.DATE_OF_BIRTH:
        return "date"
    if column.attribute in DATE_ATTRIBUTES:
        return "timestamp"
    return "number" if column.attribute is Attribute.AMOUNT else "string"


def classification(column: ColumnMeaning, *, held_back: bool) -> str:
    """Whether a column is about a person, and whether it should have been extracted at all."""
    if held_back or column.attribute is Attribute.NATIONAL_ID:
        return "never extract"
    return "personal" if column.attribute in IDENTIFYING_ATTRIBUTES else "internal"


def _consent(one: GuessedConsent) -> dict[str, Any]:
    return {
        **({"column": one.column} if one.column else {"state_of_every_row": one.state}),
        "channel": one.channel.value,
        "purpose": one.purpose,
        "consent_given": list(one.given),
        "consent_refused": list(one.refused),
        "consent_withdrawn": list(one.withdrawn),
        "consent_unknown": list(one.unclear),
        **dict(one.proof),
    }


def custom(name: str, value: object) -> dict[str, Any]:
    """A property that the standard has no key for."""
    return {"property": name, "value": value}


def _quoted(value: Any) -> Any:
    """The same with texts in quotes: readers of YAML 1.1 take a bare NO for false."""
    if isinstance(value, dict):
        return {key: _quoted(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_quoted(one) for one in value]
    return DoubleQuotedScalarString(value) if isinstance(value, str) else value


def contract_text(card: dict[str, Any]) -> str:
    """The contract as YAML text that readers of YAML 1.1 and 1.2 understand alike."""
    writer = YAML(typ="rt", pure=True)
    writer.width = 100
    writer.indent(mapping=2, sequence=4, offset=2)
    text = io.StringIO()
    writer.dump(_quoted(card), text)
    return text.getvalue()
