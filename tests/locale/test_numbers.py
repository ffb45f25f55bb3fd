"""Numbers, shares, ranges and dates as each language writes them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scvkit.locale import LANGUAGES, Words
from scvkit.locale.words import NO_BREAK_SPACE

SPACE = NO_BREAK_SPACE
DAY = dt.date(2026, 9, 30)
WRITTEN = {
    "en": ("15,100", "46.7", "47%", "41–52%", "30 September 2026"),
    "da": ("15.100", "46,7", f"47{SPACE}%", f"41–52{SPACE}%", "30. september 2026"),
    "sv": (f"15{SPACE}100", "46,7", f"47{SPACE}%", f"41–52{SPACE}%", "30 september 2026"),
    "ro": ("15.100", "46,7", f"47{SPACE}%", f"41–52{SPACE}%", "30 septembrie 2026"),
    "zh-Hant": ("15,100", "46.7", "47%", "41–52%", "2026年9月30日"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_writes_numbers_its_own_way(language: str) -> None:
    words = Words(language, {"rows": "{n}"})
    whole, broken, share, span, day = WRITTEN[language]
    assert words.number(15100) == words("rows", n=15100) == whole
    assert words.number(46.7) == broken
    assert words.number(-15100) == f"\N{MINUS SIGN}{whole}"
    assert words.percent(0.467) == share
    assert words.percent_range(0.41, 0.52) == span
    assert words.percent_range(0.467, 0.4671) == share
    assert words.date(DAY) == day


@pytest.mark.parametrize(
    ("language", "classes"),
    [
        ("en", ["one", "other"]),
        ("da", ["one", "other"]),
        ("ro", ["one", "few", "other"]),
        ("zh-Hant", ["other"]),
    ],
)
def test_a_sentence_with_a_count_is_chosen_by_the_classes_of_its_language(
    language: str, classes: list[str]
) -> None:
    words = Words(language, {"found": {name: f"{name} {{n}}" for name in classes}})
    said = [words("found", n=n).split()[0] for n in (1, 2, 20, 100)]
    assert list(dict.fromkeys(said)) == classes


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.sampled_from(sorted(LANGUAGES)))
def test_what_is_not_all_is_never_written_as_all(passed: int, more: int, language: str) -> None:
    words = Words(language, {})
    share = passed / (passed + more)
    assert words.percent(share) != words.percent(1)
    assert not words.percent_range(0.9, share).endswith(words.percent(1))
