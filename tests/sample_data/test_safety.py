"""No real person can be hit."""

from __future__ import annotations

import re

import pandas as pd

from sample_data.generator.numbers import check_digit_holds
from tests.sample_data.delivery import Delivery

PHONES = (
    ("erp.debtors", "telefon"),
    ("shop.accounts", "phone"),
    ("club.members", "mobil"),
    ("desk.tickets", "requester_phone"),
    ("crm.contacts", "phone"),
    ("crm.contacts", "mobile"),
    ("crm.accounts", "phone"),
    ("shadow.rows", "Tlf"),
)
DATES = (
    ("erp.debtors", "kundenr", ("oprettet", "sidste_faktura", "changed_at"), "%d-%m-%Y"),
    ("erp.orders", "ordrenr", ("ordredato", "lovet_dato", "leveret_dato"), "%Y-%m-%d"),
    ("shop.accounts", "account_id", ("opt_in_at", "created_at", "last_login_at", "last_order_at",
                                     "changed_at"), "%Y-%m-%dT%H:%M:%SZ"),
    ("newsletter.subscribers", "subscriber_id", ("consent_ts", "last_open_at", "unsub_ts"),
     "%Y-%m-%d %H:%M:%S"),
    ("club.members", "medlemsnr", ("samtykke_dato", "indmeldt", "sidste_koeb", "changed_at"),
     "%d/%m/%Y"),
    ("desk.tickets", "ticket_id", ("created_at", "first_reply_at"), "%Y-%m-%d %H:%M"),
    ("web.visitors", "client_id", ("first_seen", "last_seen"), "%Y-%m-%d"),
    ("crm.accounts", "account_id", ("last_activity",), "%d-%m-%Y"),
    ("sendlist.sends", "email", ("sent_at",), "%Y-%m-%d %H:%M:%S"),
)  # fmt: skip


def test_every_mail_domain_ends_in_example(client: Delivery) -> None:
    domains = set(re.findall(r"@([\w.\-]+)", _all_text(client)))
    assert len(domains) > 20
    assert [d for d in domains if not d.lower().endswith(".example")] == []


def test_no_phone_number_can_exist(client: Delivery) -> None:
    for table, column in PHONES:
        numbers = [str(v) for v in client.tables[table][column] if v]
        assert len(numbers) > 5
        assert [n for n in numbers if not _cannot_exist(n)] == []


def test_company_numbers_start_with_zero_and_pass_the_check_digit(client: Delivery) -> None:
    organisations = client.truth("organisations")
    for number, country in zip(organisations["org_number"], organisations["country"], strict=True):
        assert number.startswith("0")
        assert check_digit_holds(number, country)


def test_written_company_numbers_fail_the_check_only_where_planted(client: Delivery) -> None:
    accounts = client.tables["crm.accounts"]
    planted = client.damaged("crm", "org_number_typo")
    for row in accounts[accounts["org_no"] != ""].itertuples():
        number = re.sub(r"\D", "", row.org_no)
        assert number.startswith("0")
        assert check_digit_holds(number, row.country) == (row.account_id not in planted)


def test_birth_numbers_have_a_day_or_month_that_does_not_exist(client: Delivery) -> None:
    text = "\n".join(client.tables["desk.tickets"]["body_short"])
    found = re.findall(r"\b(\d\d)(\d\d)\d\d-\d{4}\b", text)
    assert len(found) >= 5
    assert all(int(day) > 31 or int(month) > 12 for day, month in found)


def test_nothing_is_dated_after_the_day_of_the_assessment(client: Delivery) -> None:
    for table, key, columns, form in DATES:
        frame = client.tables[table]
        future = client.damaged(table.split(".")[0], "future_date")
        frame = frame[~frame[key].astype(str).isin(future)]
        for column in columns:
            values = frame[column].astype(str).replace({"None": "", "NaT": ""})
            dates = pd.to_datetime(values[values != ""], format=form)
            assert dates.max() < pd.Timestamp("2026-10-01"), (table, column)


def test_newsletter_export_ends_nineteen_days_before_the_assessment(client: Delivery) -> None:
    frame = client.tables["newsletter.subscribers"]
    assert frame[["consent_ts", "last_open_at", "unsub_ts"]].max().max() <= "2026-09-11 23:59:59"


def test_marked_people_are_marked_everywhere_and_share_no_value(client: Delivery) -> None:
    people = client.truth("persons")
    marked = set(people[people["is_canary"]]["person_id"])
    assert len(marked) >= 10
    records = client.records[client.records["person_id"].isin(marked)]
    for silo in ("erp", "shop", "newsletter", "club", "desk", "web", "sendlist", "shadow"):
        assert set(records[records["silo"] == silo]["person_id"]) == marked
    assert len(set(records[records["silo"] == "crm"]["person_id"])) >= 5


def _cannot_exist(number: str) -> bool:
    digits = re.sub(r"\D", "", number)
    national = re.sub(r"^(00)?(45|47)(?=\d{8}$)", "", digits)
    nordic = len(national) == 8 and national[0] in "01"
    swedish = re.fullmatch(r"(00)?(46|0)?78\d{7}", digits) is not None
    taiwanese = re.fullmatch(r"8861\d{8}", digits) is not None
    return nordic or swedish or taiwanese


def _all_text(client: Delivery) -> str:
    frames = client.tables.values()
    extracts = "\n".join(f.astype(str).to_csv(index=False) for f in frames)
    canaries = (client.folder / "truth" / "canaries.yaml").read_text(encoding="utf-8")
    return extracts + canaries
