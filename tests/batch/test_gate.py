"""The gate is tested on leaks first: one that catches nothing would pass every page."""

import base64
from pathlib import Path
from urllib.parse import quote

import pytest

from scvkit.batch.gate import PersonalValues, breaches, personal_values, search
from scvkit.engine import RowTables, connect, quoted
from scvkit.locale import load_words
from scvkit.records.extracts import ColumnMeaning, Intake, SourceIntake, SourceTable
from scvkit.report import workbook
from scvkit.vocabulary import Attribute, Domain, Grain

NOBODY = ("K-100236", "Test Testesen", "ingen@ingen.example", "12345678", "")
PEOPLE = (
    ("K-100234", "Åse Bjørnholm", "aase@bjornholm.example", "+45 01 23 45 69", "Møllevej 12"),
    (
        "K-100235",
        "Óscar Lindqvist",
        "oscar@lindqvist.example",
        "0046 70 123 45 67",
        "Strandgatan 4",
    ),
)
BORN = ("1961-04-23", "17-11-1988")
COLUMNS = (
    ("nr", Attribute.CUSTOMER_NUMBER),
    ("navn", Attribute.FULL_NAME),
    ("mail", Attribute.EMAIL),
    ("tlf", Attribute.PHONE),
    ("adresse", Attribute.STREET),
    ("foedt", Attribute.DATE_OF_BIRTH),
    ("by", Attribute.CITY),
)


@pytest.fixture
def values(tmp_path: Path) -> PersonalValues:
    connection = connect()
    rows = RowTables(tmp_path)
    table = [(*person, born, "Vejle") for person, born in zip(PEOPLE, BORN, strict=True)]
    table.append((*NOBODY, "1900-01-01", "Vejle"))
    connection.execute(f"create table t ({', '.join(f'{quoted(c)} varchar' for c, _ in COLUMNS)})")
    connection.executemany(f"insert into t values ({', '.join('?' * 7)})", table)
    rows.write(connection, "select 1 as line_number, * from t", "extract", "erp", "customers")
    meanings = tuple(
        ColumnMeaning(
            column=column,
            attribute=attribute,
            confidence=1.0,
            decided_by="engagement",
            detected=attribute,
            reason="said",
        )
        for column, attribute in COLUMNS
    )
    understood = SourceTable(
        source="erp",
        table="customers",
        grain=Grain.CUSTOMER,
        id_column="nr",
        rows=2,
        meanings=meanings,
    )
    source = SourceIntake(
        source="erp",
        name="ERP",
        domain=Domain.PURCHASES,
        readings=(),
        unread=(),
        tables=(understood,),
    )
    return personal_values(connection, rows, Intake(sources=(source,), undeclared=()))


@pytest.mark.parametrize(
    ("leak", "attribute"),
    [
        ("<td>Åse Bjørnholm</td>", "full_name"),
        ("ÅSE BJØRNHOLM", "full_name"),
        ("ase bjornholm", "full_name"),
        ("aase@bjornholm.example", "email"),
        ("AASE@BJORNHOLM.EXAMPLE", "email"),
        ("tel 0123 4569", "phone"),
        ("(+45) 01-23-45-69", "phone"),
        ("M&oslash;llevej 12", "street"),
        ("tel +45.01234569", "phone"),
        ("tel 01.23.45.69", "phone"),
        ("K-100234", "customer_number"),
        ("born 1961-04-23", "date_of_birth"),
        ("born 23.04.1961", "date_of_birth"),
        ("born 1988-11-17", "date_of_birth"),
        (quote("Åse Bjørnholm"), "full_name"),
        (base64.b64encode("x Åse Bjørnholm y".encode()).decode(), "full_name"),
        ("<td>Åse</td>\n <td><b>Bjørnholm</b></td>", "full_name"),
        ("<td>Bjørnholm</td><td>Åse</td>", "full_name"),
        ("Bjørnholm, Åse", "full_name"),
        ("<td>Møllevej</td><td>12</td>", "street"),
        ("%C3%85se+Bj%C3%B8rnholm", "full_name"),
        ("Åse+Bjørnholm", "full_name"),
        (base64.b64encode(b"aase@bjornholm.example").decode(), "email"),
    ],
)
def test_a_planted_leak_is_caught(values: PersonalValues, leak: str, attribute: str) -> None:
    assert attribute in search(f"<html><p>before {leak} after</p></html>", values)


@pytest.mark.parametrize(
    "harmless",
    [
        "1,473 records, 23 of 61 in Vejle",
        "Åse and Bjørn Holm",  # the tokens, not the sequence
        "<td>01</td><td>23</td><td>45</td><td>67</td>",  # counts in neighbouring cells
        '<path d="M 10 012 3456 7 01 234 567 L 1234567 01234569"/>',
        "Møllevej has 12 houses",
        "sha256 k100234f" * 3,
        "<text x=204.48 y=101.234567>1</text>",
        "variance 4.01234569",
        "2026-09-30",
        "<dc:date>2026-11-22T10:58:01.234567</dc:date>",
    ],
)
def test_what_is_no_personal_value_passes(values: PersonalValues, harmless: str) -> None:
    assert search(harmless, values) == set()


@pytest.mark.parametrize(
    ("name", "leak"),
    [
        ("歐陽小明", "客戶歐陽小明已經"),
        ("王小明", "<td>王</td><td>小明</td>"),
        ("김민수", "고객 김민수 님"),
        ("Иван Петров", "ПЕТРОВ, ИВАН"),
        ("Ελένη Παππά", "ελενη παππα"),
        ("Anna Maria Holm", "Anna Maria Holm"),
        ("Anna Maria Holm", "<td>Holm</td><td>Anna Maria</td>"),
    ],
)
def test_names_of_any_script_are_caught(tmp_path: Path, name: str, leak: str) -> None:
    values = _values_of_names(tmp_path, [name])
    assert search(f"<p>{leak}</p>", values) == {"full_name"}
    assert search("<p>名字 小明 имя Петровка Ελένη 김</p>", values) == set()


@pytest.mark.parametrize("born", ["1999/02/22", "1980-01-01"])
def test_a_day_in_the_name_of_a_standard_is_nobodys_birthday(born: str) -> None:
    values = PersonalValues(words={}, pairs={}, longer={}, digits={}, dates={born: "date_of_birth"})
    standard = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    created = "<dcterms:created>1980-01-01T00:00:00Z</dcterms:created>"
    assert search(f'xmlns:rdf="{standard}" {created}', values) == set()
    assert search(f"born {born}", values) == {"date_of_birth"}


def test_a_breach_names_page_and_attribute_never_the_value(
    values: PersonalValues, tmp_path: Path
) -> None:
    page = tmp_path / "out" / "report.en.html"
    page.parent.mkdir()
    page.write_text("<p>Åse Bjørnholm</p>", encoding="utf-8")
    found = breaches([page], page.parent, values)
    assert [(b.page, b.attribute) for b in found] == [("report.en.html", "full_name")]
    assert "bjørn" not in repr(found).lower()


def test_what_several_pages_share_is_a_breach_of_each(
    values: PersonalValues, tmp_path: Path
) -> None:
    shared = "<section><p>Åse Bjørnholm</p></section>"
    for name in ("a.html", "b.html"):
        (tmp_path / name).write_text(f"<p>{name}</p>{shared}<p>rest</p>", encoding="utf-8")
    found = breaches(tmp_path.glob("*.html"), tmp_path, values)
    assert [(b.page, b.attribute) for b in found] == [
        ("a.html", "full_name"),
        ("b.html", "full_name"),
    ]


def test_a_value_in_a_file_name_is_caught(values: PersonalValues, tmp_path: Path) -> None:
    page = tmp_path / "aase@bjornholm.example.html"
    page.write_text("nothing", encoding="utf-8")
    assert [b.attribute for b in breaches([page], tmp_path, values)] == ["email"]


def test_values_shared_by_many_records_are_no_personal_values(tmp_path: Path) -> None:
    assert _values_of_names(tmp_path, ["Åse Holm"] * 30).pairs == {}
    assert _values_of_names(tmp_path, ["Åse Holm"]).pairs != {}


def test_a_value_in_a_workbook_is_caught_although_it_is_packed(
    values: PersonalValues, tmp_path: Path
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    table = "<table><tr><th>Who</th></tr><tr><td>{}</td></tr></table>"
    for name, held in (("clean", "166"), ("leaking", "aase@bjornholm.example")):
        page = folder / f"{name}.xlsx"
        page.write_bytes(workbook(table.format(held), load_words("en"), {}))
    found = breaches(folder.iterdir(), folder, values)
    assert [(b.page, b.attribute) for b in found] == [("leaking.xlsx", "email")]


def test_what_stands_for_nobody_may_stand_in_the_sql_that_looks_for_it(
    values: PersonalValues,
) -> None:
    sql = "digits in ('12345678', '11111111') or name in ('test', 'testesen') or day = '9999-12-31'"
    assert search(sql, values) == set()
    assert search(f"{sql} or phone = '01234569'", values) == {"phone"}


def _values_of_names(folder: Path, names: list[str]) -> PersonalValues:
    connection = connect()
    rows = RowTables(folder)
    connection.execute("create table named (navn varchar)")
    connection.executemany("insert into named values (?)", [(name,) for name in names])
    rows.write(connection, "select rowid as line_number, navn from named", "extract", "erp", "t")
    meaning = ColumnMeaning(
        column="navn",
        attribute=Attribute.FULL_NAME,
        confidence=1.0,
        decided_by="detected",
        detected=Attribute.FULL_NAME,
        reason="header",
    )
    table = SourceTable(
        source="erp",
        table="t",
        grain=Grain.CUSTOMER,
        id_column=None,
        rows=len(names),
        meanings=(meaning,),
    )
    source = SourceIntake(
        source="erp", name="E", domain=Domain.OTHER, readings=(), unread=(), tables=(table,)
    )
    return personal_values(connection, rows, Intake(sources=(source,), undeclared=()))
