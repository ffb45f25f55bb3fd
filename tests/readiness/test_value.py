"""Quantities measured times prices declared; no money without a price."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scvkit.readiness import estimate_value
from scvkit.records.evidence import measured_count, not_assessed
from scvkit.records.stakes import PeopleCounts, Value
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
