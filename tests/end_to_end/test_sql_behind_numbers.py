"""The SQL behind each number is the SQL that ran: it is there, it parses, it gives the number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from bs4 import BeautifulSoup

from scvkit.records.linkage import SeenIn
from scvkit.records.queries import Queries
from scvkit.report import method
from tests.canaries import canaries, met
from tests.end_to_end.assessed import Assessed
from tests.end_to_end.conftest import Run
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
    brought = {f"q-{query.id}" for query in client.queries.queries if query.brought}
    for id_, sql in shown.items():
        assert id_ in brought or duckdb.extract_statements(sql)


def test_every_statement_parses_and_names_no_place_of_this_machine(client: Assessed) -> None:
    assert client.queries.queries
    for query in client.queries.queries:
        assert query.brought or duckdb.extract_statements(query.sql)
        assert str(client.rows.folder.parent) not in query.sql


Rows = list[tuple[Any, ...]]


def run_alone(queries: Queries, name: str, work: Path) -> list[Rows]:
    """What each statement that counted gives, all run one after the other in the work folder."""
    alone = duckdb.connect()
    answers = {query.id for query in queries.of(name)}
    found = []
    with pytest.MonkeyPatch.context() as place:
        place.chdir(work)
        for query in queries.script(name):
            rows = alone.execute(query.sql).fetchall()
            found += [rows] if query.id in answers else []
    return found


def again(client: Assessed, name: str) -> list[Rows]:
    return run_alone(client.queries, name, client.rows.folder.parent)


def test_run_alone_it_gives_the_keys_and_the_people_of_the_results(client: Assessed) -> None:
    [tested] = again(client, "keys")
    counts = {(row[0], row[1]): row[2:] for row in tested}
    for key in client.identity.keys:
        unique = (key.valid, key.unique, key.usable)
        assert counts.get((key.source, key.key), (0, 0, 0)) == unique
        if key.present:
            filled = sum(rows[0][0] for rows in again(client, f"filled {key.source} {key.key}"))
            assert max(filled, key.valid) == key.filled
    [seen] = again(client, "seen_in")
    assert tuple(SeenIn(sources=a, people=b, sure=c) for a, b, c in seen) == client.linkage.seen_in
    shared = {tuple(row[:3]): row[3] for row in again(client, "overlap")[1]}
    for overlap in client.linkage.overlaps:
        pair = (overlap.kind, overlap.source_a, overlap.source_b)
        assert shared.get(pair, 0) == overlap.mid


def test_run_alone_it_gives_the_permissions_and_the_use_cases_of_the_results(
    client: Assessed,
) -> None:
    permission = client.permission
    if permission.people_in_conflict.assessed:
        assert (
            again(client, "people_stated person_low")[0][0][1]
            == permission.people_in_conflict.value
        )
    if permission.proof.assessed:
        assert again(client, "proof") == [[(permission.proof.passed, permission.proof.tested)]]
    yes = {tuple(row[:3]): (row[3], row[4]) for row in again(client, "stated")[0]}
    for entry in permission.sources:
        stated = yes.get((entry.source, entry.channel, entry.purpose), (0, 0))
        assert stated == (entry.records, entry.given)
    for fit in client.use_cases.fits:
        if fit.served is not None:
            steps = tuple(step.mid for step in fit.steps)
            assert again(client, f"{fit.id} MID")[0][0][: len(steps)] == steps, fit.id
    if client.use_cases.order_found:
        assert again(client, "order_found") == [[client.use_cases.order_found]]


def test_no_marked_person_stands_in_it(tiny_run: Run) -> None:
    marked = canaries(tiny_run.client)
    files = sorted((tiny_run.out / "results").glob("sql-*.json"))
    assert marked
    assert files
    for file in files:
        assert met(file.read_text("utf-8"), marked) == [], file.name
