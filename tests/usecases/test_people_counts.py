"""Segments, coverage and what a value is put on, counted on a handful of people."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from scvkit.engagement import Segment
from scvkit.records.stakes import PeopleCounts, SegmentCount
from scvkit.usecases import count_people_at_stake
from scvkit.vocabulary import Domain

from .conftest import Delivery

OLD, NEW = "2022-05-01", "2025-12-24"


def counted(delivery: Delivery, **more: object) -> PeopleCounts:
    """Anna bought lately and said yes; Bo bought long ago and said no; Eva only reads."""
    delivery.source(
        "erp",
        Domain.PURCHASES,
        [
            {"who": "anna", "given_name": "anna", "surname": "berg", "email": "a@x.example",
             "last_purchase_at": NEW, "email_ok": "given"},
            {"who": "bo", "given_name": "bo", "surname": "dahl", "email": "b@x.example",
             "last_purchase_at": OLD, "email_ok": "refused"},
        ],
    )  # fmt: skip
    delivery.source(
        "news",
        Domain.NEWSLETTER,
        [
            {"who": "anna", "email": "anna@y.example", "email_ok": "given"},
            {"who": "eva", "email": "e@x.example", "email_ok": "given"},
        ],
    )
    engagement, intake = delivery.finish(**more)  # type: ignore[arg-type]
    return count_people_at_stake(delivery.connection, delivery.rows, engagement, intake)


def segment(counts: PeopleCounts, name: str) -> SegmentCount:
    return next(s for s in counts.segments if s.id == name)


def test_each_of_the_kits_segments_holds_whom_it_should(delivery: Delivery) -> None:
    counts = counted(delivery)
    active, lapsed = segment(counts, "active"), segment(counts, "lapsed")
    assert (active.people, lapsed.people) == (1, 1)
    assert active.recognised.passed == 1
    assert lapsed.recognised.passed == 0
    assert active.reachable.passed == 1
    assert lapsed.agreed.passed == 0


def test_without_a_day_nobody_is_active_or_lapsed_and_that_is_not_zero(delivery: Delivery) -> None:
    counts = counted(delivery, as_of=None)
    assert segment(counts, "active").reason == "no_as_of"
    assert not segment(counts, "active").with_key.assessed
    assert not counts.unreachable.assessed


def test_what_no_source_tells_makes_a_segment_not_assessed_never_empty(delivery: Delivery) -> None:
    """No purchase has a date, nothing is said of companies, and nobody states a permission."""
    delivery.source("erp", Domain.PURCHASES, [{"who": "a", "email": "a", "surname": "berg"}])
    delivery.source("news", Domain.NEWSLETTER, [{"who": "a", "email": "a"}])
    engagement, intake = delivery.finish()
    found = count_people_at_stake(delivery.connection, delivery.rows, engagement, intake)
    assert {s.id: (s.people, s.reason) for s in found.segments} == {
        "active": (None, "no_purchase_dates"),
        "lapsed": (None, "no_purchase_dates"),
        "business_contacts": (None, "no_organisations"),
        "not_found_among_customers": (0, ""),
    }
    assert segment(found, "not_found_among_customers").agreed.reason == "consent_not_explained"
    permission = next(c for c in found.coverage if c.attribute == "stated_permission")
    assert permission.known.reason == "consent_not_explained"


def test_where_no_source_holds_customers_nobody_is_said_to_be_none(delivery: Delivery) -> None:
    delivery.source("news", Domain.NEWSLETTER, [{"who": "a", "email": "a", "surname": "berg"}])
    chosen = {"id": "elsewhere", "seen_in": ["news"]}
    engagement, intake = delivery.finish(segments=[chosen, {"id": "not_found_among_customers"}])
    found = count_people_at_stake(delivery.connection, delivery.rows, engagement, intake)
    assert segment(found, "not_found_among_customers").reason == "no_customer_source"
    assert segment(found, "elsewhere").people == 1


def test_whom_two_addresses_reach_is_counted_once(delivery: Delivery) -> None:
    assert counted(delivery).contacted_twice.value == 1


def test_an_active_customer_who_may_be_written_to_is_not_unreachable(delivery: Delivery) -> None:
    found = counted(delivery).unreachable
    assert (found.value, found.tested) == (0, 1)


def test_who_said_no_is_not_counted_among_those_who_lack_only_an_address(
    delivery: Delivery,
) -> None:
    bought = {"last_purchase_at": NEW, "surname": "lund"}
    delivery.source(
        "shop",
        Domain.SHOP,
        [
            {"who": "ida", "email": "i@z.example", "email_ok": "refused", **bought},
            {"who": "per", "email": "p@z.example", "email_ok": "unknown", **bought},
        ],
    )
    counts = counted(delivery)
    assert (counts.refused.value, counts.unreachable.value) == (1, 1)


def test_a_segment_of_ones_own_needs_a_condition() -> None:
    with pytest.raises(ValidationError, match="needs a condition"):
        Segment(id="friends")
    assert Segment(id="readers_only", seen_in=("news",), not_seen_in=("erp",)).built_in is False


def test_a_segment_of_the_engagement_file_takes_the_place_of_the_kits(delivery: Delivery) -> None:
    own = [{"id": "readers_only", "seen_in": ["news"], "not_seen_in": ["erp"]}]
    counts = counted(delivery, segments=own)
    assert [s.id for s in counts.segments] == ["readers_only"]
    assert segment(counts, "readers_only").people == 1


def test_coverage_is_of_customers_and_what_no_source_has_is_not_zero(delivery: Delivery) -> None:
    known = {(c.role, c.attribute): c.known for c in counted(delivery).coverage}
    assert known["marketer", "email"].value == 1.0
    assert not known["service_agent", "topic"].assessed
