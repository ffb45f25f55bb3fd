"""Known exports: recognised whatever the spelling, and every column of them understood."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scvkit.engagement import load_engagement
from scvkit.records.extracts import ReadingReport, SourceTable
from scvkit.sources import draft_engagement, understand_table
from scvkit.sources.headers import match_header
from scvkit.sources.recognition import Export, header_key, known_exports, recognise
from scvkit.vocabulary import Attribute, Channel
from tests.sources.conftest import Maker
from tests.sources.made_values import made_values

EXPORTS = {export.name: export for export in known_exports()}
EACH = pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
ROWS = 40


def test_there_are_more_than_fifteen_and_each_has_its_evidence() -> None:
    assert len(EXPORTS) >= 30
    assert all(export.evidence and export.columns for export in EXPORTS.values())


@EACH
def test_what_an_export_needs_and_says_is_among_its_columns(export: Export) -> None:
    spoken_of = {header_key(c) for one in export.consent for c in (one.column, one.time) if c}
    assert export.needs | export.never_extract | spoken_of <= export.keys.keys()
    assert export.at_least <= len(export.telling)
    assert export.id is None or header_key(export.id) in export.keys


@EACH
def test_an_export_is_recognised_as_itself_and_as_nothing_else(export: Export) -> None:
    found = recognise(list(export.columns))
    assert found is not None
    assert (found.export.name, found.also) == (export.name, ())


@EACH
def test_spelling_order_and_own_columns_do_not_matter(export: Export) -> None:
    written = [c.upper().replace(" ", "_") for c in reversed(export.columns)]
    found = recognise(["Butik nr.", *written, "custom_field_7"])
    assert found is not None
    assert found.export is export
    assert "custom_field_7" not in found.columns


@given(st.lists(st.sampled_from("kundenr navn email telefon postnr by land note".split())))
def test_a_plain_list_of_customers_is_no_known_export(columns: list[str]) -> None:
    assert recognise(columns) is None


def test_two_layouts_that_fit_alike_are_both_named() -> None:
    both = {**EXPORTS["dynamics_contacts"].columns, **EXPORTS["dynamics_leads"].columns}
    found = recognise(list(both))
    assert found is not None
    named = {found.export.title, *found.also}
    assert named == {EXPORTS["dynamics_contacts"].title, EXPORTS["dynamics_leads"].title}


@EACH
def test_a_draft_of_a_known_export_is_right_and_needs_no_correction(
    shared_maker: Maker, export: Export, tmp_path: Path
) -> None:
    columns = [*export.columns, "Butik nr."]
    report, table = _understood(shared_maker, export, columns)
    wrong = {
        m.column: m.attribute
        for m in table.meanings[:-1]
        if m.attribute is not export.columns[m.column]
    }
    assert wrong == {}
    assert table.export == export.title
    assert (table.grain, table.id_column) == (export.grain, export.id or table.id_column)
    assert {header_key(c) for c in table.quarantined} >= export.never_extract
    file = tmp_path / "engagement.yaml"
    file.write_text(draft_engagement("X", [(report, table)], unread=()), encoding="utf-8")
    source = load_engagement(file).sources["export"]
    assert source.domain is export.domain
    said = {c.column: (c.channel, c.purpose, c.time) for c in source.consent}
    expected: dict[str | None, tuple[Channel, str, str | None]] = {
        c.column: (c.channel, c.purpose, c.time) for c in export.consent
    }
    # A file with the column of a state says that state by being there.
    by_file = next((one for one in export.states if one.columns), None)
    if by_file and not expected:
        expected = {None: (by_file.channel, by_file.purpose, by_file.time)}
    assert said == expected


def test_most_headers_of_known_exports_are_understood_by_their_words_alone() -> None:
    """So that an export nobody described is understood too; a word is right or says nothing."""
    asked = [
        (column, attribute)
        for export in EXPORTS.values()
        for column, attribute in export.columns.items()
        if attribute is not Attribute.OTHER and " - " not in column
    ]
    right = [
        match[0].attribute is attribute for c, attribute in asked if (match := match_header(c))
    ]
    assert sum(right) >= 0.93 * len(asked)


def test_values_of_another_form_outweigh_a_known_header(maker: Maker) -> None:
    export = EXPORTS["shopify_customers"]
    columns = list(export.columns)
    rows = [["x y"] * len(columns) for _ in range(ROWS)]
    meanings = {m.column: m.attribute for m in maker.understand(columns, rows).meanings}
    assert meanings["Email"] is Attribute.OTHER
    assert meanings["Total Spent"] is Attribute.OTHER


def _understood(
    maker: Maker, export: Export, columns: list[str]
) -> tuple[ReadingReport, SourceTable]:
    made = [
        made_values(export.columns.get(c, Attribute.OTHER), ROWS, f"{export.name}/{c}")
        for c in columns
    ]
    report = maker.report(columns, list(zip(*made, strict=True)), file="export.csv")
    return report, understand_table(maker.connection, maker.rows, report, table=None, country="DK")
