import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scvkit.engagement import Engagement, Table
from scvkit.locale.words import load_words
from scvkit.records.extracts import Delivery, UnreadFile
from scvkit.sources import meaning_frame, understand_delivery
from scvkit.vocabulary import Attribute, Grain
from tests.sources.conftest import Maker


@settings(max_examples=40, deadline=None)
@given(ids=st.lists(st.sampled_from(["a", "a#2", " a ", "", None, "b"]), min_size=1, max_size=8))
def test_every_row_gets_an_id_of_its_own(shared_maker: Maker, ids: list[str | None]) -> None:
    table = Table(file="x.csv", id="nr", columns={"nr": Attribute.CUSTOMER_NUMBER})
    shared_maker.understand(["nr"], [[i] for i in ids], table=table)
    found = [row[0] for row in shared_maker.read("record_id")]
    assert len(found) == len(ids)
    assert len(set(found)) == len(ids)


def test_a_row_without_an_id_is_called_by_its_line(maker: Maker) -> None:
    table = Table(file="x.csv", id="nr", columns={"nr": Attribute.CUSTOMER_NUMBER})
    maker.understand(["nr"], [["7"], [None], ["7"]], table=table)
    assert [row[0] for row in maker.read("record_id")] == ["7", "row-3", "7#2"]


def test_dates_and_amounts_are_typed_and_text_is_trimmed(maker: Maker) -> None:
    columns = ["kundenr", "navn", "oprettet", "beløb"]
    rows = [["1", " Bo Holm ", "31-12-2024", "1.234,50"], ["2", "", "01-02-2023", "-7,00"]]
    maker.understand(columns, rows)
    assert maker.read("customer_number, full_name, created_at, amount") == [
        ("1", "Bo Holm", dt.datetime(2024, 12, 31), 1234.5),
        ("2", None, dt.datetime(2023, 2, 1), -7.0),
    ]


def test_a_decimal_point_is_read_as_one(maker: Maker) -> None:
    maker.understand(["amount"], [["1,234.50"], ["7.25"], ["(3.00)"]])
    assert maker.read("amount") == [(1234.5,), (7.25,), (-3.0,)]


def test_the_engagement_file_decides_and_detection_stays_visible(maker: Maker) -> None:
    table = Table(file="x.csv", columns={"mail": Attribute.OTHER, "navn": Attribute.COMPANY_NAME})
    found = maker.understand(["mail", "navn"], [["a@x.example", "Bo Holm"]], table=table)
    assert [(m.attribute, m.detected, m.decided_by) for m in found.meanings] == [
        (Attribute.OTHER, Attribute.EMAIL, "engagement"),
        (Attribute.COMPANY_NAME, Attribute.FULL_NAME, "engagement"),
    ]


def test_the_first_of_two_columns_with_one_meaning_names_it(maker: Maker) -> None:
    maker.understand(["navn", "navn2"], [["Bo Holm", "c/o Dal"], ["Ib Dal", "att. Holm"]])
    assert maker.read("full_name") == [("Bo Holm",), ("Ib Dal",)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("cpr_nr", "320199-1234"),
        ("note", "ringede, cpr 320199-1234, lovede svar"),
        ("note", "personnummer 19850199-1234 enligt kund"),
        ("note", "kunden har 01019912345 som nummer"),
        ("observatii", "clientul are CNP 1800101221144 si revine"),
        ("password_hash", "$2y$10$abc"),
    ],
)
def test_national_ids_and_secrets_are_held_back(maker: Maker, column: str, value: str) -> None:
    table = maker.understand(["kundenr", column], [["1", value], ["2", "intet"]])
    assert table.quarantined == (column,)
    assert _columns(maker) == ["record_id", "line_number", "customer_number"]


@pytest.mark.parametrize(
    "value", ["ordre 7001234567 er sendt", "ring 45 11 98 48 80 i morgen", "12-11-2024 kl. 10"]
)
def test_ordinary_numbers_in_text_are_not_held_back(maker: Maker, value: str) -> None:
    table = maker.understand(["kundenr", "note"], [["1", value], ["2", "intet"]])
    assert table.quarantined == ()


def test_detection_guesses_grain_and_id(maker: Maker) -> None:
    rows = [["M1", "Bo Holm", "J"], ["M2", "Ib Dal", "N"]]
    table = maker.understand(["medlemsnr", "navn", "ok_sms"], rows, file="klub_medlem.xlsx")
    assert (table.grain, table.id_column) == (Grain.MEMBER, "medlemsnr")
    assert table.meanings[2].codes == ("J", "N")


def test_a_list_nobody_declared_shows_what_it_holds_of_customers(maker: Maker) -> None:
    report = maker.report(["navn", "mail"], [["Bo Holm", "a@x.example"]], file="Kopi af liste.csv")
    delivery = Delivery(
        readings=(),
        unread=(),
        undeclared=(report,),
        undeclared_unread=(
            UnreadFile(source="undeclared", table="z", file="a.pdf", reason="A PDF."),
        ),
    )
    intake = understand_delivery(maker.connection, maker.rows, _engagement(), delivery)
    assert [(u.file, u.rows) for u in intake.undeclared] == [
        ("Kopi af liste.csv", 1),
        ("a.pdf", None),
    ]
    assert intake.undeclared[0].customer_columns == (Attribute.FULL_NAME, Attribute.EMAIL)
    assert not maker.rows.exists("source", "s", "t")


def test_the_frame_has_a_line_for_every_column(maker: Maker) -> None:
    report = maker.report(["navn", "mail"], [["Bo Holm", "a@x.example"]])
    delivery = Delivery(readings=(report,), unread=(), undeclared=(), undeclared_unread=())
    intake = understand_delivery(maker.connection, maker.rows, _engagement(), delivery)
    frame = meaning_frame(intake.sources[0], load_words())
    assert list(frame["Meaning"]) == ["full name", "e-mail"]


def _columns(maker: Maker) -> list[str]:
    scan = maker.rows.scan("source", "s", "t")
    return [str(row[0]) for row in maker.connection.execute(f"describe from {scan}").fetchall()]


def _engagement() -> Engagement:
    return Engagement.model_validate(
        {
            "version": 1,
            "client": {"name": "X"},
            "sources": {"s": {"name": "S", "tables": {"t": {"file": "x.csv"}}}},
        }
    )
