from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scvkit.records.evidence import Evidence, measured_count, measured_share
from scvkit.sendable import read_back, without_few
from scvkit.store import Store

COUNTS = st.integers(min_value=0, max_value=200)
NAMES = ("people", "rows", "filled", "sure", "mid", "records")


def numbers(body: Any) -> list[int]:
    if isinstance(body, dict):
        return [n for value in body.values() for n in numbers(value)]
    if isinstance(body, list):
        return [n for value in body for n in numbers(value)]
    return [body] if isinstance(body, int) else []


def printed(count: int) -> str:
    return "<5" if 1 <= count <= 4 else str(count)


@given(st.dictionaries(st.sampled_from(NAMES), COUNTS))
def test_no_count_of_one_to_four_is_sent(body: dict[str, int]) -> None:
    sent = without_few({"result": [body]})
    assert not [n for n in numbers(sent) if 1 <= n <= 4]


@given(st.dictionaries(st.sampled_from(NAMES), COUNTS))
def test_what_is_read_back_prints_as_it_was_counted_or_nearly_fills_its_whole(
    body: dict[str, int],
) -> None:
    read = read_back(without_few(body))
    for name, count in body.items():
        near = any(1 <= whole - count <= 4 for whole in body.values())
        assert printed(read[name]) == printed(count) or (near and abs(read[name] - count) <= 2)


@given(st.lists(COUNTS, min_size=4, max_size=4))
def test_a_hidden_part_does_not_follow_from_the_others(parts: list[int]) -> None:
    names = ("given", "refused", "withdrawn", "unknown")
    body = dict(zip(names, parts, strict=True)) | {"records": sum(parts)}
    sent = without_few(body)
    unseen = [name for name in names if isinstance(sent[name], dict)]
    others = [n for name in names if (n := body[name]) > 5 and name not in unseen]
    assert len(unseen) != 1 or not others


@given(tested=st.integers(1, 200), data=st.data())
def test_a_share_whose_counts_are_hidden_does_not_tell_them(
    tested: int, data: st.DataObject
) -> None:
    passed = data.draw(st.integers(0, tested))
    evidence = measured_share(passed, tested, method="fill")
    body = {"value": evidence.value, "passed": passed, "tested": tested, "low": None, "high": None}
    sent = without_few(body)
    if isinstance(sent["passed"], dict):
        told = sent["value"]
        assert told == {"hidden": "share"} if tested < 30 else told == round(evidence.value or 0, 2)
    back = read_back(sent)
    assert 0 <= back["value"] <= 1


def test_a_record_comes_back_from_what_was_sent(tmp_path: Path) -> None:
    store = Store(tmp_path / "work")
    for name, evidence in (
        ("few", measured_count(3, unit="people", method="m", low=1, high=9, tested=40)),
        ("share", measured_share(2, 20, method="m", low=0.01, high=0.3)),
    ):
        store.save(name, evidence)
        sent = store.send(name, tmp_path)
        assert "hidden" in sent.read_text(encoding="utf-8")
        back = Store(tmp_path).load(name, Evidence, made_by="x")
        assert back.assessed
        assert back.tested == evidence.tested


def test_small_counts_of_things_are_sent() -> None:
    body = {"of": "things", "evidence": {"passed": 2, "tested": 3, "value": 0.666667}}
    assert without_few(body) == body
    assert without_few({"sources": 2, "months": 3}) == {"sources": 2, "months": 3}


def test_two_steps_of_a_funnel_do_not_differ_by_few() -> None:
    steps = [{"name": "asked_for", "mid": 100}, {"name": "found", "mid": 98}]
    assert without_few({"steps": steps})["steps"][1]["mid"] == {"hidden": ">95"}


def test_people_served_are_hidden_beside_a_funnel_that_hides_them() -> None:
    steps = [{"name": n, "mid": m} for n, m in (("asked_for", 200), ("found", 100), ("fresh", 98))]
    sent = without_few(
        {
            "use_cases": [{"fit": {"id": "U1", "steps": steps}}],
            "facts": {"use_cases": [{"id": "U1", "served": 98, "base": 200}]},
        }
    )
    assert sent["facts"]["use_cases"][0]["served"] == {"hidden": ">95"}


def test_parts_of_a_told_sum_do_not_give_away_the_one_that_is_hidden() -> None:
    sent = without_few({"kept_too_long": [["erp", 50], ["shop", 20], ["club", 3]]})
    told = dict(sent["kept_too_long"])
    assert told == {"erp": {"hidden": ">45"}, "shop": 20, "club": {"hidden": "<5"}}


def test_a_funnel_that_is_hidden_already_is_hidden_alike() -> None:
    steps = [
        {"name": n, "low": c, "mid": c, "high": None} for n, c in (("a", 100), ("b", 98), ("c", 60))
    ]
    once = without_few({"steps": steps})
    assert once["steps"][1]["mid"] == {"hidden": ">95"}
    assert without_few(once) == once
