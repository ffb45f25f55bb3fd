"""Persons and organisations row by row; whose mailboxes; households and shared ones suspected."""

from scvkit.identity import count_address_kinds, write_records
from scvkit.records.identity import AddressKinds
from tests.identity.small import Small


def test_rows_and_their_addresses_are_told_apart(small: Small) -> None:
    small.add(
        "erp",
        [
            {"full_name": "Lise Lund", "email": "lund@post.example"},
            {"full_name": "Bo Lund", "email": "lund@post.example"},
            {"full_name": "Eva Holm", "email": "eva@gmail.com"},
            {"full_name": "Holm Byg A/S", "email": "info@holmbyg.example"},
            {"full_name": "Ida Bak", "email": "ingen@ingen.dk", "phone": "21436587"},
            {"full_name": "Kaj Dal", "email": "", "phone": "21436587"},
        ],
    )
    found = count_of(small)
    assert (found.persons, found.organisations) == (5, 1)
    assert (found.emails, found.free_mail, found.of_a_function) == (4, 1, 1)
    assert (found.household_emails, found.shared_emails) == (2, 0)
    assert (found.household_phones, found.shared_phones) == (0, 2)


def test_one_person_twice_is_no_household(small: Small) -> None:
    small.add("erp", [{"full_name": "Eva Holm", "email": "eva@x.example"}] * 2)
    found = count_of(small)
    assert (found.persons, found.household_emails, found.shared_emails) == (2, 0, 0)


def count_of(small: Small) -> AddressKinds:
    write_records(small.connection, small.rows, small.engagement(), small.intake)
    return count_address_kinds(small.connection, small.rows, "erp")
