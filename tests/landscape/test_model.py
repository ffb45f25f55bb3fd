"""The model of the map, from the engagement file and what was measured."""

from dataclasses import replace

from scvkit.landscape import build_map, map_as_text
from scvkit.locale.words import load_words
from scvkit.records.identity import ClaimTest
from scvkit.vocabulary import ClaimOutcome, Key
from tests.report import records

WORDS = load_words("en")


def test_rows_follow_the_journey_of_the_customer() -> None:
    drawn = build_map(records.engagement(), records.intake(), None, None, None)
    assert [source.id for source in drawn.sources] == ["shop", "club", "erp", "news", "desk"]


def test_steps_that_were_not_run_leave_reasons_and_no_numbers() -> None:
    drawn = build_map(records.engagement(), records.intake(), None, None, None)
    assert {pair.reason for pair in drawn.pairs} == {"linkage_not_run", "source_unread"}
    assert all(pair.mid is None for pair in drawn.pairs)
    assert drawn.sources[0].permission_reason == "permission_not_run"
    assert drawn.keys == ()


def test_a_pair_keeps_low_mid_and_high_of_the_smaller_source() -> None:
    drawn = build_map(records.engagement(), records.intake(), None, records.linkage(), None)
    pair = next(p for p in drawn.pairs if (p.source_a, p.source_b) == ("erp", "news"))
    assert pair.smaller == 2746
    assert (pair.low, pair.mid, pair.high) == (1167 / 2746, 1329 / 2746, 1480 / 2746)


def test_fewer_than_thirty_people_give_no_share() -> None:
    linkage = records.linkage()
    small = replace(linkage.overlaps[0], entities_a=20, low=3, mid=5, high=9)
    drawn = build_map(
        records.engagement(), records.intake(), None, replace(linkage, overlaps=(small,)), None
    )
    pair = next(p for p in drawn.pairs if (p.source_a, p.source_b) == ("shop", "erp"))
    assert (pair.mid, pair.reason) == (None, "too_few")


def test_a_claim_that_did_not_hold_marks_its_key() -> None:
    drawn = build_map(records.engagement(), records.intake(), records.identity(), None, None)
    assert drawn.sources[0].failed_claims == (Key.EMAIL,)


def test_a_claim_may_name_a_column() -> None:
    told = records.engagement().model_dump(by_alias=True)
    told["sources"]["shop"]["tables"]["main"]["columns"] = {"tlf": "mobile"}
    told["claims"][0]["subject"] = "main.tlf"
    identity = records.identity()
    claim: ClaimTest = replace(identity.claims[0], outcome=ClaimOutcome.DID_NOT_HOLD)
    drawn = build_map(
        records.engagement(**told), records.intake(), replace(identity, claims=(claim,)), None, None
    )
    assert drawn.sources[0].failed_claims == (Key.PHONE,)


def test_the_answer_is_about_newsletter_and_purchases() -> None:
    drawn = build_map(records.engagement(), records.intake(), None, records.linkage(), None)
    answer = map_as_text(drawn, WORDS).answer
    assert answer == "5 sources: 48% (42–54%) of the people in Newsletter are also found in ERP"


def test_the_few_who_are_not_found_cannot_be_worked_out() -> None:
    linkage = records.linkage()
    nearly = replace(linkage.overlaps[1], low=2740, mid=2744, high=2746)
    drawn = build_map(
        records.engagement(), records.intake(), None, replace(linkage, overlaps=(nearly,)), None
    )
    pairs = map_as_text(drawn, WORDS).pairs
    found = pairs.loc[pairs["Smaller source"] == "Newsletter", "Also found in the other"]
    assert list(found) == [">2,741"]
