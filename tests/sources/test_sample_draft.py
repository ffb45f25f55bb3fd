"""What a consultant has to correct in a draft of the sample client, counted."""

from pathlib import Path

import pytest

from scvkit.engagement import Engagement, Source, Table, load_engagement
from scvkit.workshop.draft import draft_folder

CLIENT = Path(__file__).parents[2] / "sample_data" / "taerskel"
Tables = dict[str, tuple[Source, str, Table]]


@pytest.fixture(scope="module")
def truth() -> Engagement:
    return load_engagement(CLIENT)


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Engagement:
    folder = tmp_path_factory.mktemp("new") / "client"
    file, _ = draft_folder(folder, [CLIENT / "extracts"])
    assert len(list((folder / "cards").iterdir())) >= 9
    return load_engagement(file)


def by_file(engagement: Engagement) -> Tables:
    return {
        table.file: (source, name, table)
        for source in engagement.sources.values()
        for name, table in source.tables.items()
    }


def test_nineteen_of_twenty_columns_are_right(drafted: Engagement, truth: Engagement) -> None:
    guessed = by_file(drafted)
    found = [
        guessed[file][2].columns.get(column) is attribute
        for file, (_, _, table) in by_file(truth).items()
        for column, attribute in table.columns.items()
    ]
    assert sum(found) >= 0.95 * len(found)


def test_domain_grain_and_id_of_every_table_are_right(
    drafted: Engagement, truth: Engagement
) -> None:
    def facts(tables: Tables, file: str) -> tuple[object, ...]:
        source, _, table = tables[file]
        return source.domain, table.grain, table.id

    wanted, guessed = by_file(truth), by_file(drafted)
    assert {file: facts(guessed, file) for file in wanted} == {
        file: facts(wanted, file) for file in wanted
    }


def test_every_consent_means_what_the_client_says(drafted: Engagement, truth: Engagement) -> None:
    def meanings(tables: Tables) -> set[tuple[object, ...]]:
        return {
            (table.file, *one.model_dump(exclude={"table"}).values())
            for source, name, table in tables.values()
            for one in source.consent
            if one.table == name
        }

    assert meanings(by_file(drafted)) == meanings(by_file(truth))


def test_the_day_of_the_extracts_is_right_within_a_day(
    drafted: Engagement, truth: Engagement
) -> None:
    assert drafted.assessment.as_of is not None
    assert truth.assessment.as_of is not None
    assert abs((drafted.assessment.as_of - truth.assessment.as_of).days) <= 1
