"""The list of records to mend: exactly the faulty rows, no other value, no formula, private."""

import csv
import stat
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scvkit.engine import RowTables, connect
from scvkit.locale.words import load_words
from scvkit.profile.fix_lists import inert, write_fix_list
from scvkit.vocabulary import Attribute

from .conftest import AS_OF, Desk

WORDS = load_words("en")
COUNT = 60
FAULTY = {
    "nr": [str(1000 + i) for i in range(COUNT - 1)] + ["1000"],
    "navn": ["Åse Holm", "JÃ¸rgen Bro", "Test Testesen", "KAJ DAM"] * 15,
    "mail": ["a@firma.example", "ingen@ingen.dk", "b.firma.example", ""] * 15,
    "tlf": ["12345678", "00000000", "123", "20304050"] * 15,
    "post": ["2100", "210", "9999", "8000"] * 15,
    "født": ["03/04/1980", "13/04/1980", "04/25/1980", "31524"] * 15,
    "cpr": ["010190-1234", None] * 30,
}
MEANS = {
    "nr": Attribute.CUSTOMER_NUMBER,
    "navn": Attribute.FULL_NAME,
    "mail": Attribute.EMAIL,
    "tlf": Attribute.PHONE,
    "post": Attribute.POSTCODE,
    "født": Attribute.DATE_OF_BIRTH,
    "cpr": Attribute.NATIONAL_ID,
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return Desk(connect(threads=1), RowTables(tmp_path_factory.mktemp("lists")))


@pytest.fixture(scope="module")
def table(desk):
    written = desk.write(FAULTY, **MEANS)
    return replace(written, id_column="nr", quarantined=("cpr",))


@pytest.fixture(scope="module")
def profile(desk, table):
    return desk.profile(table).source


def listed(desk, table, findings, folder, **options):
    return write_fix_list(
        desk.connection,
        desk.rows,
        table,
        findings,
        folder=folder,
        words=WORDS,
        as_of=AS_OF,
        **options,
    )


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_every_finding_is_listed_row_by_row(desk, table, profile, tmp_path):
    found = listed(desk, table, profile.findings, tmp_path / "lists")
    rows = rows_of(tmp_path / "lists" / "s-t.csv")
    assert found.rows == len(rows) > 100
    counted = Counter((row["What is wrong"], row["Column"]) for row in rows)
    kinds = set()
    for finding in profile.findings:
        title = WORDS(f"findings.{finding.kind}.title", n=finding.rows, **dict(finding.values))
        assert counted[title, finding.column or ""] == finding.rows, finding.kind
        kinds.add(finding.kind)
    assert kinds >= {
        "ambiguous_dates",
        "damaged_text",
        "email_form",
        "phone_form",
        "placeholder_key",
        "quarantined",
        "repeated_id",
        "test_customers",
    }


def test_lines_and_ids_are_those_of_the_faulty_records(desk, table, profile, tmp_path):
    listed(desk, table, profile.findings, tmp_path)
    broken = [r for r in rows_of(tmp_path / "s-t.csv") if r["What is wrong"].startswith("Broken")]
    assert [r["Line in the file"] for r in broken] == [str(i + 1) for i in range(1, COUNT, 4)]
    assert broken[0]["Record"] == "1001"
    assert broken[0]["Looks like"] == "AÃ¸aaaa Aaa"


def test_no_value_but_the_id_stands_on_the_list(desk, table, profile, tmp_path):
    listed(desk, table, profile.findings, tmp_path)
    text = (tmp_path / "s-t.csv").read_text(encoding="utf-8-sig")
    for value in ("010190-1234", "999999-9999", "JÃ¸rgen", "b.firma", "ingen@", "Testesen"):
        assert value not in text


def test_an_id_that_is_held_back_is_not_passed_on(desk, table, profile, tmp_path):
    held = replace(table, quarantined=("nr", "cpr"))
    listed(desk, held, profile.findings, tmp_path)
    assert {row["Record"] for row in rows_of(tmp_path / "s-t.csv")} == {""}


def test_the_list_is_for_its_owner_only(desk, table, profile, tmp_path):
    listed(desk, table, profile.findings, tmp_path / "lists")
    assert stat.S_IMODE((tmp_path / "lists").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "lists" / "s-t.csv").stat().st_mode) == 0o600


def test_a_fault_in_very_many_rows_is_cut_and_the_list_says_so(desk, table, profile, tmp_path):
    found = listed(desk, table, profile.findings, tmp_path, most=3)
    assert found.cut
    counted = Counter((r["What is wrong"], r["Column"]) for r in rows_of(tmp_path / "s-t.csv"))
    assert max(counted.values()) == 3


def test_without_a_record_to_mend_there_is_no_list_and_an_older_one_goes(desk, table, tmp_path):
    (tmp_path / "s-t.csv").write_text("old", encoding="utf-8")
    assert listed(desk, table, (), tmp_path) is None
    assert list(tmp_path.glob("*.csv")) == []


@given(st.text(max_size=20))
def test_no_cell_is_read_as_a_formula(text):
    cell = inert(text)
    assert cell.lstrip()[:1] not in {"=", "+", "-", "@", "＝", "＋", "－", "＠"}
    assert not set(cell) & set("\r\n\t\x00\u202e\u200b")


def test_a_record_made_twice_is_listed_by_its_line(desk, tmp_path):
    cells = {
        "navn": [f"Kunde {chr(65 + i % 20)}{'b' * (i // 20)} Holm" for i in range(COUNT)],
        "mail": [f"k{i}@firma.example" for i in range(COUNT)],
        "tlf": [f"2030{4000 + i}" for i in range(COUNT)],
        "post": ["2100"] * COUNT,
    }
    for name in cells:
        cells[name][9] = cells[name][3] if name in {"navn", "mail"} else cells[name][9]
    means = {name: MEANS[name] for name in cells}
    twice = desk.write(cells, **means)
    findings = desk.profile(twice).source.findings
    assert [f.rows for f in findings if f.kind == "counter_duplicates"] == [1]
    listed(desk, twice, findings, tmp_path)
    title = WORDS("findings.counter_duplicates.title", n=1)
    rows = [r for r in rows_of(tmp_path / "s-t.csv") if r["What is wrong"] == title]
    assert [row["Line in the file"] for row in rows] == ["10"]
