"""Each use case is counted in people, from those asked for to those served."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scvkit.errors import EngagementError
from scvkit.records.usecases import STEP_NAMES, MissingInput
from scvkit.usecases import load_catalogue
from scvkit.vocabulary import Domain, Grain

DAY = "2026-01-20"


def people(fit):
    return [step.mid for step in fit.steps]


def newsletter_and_shop(delivery, **options):
    """Five readers: bought and agreed · bought and withdrew · bought, said nothing · unknown."""
    delivery.source(
        "esp",
        Domain.NEWSLETTER,
        [
            {"who": "a", "email": "a", "email_ok": "given", "last_seen_at": DAY},
            {"who": "b", "email": "b", "email_ok": "withdrawn", "last_seen_at": DAY},
            {"who": "c", "email": "c", "last_seen_at": DAY},
            {"who": "d", "email": "d", "email_ok": "given", "last_seen_at": DAY},
        ],
    )
    delivery.source(
        "till",
        Domain.PURCHASES,
        [
            {"who": who, "customer_number": who, "last_purchase_at": DAY, "email": who}
            for who in ("a", "b", "c")
        ],
        **options,
    )


def test_the_newsletter_is_split_into_found_and_not_found(delivery):
    newsletter_and_shop(delivery)
    fit = delivery.one("U1")
    assert people(fit) == [4, 3, 3, 3, 2, 2]
    assert fit.status == "ready_with_limits"  # its own floor: half is useful
    assert [step.reason for step in fit.steps] == ["", "only_an_email", "", "", "said_no", ""]
    assert fit.largest_loss.name == "found"
    assert fit.refs == ("esp/people", "till/people")


def test_a_source_the_client_does_not_have_is_not_asked_for(delivery):
    newsletter_and_shop(delivery)
    asked = delivery.one("U5", gaps=[{"name": "Website", "domain": "web_analytics"}])
    assert asked.missing == (MissingInput(kind="gap", any_of=("web_analytics",)),)


def test_existing_customers_are_an_exception_only_where_the_country_has_one(delivery):
    newsletter_and_shop(delivery, country="NO")
    assert people(delivery.one("U1", country="NO")) == [4, 3, 3, 3, 1, 1]


def test_a_withdrawal_elsewhere_stops_the_yes_of_another_source(delivery):
    newsletter_and_shop(delivery)
    delivery.state("till/people/1", "email", "withdrawn")
    assert people(delivery.one("U1"))[4] == 1


@pytest.mark.parametrize(
    ("clusters", "counts"),
    [
        ({"low": "p", "mid": "p", "high": "p"}, (1, 1, 1)),
        ({"low": "own", "mid": "p", "high": "p"}, (0, 1, 1)),
        ({"low": "own", "mid": "own", "high": "p"}, (0, 0, 1)),
    ],
)
def test_the_range_follows_the_tiers(delivery, clusters, counts):
    reader = {"email": "a", "email_ok": "given", "last_seen_at": DAY}
    buyer = {"who": "p", "customer_number": "1", "last_purchase_at": DAY}
    alone = {k: v if v == "p" else f"reader {k}" for k, v in clusters.items()}
    mid = {"low": "buyer" if clusters["low"] == "own" else "p"}
    delivery.source("esp", Domain.NEWSLETTER, [reader | alone])
    delivery.source("till", Domain.PURCHASES, [buyer | mid])
    fit = delivery.one("U1")
    assert (fit.served.low, fit.served.mid, fit.served.high) == counts
    assert (fit.steps[0].low, fit.steps[0].high) == (1, 1)


def test_service_needs_tier_a_and_names_the_unbelieved_rest(delivery):
    """The agent reads out what somebody bought: a weaker tie counts as "up to" only."""
    contact = {"low": "contact", "mid": "p", "high": "p", "email": "a", "phone": "1"}
    delivery.source("desk", Domain.SERVICE, [contact | {"last_seen_at": f"{DAY} 10:00"}])
    delivery.source(
        "till",
        Domain.PURCHASES,
        [{"low": "buyer", "mid": "p", "high": "p", "given_name": "xx", "surname": "yy",
          "last_purchase_at": f"{DAY} 11:00"}],
    )  # fmt: skip
    fit = delivery.one("U7")
    found = fit.steps[1]
    assert (found.low, found.mid, found.high) == (0, 0, 1)
    assert found.reason == "not_surely_linked"
    assert (fit.looked_in, fit.tier) == ((("till",),), "A")


def test_buyers_are_those_of_the_last_two_years(delivery):
    delivery.source(
        "till",
        Domain.PURCHASES,
        [
            {"who": "a", "last_purchase_at": "2025-12-01", "email": "a"},
            {"who": "b", "last_purchase_at": "2020-12-01", "email": "b"},
            {"who": "c", "email": "c"},
        ],
    )
    delivery.events(
        "till", Domain.PURCHASES, Grain.ORDER,
        [{"record": "till/people/3", "at": "2025-06-01", "order_number": "1", "product": "x"}],
    )  # fmt: skip
    fit = delivery.one("U11")
    assert people(fit)[:3] == [2, 2, 1]
    assert fit.steps[2].reason == "no_product"


def test_a_date_in_the_future_is_not_activity(delivery):
    newsletter_and_shop(delivery)
    before = people(delivery.one("U1"))
    for record in delivery.records:
        record["changed_at"] = "2199-01-01"
    assert people(delivery.one("U1")) == before


def test_fresh_asks_whether_anything_happened_after_the_export(delivery):
    """The newsletter was exported long before the second buyer came back."""
    delivery.source(
        "esp", Domain.NEWSLETTER,
        [{"who": w, "email": w, "email_ok": "given", "last_seen_at": "2025-10-01"} for w in "ab"],
    )  # fmt: skip
    delivery.source(
        "till", Domain.PURCHASES,
        [{"who": "a", "last_purchase_at": "2025-09-01"},
         {"who": "b", "last_purchase_at": "2026-01-15"}],
    )  # fmt: skip
    fit = delivery.one("U1")
    assert people(fit) == [2, 2, 2, 1, 1, 1]
    assert fit.steps[3].reason == "old_export"


def test_minutes_cannot_be_judged_from_dates_alone(delivery):
    contact = {"who": "p", "phone": "1", "given_name": "xx", "surname": "yy"}
    delivery.source("desk", Domain.SERVICE, [contact | {"last_seen_at": f"{DAY} 10:00"}])
    delivery.source("till", Domain.PURCHASES, [{"who": "p", "last_purchase_at": DAY}])
    fit = delivery.one("U7")
    assert people(fit) == [1, 1, 1, None, None, None]
    assert fit.steps[3].reason == "no_event_times"
    assert fit.missing[0] == MissingInput(kind="times", any_of=("till",))
    assert fit.steps[5].high == 1  # a bound: nobody comes back in
    assert fit.status == "not_assessed"
    assert fit.served is None


def test_a_list_with_no_other_date_reaches_as_far_as_its_last_yes(delivery):
    delivery.source("esp", Domain.NEWSLETTER, [{"who": "a", "email": "a"}])
    delivery.source("till", Domain.PURCHASES, [{"who": "a", "last_purchase_at": DAY}])
    assert delivery.one("U1").missing[0] == MissingInput(kind="dates", any_of=("esp",))
    delivery.state("esp/people/1", "email", "given", stated_at=DAY)
    assert people(delivery.one("U1")) == [1, 1, 1, 1, 1, 1]


def test_the_feed_the_facts_come_from_has_to_carry_times(delivery):
    """The shop's times say nothing about a warranty that only the ERP knows."""
    at = f"{DAY} 10:00"
    contact = {"who": "p", "phone": "1", "last_seen_at": at}
    delivery.source("desk", Domain.SERVICE, [contact])
    delivery.source("web_shop", Domain.SHOP, [{"who": "p", "last_purchase_at": at}])
    bought = {"who": "p", "product": "x", "warranty_end": "2027-01-01", "last_purchase_at": DAY}
    delivery.source("erp", Domain.PURCHASES, [bought])
    fit = delivery.one("U6")
    assert people(fit) == [1, 1, 1, None, None, None]
    assert fit.steps[3].reason == "no_event_times"
    assert fit.missing[0] == MissingInput(kind="times", any_of=("erp",))


def test_a_source_that_is_not_there_is_named_and_nobody_is_counted(delivery):
    delivery.source("till", Domain.PURCHASES, [{"who": "a", "last_purchase_at": DAY}])
    fits = {fit.id: fit for fit in delivery.fit().fits}
    assert people(fits["U1"]) == [None] * 6
    assert fits["U1"].missing == (MissingInput(kind="source", any_of=("newsletter",)),)
    assert {step.reason for step in fits["U1"].steps} == {"source_missing"}
    assert people(fits["U3"])[:2] == [1, None]
    assert fits["U3"].missing[0] == MissingInput(kind="source", any_of=("newsletter",))
    assert fits["U17"].status == "not_assessed"


@pytest.mark.parametrize(
    ("blank", "step", "reason"),
    [
        ("permissions", 4, "consent_not_explained"),
        ("clusters", 1, "no_links"),
        ("as_of", 3, "no_as_of"),
    ],
)
def test_a_missing_input_gives_none_and_names_it(delivery, blank, step, reason):
    newsletter_and_shop(delivery)
    delivery.with_clusters = blank != "clusters"
    if blank == "permissions":
        delivery.permissions.clear()
    fit = delivery.one("U1", **({"as_of": None} if blank == "as_of" else {}))
    assert [s.mid is None for s in fit.steps] == [index >= step for index in range(6)]
    assert fit.steps[step].reason == reason
    assert fit.missing


def test_blanking_the_email_column_stops_those_who_need_it(delivery):
    newsletter_and_shop(delivery)
    for record in delivery.records:
        record["email"] = None
    assert people(delivery.one("U1"))[-1] == 0


def test_a_basis_nobody_named_is_not_a_basis_and_not_a_no(delivery):
    contact = {"who": "p", "phone": "1", "given_name": "xx", "surname": "yy"}
    at = f"{DAY} 10:00"
    delivery.source("desk", Domain.SERVICE, [contact | {"last_seen_at": at}])
    delivery.source("till", Domain.PURCHASES, [{"who": "p", "last_purchase_at": at}])
    fit = delivery.one("U7")
    assert people(fit) == [1, 1, 1, 1, None, None]
    assert fit.steps[4].reason == "no_legal_basis"
    assert [(m.kind, m.any_of) for m in fit.missing] == [
        ("legal_basis", ("desk",)),
        ("legal_basis", ("till",)),
    ]
    for name, basis in (("desk", "contract"), ("till", "contract")):
        delivery.cards[name]["legal_basis"] = {"basis": basis}
    assert people(delivery.one("U7")) == [1, 1, 1, 1, 1, 1]
    delivery.cards["till"]["legal_basis"] = {"basis": "none"}
    assert people(delivery.one("U7")) == [1, 1, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("given_name", "surname", "complete"),
    [
        ("Bo", "Ål", 1),
        ("B", "Ål", 0),
        ("Bo", None, 0),
        ("SÃ¸ren", "Ål", 0),
        ("S\ufffdren", "Ål", 0),
    ],
)
def test_a_right_name_is_whole_and_undamaged(delivery, given_name, surname, complete):
    name = {"given_name": given_name, "surname": surname}
    delivery.source("desk", Domain.SERVICE, [{"who": "p", "phone": "1"} | name])
    delivery.source("till", Domain.PURCHASES, [{"who": "p", "last_purchase_at": DAY}])
    assert people(delivery.one("U7"))[2] == complete


def test_one_permission_asks_whether_the_sources_agree(delivery):
    for name, domain, states in (
        ("esp", Domain.NEWSLETTER, ("given", "given")),
        ("club", Domain.LOYALTY, ("given", "refused")),
    ):
        delivery.source(
            name, domain,
            [{"who": who, "email": who, "last_seen_at": DAY, "email_ok": state}
             for who, state in zip("ab", states, strict=True)],
        )  # fmt: skip
    fit = delivery.one("U16")
    assert people(fit) == [2, 2, 2, 2, 1, 1]
    assert fit.steps[4].reason == "sources_disagree"


def test_one_source_alone_disagrees_with_nobody_but_may_hold_both_answers(delivery):
    states = ("given", "refused", "given")
    delivery.source(
        "esp", Domain.NEWSLETTER,
        [{"who": who, "email": who, "last_seen_at": DAY, "email_ok": state}
         for who, state in zip("aab", states, strict=True)],
    )  # fmt: skip
    fit = delivery.one("U16")
    assert people(fit) == [2, 2, 2, 2, 1, 1]
    assert fit.steps[4].reason == "answers_differ"


def test_the_last_campaign_is_rebuilt_as_it_was_sent(delivery):
    delivery.source(
        "esp",
        Domain.NEWSLETTER,
        [{"who": who, "email": who, "last_seen_at": DAY} for who in "ab"],
    )
    delivery.state("esp/people/1", "email", "withdrawn", withdrawn_at="2026-01-25")
    delivery.state("esp/people/2", "email", "withdrawn", withdrawn_at="2026-01-05")
    delivery.events(
        "sends", Domain.CAMPAIGN, Grain.SEND,
        [{"at": "2026-01-10", "email": email, "segment": "all"} for email in ("A ", "b", "gone")]
        + [{"at": "2025-01-10", "email": "long ago", "segment": "all"}],
    )  # fmt: skip
    fit = delivery.one("U17")
    assert people(fit) == [3, 2, 2, 2, 1, 1]
    assert fit.steps[4].reason == "withdrawn_before_send"


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        (("withdrawn", {"withdrawn_at": "2026-01-05"}), 1),
        (("refused", {"stated_at": "2026-01-05"}), 1),
        (("withdrawn", {"withdrawn_at": "2026-01-25"}), 0),
        (("refused", {}), 0),
    ],
)
def test_who_was_mailed_after_a_dated_no_of_any_source_is_counted(delivery, said, counted):
    delivery.source("esp", Domain.NEWSLETTER, [{"who": "a", "email": "a", "last_seen_at": DAY}])
    delivery.source("club", Domain.LOYALTY, [{"who": "b", "email": "a", "last_seen_at": DAY}])
    delivery.state("esp/people/1", "email", "given", stated_at="2025-06-01")
    delivery.state("club/people/1", "email", said[0], **said[1])
    delivery.events("sends", Domain.CAMPAIGN, Grain.SEND, [{"at": "2026-01-10", "email": "a"}])
    replay = delivery.fit().replay
    assert (replay.said_no, replay.refs) == (counted, ("sends/happened",))


def test_a_yes_after_the_no_and_before_the_send_lifts_it(delivery):
    delivery.source("esp", Domain.NEWSLETTER, [{"who": "a", "email": "a", "last_seen_at": DAY}])
    delivery.state("esp/people/1", "email", "withdrawn", withdrawn_at="2025-05-01")
    delivery.state("esp/people/1", "email", "given", stated_at="2025-06-01")
    delivery.events("sends", Domain.CAMPAIGN, Grain.SEND, [{"at": "2026-01-10", "email": "a"}])
    assert delivery.fit().replay.said_no == 0


def test_an_unlinked_use_needs_no_clusters(delivery):
    delivery.with_clusters = False
    delivery.source("web", Domain.WEB_ANALYTICS, [{"last_seen_at": DAY}, {"last_seen_at": DAY}])
    delivery.source("till", Domain.PURCHASES, [{"product": "x", "last_purchase_at": DAY}])
    fit = delivery.one("U9")
    assert people(fit)[:2] == [2, 2]
    assert (fit.steps[2].mid, fit.steps[2].reason) == (None, "attribute_missing")
    assert MissingInput(kind="column", any_of=("stock",)) in fit.missing


def test_what_can_be_sold_is_assessed_when_stock_cost_and_delivery_are_there(delivery):
    delivery.source(
        "till", Domain.PURCHASES,
        [{"who": who, "email": who, "email_ok": "given", "last_purchase_at": DAY} for who in "ab"],
    )  # fmt: skip
    delivery.source("esp", Domain.NEWSLETTER, [{"who": "a", "email": "a", "last_seen_at": DAY}])
    order = {"record": "till/people/1", "at": DAY, "product": "x", "stock": "3"}
    delivery.events("till", Domain.PURCHASES, Grain.ORDER, [order])
    fit = delivery.one("U15")
    assert people(fit)[:3] == [2, 1, None]
    assert [m.any_of for m in fit.missing] == [("unit_cost",), ("promised_at", "delivered_at")]
    more = {"unit_cost": "1", "promised_at": DAY}
    delivery.events("till", Domain.PURCHASES, Grain.ORDER, [order | more])
    assert people(delivery.one("U15")) == [2, 1, 1, 1, 1, 1]


def test_an_address_of_a_company_is_not_a_person_the_campaign_reached(delivery):
    delivery.source(
        "esp", Domain.NEWSLETTER,
        [{"who": "a", "email": "a", "last_seen_at": DAY},
         {"who": "b", "email": "b", "last_seen_at": DAY, "kind": "organisation"}],
    )  # fmt: skip
    sent = [{"at": "2026-01-10", "email": email, "segment": "all"} for email in "ab"]
    delivery.events("sends", Domain.CAMPAIGN, Grain.SEND, sent)
    assert people(delivery.one("U17"))[:2] == [1, 1]


def test_a_chosen_use_case_nobody_knows_is_an_error_that_helps(delivery):
    newsletter_and_shop(delivery)
    with pytest.raises(EngagementError, match="names 'U99'"):
        delivery.fit(use_cases={"chosen": [{"id": "U99"}]})


def test_the_core_twelve_are_shown_and_every_chosen_one(delivery):
    newsletter_and_shop(delivery)
    fits = delivery.fit(use_cases={"chosen": [{"id": "U13"}, {"id": "U1"}]}).fits
    assert [fit.id for fit in fits if fit.chosen] == ["U1", "U13"]
    assert len(fits) == 13


def test_a_use_case_is_added_by_data_alone(delivery, tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text(
        """
        version: 1
        use_cases:
          - id: OWN1
            title: Invite buyers to the opening
            function: stores
            outbound: true
            needs_linkage: true
            v: value
            base: {kind: people, domains: [purchases], word: customers}
            found: {tier: C, in: [[newsletter]]}
            complete: [{any_of: [email], loss: no_address}]
            fresh: {hours: 744}
            permitted: {need: consent, channels: [email]}
            reachable: {any_of: [email]}
        """,
        encoding="utf-8",
    )
    newsletter_and_shop(delivery)
    fit = delivery.one(
        "OWN1", catalogue=load_catalogue(own), use_cases={"chosen": [{"id": "OWN1"}]}
    )
    assert people(fit) == [3, 3, 3, 3, 1, 1]
    assert (fit.title, fit.chosen) == ("Invite buyers to the opening", True)


def test_a_fault_in_an_own_use_case_names_the_key(tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text("version: 1\nuse_cases: [{id: OWN1, titel: x}]", encoding="utf-8")
    with pytest.raises(EngagementError, match=r"own\.yaml, line 2, use_cases\.0\."):
        load_catalogue(own)


records = st.lists(
    st.tuples(
        st.sampled_from(["esp", "till", "desk"]),
        st.integers(0, 4),
        st.sampled_from(["given", "refused", "withdrawn", None]),
        st.sampled_from(["A", "B", "C", None]),
        st.booleans(),
        st.sampled_from(["2025-01-01", "2025-12-31 10:00", "2026-01-30 12:00", None]),
    ),
    max_size=6,
)


@given(records)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_funnels_only_fall_and_ranges_hold_their_value(new_delivery, drawn):
    delivery = new_delivery()
    for name, domain in (
        ("esp", Domain.NEWSLETTER),
        ("till", Domain.PURCHASES),
        ("desk", Domain.SERVICE),
    ):
        rows = [
            {"low": f"l{who}", "mid": f"m{who // 2}", "high": f"h{who // 4}", "tier": tier,
             "email": f"e{who}" if full else None, "topic": "x" if full else None,
             "product": "x", "segment": "y", "given_name": "xx", "surname": "yy",
             "email_ok": state, "last_seen_at": at, "last_purchase_at": at}
            for source, who, state, tier, full, at in drawn if source == name
        ]  # fmt: skip
        if rows:
            delivery.source(name, domain, rows, legal_basis={"basis": "contract"})
    if not delivery.cards:
        return
    for fit in delivery.fit().fits:
        assert tuple(step.name for step in fit.steps) == STEP_NAMES
        for step in fit.steps:
            if step.mid is not None:
                assert 0 <= step.low <= step.mid <= step.high
        known = [step for step in fit.steps if step.mid is not None]
        assert known == list(fit.steps[: len(known)])  # after an unknown step all are unknown
        for before, after in itertools.pairwise(known):
            assert after.low <= before.low
            assert after.high <= before.high
            assert after.mid <= before.mid
        for step in fit.steps[len(known) :]:
            assert step.reason
