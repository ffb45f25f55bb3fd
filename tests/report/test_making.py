"""What only a run knows, as parts of a page."""

from scvkit.locale import load_words
from scvkit.report import Making, StepMade, making, not_assessed

WORDS = load_words("en")
LINK = StepMade(name="04_link_records", parameters={"seed": 1, "threshold": None}, seconds=12.34)


def made(**changed: object) -> Making:
    usual = {
        "versions": {"scvkit": "0.1.0", "duckdb": "2.0.0"},
        "steps": (LINK,),
        "seeds": {"04_link_records": 1},
        "thresholds": {},
        "sampled": (),
    }
    return Making(**{**usual, **changed})


def test_versions_parameters_and_seconds_stand_in_the_section() -> None:
    text = str(making(made(), WORDS, {}))
    for words in ("scvkit 0.1.0, with", "duckdb 2.0.0", "seed = 1", "threshold = None", "12.3"):
        assert words in text
    assert "No threshold was changed." in text
    assert "every measure counts all rows" in text


def test_a_changed_threshold_stands_beside_the_usual_one() -> None:
    text = str(making(made(thresholds={"3.1": ((0.5, 0.8), (0.6, 0.9))}), WORDS, {}))
    assert "<b>3.1</b> 0.6 / 0.9 (usually 0.5 / 0.8)" in text


def test_what_was_decided_of_the_linkage_stands_in_the_section() -> None:
    text = str(making(made(linkage={"person.counted": {"tiers": ["A", "B"]}}), WORDS, {}))
    assert "said by the engagement file and the room" in text
    assert "person.counted" in text
    assert "person.counted" not in str(making(made(), WORDS, {}))


def test_a_sample_is_named_with_the_rows_it_stands_for() -> None:
    text = str(making(made(sampled=(("erp.orders", 5000, 12000),)), WORDS, {}))
    assert "erp.orders: 5,000 of 12,000 rows" in text


def test_what_failed_is_told_and_a_page_that_lacks_nothing_says_nothing() -> None:
    assert not_assessed((), WORDS, {}) == ""
    text = str(
        not_assessed([("02_profile_source-erp", "<b>over budget</b>")], WORDS, {"erp": "Debtors"})
    )
    assert "&lt;b&gt;over budget&lt;/b&gt;" in text
    assert ": Debtors</b>" in text
