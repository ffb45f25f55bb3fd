from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scvkit.errors import MissingResult
from scvkit.records.evidence import Evidence, measured_share, not_assessed, wilson
from scvkit.records.linkage import Overlap
from scvkit.store import Store
from scvkit.vocabulary import EntityKind, Grade


def test_a_record_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    store = Store(tmp_path)
    overlap = Overlap(
        source_a="erp",
        source_b="shop",
        kind=EntityKind.PERSON,
        entities_a=9,
        entities_b=7,
        low=1,
        mid=2,
        high=3,
    )
    store.save("overlap", overlap)
    assert store.load("overlap", Overlap, made_by="x") == overlap


def test_the_same_record_gives_the_same_bytes(tmp_path: Path) -> None:
    evidence = measured_share(1, 3, method="fill", refs=("a", "b"))
    first = Store(tmp_path / "1").save("e", evidence).read_bytes()
    assert Store(tmp_path / "2").save("e", evidence).read_bytes() == first


def test_a_missing_result_names_the_notebook_to_run(tmp_path: Path) -> None:
    with pytest.raises(MissingResult, match="Run 04_link_records first"):
        Store(tmp_path).load("linkage", Evidence, made_by="04_link_records")


def test_a_result_of_another_version_asks_to_be_made_again(tmp_path: Path) -> None:
    (tmp_path / "linkage.json").write_text('{"result": {"other": 1}}', encoding="utf-8")
    with pytest.raises(MissingResult, match="Run 04_link_records again"):
        Store(tmp_path).load("linkage", Evidence, made_by="04_link_records")


def test_not_assessed_has_no_value_and_a_reason() -> None:
    with pytest.raises(ValueError, match="reason"):
        Evidence(grade=Grade.NOT_ASSESSED)
    with pytest.raises(ValueError, match="no value"):
        Evidence(grade=Grade.NOT_ASSESSED, value=0.0, reason="x")
    assert not_assessed("no extract").value is None


def test_a_measured_number_cannot_be_bare() -> None:
    with pytest.raises(ValueError, match="method"):
        Evidence(grade=Grade.MEASURED, value=0.5)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_the_wilson_interval_holds_the_share_and_stays_a_share(passed: int, failed: int) -> None:
    tested = passed + failed
    low, high = wilson(passed, tested)
    assert 0 <= low <= high <= 1
    if tested:
        assert low - 1e-12 <= passed / tested <= high + 1e-12


@given(st.integers(1, 500), st.integers(2, 20))
def test_more_votes_never_widen_the_wilson_interval(passed: int, factor: int) -> None:
    narrow = wilson(passed * factor, 2 * passed * factor)
    wide = wilson(passed, 2 * passed)
    assert narrow[1] - narrow[0] <= wide[1] - wide[0]
