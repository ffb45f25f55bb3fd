"""Hide-and-recover on invented records of which everything is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scvkit.scenarios.estimate import Sample, at_share, estimate_gain, possible_gain


def world(
    *,
    records: int = 3000,
    filled: float = 0.4,
    partners: float = 0.6,
    recovery: tuple[float, float] = (0.9, 0.5),
    issued: bool = False,
    seed: int = 1,
) -> tuple[Sample, float]:
    """Records with and without a key, and the share really found once all without it have it.

    Two strata: one recovers well on other evidence, one badly. An issued key is held only by
    those who have a partner.
    """
    rng = np.random.default_rng(seed)
    stratum = rng.integers(0, 2, records)
    partner = rng.random(records) < partners
    holds = rng.random(records) < filled
    has = holds & partner if issued else holds
    recovers = rng.random(records) < np.array(recovery)[stratum]
    found = partner & (has | recovers)
    sample = Sample(
        person=np.arange(records),
        has=has,
        lacking=~has,
        stratum=stratum,
        family=np.zeros(records, dtype=int),
        found=found,
        still=partner & recovers,
    )
    return sample, float(partner.mean())


@pytest.mark.parametrize("seed", range(5))
def test_the_prediction_comes_near_what_is_really_there(seed: int) -> None:
    sample, really = world(seed=seed)
    found = estimate_gain(sample, share=1.0, reach=1.0)
    assert found.after == pytest.approx(really, abs=0.03)
    assert found.low <= really <= found.high <= found.ceiling + 1e-9


def test_the_usual_sum_fails_where_only_customers_have_the_number() -> None:
    sample, really = world(issued=True, partners=0.5)
    found = estimate_gain(sample, share=1.0, reach=1.0)
    assert found.after is not None
    assert found.naive is not None
    assert abs(found.after - really) < 0.03
    assert found.naive - really > 0.3


def test_records_with_other_evidence_are_told_from_those_without() -> None:
    """Those who lack the key lack other evidence too: a recovery of all would say too little."""
    sample, really = world(recovery=(0.95, 0.3))
    lean = np.random.default_rng(3).random(len(sample.has)) < np.where(
        sample.stratum == 1, 1.0, 0.25
    )
    kept = sample.has | lean
    thin = Sample(**{n: getattr(sample, n)[kept] for n in Sample.__dataclass_fields__})
    found = estimate_gain(thin, share=1.0, reach=1.0)
    blind = estimate_gain(
        Sample(**{n: getattr(thin, n) for n in Sample.__dataclass_fields__ if n != "stratum"},
               stratum=np.zeros(len(thin.has), dtype=int)),
        share=1.0,
        reach=1.0,
    )  # fmt: skip
    assert found.after is not None
    assert blind.after is not None
    assert abs(found.after - really) < abs(blind.after - really)


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_asking_more_never_finds_fewer_and_stays_under_the_ceiling(
    share: float, more: float, reach: float
) -> None:
    possible = possible_gain(SMALL)
    low, high = sorted((share, more))
    fewer, most = (at_share(possible, share=s, reach=reach) for s in (low, high))
    assert fewer.after is not None
    assert most.after is not None
    assert fewer.now <= fewer.after <= most.after <= most.ceiling + 1e-9
    assert most.now <= most.low <= most.after <= most.high <= most.ceiling <= 1
    assert at_share(possible, share=0.0, reach=reach).after == fewer.now


SMALL, _ = world(records=400)


def test_with_nothing_to_measure_it_on_only_the_ceiling_is_told() -> None:
    sample, _ = world(records=300, filled=0.01)
    found = estimate_gain(sample, share=0.5, reach=0.2)
    assert found.after is None
    lacking = (sample.lacking & ~sample.found).mean()
    assert found.ceiling == pytest.approx(found.now + 0.2 * lacking)


def test_where_nothing_survives_hiding_nothing_is_predicted() -> None:
    sample, _ = world(recovery=(0.0, 0.0))
    assert estimate_gain(sample, share=1.0, reach=1.0).after is None
