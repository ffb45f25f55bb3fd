"""Which keys are filled, valid and held by one identity only; and what became of claims."""

import datetime as dt

import pytest

from scvkit import identity
from scvkit.engagement import Assessment, Claim
from scvkit.locale.words import load_words
from scvkit.records.bridges import key_bridges
from scvkit.records.identity import Identity, KeyTest
from scvkit.vocabulary import ClaimOutcome, Domain, Key
from tests.identity.small import Small


def run(small: Small, claims: tuple[Claim, ...] = ()) -> Identity:
    engagement = small.engagement(claims=claims, assessment=Assessment(as_of=dt.date(2026, 9, 30)))
    identity.write_records(small.connection, small.rows, engagement, small.intake)
    return identity.test_keys(small.connection, small.rows, engagement, small.intake)


def test(found: Identity, source: str, key: Key) -> KeyTest:
    return next(t for t in found.keys if t.source == source and t.key is key)


test.__test__ = False  # type: ignore[attr-defined]


def test_filled_valid_unique_and_usable_are_counted_one_inside_the_other(small: Small) -> None:
    small.add(
        "erp",
        [
            {"full_name": "Lise Lund", "email": "familien@x.example"},
            {"full_name": "Bo Lund", "email": "familien@x.example"},
            {"full_name": "Eva Holm", "email": "eva@x.example"},
            {"full_name": "Eva Holm", "email": "info@x.example"},
            {"full_name": "Ida Bak", "email": "ingen@ingen.dk"},
            {"full_name": "Ida Bak", "email": "ida@"},
        ],
    )
    found = test(run(small), "erp", Key.EMAIL)
    assert (found.records, found.filled, found.valid, found.unique, found.usable) == (6, 5, 4, 2, 1)
    assert found.present
    assert not found.stable.assessed


@pytest.mark.parametrize(
    ("attribute", "key", "values"),
    [
        ("email", Key.EMAIL, ["ingen@ingen.dk", "n/a", "", "a@x.example"]),
        ("phone", Key.PHONE, ["00000000", "ukendt", "-", "21 43 65 87"]),
        ("customer_number", Key.CUSTOMER_NUMBER, ["mangler", "?", "", "1007"]),
    ],
)
def test_a_placeholder_fills_no_key(
    small: Small, attribute: str, key: Key, values: list[str]
) -> None:
    small.add("erp", [{"full_name": "Eva Holm", attribute: value} for value in values])
    assert test(run(small), "erp", key).filled == 1


def test_a_short_name_does_not_contradict_the_long_one(small: Small) -> None:
    small.add(
        "desk",
        [
            {"full_name": "E. Holm", "phone": "12345679"},
            {"full_name": "Eva Holm", "phone": "12345679"},
        ],
    )
    assert test(run(small), "desk", Key.PHONE).usable == 2


def test_a_key_without_a_column_is_not_present(small: Small) -> None:
    small.add("desk", [{"full_name": "Eva Holm"}])
    assert not test(run(small), "desk", Key.CUSTOMER_NUMBER).present


def test_raw_overlap_counts_distinct_values_found_in_both(small: Small) -> None:
    small.add("a", [{"email": "x@x.example"}, {"email": "X@x.example"}, {"email": "y@x.example"}])
    small.add("b", [{"email": "x@x.example"}])
    (found,) = run(small).raw_overlap
    assert (found.source_a, found.source_b, found.key) == ("a", "b", Key.EMAIL)
    assert (found.values_a, found.values_b, found.both) == (2, 1, 1)


def test_a_record_without_key_and_without_name_and_address_cannot_be_linked(small: Small) -> None:
    small.add(
        "desk",
        [
            {"full_name": "Eva Holm"},
            {"full_name": "Bo Dahl", "street": "Vej 1", "postcode": "2100"},
            {"full_name": "Ida Bak", "phone": "12345679"},
        ],
    )
    (found,) = run(small).sources
    assert (found.persons, found.with_strong_key, found.unlinkable) == (3, 1, 1)


@pytest.mark.parametrize(
    ("kind", "subject", "expected", "outcome"),
    [
        ("unique", "email", True, ClaimOutcome.DID_NOT_HOLD),
        ("complete", "email", 0.75, ClaimOutcome.HELD),
        ("complete", "email", True, ClaimOutcome.HELD_PARTLY),
        ("complete", "shoe_size", True, ClaimOutcome.CANNOT_BE_TESTED),
        ("fresh", "records", True, ClaimOutcome.DID_NOT_HOLD),
        ("overlap", "shop", 0.5, ClaimOutcome.CANNOT_BE_TESTED),
    ],
)
def test_claims_stand_beside_their_measurement(
    small: Small, kind: str, subject: str, expected: bool | float, outcome: ClaimOutcome
) -> None:
    rows = [
        {"email": "a@x.example", "changed_at": "2026-09-01"},
        {"email": "a@x.example", "changed_at": "2020-09-01"},
        {"email": "b@x.example", "changed_at": "2020-09-01"},
        {"email": None, "changed_at": "2020-09-01"},
    ]
    small.add("erp", rows, domain=Domain.PURCHASES).add("shop", [{"email": "a@x.example"}])
    claim = Claim.model_validate(
        {"id": "C1", "source": "erp", "subject": subject, "kind": kind, "expected": expected}
    )
    found = run(small, (claim,))
    assert found.claims[0].outcome is outcome
    frame = identity.claim_frame(found, load_words())
    assert len(frame) == 1


def test_the_key_frame_has_a_row_for_each_key_a_source_has_a_column_for(small: Small) -> None:
    small.add("erp", [{"email": "a@x.example", "phone": "12345679"}])
    found = run(small)
    assert list(identity.key_frame(found, load_words())["Key"]) == ["e-mail", "phone"]
    assert identity.key_figure(found, load_words()).axes


def with_earlier(small: Small, now: list[tuple[str, str]], then: list[tuple[str, str]]) -> Identity:
    """A ledger of (id, e-mail) with an earlier extract of it."""
    small.add("erp", [{"id": i, "full_name": f"Lise {i}", "email": m} for i, m in now])
    for name, pairs in (("all", now), ("all.earlier", then)):
        values = ", ".join(f"({n}, '{i}', '{m}')" for n, (i, m) in enumerate(pairs))
        small.rows.write(
            small.connection,
            f"select * from (values {values}) t(line_number, id, email)",
            *("extract", "erp", name),
        )
    return run(small)


def test_a_key_is_stable_where_records_that_had_it_still_have_the_same(small: Small) -> None:
    then = [(f"K{n}", f"a{n}@x.example") for n in range(40)]
    now = [(i, m.upper() if int(i[1:]) >= 4 else f"new-{m}") for i, m in then]
    stable = test(with_earlier(small, now, then), "erp", Key.EMAIL).stable
    assert (stable.passed, stable.tested) == (36, 40)


def test_without_an_earlier_extract_or_shared_ids_stability_is_not_assessed(small: Small) -> None:
    then = [(f"OLD{n}", f"a{n}@x.example") for n in range(40)]
    now = [(f"K{n}", f"a{n}@x.example") for n in range(40)]
    assert not test(with_earlier(small, now, then), "erp", Key.EMAIL).stable.assessed


def test_writing_alike_adds_to_what_two_sources_share_as_written(small: Small) -> None:
    for source, mails in (
        ("erp", ["lise@x.example", "BO@x.example"]),
        ("shop", ["lise@x.example", "bo@x.example"]),
    ):
        small.add(source, [{"full_name": "A B", "email": m} for m in mails])
        values = ", ".join(f"({n}, '{m}')" for n, m in enumerate(mails))
        small.rows.write(
            small.connection,
            f"select * from (values {values}) t(line_number, email)",
            *("extract", source, "all"),
        )
    shared = next(o for o in run(small).raw_overlap if o.key is Key.EMAIL)
    assert (shared.written, shared.both) == (1, 2)
    bridge = key_bridges(run(small), None)[0]
    assert (bridge.key, bridge.written, bridge.standardised, bridge.gain) == (Key.EMAIL, 1, 2, None)
