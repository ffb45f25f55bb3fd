"""Whoever meets a letter of evidence for the first time is told beside it what it means."""

import html
import re

import pytest

from scvkit.locale.words import LANGUAGES, Words, load_words
from scvkit.report import role_pages
from tests.report.test_roles import found
from tests.report.test_sections import answer, method, permission, use_cases, visible, who

MENTION = {
    "en": r"[Tt]iers? ([A-DX])(?: (?:to|and|or) ([A-DX]))?",
    "da": r"[Nn]iveau ([A-DX])(?: (?:til|og|eller) ([A-DX]))?",
    "sv": r"[Nn]ivå ([A-DX])(?: (?:till|och|eller) ([A-DX]))?",
    "ro": r"[Nn]ivel\w* ([A-DX])(?:(?:–| și | sau )([A-DX]))?",
    "zh-Hant": r"([A-DX])(?: (?:至|與|或) ([A-DX]))? 級",
}
MEANING = {
    "en": {"A": "sure", "B": "likely", "C": "sure enough", "D": "lead", "X": "look"},
    "da": {"A": "sikre|sikker", "B": "sandsynlig", "C": "sikre nok|sikker nok", "D": "spor"},
    "sv": {"A": "säkr|säker", "B": "sannolik", "C": "tillräckligt säk", "D": "spår"},
    "ro": {"A": "sigur", "B": "probabil", "C": "destul de sigur", "D": "pist"},
    "zh-Hant": {"A": "確定|可靠", "B": "很可能", "C": "尚可確定", "D": "線索"},
}


def pages(words: Words) -> list[str]:
    """What stands alone on a screen: each reader's page, the first screen, and sections."""
    roles = str(role_pages(found(), words)).split("<section")[1:]
    alone = [answer(words=words), use_cases(words=words), permission(words=words)]
    # R4 and R10 say all letters at their head.
    shown = [*(f"<section{role}" for role in roles), *alone, who(words=words), method(words=words)]
    return [html.unescape(visible(part)) for part in shown]  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_letter_of_evidence_on_a_page_stands_beside_its_meaning(language: str) -> None:
    met = 0
    for page in pages(load_words(language)):
        mention = re.search(MENTION[language], page)
        if mention is None:
            continue
        met += 1
        before = page[: mention.end()]
        for letter in filter(None, mention.groups()):
            assert re.search(MEANING[language][letter], before, re.IGNORECASE), (letter, before)
    assert met >= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_named_by_letters_is_named_in_words_too(language: str) -> None:
    words = load_words(language)
    for letters in ("A", "AB", "ABC"):
        told = words(f"report.methods.by.{letters[-1]}")
        assert re.search(MENTION[language], told)
        assert all(re.search(MEANING[language][letter], told) for letter in letters), told
