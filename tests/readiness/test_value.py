"""Quantities measured times prices declared; no money without a price."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scvkit.readiness import assess, estimate_value
from scvkit.readiness.value import most_worth
from scvkit.records.evidence import measured_count, not_assessed
from scvkit.records.readiness import Readiness
from scvkit.records.stakes import PeopleCounts, Value
from scvkit.records.usecases import STEP_NAMES, FunnelStep
from scvkit.scenarios import with_flips
from scvkit.vocabulary import Verdict
from tests.readiness import clients
from tests.report import records

PEOPLE = PeopleCounts(
    contacted_twice=measured_count(100, unit="people", method="m", low=80, high=150),
    unreachable=not_assessed("no_as_of", unit="people"),
    segments=(),
    coverage=(),
)


def value(prices: dict[str, tuple[float, float]], **told: object) -> Value:
    declared = {name: {"low": low, "high": high} for name, (low, high) in prices.items()}
    return estimate_value(
        engagement=records.engagement(value={"currency": "EUR", "prices": declared}, **told),
        linkage=records.linkage(),
        permission=records.permission(),
        use_cases=records.use_cases(),
        people=PEOPLE,
    )


def test_without_a_declared_price_there_is_no_money_at_all() -> None:
    plain = estimate_value(
        engagement=records.engagement(),
        linkage=records.linkage(),
        permission=records.permission(),
        use_cases=records.use_cases(),
        people=PEOPLE,
    )
    assert all(line.high is None and line.missing for line in plain.lines)
    assert plain.swings == ()
    assert plain.currency == ""


def test_half_a_price_gives_no_money_and_names_the_other_half() -> None:
    (twice,) = [ln for ln in value({"sends_a_year": (50, 50)}).lines if ln.id == "contacted_twice"]
    assert twice.high is None
    assert twice.missing == ("cost_per_send",)


def test_ranges_are_multiplied_end_by_end() -> None:
    found = value({"sends_a_year": (40, 60), "cost_per_send": (0.1, 0.3)})
    (twice,) = [line for line in found.lines if line.id == "contacted_twice"]
    assert (twice.low, twice.mid, twice.high) == (320.0, 1000.0, 2700.0)


def test_the_widest_assumption_stands_first() -> None:
    swings = value({"sends_a_year": (40, 60), "cost_per_send": (0.1, 0.3)}).swings
    widths = [s.high - s.low for s in swings]
    assert widths == sorted(widths, reverse=True)
    assert [s.assumption for s in swings] == [
        "cost_per_send", "quantity.contacted_twice", "sends_a_year",
    ]  # fmt: skip


def test_what_is_not_assessed_has_no_money_even_with_a_price() -> None:
    (line,) = [ln for ln in value({"margin_per_customer": (1, 2)}).lines if ln.id == "unreachable"]
    assert line.high is None
    assert line.missing == ()


def test_withdrawals_are_a_count_and_never_money() -> None:
    counts = {line.id: line for line in value({"fitted_message": (1, 2)}).counts}
    assert counts["withdrawn_but_mailable"].high is None
    assert not hasattr(Value, "total")


@given(st.floats(0, 1000), st.floats(0, 1000), st.floats(0, 1000), st.floats(0, 1000))
def test_money_lies_in_its_range(a: float, b: float, c: float, d: float) -> None:
    prices = {"sends_a_year": tuple(sorted((a, b))), "cost_per_send": tuple(sorted((c, d)))}
    (twice,) = [line for line in value(prices).lines if line.id == "contacted_twice"]  # type: ignore[arg-type]
    assert twice.low is not None
    assert twice.mid is not None
    assert twice.high is not None
    assert twice.low <= twice.mid + 0.01
    assert twice.mid <= twice.high + 0.01


# --- what a chosen use case is worth, and the verdict that rests on it -----------------------


def worth(prices: dict[str, tuple[float, float]], **changed: object) -> float | None:
    fit = clients.fit(value=("newsletter_found", "newsletter_others"), **changed)
    return most_worth(fit, value(prices))


def test_a_use_case_is_worth_the_high_end_of_the_lines_it_moves() -> None:
    prices = {"fitted_message": (1, 3), "message_to_others": (0, 2)}
    lines = {line.id: line.high for line in value(prices).lines}
    assert worth(prices) == lines["newsletter_found"] + lines["newsletter_others"] > 0


@pytest.mark.parametrize(
    ("prices", "known"),
    [
        ({}, None),
        ({"fitted_message": (0, 0)}, None),  # the other line has no price
        ({"fitted_message": (0, 0), "message_to_others": (0, 0)}, 0.0),
    ],
)
def test_nothing_is_said_before_every_line_has_a_price(
    prices: dict[str, tuple[float, float]], known: float | None
) -> None:
    assert worth(prices) == known


def test_a_use_case_that_can_serve_nobody_is_worth_nothing_at_any_price() -> None:
    nobody = tuple(FunnelStep(name=step, low=0, mid=0, high=0) for step in STEP_NAMES)
    assert worth({}, steps=nobody) == 0.0
    unseen = tuple(FunnelStep(name=step, low=None, mid=None, high=0) for step in STEP_NAMES)
    assert worth({}, steps=unseen) is None


def test_prices_of_nothing_give_do_not_do_it_and_one_price_takes_it_back() -> None:
    fit = clients.fit(value=("newsletter_found",))
    told = clients.steps() | {"linkage": records.linkage(), "use_cases": clients.use_cases(fit)}

    def verdict(**prices: float) -> Readiness:
        declared = {name: {"low": 0, "high": high} for name, high in prices.items()}
        engagement = told["engagement"].model_copy(
            update={
                "value": records.engagement(value={"currency": "EUR", "prices": declared}).value
            }
        )
        return with_flips(assess(**(told | {"engagement": engagement})))

    worthless, worthwhile, silent = verdict(fitted_message=0), verdict(fitted_message=2), verdict()
    assert worthless.verdict is Verdict.V1
    assert worthless.fired[0].reasons == ("no_value",)
    assert "value_found" in worthless.flips[0].changes
    assert worthwhile.verdict is silent.verdict is not Verdict.V1
    assert "value_not_evaluated" in silent.unevaluated
    assert "value_not_evaluated" not in worthwhile.unevaluated


# --- nobody is priced who may not be written to ------------------------------------------------


def priced(permitted: int, complete: int = 700) -> Value:
    counts = dict(
        zip(STEP_NAMES, (1000, 800, complete, complete, permitted, permitted), strict=True)
    )
    fit = clients.fit(
        value=("newsletter_found",),
        outbound=True,
        steps=tuple(FunnelStep(name=s, low=n, mid=n, high=n) for s, n in counts.items()),
    )
    prices = {"fitted_message": {"low": 1, "high": 2}}
    return estimate_value(
        engagement=records.engagement(value={"currency": "EUR", "prices": prices}),
        linkage=records.linkage(),
        permission=records.permission(),
        use_cases=clients.use_cases(fit),
        people=PEOPLE,
    )


@given(st.integers(5, 695))
def test_readers_who_may_not_be_written_to_are_left_out_and_counted(permitted: int) -> None:
    found = priced(permitted).lines[0]
    assert (found.low, found.high) == (permitted, 2 * permitted)
    assert found.quantity.value == 800 - sum(n for _, n in found.left_out)
    assert dict(found.left_out)["lacks_fact"] == 100


@given(st.integers(5, 690), st.integers(1, 4))
def test_a_step_that_the_use_case_hides_does_not_follow_from_people_or_money(
    told: int, few: int
) -> None:
    hidden, shown = (priced(told - n, complete=told).lines[0] for n in (few, 0))
    assert hidden == shown


@given(st.integers(1, 4), st.integers(1, 4))
def test_money_of_fewer_than_five_people_does_not_tell_how_few(one: int, other: int) -> None:
    assert (priced(one).lines[0].low, priced(one).lines[0].high) == (0, 10)
    assert priced(one).swings == priced(other).swings


def test_readers_are_not_priced_where_no_permission_is_known() -> None:
    prices = {"fitted_message": {"low": 1, "high": 2}, "message_to_others": {"low": 1, "high": 2}}
    found = estimate_value(
        engagement=records.engagement(value={"currency": "EUR", "prices": prices}),
        linkage=records.linkage(),
        permission=None,
        use_cases=None,
        people=PEOPLE,
    )
    assert [line.high for line in found.lines[:3]] == [None, None, None]


def test_an_assumption_moves_one_line_and_is_never_summed_over_several() -> None:
    found = value({"fitted_message": (1, 3), "cost_per_send": (0.1, 0.3), "sends_a_year": (4, 6)})
    for swing in found.swings:
        (line,) = [line for line in found.lines if line.id == swing.line]
        assert line.low <= swing.low <= swing.high <= line.high
