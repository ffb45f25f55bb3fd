"""Addresses that show a family: what they are, and when they tie nobody without a name."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scvkit import identity, linkage
from scvkit.engine import Connection, connect
from scvkit.linkage.mailboxes import families_share_mailboxes, of_a_family, says_family
from scvkit.linkage.newsletter import _over_sources
from scvkit.linkage.prepared import Prepared
from scvkit.vocabulary import EntityKind
from tests.identity.small import Small


@pytest.fixture(scope="module")
def connection() -> Connection:
    return connect(threads=1)


@pytest.mark.parametrize(
    ("email", "holder", "family"),
    [
        ("larsen.home@post.example", ("jeppe", "larsen"), True),
        ("gitte.larsen@post.example", ("jeppe", "larsen"), True),
        ("h.kaerhoej@post.example", ("rene", "karhoj"), True),
        ("jeppe.larsen@post.example", ("jeppe", "larsen"), False),
        ("j.larsen@post.example", ("jeppe", "larsen"), False),
        ("sunny77@post.example", ("jeppe", "larsen"), False),
        ("larsen1990@post.example", ("jeppe", "larsen"), False),
    ],
)
def test_an_address_of_a_family_shows_the_surname_and_nobody(
    connection: Connection, email: str, holder: tuple[str, str], family: bool
) -> None:
    found = connection.execute(
        f"select {of_a_family('email', 'given', 'surname')} "
        "from (select ? as email, ? as given, ? as surname)",
        [email, *holder],
    ).fetchall()
    assert found == [(family,)]


def test_a_record_without_name_or_address_has_no_family_address(connection: Connection) -> None:
    for email, given_name, surname in ((None, "a", "larsen"), ("larsen@x", None, "larsen")):
        found = connection.execute(
            f"select {of_a_family('email', 'given', 'surname')} "
            "from (select ?::varchar as email, ?::varchar as given, ?::varchar as surname)",
            [email, given_name, surname],
        ).fetchall()
        assert found == [(False,)]


@pytest.mark.parametrize(
    ("email", "says"),
    [
        ("fam.holm@post.example", True),
        ("familienholm@post.example", True),
        ("holm-familie@post.example", True),
        ("familia.popescu@post.example", True),
        ("famke.holm@post.example", False),
        ("holm@family.example", False),
        (None, False),
    ],
)
def test_some_addresses_say_that_they_are_a_familys(
    connection: Connection, email: str | None, says: bool
) -> None:
    found = connection.execute(
        f"select {says_family('email')} from (select ?::varchar as email)", [email]
    ).fetchall()
    assert found == [(says,)]


def first_of_both_tied(small: Small) -> bool:
    """True when the first records of the ERP and of the newsletter are linked."""
    engagement = small.engagement()
    identity.write_records(small.connection, small.rows, engagement, small.intake)
    linkage.link_records(small.connection, small.rows, engagement, small.intake)
    rows = small.connection.execute(
        f"select cluster_id from {small.rows.scan('clusters')} "
        "where record_key in ('erp/all/0', 'news/all/0')"
    ).fetchall()
    return len(set(rows)) == 1


@pytest.mark.parametrize(("reader", "tied"), [({}, False), ({"given_name": "Ida"}, True)])
def test_an_address_that_says_so_ties_nobody_who_gave_no_name(
    small: Small, reader: dict[str, str], tied: bool
) -> None:
    holm = {"given_name": "Ida", "surname": "Holm", "email": "familien.holm@post.example"}
    others = [
        {"given_name": f"Bo{n}", "surname": f"Dahl{n}", "email": f"b{n}@x.example"}
        for n in range(4)
    ]
    small.add("erp", [holm, *others]).add("news", [{"email": holm["email"]} | reader])
    assert first_of_both_tied(small) is tied


@pytest.mark.parametrize(
    ("address", "tied"), [("gitte.post@x.example", False), ("solskin@x.example", True)]
)
def test_an_address_that_shows_another_given_name_ties_nobody_who_gave_none(
    small: Small, address: str, tied: bool
) -> None:
    holder = {"given_name": "Bo", "surname": "Laursen", "email": address}
    others = [
        {"given_name": name, "surname": f"Dahl{n}", "email": f"b{n}@x.example"}
        for n, name in enumerate(("Gitte", "Ida", "Karen", "Per"))
    ]
    small.add("erp", [holder, *others]).add("news", [{"email": address}])
    assert first_of_both_tied(small) is tied


def mailboxes(connection: Connection, *, couples: int, alone: int, readers: int = 10) -> bool:
    """What is said of mailboxes that two people hold, or one; some have a reader without a name."""
    both = ("ida", "bo")
    held = [(f"hos.larsen{n}@x", name, f"{n}/{name}") for n in range(couples) for name in both]
    held += [(f"hos.larsen{n}@y", "eva", f"{n}/{side}") for n in range(alone) for side in "ab"]
    held += [(f"hos.larsen{n}@y", None, f"{n}/reader") for n in range(min(alone, readers))]
    frame = pd.DataFrame(held, columns=["email", "given_name", "unique_id"])
    frame["surname"] = frame["given_name"].map(lambda name: name and "larsen")
    connection.execute("select 1").fetchall()
    connection.register("mailbox_frame", frame)
    connection.execute("create or replace temp table boxes as from mailbox_frame").fetchall()
    connection.unregister("mailbox_frame")
    columns = dict.fromkeys(("email", "given_name", "surname"), len(held))
    return families_share_mailboxes(
        connection,
        Prepared(table="boxes", kind=EntityKind.PERSON, records=len(held), filled=columns),
    )


def test_families_share_mailboxes_where_hidden_names_are_often_another_persons(
    connection: Connection,
) -> None:
    assert mailboxes(connection, couples=10, alone=20)
    assert not mailboxes(connection, couples=0, alone=30)


def test_one_couple_is_no_proof(connection: Connection) -> None:
    assert not mailboxes(connection, couples=1, alone=60)


def test_where_no_reader_is_without_a_name_no_tie_can_be_wrong(connection: Connection) -> None:
    assert not mailboxes(connection, couples=10, alone=20, readers=0)


sources = st.lists(
    st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
    max_size=6,
).map(tuple)


@given(sources)
def test_the_likely_share_of_known_addresses_lies_in_its_range(known: tuple) -> None:
    low, likely, high = _over_sources(known)
    assert 0 <= low <= likely + 1e-9
    assert likely <= high + 1e-9
    assert high <= 1


def test_sources_that_differ_widen_the_range_of_known_addresses() -> None:
    alike, unlike = ((80, 100), (79, 100), (81, 100)), ((95, 100), (65, 100), (80, 100))
    (low, _, high), (lower, _, higher) = _over_sources(alike), _over_sources(unlike)
    assert lower < low < high < higher
