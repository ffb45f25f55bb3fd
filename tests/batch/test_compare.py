"""Two runs side by side: what differs underneath, and what it did."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape

from scvkit.batch.compare import compare_runs, language_of
from scvkit.cli import main
from scvkit.errors import OutputError
from scvkit.locale.words import load_words
from scvkit.records.comparison import MovedIndicator, MovedUseCase
from scvkit.records.evidence import Evidence, measured_count, measured_share
from scvkit.records.identity import Identity
from scvkit.records.readiness import Indicator, Readiness
from scvkit.records.scenarios import Roadmap
from scvkit.report import comparison_page, comparison_text
from scvkit.report.quantities import quantity
from scvkit.scenarios import plan_roadmap
from scvkit.store import Store
from scvkit.vocabulary import GateState, Grade, Verdict
from tests.readiness.clients import facts
from tests.report import records
from tests.scenarios.answers import answer, asked

WORDS = load_words("en")
ABOUT = {
    "run_id": "aaaa0001",
    "client": "Testbo",
    "as_of": "2026-09-30",
    "started": "2026-10-01T10:00:00+00:00",
    "versions": {"scvkit": "0.1.0", "duckdb": "2.0.0"},
    "files": {"erp.csv": "1", "shop.csv": "2"},
    "engagement": {"sources.erp": "x", "people": "y"},
}


def run(
    folder: Path,
    *,
    readiness: Readiness | None = None,
    roadmap: Roadmap | None = None,
    identity: Identity | None = None,
    **changed: Any,
) -> Path:
    """A report folder with what a comparison reads."""
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps(ABOUT | changed), encoding="utf-8")
    store = Store(folder / "results")
    store.save("readiness", readiness or records.readiness())
    store.save("identity", identity or records.identity())
    if roadmap is not None:
        store.save("roadmap", roadmap)
    return folder


def with_value(readiness: Readiness, name: str, **evidence: Any) -> Readiness:
    """The assessment with the evidence of one indicator changed."""

    def changed(indicator: Indicator) -> Indicator:
        if indicator.id != name:
            return indicator
        return replace(indicator, evidence=replace(indicator.evidence, **evidence))

    return replace(readiness, indicators=tuple(changed(i) for i in readiness.indicators))


def lower(value: float) -> Readiness:
    """Completeness (3.1, measured) at another value."""
    found = next(i for i in records.readiness().indicators if i.id == "3.1")
    return with_value(
        records.readiness(), "3.1", value=value, passed=None, low=None, high=None,
        tested=found.evidence.tested,
    )  # fmt: skip


def test_the_same_run_twice_differs_in_nothing(tmp_path: Path) -> None:
    found = compare_runs(run(tmp_path / "a"), run(tmp_path / "b"))
    assert found.changes.causes == ()
    assert found.changes.files_same == 2
    assert {i.direction for i in found.indicators} == {"same"}
    assert found.gates == ()
    assert "is the same" in comparison_text(found, WORDS, {})


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"files": {"erp.csv": "other", "shop.csv": "2"}}, "data"),
        ({"engagement": {"sources.erp": "other", "people": "y"}}, "configuration"),
        ({"versions": {"scvkit": "0.2.0", "duckdb": "2.0.0"}}, "kit"),
    ],
)
def test_a_measured_number_was_moved_by_the_one_thing_that_changed(
    tmp_path: Path, changed: dict[str, Any], cause: str
) -> None:
    found = compare_runs(run(tmp_path / "a"), run(tmp_path / "b", readiness=lower(0.5), **changed))
    (moved,) = [i for i in found.indicators if i.direction != "same"]
    assert moved.id == "3.1"
    assert moved.direction == "worse"
    assert moved.causes == (cause,)


def test_what_was_told_is_never_moved_by_data(tmp_path: Path) -> None:
    told = Evidence(grade=Grade.DECLARED, value=0.2, method="m")
    first = records.readiness()
    name = "3.1"
    before = replace(
        first,
        indicators=tuple(
            replace(i, evidence=told) if i.id == name else i for i in first.indicators
        ),
    )
    after = with_value(before, name, value=0.6)
    found = compare_runs(
        run(tmp_path / "a", readiness=before),
        run(
            tmp_path / "b",
            readiness=after,
            files={"erp.csv": "other"},
            engagement={"sources.erp": "other", "people": "y"},
        ),
    )
    (moved,) = [i for i in found.indicators if i.id == name]
    assert moved.direction == "better"
    assert moved.causes == ("configuration",)
    assert found.changes.files_removed == ("shop.csv",)


def test_a_number_that_is_no_longer_assessed_is_neither_zero_nor_worse(tmp_path: Path) -> None:
    first = records.readiness()
    gone = replace(
        first,
        indicators=tuple(
            replace(
                i,
                evidence=Evidence(grade=Grade.NOT_ASSESSED, reason="no_profile"),
                score=None,
                score_low=0,
                score_high=4,
            )
            if i.id == "3.1"
            else i
            for i in first.indicators
        ),
    )
    found = compare_runs(run(tmp_path / "a"), run(tmp_path / "b", readiness=gone))
    (moved,) = [i for i in found.indicators if i.id == "3.1"]
    assert moved.direction == "no_longer_assessed"
    assert moved.value_after is None


def test_an_action_is_done_when_the_later_data_show_it(tmp_path: Path) -> None:
    """The gate passed; the key was to come on 36 % of the records and came on 40 %."""
    whole = records.identity()
    full, *others = whole.keys
    test = replace(full, valid=round(0.3 * full.records), usable=0, unique=0)
    keys = replace(whole, keys=(test, *others))
    tried = asked(
        ("number_in_service", replace(answer(test.source, test.key, more=10), source=test.source))
    )
    withdrawn = facts(gates={"G5": GateState.FAILED})
    plan = plan_roadmap(
        engagement=records.engagement(), intake=records.intake(),
        readiness=records.readiness(facts=withdrawn), asked=tried, permission=None, use_cases=None,
    )  # fmt: skip
    filled = replace(test, valid=test.valid + round(0.4 * test.records))
    later = replace(keys, keys=tuple(filled if k == test else k for k in keys.keys))
    passed = records.readiness(
        verdict=Verdict.V4,
        gates=tuple(replace(g, state=GateState.PASSED) for g in records.readiness().gates),
    )
    first = run(tmp_path / "a", roadmap=plan, identity=keys)
    found = compare_runs(first, run(tmp_path / "b", readiness=passed, identity=later))
    done = {a.action: a.done for a in found.actions}
    assert done["one_suppression_list"] == "done"
    assert done["number_in_service"] == "done"
    unchanged = compare_runs(first, run(tmp_path / "c", identity=keys))
    assert {a.action: a.done for a in unchanged.actions}["number_in_service"] == "not_yet"
    # A gate that passed before tells nothing of what was done since.
    before = run(tmp_path / "d", readiness=passed, roadmap=plan, identity=keys)
    nothing = compare_runs(before, run(tmp_path / "e", readiness=passed, identity=keys))
    assert "done" not in {a.done for a in nothing.actions}
    assert ("G5", GateState.FAILED, GateState.PASSED) in {
        (g.id, g.before, g.after) for g in found.gates
    }
    page = str(comparison_page(found, WORDS, records.NAMES))
    assert "<script" not in page
    assert "One suppression list" in page


def test_a_folder_without_a_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"no run\.json"):
        compare_runs(run(tmp_path / "a"), tmp_path)


def test_the_command_prints_json_and_writes_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = run(tmp_path / "a"), run(tmp_path / "b", readiness=lower(0.5))
    page = tmp_path / "page.html"
    assert main(["compare", str(a), str(b), "--json", "--page", str(page)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["before"]["run_id"] == "aaaa0001"
    assert page.is_file()
    assert main(["compare", str(a), str(b)]) == 0
    assert "3.1" in capsys.readouterr().out


def test_the_comparison_hides_what_the_report_hides(tmp_path: Path) -> None:
    found = compare_runs(run(tmp_path / "a"), run(tmp_path / "b"))
    use = MovedUseCase(id="U1", title="", before=90, after=107, base_before=109, base_after=109,
                       status_before=None, status_after=None)  # fmt: skip
    told = measured_count(107, unit="people", method="m", tested=109)
    moved = MovedIndicator(id="5.4", value_before=None, value_after=107, score_before=None,
                           score_after=None, unit="people", direction="newly_assessed",
                           evidence_before=None, evidence_after=told, causes=())  # fmt: skip
    text = comparison_text(replace(found, use_cases=(use,), indicators=(moved,)), WORDS, {})
    assert "107" not in text
    assert text.count(">104") == 2
    assert f"90 of 109 → {quantity(told, WORDS).text} of 109" in text


def test_few_sources_are_told_for_they_point_at_nobody(tmp_path: Path) -> None:
    found = compare_runs(run(tmp_path / "a"), run(tmp_path / "b"))
    few, most = (measured_share(n, 7, method="m") for n in (2, 6))
    moved = MovedIndicator(id="6.2", value_before=2 / 7, value_after=6 / 7, score_before=None,
                           score_after=None, unit="share", direction="worse",
                           evidence_before=few, evidence_after=most, causes=())  # fmt: skip
    told = comparison_text(replace(found, indicators=(replace(moved, things=True),)), WORDS, {})
    assert "2 of 7 → 6 of 7" in told
    hidden = comparison_text(replace(found, indicators=(moved,)), WORDS, {})
    assert "<5 of 7" in hidden


def test_the_comparison_opens_with_whose_it_is_and_how_much_moved(tmp_path: Path) -> None:
    found = compare_runs(run(tmp_path / "a"), run(tmp_path / "b", readiness=lower(0.5)))
    page = str(comparison_page(found, WORDS, records.NAMES))
    opening = page[page.index("scv-masthead") : page.index("<table")]
    assert escape(found.after.client) in opening
    assert WORDS("compare.moved.worse", n=1) in opening
    assert not re.search(r"\d{4}-\d\d-\d\d", page[page.index("<table") : page.index("</table>")])


def test_a_comparison_speaks_the_language_the_later_run_was_written_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = run(tmp_path / "a"), run(tmp_path / "b", language="da")
    assert (language_of(before), language_of(after)) == ("en", "da")
    assert main(["compare", str(before), str(after)]) == 0
    assert load_words("da")("compare.kit_same") in capsys.readouterr().out
