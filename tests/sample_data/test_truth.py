"""The truth tables fit the files, and the overlaps and consents are what section 6.4 wants."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.sample_data.delivery import Delivery

KEYS = {
    "erp.debtors": "kundenr",
    "erp.orders": "ordrenr",
    "shop.accounts": "account_id",
    "newsletter.subscribers": "subscriber_id",
    "club.members": "medlemsnr",
    "desk.tickets": "ticket_id",
    "web.visitors": "client_id",
    "crm.accounts": "account_id",
    "crm.contacts": "contact_id",
}
OVERLAPS = (
    ("erp-shop", 0.63),
    ("erp-club", 0.63),
    ("shop-club", 0.62),
    ("erp-newsletter", 0.51),
    ("newsletter-desk", 0.51),
    ("erp-crm", 0.71),
    ("erp-desk", 0.64),
)


@pytest.mark.parametrize("table", KEYS)
def test_every_record_stands_once_in_the_truth(client: Delivery, table: str) -> None:
    silo, name = table.split(".")
    records = client.records
    known = records[(records["silo"] == silo) & (records["table"] == name)]["record_id"]
    written = client.tables[table][KEYS[table]].astype(str)
    assert not known.duplicated().any()
    assert sorted(known) == sorted(written)


def test_send_list_and_shadow_list_stand_in_the_truth(client: Delivery) -> None:
    records, sends = client.records, client.tables["sendlist.sends"]
    ids = set(sends["campaign_id"] + "|" + sends["email"])
    assert ids == set(records[records["silo"] == "sendlist"]["record_id"])
    lines = records[records["silo"] == "shadow"]["record_id"].astype(int)
    assert sorted(lines) == list(range(4, 4 + len(client.tables["shadow.rows"])))


def test_people_and_organisations_of_the_records_exist(client: Delivery) -> None:
    people, organisations = client.truth("persons"), client.truth("organisations")
    assert not people["person_id"].duplicated().any()
    assert set(client.records["person_id"].dropna()) <= set(people["person_id"])
    assert set(client.records["org_id"].dropna()) <= set(organisations["org_id"])
    events = client.truth("consent_events")
    assert set(events["person_id"]) <= set(people["person_id"])


@pytest.mark.parametrize(("pair", "target"), OVERLAPS)
def test_true_overlap_is_within_three_points_of_its_target(
    client: Delivery, pair: str, target: float
) -> None:
    share = client.expected["overlap"][pair]["share_of_smaller"]
    assert share == pytest.approx(target, abs=0.03)


def test_overlap_in_expected_is_counted_from_the_records(client: Delivery) -> None:
    erp, shop = _people(client, "erp", "debtors"), _people(client, "shop", "accounts")
    stated = client.expected["overlap"]["erp-shop"]
    assert stated["both"] == len(erp & shop)
    assert stated["persons_a"] == len(erp)


def test_sixty_three_percent_of_subscribers_are_customers(client: Delivery) -> None:
    people = client.truth("persons")
    customers = set(people[people["is_customer"]]["person_id"])
    readers = _people(client, "newsletter", "subscribers")
    assert len(readers & customers) / len(readers) == pytest.approx(0.63, abs=0.02)


def test_a_customer_has_a_purchase_in_some_file(client: Delivery) -> None:
    records, shop, club = client.records, client.tables["shop.accounts"], None
    club = client.tables["club.members"]
    bought = _people(client, "erp", "debtors")
    for silo, key, rows in (
        ("shop", "account_id", shop[shop["last_order_at"] != ""]),
        ("club", "medlemsnr", club[club["sidste_koeb"] != ""]),
    ):
        found = records[(records["silo"] == silo) & records["record_id"].isin(rows[key])]
        bought |= set(found["person_id"].dropna())
    people = client.truth("persons")
    assert bought == set(people[people["is_customer"]]["person_id"])


def test_filled_shares_in_expected_are_those_of_the_files(client: Delivery) -> None:
    for table, stated in client.expected["sources"].items():
        frame = client.tables[table]
        assert stated["rows"] == len(frame)
        for column, share in stated["filled"].items():
            values = frame[column]
            filled = values.notna() & (values.astype(str) != "")
            assert share == pytest.approx(filled.mean(), abs=0.001), (table, column)


def test_newsletter_addresses_are_unique_and_shop_addresses_are_not(client: Delivery) -> None:
    letter = client.tables["newsletter.subscribers"]["email"].str.lower()
    shop = client.tables["shop.accounts"]["email"].str.lower()
    assert not letter.duplicated().any()
    assert shop.duplicated().mean() > 0.05


def test_a_strict_linkage_finds_at_least_five_withdrawn_people_the_club_would_mail(
    client: Delivery,
) -> None:
    letter, club = client.tables["newsletter.subscribers"], client.tables["club.members"]
    gone = letter[letter["status"] == "unsubscribed"]
    both = gone.assign(key=gone["email"].str.lower()).merge(
        club[club["ok_email"] == "J"].assign(key=club["email"].str.lower()), on="key"
    )
    named = both["first_name"] + " " + both["last_name"]
    exact = both[(named.str.upper() == both["navn"].str.upper()) & (both["key"] != "")]
    consent = client.expected["consent"]
    assert 5 <= exact["subscriber_id"].nunique() <= consent["withdrawn_but_mailable_people"]
    assert consent["withdrawn_but_mailable_people_strictly_findable"] >= 5


def test_differences_between_sources_are_only_the_planted_ones(client: Delivery) -> None:
    consent = client.expected["consent"]
    kinds = consent["planted_people_by_kind"]
    assert consent["contradictory_email_marketing_people"] <= max(
        kinds["withdrawn_in_newsletter_given_in_club"], 0
    )
    assert consent["planted_share_of_people_in_two_sources"] == pytest.approx(0.12, abs=0.015)
    assert consent["given_without_proof_share"] == pytest.approx(0.29, abs=0.015)


def test_late_withdrawals_are_not_contradicted_by_a_club_file_that_could_not_know(
    client: Delivery,
) -> None:
    events = client.truth("consent_events")
    late = events[(events["event"] == "withdrawn") & (events["at"] > "2026-08-31T22:00:00")]
    members = _people(client, "club", "members")
    planted = late[late["person_id"].isin(members)]["planted"]
    assert set(planted) == {"withdrawn_in_newsletter_given_in_club"}


def test_engagement_file_names_files_and_columns_that_exist(client: Delivery) -> None:
    engagement = client.engagement
    for key, source in engagement["sources"].items():
        for name, table in source["tables"].items():
            assert (client.folder / "extracts" / table["file"]).exists()
            columns = set(client.tables[f"{key}.{name}"].columns)
            assert set(table["columns"]) <= columns
            assert table["id"] in columns
        for consent in source["consent"]:
            frame = client.tables[f"{key}.{consent['table']}"]
            for role in ("column", "time", "source", "text", "withdrawal_time"):
                assert consent.get(role) is None or consent[role] in frame.columns
            seen = set(frame[consent["column"]].astype(str).str.replace("True", "true"))
            assert set(consent["given"]) <= seen
    listed = {t["file"] for s in engagement["sources"].values() for t in s["tables"].values()}
    delivered = {p.name for p in (client.folder / "extracts").iterdir()}
    assert delivered - listed == set(client.expected["undeclared_files"])


def _people(client: Delivery, silo: str, table: str) -> set[str]:
    records: pd.DataFrame = client.records
    rows = records[(records["silo"] == silo) & (records["table"] == table)]
    return set(rows["person_id"].dropna())
