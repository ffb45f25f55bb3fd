"""The right order from a contact, and the columns nobody needs."""

from __future__ import annotations

from scvkit.locale.words import load_words
from scvkit.usecases import funnel_figure, funnel_frame
from scvkit.vocabulary import Domain, Grain

AT = "2026-01-10 09:00"


def service_and_orders(delivery, contacts, orders):
    delivery.source("desk", Domain.SERVICE, contacts)
    delivery.source("till", Domain.PURCHASES, [{"who": "p", "customer_number": "77"}])
    delivery.events("till", Domain.PURCHASES, Grain.ORDER, orders)
    return delivery.fit().order_found


def order(number, at="2026-01-02"):
    return {"record": "till/people/1", "at": at, "order_number": number}


def test_an_order_number_on_the_contact_finds_the_order(delivery):
    contacts = [
        {"who": "x", "order_number": " 00-123 ", "created_at": AT},
        {"who": "y", "order_number": "999", "created_at": AT},
        {"who": "z", "order_number": None, "created_at": AT},
    ]
    assert service_and_orders(delivery, contacts, [order("123")]) == (1, 3)


def test_a_number_in_a_mixed_column_is_tried_as_an_order_number(delivery):
    contacts = [{"who": "x", "customer_number": "123", "created_at": AT}]
    assert service_and_orders(delivery, contacts, [order("123")]) == (1, 1)


def test_one_recent_order_of_the_person_is_the_one_and_two_are_a_guess(delivery):
    contacts = [{"who": "p", "topic": "x", "created_at": AT}]
    assert service_and_orders(delivery, contacts, [order("1")]) == (1, 1)
    delivery.events("till", Domain.PURCHASES, Grain.ORDER, [order("1"), order("2")])
    assert delivery.fit().order_found == (0, 1)
    delivery.events(
        "till", Domain.PURCHASES, Grain.ORDER, [order("1"), order("2", at="2025-01-01")]
    )
    assert delivery.fit().order_found == (1, 1)


def test_old_contacts_are_not_asked_about(delivery):
    contacts = [{"who": "x", "order_number": "123", "created_at": "2019-01-01"}]
    assert service_and_orders(delivery, contacts, [order("123")]) is None


def test_orders_of_guests_lie_among_the_customers(delivery):
    delivery.source("desk", Domain.SERVICE, [{"who": "x", "order_number": "9", "created_at": AT}])
    guest = {"who": "g", "order_number": "9", "last_purchase_at": "2026-01-02"}
    delivery.source("web", Domain.SHOP, [guest])
    assert delivery.fit().order_found == (1, 1)


def test_without_orders_nobody_can_say(delivery):
    delivery.source("desk", Domain.SERVICE, [{"who": "p", "order_number": "1"}])
    found = delivery.fit()
    assert (found.order_found, found.order_missing) == (None, "no_order_numbers")


def test_dark_columns_are_filled_and_needed_by_nobody(delivery):
    delivery.source(
        "till",
        Domain.PURCHASES,
        [{"email": "a", "gender": "f", "language": None, "created_at": AT, "shoe_size": "9",
          "ok": "J"}],
        consent=[{"table": "people", "channel": "email", "column": "ok", "given": ["J"]}],
    )  # fmt: skip
    found = delivery.fit()
    assert found.dark_columns == ("till/people.gender", "till/people.shoe_size")
    assert (found.columns_filled, found.columns_used) == (5, 3)
    assert dict(found.layers) == {
        "till/people.email": "identity",
        "till/people.gender": "neither",
        "till/people.created_at": "context",
        "till/people.shoe_size": "neither",
        "till/people.ok": "permission",
    }


def test_a_mark_of_a_prohibition_or_a_block_is_asked_about_and_not_advised_away(delivery):
    delivery.source(
        "till",
        Domain.PURCHASES,
        [{"email": "a", "shoe_size": "9", "do_not_contact": "1", "gesperrt": "1", "is_test": "0"}],
    )
    found = delivery.fit()
    assert found.dark_columns == ("till/people.shoe_size",)
    assert {name.split(".")[1] for name in found.marks} == {
        "do_not_contact", "gesperrt", "is_test"
    }  # fmt: skip


def test_the_right_name_of_a_caller_may_stand_in_another_source(delivery):
    delivery.source(
        "desk", Domain.SERVICE, [{"who": "p", "phone": "1"}, {"who": "q", "phone": "2"}]
    )
    delivery.source("till", Domain.PURCHASES, [{"who": "p", "given_name": "bo", "surname": "lund"}])
    assert delivery.fit().right_name == (1, 2)


def test_needed_and_present_attributes_are_those_of_the_chosen(delivery):
    delivery.source("desk", Domain.SERVICE, [{"who": "p", "topic": "x", "mobile": "1"}])
    found = delivery.fit(use_cases={"chosen": [{"id": "U7"}]})
    assert "phone" in found.needed_attributes
    assert "topic" not in found.needed_attributes
    assert "phone" in found.present_attributes  # a mobile number is one
    assert "order_number" not in found.present_attributes


def test_the_table_and_the_figure_say_the_same_and_hide_small_counts(delivery):
    delivery.source("desk", Domain.SERVICE, [{"who": "p", "topic": "x", "created_at": AT}])
    delivery.source("esp", Domain.NEWSLETTER, [{"who": "p", "email": "a", "created_at": AT}])
    found = delivery.fit()
    words = load_words("en")
    frame = funnel_frame(found, words)
    assert len(frame) == 6 * len(found.fits)
    mine = frame.iloc[6:12]
    assert list(mine["People"]) == ["<5", "<5", "<5", "<5", "–", "–"]
    assert mine["Why"].iloc[4] == "missing: an explained consent column for e-mail"
    fit = found.fits[1]
    written = {text.get_text() for text in funnel_figure(fit, words).axes[0].texts}
    assert {*mine["People"], *mine["Low–high"]} <= written
    assert "missing: an explained consent column for e-mail" in written
