"""Indicators: each from the record that holds its input; a missing input is named."""

from dataclasses import replace

import pytest

from scvkit.readiness.indicators import evidence_weights, measure_indicators
from scvkit.readiness.inputs import Inputs
from scvkit.readiness.measures import MEASURES
from scvkit.readiness.thresholds import load_thresholds
from scvkit.records.evidence import measured_share, not_assessed
from scvkit.records.extracts import ColumnMeaning, UndeclaredFile
from scvkit.records.readiness import TierVotes
from scvkit.vocabulary import Attribute, Grade, Grain, Tier
from tests.readiness import clients


def inputs(**changed):
    return Inputs(**(clients.steps() | changed))


def measured(name, **changed):
    return MEASURES[name](inputs(**changed))


def test_every_indicator_of_the_thresholds_has_a_function():
    assert set(MEASURES) == {t.id for t in load_thresholds()}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("1.1", 1.0),
        ("1.2", 1.0),
        ("1.3", 0.1),
        ("1.4", 1.0),
        ("2.1", 1.0),
        ("2.2", 1.0),
        ("2.3", 3),
        ("2.4", 0),
        ("3.1", 0.9),
        ("3.2", 1.0),
        ("3.3", 0.04),
        ("3.5", 0.8),
        ("3.6", 0.0),
        ("3.7", 0.01),
        ("4.1", 0.95),
        ("4.2", 0.85),
        ("4.4", 0.005),
        ("4.5", 0.02),
        ("4.6", 3),
        ("5.1", 1.0),
        ("5.2", 0.9),
        ("5.3", 0.01),
        ("5.4", 0),
        ("5.5", 0.0),
        ("5.7", 2),
        ("6.2", 1.0),
        ("6.3", 8),
        ("5.8", 1.0),
        ("5.9", 1.0),
        ("6.1", 1.0),
        ("6.4", 0.05),
        ("7.1", 1.0),
        ("7.2", 0),
        ("7.4", 0.5),
        ("8.1", 1.0),
        ("8.2", 2),
        ("8.3", 3),
        ("8.4", 1),
        ("8.5", 4),
    ],
)
def test_the_value_follows_from_the_records(name, value):
    assert measured(name).value == pytest.approx(value)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("4.3", "fewer_than_60_votes"),
        ("5.6", "no_analytics"),
        ("7.3", "no_order_table"),
    ],
)
def test_what_is_missing_is_named(name, reason):
    assert measured(name).reason == reason


def test_a_step_that_was_not_made_leaves_its_indicators_not_assessed():
    later = ("identity", "linkage", "permission", "use_cases")
    bare = inputs(**dict.fromkeys(later), profiles=())
    found = {name: MEASURES[name](bare) for name in MEASURES}
    told = {n for n, e in found.items() if e.assessed}
    assert told == {
        *("1.1", "1.2", "2.1", "2.2", "2.4", "4.6", "5.1", "5.7", "5.8", "5.9"),
        *("6.2", "6.3", "7.1"),
        *("8.1", "8.2", "8.3", "8.4", "8.5"),
    }
    assert all(e.reason.endswith("_step") for n, e in found.items() if n in ("4.1", "5.3", "7.2"))


def test_unasked_questions_leave_told_indicators_not_assessed():
    silent = clients.silent_engagement()
    told = [t.id for t in load_thresholds() if t.kind == "D" and t.id != "7.2"]
    assert {measured(name, engagement=silent).grade for name in told} == {Grade.NOT_ASSESSED}


def latency(**told):
    return measured("6.1", use_cases=clients.use_cases(clients.fit(**told)))


def test_a_feed_older_than_the_need_fails_and_days_cannot_settle_hours():
    assert latency(need_hours=24, lag_days=1).value == 1
    assert latency(need_hours=24, lag_days=2).value == 0
    assert latency(need_hours=1, lag_days=2).value == 0
    assert latency(need_hours=1, lag_days=0).reason == "feeds_not_dated"
    assert latency(need_hours=24, lag_days=None).reason == "feeds_not_dated"


def test_data_that_is_fresh_for_its_people_is_in_time_however_old_the_slowest_feed():
    """The use case's own funnel decides; that a feed is slow all the same is the low end."""
    people = latency(need_hours=24, lag_days=65, in_time=True)
    assert (people.value, people.low, people.grade) == (1, 0, Grade.MEASURED)
    assert latency(need_hours=24, lag_days=1, in_time=False).value == 0


def test_a_need_of_hours_is_not_met_by_people_of_whom_nothing_new_came():
    assert latency(need_hours=1, lag_days=65, in_time=True).value == 0
    assert not latency(need_hours=1, lag_days=0, in_time=True).assessed


def test_what_was_told_fills_in_for_days_and_never_lifts_a_measured_failure():
    told = latency(need_hours=1, lag_days=0, told_hours=0.5)
    assert (told.value, told.grade) == (1, Grade.DECLARED)
    assert latency(need_hours=24, lag_days=19, told_hours=0.5).value == 0


@pytest.mark.parametrize(
    ("audience", "value", "high"),
    [(None, 0.05, 25 / 120), ("everybody", 25 / 120, None), ("selection", 0.05, 0.05)],
)
def test_what_a_rebuilt_campaign_lacks_counts_and_what_it_adds_only_for_everybody(
    audience, value, high
):
    said = {"last_campaign": {"audience": audience}} if audience else {}
    found = measured("6.4", engagement=clients.engagement(**said))
    assert (found.value, found.high) == (pytest.approx(value), high and pytest.approx(high))


def with_sources(**changed):
    told = clients.engagement()
    return told.model_copy(
        update={
            "sources": {
                name: source.model_copy(update=changed.get(name, {}))
                for name, source in told.sources.items()
            }
        }
    )


def test_an_unanswered_owner_widens_the_range_and_is_no_no():
    found = measured("8.1", engagement=with_sources(desk={"owner": None}))
    assert (found.value, found.low, found.high) == (1, 2 / 3, 1)


def test_an_empty_owner_is_an_answered_nobody():
    found = measured("8.1", engagement=with_sources(desk={"owner": ""}))
    assert found.value == found.high == pytest.approx(2 / 3)


def test_below_sixty_per_cent_answered_there_is_no_share():
    two = {"owner": None}
    found = measured("8.1", engagement=with_sources(desk=two, mail=two))
    assert found.reason == "too_few_answers"


def test_quality_is_weighted_by_the_records_of_the_sources_that_chosen_use_cases_need():
    """U1 needs ERP and newsletter; the desk's bad columns do not count."""
    good, mail, desk = clients.profiles()
    bad = clients.profiles(filled=0, valid=0)[2]
    assert desk.source == bad.source == "desk"
    assert measured("3.1", profiles=(good, mail, bad)).value == pytest.approx(0.9)
    assert measured("3.1", profiles=(bad,)).value == 0


def test_of_columns_alike_the_best_filled_counts():
    (erp, *_) = clients.profiles()
    table = replace(
        erp.tables[0],
        columns=(
            clients.column(Attribute.PHONE, filled=20),
            clients.column(Attribute.MOBILE, filled=70),
        ),
    )
    assert measured("3.1", profiles=(replace(erp, tables=(table,)),)).value == 0.7


def test_a_name_with_two_faults_is_counted_between_once_and_twice():
    shouted = clients.profiles(shouted=90, damaged=9)
    found = measured("3.6", profiles=shouted)
    assert found.low == found.value == 1.0
    some = measured("3.6", profiles=clients.profiles(shouted=45, damaged=45))
    assert (some.low, some.value, some.high) == (0.5, pytest.approx(0.75, abs=0.01), 1.0)


def test_tickets_are_not_excess_records_of_a_person():
    linkage = clients.linkage()
    desk = replace(linkage.sources[0], source="desk", low=1, mid=1, high=1)
    with_desk = replace(linkage, sources=(*linkage.sources, desk))
    everything = clients.use_cases(clients.fit(refs=("erp/x", "mail/x", "desk/x")))
    assert measured("3.3", linkage=with_desk, use_cases=everything).value == 0.04


@pytest.mark.parametrize(("same", "decided", "bound"), [(60, 60, 0.94), (100, 100, 0.963)])
def test_precision_is_the_lower_bound_of_enough_votes(same, decided, bound):
    votes = (TierVotes(tier=Tier.A, same=same, decided=decided),)
    assert measured("4.3", votes=votes).value == pytest.approx(bound, abs=0.001)
    assert not measured("4.3", votes=(TierVotes(tier=Tier.D, same=90, decided=90),)).assessed


def test_withdrawals_are_scored_on_sure_links_and_the_rest_widens_the_range():
    found = measured("5.4", permission=clients.permission(withdrawn=7))
    assert (found.value, found.low, found.high, found.tested) == (7, 7, 10, 100)


def test_an_unreadable_undeclared_file_may_be_a_customer_list():
    files = (
        UndeclaredFile(file="a.xlsx", rows=9, customer_columns=(Attribute.EMAIL,)),
        UndeclaredFile(file="b.csv", rows=9, customer_columns=()),
        UndeclaredFile(file="c.xls", rows=None, customer_columns=(), reason="locked"),
    )
    found = measured("2.4", intake=replace(clients.intake(), undeclared=files))
    assert (found.value, found.high) == (1, 2)


def test_the_order_block_counts_what_can_be_joined_to_a_person():
    found = measured("7.3", intake=with_orders("kundenr", Attribute.CUSTOMER_NUMBER))
    assert found.value == 3  # orders, cost and delivery; no stock
    assert measured("7.3", intake=with_orders("linje", Attribute.OTHER)).value == 0


def with_orders(key_column, key):
    intake = clients.intake()
    source = intake.sources[0]

    def meaning(column, attribute=Attribute.OTHER):
        return ColumnMeaning(
            column=column,
            attribute=attribute,
            confidence=1,
            decided_by="engagement",
            detected=attribute,
            reason="told",
        )

    orders = replace(
        source.tables[0],
        table="orders",
        grain=Grain.ORDER,
        meanings=(meaning(key_column, key), meaning("kostpris"), meaning("Leveret_dato")),
    )
    changed = replace(source, tables=(*source.tables, orders))
    return replace(intake, sources=(changed, *intake.sources[1:]))


def test_a_new_indicator_is_data_and_a_function():
    new = clients.threshold("4.9", steps=(0.2, 0.4, 0.6, 0.8), kind="M")
    found = measure_indicators(
        inputs(), [new], {"4.9": lambda _: measured_share(5, 10, method="half")}
    )
    assert [(i.id, i.score) for i in found] == [("4.9", 2.5)]


def test_an_entry_without_a_function_is_not_assessed():
    (found,) = measure_indicators(inputs(), [clients.threshold("4.9")], {})
    assert (found.score, found.evidence.reason) == (None, "no_measure")


def test_the_four_grades_add_up_to_all_weight():
    weights = evidence_weights(measure_indicators(inputs(), load_thresholds()))
    assert sum(weights.values()) == pytest.approx(1)
    assert weights[Grade.MEASURED] > weights[Grade.NOT_ASSESSED] > 0


def test_unlinkable_records_are_counted_from_the_keys_while_nothing_was_linked():
    linkage = replace(clients.linkage(), unlinkable=not_assessed("nothing_to_test"))
    assert measured("4.5", linkage=linkage).value == pytest.approx(0.02)
    assert measured("4.5", linkage=None).value == pytest.approx(0.02)
