"""The SQL behind each number is the SQL that ran: it is there, it parses, it gives the number."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from bs4 import BeautifulSoup

from scvkit.records.linkage import SeenIn
from scvkit.records.queries import Queries
from scvkit.report import method
from tests.end_to_end.assessed import Assessed
from tests.end_to_end.sections import WORDS


def page_of(client: Assessed) -> BeautifulSoup:
    section = method(
        readiness=client.readiness(),
        linkage=client.linkage,
        permission=client.permission,
        use_cases=client.use_cases,
        identity=client.identity,
        intake=client.intake,
        names={},
        words=WORDS,
        queries=client.queries,
    )
    return BeautifulSoup(str(section), "html.parser")


def test_every_measured_number_names_the_sql_or_the_python_that_made_it(client: Assessed) -> None:
    page = page_of(client)
    blocks = page.select(".scv-queries details > div")
    shown = {block["id"]: block.pre.get_text() for block in blocks}
    for row in page.select(".scv-evidence tbody tr"):
        if "measured" not in row.select("td")[1].get_text():
            continue
        links = [a["href"][1:] for a in row.select(".scv-made a[href^='#q-']")]
        assert links or row.select(".scv-made code"), row["id"]
        assert all(shown[link] for link in links), row["id"]
    for sql in shown.values():
        assert duckdb.extract_statements(sql)


def test_every_statement_parses_and_names_no_place_of_this_machine(client: Assessed) -> None:
    assert client.queries.queries
    for query in client.queries.queries:
        assert query.brought or duckdb.extract_statements(query.sql)
        assert str(client.rows.folder.parent) not in query.sql


def run_alone(queries: Queries, name: str, work: Path) -> list[tuple[object, ...]]:
    """What the statements of a count give, run one after the other in the work folder."""
    alone = duckdb.connect()
    with pytest.MonkeyPatch.context() as place:
        place.chdir(work)
        for query in queries.script(name):
            found = alone.execute(query.sql).fetchall()
    return found


def test_run_alone_in_the_work_folder_it_gives_the_numbers_of_the_results(
    client: Assessed,
) -> None:
    def again(name: str) -> list[tuple[object, ...]]:
        return run_alone(client.queries, name, client.rows.folder.parent)

    filled_valid_unique = {(row[0], row[1]): row[2:] for row in again("keys")}
    for key in client.identity.keys:
        counted = (key.valid, key.unique, key.usable)
        assert filled_valid_unique.get((key.source, key.key), (0, 0, 0)) == counted
    for key in [key for key in client.identity.keys if key.present and key.filled > key.valid]:
        assert again(f"filled {key.source} {key.key}")[-1][0] <= key.filled
    seen = tuple(SeenIn(sources=a, people=b, sure=c) for a, b, c in again("seen_in"))  # type: ignore[arg-type]
    assert seen == client.linkage.seen_in
    permission = client.permission
    if permission.people_in_conflict.assessed:
        assert again("people_stated person_low")[0][1] == permission.people_in_conflict.value
    if permission.proof.assessed:
        assert again("proof") == [(permission.proof.passed, permission.proof.tested)]
    for fit in client.use_cases.fits:
        if fit.served is not None:
            steps = tuple(step.mid for step in fit.steps)
            assert again(f"{fit.id} MID")[0][: len(steps)] == steps, fit.id
    if client.use_cases.order_found:
        assert again("order_found") == [client.use_cases.order_found]
