"""Each planted fault is there, at its rate, and can be seen in the written file."""

from __future__ import annotations

import re

import pytest

from tests.sample_data.delivery import Delivery

# silo, fault, rate of its base (the table of section 6.3)
RATES = (
    ("erp", "counter_duplicate", 0.11),
    ("erp", "placeholder_email", 0.08),
    ("erp", "mojibake_name", 0.03),
    ("erp", "lost_diacritics", 0.30),
    ("erp", "shouted_name", 1.0),
    ("erp", "swapped_name", 0.50),
    ("erp", "lost_leading_zero", 0.06),
    ("erp", "moved_house", 0.12),
    ("erp", "number_reused_after_merger", 40 / 6_000),
    ("erp", "test_customer", 25 / 12_500),
    ("shop", "test_customer", 25 / 12_500),
    ("shop", "email_domain_typo", 0.015),
    ("shop", "second_account", 0.13),
    ("shop", "changed_surname", 0.05),
    ("shop", "family_name_first", 0.01),
    ("club", "moved_house", 0.12),
    ("club", "birth_date_1900", 0.07),
    ("club", "future_date", 0.002),
    ("club", "month_first_date", 0.03),
    ("club", "recycled_phone", 0.01),
    ("crm", "future_date", 0.002),
    ("crm", "month_first_date", 0.03),
    ("crm", "org_number_typo", 0.04),
    ("crm", "advertising_protected", 0.06),
    ("desk", "ticket_without_identity", 0.09),
    ("desk", "birth_number_like", 12 / 3_700),
    ("web", "test_traffic", 0.04),
    ("web", "unknown_consent", 0.14),
    ("shadow", "unsubscribed_in_shadow", 0.15),
)
WITHOUT_A_RATE = (
    ("erp", "father_and_son"), ("club", "father_and_son"), ("erp", "shared_mailbox"),
    ("shop", "shared_mailbox"), ("club", "shared_mailbox"), ("newsletter", "shared_mailbox"),
    ("erp", "shared_phone"), ("club", "shared_phone"), ("shop", "number_reused_after_merger"),
    ("desk", "dst_gap"), ("desk", "lost_diacritics"), ("web", "event_before_consent"),
    ("newsletter", "withdrawn_after_club_export"), ("sendlist", "mailed_after_withdrawal"),
    ("crm", "left_employee"), ("crm", "also_private_customer"), ("crm", "role_mailbox"),
)  # fmt: skip


@pytest.mark.parametrize(("silo", "fault", "rate"), RATES)
def test_each_fault_is_planted_at_its_rate_and_at_least_five_times(
    client: Delivery, silo: str, fault: str, rate: float
) -> None:
    count, base = _planted(client, silo, fault)
    assert count >= 5
    assert base
    if rate * base >= 25:
        assert count / base == pytest.approx(
            rate, abs=max(0.02, 2.5 * (rate * (1 - rate) / base) ** 0.5)
        )


@pytest.mark.parametrize(("silo", "fault"), WITHOUT_A_RATE)
def test_each_fault_without_a_rate_is_planted_at_least_five_times(
    client: Delivery, silo: str, fault: str
) -> None:
    assert _planted(client, silo, fault)[0] >= 5


def test_counts_in_expected_are_the_rows_of_the_fault_table(client: Delivery) -> None:
    counted = client.faults.groupby(["silo", "fault"]).size().to_dict()
    listed = {(f["silo"], f["fault"]): f["count"] for f in client.expected["faults"]}
    assert listed == counted


def test_mojibake_is_only_in_the_names_that_carry_the_fault(client: Delivery) -> None:
    debtors = client.tables["erp.debtors"]
    seen = set(debtors[debtors["navn"].str.contains("Ã")]["kundenr"])
    assert seen == client.damaged("erp", "mojibake_name")


def test_norwegian_postcodes_of_three_digits_are_the_planted_ones(client: Delivery) -> None:
    debtors = client.tables["erp.debtors"]
    short = debtors[(debtors["land"] == "NO") & (debtors["postnr"].str.len() < 4)]
    assert set(short["kundenr"]) == client.damaged("erp", "lost_leading_zero")


def test_birth_dates_of_1900_are_the_planted_ones(client: Delivery) -> None:
    members = client.tables["club.members"]
    seen = set(members[members["foedselsdato"] == "01/01/1900"]["medlemsnr"])
    assert seen == client.damaged("club", "birth_date_1900")


def test_tickets_without_name_mail_phone_and_number_are_the_planted_ones(client: Delivery) -> None:
    tickets = client.tables["desk.tickets"]
    keys = ["requester_email", "requester_phone", "order_or_customer_no"]
    silent = tickets[(tickets[keys] == "").all(axis=1)]
    assert set(silent["ticket_id"]) == client.damaged("desk", "ticket_without_identity")


def test_a_reused_number_points_to_two_people(client: Delivery) -> None:
    shop, records = client.tables["shop.accounts"], client.records
    person = records.set_index(["silo", "table", "record_id"])["person_id"]
    for account_id in client.damaged("shop", "number_reused_after_merger"):
        number = shop.set_index("account_id").loc[account_id, "erp_customer_no"]
        old, new = person["shop", "accounts", account_id], person["erp", "debtors", number]
        assert old != new


def test_father_and_son_share_name_and_address_but_no_birth_date(client: Delivery) -> None:
    members = client.tables["club.members"]
    planted = members[members["medlemsnr"].isin(client.damaged("club", "father_and_son"))]
    birth_dates = planted.groupby("adresse")["foedselsdato"].nunique()
    assert (birth_dates >= 2).all()


def test_local_times_in_the_missing_hour_are_the_planted_ones(client: Delivery) -> None:
    tickets = client.tables["desk.tickets"]
    gap = re.compile(r"(2024-03-31|2025-03-30|2026-03-29) 02:")
    seen = set(tickets[tickets["created_at"].str.match(gap)]["ticket_id"])
    assert seen == client.damaged("desk", "dst_gap")


def test_three_days_are_missing_from_web_analytics(client: Delivery) -> None:
    visitors = client.tables["web.visitors"]
    days = set(visitors["first_seen"]) | set(visitors["last_seen"])
    assert not days & {"2026-06-13", "2026-06-14", "2026-06-15"}


def _planted(client: Delivery, silo: str, fault: str) -> tuple[int, int | None]:
    for entry in client.expected["faults"]:
        if (entry["silo"], entry["fault"]) == (silo, fault):
            return entry["count"], entry["base"]
    return 0, None
