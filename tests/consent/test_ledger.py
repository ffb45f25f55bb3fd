"""What a consent column states, record by record."""

from __future__ import annotations

import datetime as dt

import pytest

from scvkit.consent import reconcile, write_permissions

EMAIL = {
    "channel": "email",
    "column": "ok",
    "given": ["J", "true"],
    "refused": ["N"],
    "withdrawn": ["unsubscribed"],
}
PROVEN = {**EMAIL, "time": "at", "source": "from", "text": "version", "withdrawal_time": "left"}


def ledger(delivery, engagement, intake):
    write_permissions(delivery.connection, delivery.rows, engagement, intake)
    found = delivery.connection.execute(
        f"select * from {delivery.rows.scan('permissions')} order by record_key"
    )
    names = [d[0] for d in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("J", "consent_given"),
        (" j ", "consent_given"),
        ("True", "consent_given"),
        ("N", "consent_refused"),
        ("UNSUBSCRIBED", "consent_withdrawn"),
        ("", "consent_unknown"),
        (None, "consent_unknown"),
        ("perhaps", "consent_unknown"),
    ],
)
def test_values_are_compared_trimmed_and_whatever_the_case(delivery, value, status):
    delivery.source("club", ["ok"], [[value]], consent=[EMAIL])
    engagement, intake = delivery.finish()
    assert [row["status"] for row in ledger(delivery, engagement, intake)] == [status]


@pytest.mark.parametrize("state", ["given", "refused", "withdrawn"])
def test_a_table_may_say_one_state_for_all_of_its_rows(delivery, state):
    explained = {"channel": "email", "state": state, "withdrawal_time": "left"}
    delivery.source("list", ["mail", "left"], [["x", ""], ["y", None]], consent=[explained])
    engagement, intake = delivery.finish()
    said = [row["status"] for row in ledger(delivery, engagement, intake)]
    assert said == [f"consent_{state}"] * 2


def test_a_table_says_it_by_a_column_or_as_a_whole_and_never_both(delivery):
    for explained in ({}, {"column": "ok", "given": ["J"], "state": "given"}):
        delivery.source("list", ["ok"], [["J"]], consent=[{"channel": "email", **explained}])
        with pytest.raises(ValueError, match="state of the whole table"):
            delivery.finish()


def test_a_blank_may_be_said_to_mean_no(delivery):
    explained = {"channel": "email", "column": "ok", "given": ["J"], "refused": ["N", ""]}
    delivery.source("club", ["ok"], [[None], [""]], consent=[explained])
    engagement, intake = delivery.finish()
    assert {row["status"] for row in ledger(delivery, engagement, intake)} == {"consent_refused"}


@pytest.mark.parametrize(
    ("at", "left", "status"),
    [
        ("2024-01-01", "", "consent_given"),
        ("2024-01-01", "2024-05-01", "consent_withdrawn"),
        ("2024-06-01", "2024-05-01", "consent_given"),
        ("01-06-2024", "31/05/2024 10:00", "consent_given"),
        ("", "2024-05-01", "consent_withdrawn"),
        ("2024-06-01", "some day", "consent_withdrawn"),
        ("2024-01-01", "0000-00-00", "consent_given"),
    ],
)
def test_a_withdrawal_stands_unless_a_later_yes_is_dated(delivery, at, left, status):
    columns = ["ok", "at", "from", "version", "left"]
    delivery.source("esp", columns, [["J", at, "", "", left]], consent=[PROVEN])
    engagement, intake = delivery.finish()
    assert ledger(delivery, engagement, intake)[0]["status"] == status


def test_sheets_that_both_count_their_lines_from_the_top_are_not_mixed(delivery):
    values = [["DK1", "J"], ["DK2", "N"], ["SE1", "N"], ["SE2", "J"]]
    delivery.source(
        "club", ["no", "ok"], values, lines=[2, 3, 2, 3], id_column="no", consent=[EMAIL]
    )
    engagement, intake = delivery.finish()
    assert [(r["record_key"][-3:], r["status"]) for r in ledger(delivery, engagement, intake)] == [
        ("DK1", "consent_given"),
        ("DK2", "consent_refused"),
        ("SE1", "consent_refused"),
        ("SE2", "consent_given"),
    ]


def test_proof_is_time_source_and_text(delivery):
    columns = ["ok", "at", "from", "version", "left"]
    values = [["J", "45000", "till", "v1", ""], ["J", "2024-01-01", "till", " ", ""]]
    delivery.source("club", columns, values, consent=[PROVEN])
    engagement, intake = delivery.finish()
    rows = ledger(delivery, engagement, intake)
    assert rows[0]["stated_at"] == dt.datetime(2023, 3, 15)
    permission = reconcile(delivery.connection, delivery.rows, engagement, intake)
    assert (permission.proof.passed, permission.proof.tested) == (1, 2)
    assert permission.sources[0].proven == 1


def test_a_consent_without_a_named_proof_column_is_not_called_unproven(delivery):
    delivery.source("club", ["ok"], [["J"]], consent=[EMAIL])
    engagement, intake = delivery.finish()
    ledger(delivery, engagement, intake)
    permission = reconcile(delivery.connection, delivery.rows, engagement, intake)
    assert permission.proof.reason == "consent.reasons.no_proof_columns"


def test_a_source_nobody_explained_has_no_rows_and_says_why(delivery):
    delivery.source("erp", ["ok"], [["J"]])
    delivery.source("crm", ["other"], [["J"]], consent=[EMAIL])
    engagement, intake = delivery.finish()
    assert ledger(delivery, engagement, intake) == []
    permission = reconcile(delivery.connection, delivery.rows, engagement, intake)
    assert permission.not_assessed == (
        ("erp", "consent.reasons.not_explained"),
        ("crm", "consent.reasons.column_missing"),
    )
    assert permission.sources == ()
    assert not permission.proof.assessed
    assert not permission.people_in_conflict.assessed


def test_no_country_without_a_filled_rule_has_an_exception(delivery):
    delivery.source("erp", ["ok"], [["J"]])
    engagement, intake = delivery.finish()
    write_permissions(delivery.connection, delivery.rows, engagement, intake)
    found = delivery.connection.execute(
        f"select country, exception from {delivery.rows.scan('channel_rules')}"
    ).fetchall()
    assert {country for country, exception in found if exception} == {"DK", "SE"}
    assert {country for country, exception in found if exception is None} == {"NO", "FI", "RO"}
