"""One position per person, and where sources disagree."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scvkit.consent import (
    conflict_frame,
    permission_figure,
    permission_frame,
    reconcile,
    unexplained_lines,
    write_permissions,
)
from scvkit.locale.words import load_words
from scvkit.vocabulary import Domain

EMAIL = {
    "channel": "email",
    "column": "ok",
    "given": ["J"],
    "refused": ["N"],
    "withdrawn": ["W"],
    "time": "at",
    "withdrawal_time": "left",
}
COLUMNS = ["ok", "at", "left"]


def run(delivery, **assessment):
    engagement, intake = delivery.finish(**assessment)
    write_permissions(delivery.connection, delivery.rows, engagement, intake)
    permission = reconcile(delivery.connection, delivery.rows, engagement, intake)
    positions = delivery.connection.execute(
        f"select * from {delivery.rows.scan('positions')}"
    ).fetchall()
    return permission, positions


def one_person(delivery, stated, *, tie="A"):
    """One source per statement, all held by one person, tied by ``tie``."""
    for source, row in stated.items():
        delivery.source(source, COLUMNS, [row], consent=[EMAIL])
        alone = f"{source} alone"
        delivery.person(
            f"{source}/1",
            low="p" if tie == "A" else alone,
            mid="p" if tie in "ABC" else alone,
            high="p",
        )


def test_withdrawal_in_any_source_wins(delivery):
    one_person(delivery, {"shop": ["J", "", ""], "club": ["N", "", ""], "esp": ["W", "", ""]})
    _, positions = run(delivery)
    assert positions == [("p", "email", "marketing", "consent_withdrawn", True, True)]


@pytest.mark.parametrize("order", list(itertools.permutations(["shop", "club", "esp"])))
def test_the_order_of_sources_never_changes_positions(delivery, order):
    stated = {"shop": ["J", "", ""], "club": ["", "", ""], "esp": ["J", "2020-01-01", "2021-01-01"]}
    one_person(delivery, {name: stated[name] for name in order})
    permission, positions = run(delivery)
    assert positions == [("p", "email", "marketing", "consent_withdrawn", True, True)]
    assert [(c.source_a, c.source_b, c.people_differ) for c in permission.conflicts] == [
        ("esp", "shop", 1)
    ]


@pytest.mark.parametrize(
    ("no", "yes", "counted"),
    [
        (["W", "", ""], ["J", "", ""], 1),
        (["W", "", "2024-05-01"], ["J", "2024-04-01", ""], 1),
        (["W", "", "2024-05-01"], ["J", "2024-06-01", ""], 0),  # said yes again, later
        (["N", "2024-05-01", ""], ["J", "2024-04-01", ""], 1),  # refused after the yes
        (["N", "2024-05-01", ""], ["J", "2024-06-01", ""], 0),
        (["N", "", ""], ["J", "", ""], 0),  # a plain no is a difference, not a withdrawal
        (["", "", ""], ["J", "", ""], 0),
    ],
)
def test_withdrawn_but_mailable_asks_which_came_later(delivery, no, yes, counted):
    one_person(delivery, {"esp": no, "club": yes})
    permission, _ = run(delivery)
    if no[0]:
        assert permission.withdrawn_but_mailable.value == counted
        assert permission.tested_for_withdrawal == 1
    else:
        assert not permission.withdrawn_but_mailable.assessed


def test_a_yes_given_again_later_is_what_the_source_says_now(delivery):
    delivery.source("esp", COLUMNS, [["W", "", "2026-01-01"]], consent=[EMAIL])
    twice = [["J", "2025-01-01", ""], ["J", "2026-03-01", ""]]
    delivery.source("club", COLUMNS, twice, consent=[EMAIL])
    for record in ("esp/1", "club/1", "club/2"):
        delivery.person(record, low="p", mid="p", high="p")
    permission, _ = run(delivery)
    assert permission.withdrawn_but_mailable.value == 0


@pytest.mark.parametrize(
    ("yes", "no", "tie", "counted"),
    [
        (["J", "2024-06-01", ""], ["N", "2024-05-01", ""], "A", 1),  # whichever is the later
        (["J", "", ""], ["W", "", "2024-05-01"], "C", 1),
        (["J", "", ""], ["J", "", ""], "A", 0),
        (["J", "", ""], ["", "", ""], "A", None),  # the other source knows no answer
    ],
)
def test_a_yes_beside_a_no_in_another_source_is_counted_where_it_stands(
    delivery, tmp_path, yes, no, tie, counted
):
    one_person(delivery, {"esp": yes, "club": no}, tie=tie)
    engagement, intake = delivery.finish()
    write_permissions(delivery.connection, delivery.rows, engagement, intake)
    found = reconcile(
        delivery.connection, delivery.rows, engagement, intake, private=tmp_path / "private"
    )
    letters, club = (p for name in ("esp", "club") for p in found.sources if p.source == name)
    assert letters.no_elsewhere == counted
    assert letters.no_elsewhere_in == (("club",) if counted else ())
    assert not club.no_elsewhere
    listed = (tmp_path / "private" / "no_elsewhere.csv").read_text().splitlines()
    assert len(listed) == 1 + (counted or 0)


def test_without_an_address_the_other_source_cannot_mail(delivery):
    one_person(delivery, {"esp": ["W", "", ""], "club": ["J", "", ""]})
    delivery.people[1]["email"] = None
    permission, _ = run(delivery)
    assert permission.withdrawn_but_mailable.value == 0
    assert permission.people_in_conflict.value == 1


@pytest.mark.parametrize(
    ("tie", "other", "differ", "counts"),
    [
        ("A", "another", (1, 1, 1), (1, 1, 1)),
        ("B", "another", (0, 0, 1), (0, 1, 1)),
        ("B", "someone", (1, 1, 1), (1, 1, 1)),
        ("D", "someone", (0, 0, 1), (0, 0, 1)),
    ],
)
def test_the_range_follows_the_tiers_and_a_difference_rests_on_sure_links_or_one_address(
    delivery, tie, other, differ, counts
):
    one_person(delivery, {"esp": ["W", "", ""], "club": ["J", "", ""]}, tie=tie)
    delivery.people[1]["email"] = other
    # Somebody else who agrees with herself everywhere, so that there is a base at every tier.
    delivery.source("a", COLUMNS, [["J", "", ""]], consent=[EMAIL])
    delivery.source("b", COLUMNS, [["J", "", ""]], consent=[EMAIL])
    for record in ("a/1", "b/1"):
        delivery.person(record, low="q", mid="q", high="q")
    permission, _ = run(delivery)
    for evidence, expected in (
        (permission.people_in_conflict, differ),
        (permission.withdrawn_but_mailable, counts),
    ):
        assert (evidence.low, evidence.value, evidence.high) == expected


def test_a_range_never_misses_its_own_value(delivery):
    """Two people with one contradiction each are one person when a lead is believed."""
    for source, value in (("esp", "W"), ("club", "J")):
        delivery.source(source, COLUMNS, [[value, "", ""]] * 2, consent=[EMAIL])
        for number in (1, 2):
            delivery.person(f"{source}/{number}", low=f"p{number}", mid=f"p{number}", high="p")
    permission, _ = run(delivery)
    evidence = permission.people_in_conflict
    assert (evidence.low, evidence.value, evidence.high) == (2, 2, 2)
    assert evidence.reason == "consent.reasons.range_clamped"


def test_companies_are_not_counted_as_people(delivery):
    one_person(delivery, {"esp": ["W", "", ""], "club": ["J", "", ""]})
    for record in delivery.people:
        record["entity_kind"] = "organisation"
    permission, positions = run(delivery)
    assert permission.people_compared == 0
    assert not permission.people_in_conflict.assessed
    assert len(positions) == 1


def test_a_record_the_linkage_did_not_take_is_a_person_alone(delivery):
    delivery.source("esp", COLUMNS, [["J", "", ""]], consent=[EMAIL])
    _, positions = run(delivery)
    assert positions == [("esp/people/1", "email", "marketing", "consent_given", False, False)]


def test_analytics_rows_without_a_state_are_counted(delivery):
    explained = {"channel": "analytics", "column": "state", "given": ["granted"], "refused": ["no"]}
    delivery.source(
        "web", ["state"], [["granted"], ["no"], [""], ["unknown"]],
        domain=Domain.WEB_ANALYTICS, consent=[explained],
    )  # fmt: skip
    permission, _ = run(delivery)
    evidence = permission.analytics_without_consent
    assert (evidence.passed, evidence.tested) == (2, 4)


def test_analytics_nobody_explained_is_not_assessed(delivery):
    delivery.source("web", ["state"], [["granted"]], domain=Domain.WEB_ANALYTICS)
    permission, _ = run(delivery)
    assert permission.analytics_without_consent.reason == "consent.reasons.not_explained"


def test_past_retention_needs_months_a_date_and_dates(delivery):
    delivery.source("erp", ["x"], [["1"], ["2"], ["3"]], retention_months=24)
    for number, seen in ((1, "2020-01-01"), (2, "2025-12-01"), (3, None)):
        key = f"p{number}"
        delivery.person(f"erp/{number}", low=key, mid=key, high=key, last_seen_at=seen)
    permission, _ = run(delivery, as_of="2026-01-01")
    assert (permission.past_retention.passed, permission.past_retention.tested) == (1, 2)
    assert permission.kept_too_long == (("erp", 1),)
    permission, _ = run(delivery)
    assert permission.past_retention.reason == "consent.reasons.no_as_of"
    del delivery.sources["erp"]["retention_months"]
    permission, _ = run(delivery, as_of="2026-01-01")
    assert permission.past_retention.reason == "consent.reasons.no_retention"


def test_a_basis_is_documented_when_it_is_said_to_cover_the_single_view(delivery):
    for name, basis in {
        "a": {"basis": "contract", "covers_scv": True},
        "b": {"basis": "contract"},
        "c": {"basis": "none", "covers_scv": True},
        "d": None,
    }.items():
        delivery.source(name, ["x"], [["1"]], legal_basis=basis)
    permission, _ = run(delivery)
    assert [b.documented for b in permission.bases] == [True, False, False, False]
    assert permission.bases[3].basis is None


statements = st.lists(
    st.tuples(
        st.sampled_from(["esp", "club", "shop"]),
        st.sampled_from(["J", "N", "W", ""]),
        st.integers(0, 3),  # who by tier A
    ),
    min_size=1,
    max_size=6,
)


@given(statements)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_counts_stay_within_their_base_and_range(new_delivery, stated):
    delivery = new_delivery()
    for source in ("esp", "club", "shop"):
        mine = [row for row in stated if row[0] == source]
        if mine:
            delivery.source(source, COLUMNS, [[v, "", ""] for _, v, _ in mine], consent=[EMAIL])
        for number, (_, _, who) in enumerate(mine, start=1):
            delivery.person(f"{source}/{number}", low=f"l{who}", mid=f"m{who // 2}", high="h")
    permission, _ = run(delivery)
    for evidence in (permission.people_in_conflict, permission.withdrawn_but_mailable):
        if evidence.assessed:
            assert 0 <= evidence.low <= evidence.value <= evidence.high
            assert evidence.value <= evidence.tested
    if permission.people_in_conflict.assessed:
        for pair in permission.conflicts:
            assert pair.people_differ <= permission.people_in_conflict.value
    for source in permission.sources:
        assert source.given + source.refused + source.withdrawn + source.unknown == source.records
        assert source.proven <= source.given


def test_tables_and_figure_show_every_source_and_hide_small_counts(delivery):
    one_person(delivery, {"esp": ["W", "", ""], "club": ["J", "", ""]})
    delivery.source("erp", ["x"], [["1"]])
    permission, _ = run(delivery)
    words = load_words("en")
    frame = permission_frame(permission, words, {"esp": "Newsletter"})
    assert list(frame.iloc[:, 0]) == ["Newsletter", "club", "erp"]
    assert frame.iloc[2, -1] == "nobody said which column holds consent"
    assert frame.iloc[0, 3] == "<5"
    assert list(conflict_frame(permission, words, {}).iloc[0, 4:]) == ["<5", "<5", "–"]
    labels = [
        t.get_text() for t in permission_figure(permission, words, {}).axes[0].get_yticklabels()
    ]
    assert labels == ["esp · e-mail", "club · e-mail", "erp"]


def test_the_suppression_list_names_records_in_the_private_folder_and_counts_outside_it(
    delivery, tmp_path
):
    one_person(delivery, {"esp": ["W", "", "2024-05-01"], "club": ["J", "2024-04-01", ""]})
    engagement, intake = delivery.finish()
    write_permissions(delivery.connection, delivery.rows, engagement, intake)
    private = tmp_path / "private"
    permission = reconcile(delivery.connection, delivery.rows, engagement, intake, private=private)
    assert permission.to_suppress == (("club", 1),)
    listed = (private / "suppression_list.csv").read_text("utf-8").splitlines()
    assert len(listed) == 2
    assert "club/people/1" in listed[1]
    assert "esp" in listed[1]
    assert (private / "suppression_list.csv").stat().st_mode & 0o077 == 0


def test_a_yes_left_beside_a_recorded_withdrawal_is_counted_and_no_longer_a_yes(delivery):
    delivery.source("esp", COLUMNS, [["J", "", "2024-05-01"], ["J", "", ""]], consent=[EMAIL])
    for number in (1, 2):
        delivery.person(f"esp/{number}", low=f"p{number}", mid=f"p{number}", high=f"p{number}")
    permission, _ = run(delivery)
    (stated,) = permission.sources
    assert (stated.flag_kept, stated.given, stated.undated) == (1, 1, 1)
    assert stated.dpv_purpose == "DirectMarketing"


def test_an_address_with_a_yes_and_a_no_in_one_source_is_a_contradiction(delivery):
    rows = [["J", "", ""], ["N", "", ""], ["J", "", ""], ["J", "", ""]]
    delivery.source("esp", COLUMNS, rows, consent=[EMAIL])
    for number, email in enumerate(("a@x.example", "a@x.example", "b@x.example", "b@x.example"), 1):
        delivery.person(
            f"esp/{number}", low=f"p{number}", mid=f"p{number}", high=f"p{number}", email=email
        )
    permission, _ = run(delivery)
    assert permission.sources[0].both_ways == 1


def test_a_value_that_no_word_explains_is_told_with_its_rows_and_is_no_silence(delivery):
    rows = [["Ja", "", ""]] * 6 + [["", "", ""]] * 7 + [["N", "", ""]] * 5 + [["Bo Holm", "", ""]]
    delivery.source("esp", COLUMNS, rows, consent=[EMAIL])
    permission, _ = run(delivery)
    (stated,) = permission.sources
    assert (stated.unknown, stated.not_explained, stated.refused) == (14, 7, 5)
    (told,) = unexplained_lines(permission, load_words("en"), {"esp": "Newsletter"})
    assert told.startswith("Newsletter: ok: ‘Ja’ in 6 rows is explained by no word")
    assert "Holm" not in told  # what one row says may belong to a person
    frame = permission_frame(permission, load_words("en"))
    assert list(frame[["Not stated", "Not explained"]].iloc[0]) == ["7", "7"]


@pytest.mark.parametrize(
    "value", ["unknown", "Ukendt", "OKÄND", "unbekannt", "necunoscut", "未知", "?"]
)
def test_a_value_that_says_that_no_answer_is_known_is_no_riddle_and_no_yes(delivery, value):
    rows = [[value, "", ""]] * 6 + [["J", "", ""]] * 5
    delivery.source("esp", COLUMNS, rows, consent=[EMAIL])
    permission, _ = run(delivery)
    (stated,) = permission.sources
    assert (stated.given, stated.unknown, stated.not_explained) == (5, 6, 0)
    assert unexplained_lines(permission, load_words("en"), {}) == ()


def test_a_column_of_very_many_unexplained_values_names_none_of_them(delivery):
    rows = [[f"v{n}", "", ""] for n in range(30) for _ in range(5)]
    delivery.source("esp", COLUMNS, rows, consent=[EMAIL])
    permission, _ = run(delivery)
    (told,) = unexplained_lines(permission, load_words("en"), {})
    assert "150 rows hold values" in told
    assert "v1" not in told


def test_words_that_explain_every_value_leave_nothing_to_tell(delivery):
    one_person(delivery, {"shop": ["J", "", ""], "club": [" n ", "", ""], "esp": ["N/A", "", ""]})
    permission, _ = run(delivery)
    assert unexplained_lines(permission, load_words("en"), {}) == ()
    assert [stated.not_explained for stated in permission.sources] == [0, 0, 0]
