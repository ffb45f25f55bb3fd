"""A sentence kept in English by a result is told again in the language of a page."""

from pathlib import Path

import pytest

from scvkit.engine import RowTables, connect
from scvkit.errors import ExtractError
from scvkit.extracts import read_file
from scvkit.locale import Words, load_words, retold
from scvkit.locale.retold import _patterns
from scvkit.locale.words import sentences_of
from tests.locale.other import placeholders, wrapped

ENGLISH = load_words("en")
BRACKETS = Words("da", wrapped(sentences_of("en")))
COMPUTED = sorted({key for key, _ in _patterns()})


@pytest.mark.parametrize("n", [1, 1440])
def test_every_sentence_that_a_room_computes_is_found_again_with_its_values(n: int) -> None:
    assert len(COMPUTED) > 60
    for key in COMPUTED:
        # Values that look like what is said, so that none is mistaken for another sentence.
        values: dict[str, object] = {name: f"<{name}>" for name in placeholders(ENGLISH, key)}
        values["n"] = n
        again = retold(ENGLISH(key, **values), BRACKETS)
        assert again == BRACKETS(key, **values), key


def test_numbers_shares_and_words_inside_are_told_in_the_language_too() -> None:
    said = ENGLISH("linkage.choice.records", n=1440, kind=ENGLISH("linkage.kind.person"))
    kind = BRACKETS("linkage.kind.person")
    assert retold(said, BRACKETS) == BRACKETS("linkage.choice.records", n=1440, kind=kind)
    assert "1.440" in retold(said, BRACKETS)
    share = ENGLISH("sources.reasons.header_and_values", word="navn", share="98%")
    assert "98\N{NO-BREAK SPACE}%" in retold(share, BRACKETS)
    login = ENGLISH("sources.reasons.login_of_person", reason=share)
    assert retold(share, BRACKETS) in retold(login, BRACKETS)


def test_a_doubt_of_a_part_that_may_be_accepted_is_told_again_to_its_core() -> None:
    core = ENGLISH("extracts.doubts.repaired", n=3)
    accept = ENGLISH("extracts.accept", sentence=core, kind="repaired")
    whole = ENGLISH("extracts.in_part", n=2, part="a.csv", sentence=accept)
    assert retold(core, BRACKETS) in retold(whole, BRACKETS)
    assert "{accept: [\u27e7repaired\u27e6]}" in retold(whole, BRACKETS)


@pytest.mark.parametrize("text", ["", "a column called {n}", "Nobody wrote this. 7%", "a" * 5000])
def test_what_no_locale_wrote_stays_as_it_is(text: str) -> None:
    assert retold(text, BRACKETS) == text


def test_in_english_nothing_is_told_again() -> None:
    said = ENGLISH("sources.reasons.empty")
    assert retold(said, ENGLISH) is said


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b" \n \n"),
        ("a.csv", b"nr;navn\n"),
        ("a.json", b'[{"nr": 1'),
        ("a.zip", b"PK\x03\x04 cut off"),
        ("absent.csv", None),
    ],
)
def test_why_a_file_was_not_read_is_told_again(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ExtractError) as problem:
        read_file(
            connect(threads=1), RowTables(tmp_path / "rows"), tmp_path / name, source="s", table="t"
        )
    assert retold(str(problem.value), BRACKETS).startswith("\u27e6"), str(problem.value)
