"""Records of any source in one form: names in order, kinds per row, numbers resolved."""

from dataclasses import replace

import pytest

from scvkit import identity
from scvkit.identity.raw import issued_number
from scvkit.vocabulary import Domain, Grain
from tests.identity.small import Small


def write(small: Small) -> None:
    identity.write_records(small.connection, small.rows, small.engagement(), small.intake)


def test_names_written_surname_first_are_turned_where_another_source_separates_them(
    small: Small,
) -> None:
    separate = [{"given_name": "Lise", "surname": "Lund"}, {"given_name": "Ole", "surname": "Bak"}]
    small.add("shop", [*separate, *separate])
    small.add("erp", [{"full_name": "LUND LISE"}, {"full_name": "Lise Mette Lund"}])
    write(small)
    found = small.records("given_name, surname, name_sorted", "source = 'erp'")
    assert found == [("lise", "lund", "lise lund"), ("lise", "lund", "lise lund mette")]


@pytest.mark.parametrize(
    ("written", "given_name", "surname"),
    [
        ("王美玲", "美玲", "王"),
        ("王 美 玲", "美玲", "王"),
        ("王明", "明", "王"),
        ("佐藤美咲", "美咲", "佐藤"),
    ],
)
def test_a_name_of_letters_without_spaces_has_all_of_its_given_name(
    small: Small, written: str, given_name: str, surname: str
) -> None:
    small.add("shop", [{"given_name": given_name, "surname": surname}])
    small.add("desk", [{"full_name": written}])
    write(small)
    assert small.records("given_name, surname") == [(given_name, surname)] * 2


def test_a_surname_of_one_letter_is_known_wherever_it_stands(small: Small) -> None:
    small.add("shop", [{"given_name": "王", "surname": "美玲"}])
    small.add("desk", [{"full_name": "美玲 王"}])
    write(small)
    assert small.records("given_name, surname") == [("美玲", "王")] * 2


def test_companies_and_people_in_one_table_are_told_apart_row_by_row(small: Small) -> None:
    small.add(
        "erp",
        [
            {"full_name": "Nielsen Byg ApS"},
            {"full_name": "Lund Tømrer", "org_number": "01234567"},
            {"full_name": "Lise Lund"},
        ],
        domain=Domain.PURCHASES,
    )
    small.add("crm", [{"company_name": "Lund Tømrer"}], table="accounts", grain=Grain.ACCOUNT)
    small.add(
        "crm",
        [{"full_name": "Lise Lund", "company_name": "Lund Tømrer", "org_number": "01234567"}],
        table="contacts",
        grain=Grain.CONTACT,
    )
    write(small)
    kinds = {r[0]: r[1] for r in small.records("record_key, entity_kind")}
    assert kinds == {
        "erp/all/0": "organisation",
        "erp/all/1": "organisation",
        "erp/all/2": "person",
        "crm/accounts/0": "organisation",
        "crm/contacts/0": "person",
    }


def test_an_order_number_on_a_ticket_becomes_the_customer_number_of_the_order(
    small: Small,
) -> None:
    small.add("erp", [{"customer_number": "100"}, {"customer_number": "200"}], domain="purchases")
    small.add(
        "erp",
        [{"id": "7001", "customer_number": "200", "order_number": "7001"}],
        table="orders",
        grain=Grain.ORDER,
    )
    small.add("desk", [{"customer_number": "7001"}, {"customer_number": "00100"}])
    write(small)
    assert small.records("customer_number", "source = 'desk'") == [("200",), ("100",)]


def test_the_issuer_of_a_number_needs_no_column_of_its_own_for_it(small: Small) -> None:
    small.add("erp", [{"id": "100", "full_name": "Lise Lund"}], domain=Domain.PURCHASES)
    small.add("shop", [{"id": "A1", "email": "l@x.example"}], domain=Domain.SHOP)
    write(small)
    assert small.records("customer_number, login_id") == [("100", None), (None, "A1")]


def test_the_number_of_a_guests_order_is_nobodys_login(small: Small) -> None:
    small.add("shop", [{"id": "7001", "order_number": "7001"}], domain=Domain.SHOP)
    [source] = small.intake.sources
    (meaning,) = source.tables[0].meanings
    table = replace(source.tables[0], meanings=(replace(meaning, column="id"),))
    assert issued_number(Domain.SHOP, source.tables[0], {"order_number"})
    assert not issued_number(Domain.SHOP, table, {"order_number"})


def test_an_address_of_many_differently_named_people_is_shared(small: Small) -> None:
    names = ["Anna Bak", "Bo Dahl", "Carl Eg", "Dorte Friis"]
    small.add(
        "erp",
        [{"full_name": name, "email": "butikken@x.example"} for name in names]
        + [{"full_name": "Eva Holm", "email": "eva@x.example"}],
    )
    write(small)
    assert small.records("email_shared") == [(True,)] * 4 + [(False,)]


def test_nobody_is_called_test(small: Small) -> None:
    small.add("shop", [{"given_name": "Test", "surname": "Testesen"}, {"given_name": "?"}])
    write(small)
    assert small.records("full_name, given_name, surname") == [(None, None, None)] * 2


def test_events_are_tied_to_a_record_of_their_own_source(small: Small) -> None:
    small.add("erp", [{"customer_number": "100"}], domain=Domain.PURCHASES)
    small.add("newsletter", [{"id": "S1", "email": "l@x.example"}], domain=Domain.NEWSLETTER)
    small.add(
        "erp",
        [
            {"customer_number": "100", "created_at": "2026-01-02"},
            {"customer_number": "999", "created_at": "2026-01-03"},
        ],
        table="orders",
        grain=Grain.ORDER,
    )
    small.add("list", [{"email": "L@x.example"}], grain=Grain.SEND, domain=Domain.CAMPAIGN)
    write(small)
    orders = small.connection.execute(
        f"select record_key, grain from {small.rows.scan('events', 'erp', 'orders')}"
    ).fetchall()
    sends = small.connection.execute(
        f"select record_key from {small.rows.scan('events', 'list', 'all')}"
    ).fetchall()
    assert orders == [("erp/all/0", "order"), (None, "order")]
    assert sends == [("newsletter/all/S1",)]


def test_writing_twice_gives_the_same_bytes(small: Small) -> None:
    small.add("erp", [{"full_name": "Lise Lund", "phone": "12345679"}, {"full_name": "Bo Dahl"}])
    write(small)
    first = small.rows.path("records").read_bytes()
    write(small)
    assert small.rows.path("records").read_bytes() == first


def test_a_delivery_without_records_gives_an_empty_table(small: Small) -> None:
    assert (
        identity.write_records(small.connection, small.rows, small.engagement(), small.intake) == 0
    )


def test_a_numbered_customer_of_a_crm_is_a_customer_and_a_lead_is_none(small: Small) -> None:
    numbered = [{"full_name": "Lise Lund", "customer_number": "7"}, {"full_name": "Ole Bak"}]
    small.add("list", numbered, domain=Domain.CRM, grain=Grain.CUSTOMER)
    small.add("crm", numbered, table="leads", domain=Domain.CRM, grain=Grain.CONTACT)
    write(small)
    found = small.records("record_key, is_customer")
    assert [key for key, customer in found if customer] == ["list/all/0"]
