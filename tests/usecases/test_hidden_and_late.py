"""What linkage missed widens a range; how late a feed is; whether a campaign can be sent again."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scvkit.records.evidence import measured_share, not_assessed
from scvkit.records.usecases import STEP_NAMES, FunnelStep
from scvkit.usecases.hidden import Ties, widened
from scvkit.vocabulary import Domain, Grain


@st.composite
def funnels(draw):
    asked = draw(st.integers(1, 500))
    steps, ends = [], (asked, asked, asked)
    for name in STEP_NAMES:
        steps.append(FunnelStep(name=name, low=ends[0], mid=ends[1], high=ends[2]))
        low, mid, high = sorted(draw(st.integers(0, 500)) for _ in range(3))
        ends = (min(ends[0], low), min(ends[1], mid), min(ends[2], high))
    return steps


recoveries = st.integers(1, 100).map(
    lambda found: measured_share(found, 100, method="linkage.method.recovery")
)


ties = st.builds(
    Ties, fewest=st.integers(0, 500), inside=st.integers(0, 600), every=st.integers(0, 900)
)


@given(funnels(), recoveries, ties)
def test_a_range_only_widens_and_the_funnel_still_falls(steps, recovery, tied):
    wider = widened(steps, ties=tied, recovery=recovery)
    for before, after in zip(steps, wider, strict=True):
        assert after.low <= before.low <= before.mid == after.mid <= before.high <= after.high
    for one, other in pairwise(wider):
        assert one.low >= other.low
        assert one.high >= other.high


@given(funnels(), recoveries, ties)
def test_a_better_recovery_never_widens_a_range(steps, recovery, tied):
    better = measured_share(100, 100, method="linkage.method.recovery")
    for sure, unsure in zip(
        widened(steps, ties=tied, recovery=better),
        widened(steps, ties=tied, recovery=recovery),
        strict=True,
    ):
        assert unsure.low <= sure.low
        assert sure.high <= unsure.high


@given(funnels())
def test_without_a_recovery_nothing_is_stretched(steps):
    few = measured_share(5, 10, method="linkage.method.recovery")
    for recovery in (None, not_assessed("no_links"), few):
        assert widened(steps, ties=Ties(fewest=0), recovery=recovery) == tuple(steps)


def test_the_lag_is_that_of_the_slowest_feed(delivery):
    for name, domain, day in (
        ("esp", Domain.NEWSLETTER, "2026-01-12"),
        ("till", Domain.PURCHASES, "2026-01-30"),
    ):
        delivery.source(
            name,
            domain,
            [{"who": "a", "email": "a", "last_seen_at": day, "last_purchase_at": day}],
            available_after_hours=2 if name == "esp" else 5,
        )
    fit = delivery.one("U1")
    assert (fit.need_hours, fit.lag_days, fit.told_hours) == (744, 19, 5)


def test_a_campaign_is_rebuilt_from_who_might_be_mailed_that_day(delivery):
    """One stayed, one left before, one after the mail, one is not on the list of readers."""
    delivery.source(
        "esp",
        Domain.NEWSLETTER,
        [{"email": name, "email_ok": "given" if name == "stays" else None} for name in
         ("stays", "left before", "left after")],
    )  # fmt: skip
    for number, day in ((2, "2026-01-05"), (3, "2026-01-20")):
        delivery.state(f"esp/people/{number}", "email", "withdrawn", withdrawn_at=day)
    delivery.events(
        "mailing",
        Domain.CAMPAIGN,
        Grain.SEND,
        [
            {"at": "2026-01-10", "email": name}
            for name in ("stays", "left before", "left after", "stranger")
        ],
    )
    replay = delivery.fit().replay
    assert (replay.sent, replay.not_rebuilt, replay.not_sent) == (4, 2, 0)
