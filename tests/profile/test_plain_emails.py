"""Addresses sorted by a look at their signs are measured as if each had been asked."""

from collections import Counter

import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scvkit.engine import connect
from scvkit.profile.catalogue import read_placeholders, read_rules
from scvkit.profile.plain_emails import sort_emails

SIGNS = "ab1.-_+@@.&A å\u200b"
ADDRESSES = st.one_of(
    st.none(),
    st.text(SIGNS, max_size=12),
    st.builds("{}@{}.example".format, st.text(SIGNS, max_size=5), st.sampled_from(["ab", "no"])),
    st.sampled_from(["ingen7@a.example", "test@a.example", "a@ingen-mail.example", "ab@", "@a.dk"]),
)


def _sound(address: str) -> bool:
    """What the rules themselves say of a whole address."""
    email, placeholders = read_rules()["email"], read_placeholders()["patterns"]["email"]
    [(form, stands_in)] = (
        connect()
        .execute(
            "select regexp_full_match($1, $2) and not (contains($1, '..') or starts_with($1, '.') "
            "or contains($1, '.@')), regexp_matches($1, $3)",
            [address, email["form"], "|".join(f"(?:{p})" for p in placeholders)],
        )
        .fetchall()
    )
    return form and not stands_in and address == address.lower()


@settings(max_examples=60, deadline=None)
@given(st.lists(ADDRESSES, max_size=6))
@example(["a@b.example", "a.@b.example", ".a@b.example", "a@@b.example", None, "x@.b"])
def test_a_plain_address_is_sound_where_its_domain_is(addresses):
    column = pa.array(addresses, pa.string())
    found = sort_emails([column.slice(0, 2), column.slice(2)])
    asked = [one for one in addresses if one]
    plain = asked.copy()
    for other in found.others.to_pylist():
        plain.remove(other)
    assert (found.rows, found.blank) == (len(plain), len(addresses) - len(asked))
    assert found.domains == Counter(address.split("@")[1] for address in plain)
    assert {_sound(one) for one in plain if _sound("x@" + one.split("@")[1])} <= {True}
    assert (found.shortest, found.longest) == (
        min(map(len, plain), default=None),
        max(map(len, plain), default=None),
    )


def test_addresses_of_a_domain_that_is_asked_about_are_told_one_by_one():
    column = pa.array(["a@b.example", "c@d.example", "e@b.example"])
    found = sort_emails([column], asked={"b.example"})
    assert found.domains == {"d.example": 1}
    assert found.others.to_pylist() == ["a@b.example", "e@b.example"]
