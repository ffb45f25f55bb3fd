"""What made a number: the functions named exist, and their parameters are those of the code."""

from __future__ import annotations

import importlib
import re

import pytest

from scvkit import report
from scvkit.locale.words import load_words
from scvkit.readiness.measures import MEASURES
from scvkit.records.queries import Counted, Queries, Query
from scvkit.report.made_by import Provenance, _entries
from tests.report import records

PYTHON = sorted(
    {
        str(told)
        for group in _entries().values()
        for entry in group.values()
        for told in entry.get("python", ())
    }
)


@pytest.mark.parametrize("told", PYTHON)
def test_a_function_that_is_named_exists_and_has_the_parameters_that_are_told(told: str) -> None:
    name, _, parameters = told.partition(" (")
    path, _, function = name.rpartition(".")
    module = importlib.import_module(f"scvkit.{path}")
    assert callable(getattr(module, function))
    for constant, value in re.findall(r"(\w+) = ([\d.]+)", parameters):
        assert getattr(module, constant) == float(value)


def test_an_indicator_names_the_function_that_measures_it() -> None:
    for id_, entry in _entries()["indicators"].items():
        for told in entry.get("python", ()):
            if ".measures." in told:
                measure = MEASURES[id_]
                assert (
                    told == f"{measure.__module__.removeprefix('scvkit.')}.{measure.__qualname__}"
                )


def a_query(id_: str, sql: str, *reads: str) -> Query:
    return Query(id=id_, by="consent.conflicts.people_stated", sql=sql, reads=reads)


QUERIES = Queries(
    counted=(
        Counted(
            name="people_stated person_low",
            result="permission",
            queries=("a1", "b2"),
            answers=("b2",),
        ),
    ),
    queries=(
        a_query("a1", "create temp table stated as from read_parquet('rows/permissions.parquet')"),
        a_query("b2", "select count(*) from stated where word < '<b>'"),
    ),
)


def test_a_row_links_to_the_sql_that_counted_it_and_that_to_what_it_stands_on() -> None:
    page = str(
        report.method(
            readiness=records.readiness(),
            linkage=None,
            permission=records.permission(),
            use_cases=None,
            identity=None,
            intake=records.intake(),
            names={},
            words=load_words("en"),
            queries=QUERIES,
        )
    )
    [row] = re.findall(r'<tr id="e-people-in-conflict">.*?</tr>', page, re.DOTALL)
    assert 'href="#q-b2"' in row
    assert 'href="#q-a1"' not in row
    blocks = re.findall(r'<div id="q-(\w+)">(.*?)</details>', page, re.DOTALL)
    assert [name for name, _ in blocks] == ["a1", "b2"]
    assert 'href="#q-a1"' in blocks[1][1]
    assert "&lt;b&gt;" in blocks[1][1]
    assert "results/sql-permission.json" in blocks[1][1]


def test_the_inputs_of_a_number_are_told_with_their_files_and_hashes() -> None:
    intake = records.intake()
    [first, *_] = [reading for source in intake.sources for reading in source.readings]
    made = Provenance(Queries(), intake).of(
        "people", "proof", refs=(f"{first.source}/{first.table}.consent",)
    )
    assert made.files == ((first.file, first.sha256[:12]),)
    assert not made.all_files
