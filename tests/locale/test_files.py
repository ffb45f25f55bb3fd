"""Every language says what English says: no sentence more, none less, each with its values."""

import re
import string
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from scvkit.locale import LANGUAGES, WRITTEN_IN, plural_classes
from tests.locale.other import wrapped

FOLDER = Path(str(resources.files("scvkit.locale")))
THERE = sorted(file.stem for file in FOLDER.glob("*.yaml"))
# Sentences that are rightly the same: names of products and files, and lists of codes.
COPIED = re.compile(r"UTF-8|Windows-1252|scvkit |\{\{|<title>")
LONG = 5  # words above which an equal sentence was forgotten, not chosen
PLURALS = {"zero", "one", "two", "few", "many", "other"}
CEDILLA = "şţŞŢ"
# Common characters that only simplified Chinese writes.
SIMPLIFIED = set(
    "们这为对时会国过还进发开关问间题现实样应该从无当动记录数库认证权标签选择维护险单显页语说话读写"
    "让请谁谢变处务业产买卖费钱银账线组织结统计总级类约经营给网络联电邮邻门号码验错误须顺预领头额颜"
    "风龙齐车转轮软输边达运连远递遗阅陆际阶队难随隐离杂"
)


@cache
def sentences(language: str) -> dict[str, Any]:
    text = (FOLDER / f"{language}.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return loaded


def is_plural(english: Any) -> bool:
    """A mapping chosen by a count: English tells one from all others, and nothing else."""
    return isinstance(english, dict) and set(english) in ({"one", "other"}, {"other"})


def leaves(tree: Any, english: Any, at: str = "") -> Iterator[tuple[str, Any, Any]]:
    """(Key, what stands there, what English has there): sentences, and plural groups whole."""
    if is_plural(english) or not (isinstance(tree, dict) and isinstance(english, dict)):
        yield at, tree, english
        return
    for key in {**english, **tree}:
        below = f"{at}.{key}" if at else str(key)
        yield from leaves(tree.get(key), english.get(key), below)


def pairs(tree: Any, language: str) -> Iterator[tuple[str, str, str]]:
    """(Key, sentence, its English) of everything that is there in both."""
    for key, said, english in leaves(tree, sentences(WRITTEN_IN)):
        if isinstance(said, str) and isinstance(english, str):
            yield key, said, english
        elif isinstance(said, dict) and is_plural(english):
            for plural, sentence in said.items():
                yield f"{key}.{plural}", str(sentence), english.get(plural, english["other"])


def told(faults: list[str]) -> str:
    more = f"\n… and {len(faults) - 20} more" if len(faults) > 20 else ""
    return "\n" + "\n".join(faults[:20]) + more


def faults_of_keys(tree: Any, language: str) -> list[str]:
    """Sentences that are missing or superfluous, and plural groups of other classes."""
    found = []
    for key, said, english in leaves(tree, sentences(WRITTEN_IN)):
        if english is None:
            found.append(f"superfluous: {key}")
        elif said is None or (said == "" and english != ""):
            found.append(f"missing: {key}")
        elif is_plural(english):
            needed = plural_classes(language)
            if not isinstance(said, dict) or set(said) != needed:
                found.append(f"needs the plurals {', '.join(sorted(needed))}: {key}")
        elif not isinstance(said, str):
            found.append(f"no text: {key}")
    return found


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def faults_of_placeholders(tree: Any, language: str) -> list[str]:
    """Sentences whose values are not those of English."""
    found = []
    for key, said, english in pairs(tree, language):
        try:
            here = placeholders(said)
        except ValueError as problem:
            found.append(f"{key}: {problem}")
            continue
        there = placeholders(english)
        # "one" may leave its count out, and say "one" in words.
        spared = {"n", "spelt"} if key.rsplit(".", 1)[-1] in PLURALS else set()
        if here ^ there and not (here ^ there) <= spared:
            found.append(f"{key}: has {sorted(here)}, English has {sorted(there)}")
    return found


def faults_of_mark_up(tree: Any, language: str) -> list[str]:
    """Sentences that lost a tag, a line to be typed, or the name of a notebook."""
    kept = re.compile(r"</?[a-z]+[^>]*>|\{\{[a-z_]+:|--[a-z-]+|\b\d\d_[a-z_]+|`[^`]+`")
    return [
        f"{key}: {sorted(kept.findall(said))}, English has {sorted(kept.findall(english))}"
        for key, said, english in pairs(tree, language)
        if sorted(kept.findall(said)) != sorted(kept.findall(english))
    ]


def faults_of_translation(tree: Any, language: str) -> list[str]:
    """Long sentences that are still English."""
    return [
        f"{key}: {said}"
        for key, said, english in pairs(tree, language)
        if said == english and len(english.split()) > LONG and not COPIED.search(english)
    ]


def faults_of_letters(tree: Any, language: str) -> list[str]:
    """Letters that look right and are not: cedillas in Romanian, simplified Chinese."""
    wrong = {"ro": set(CEDILLA), "zh-Hant": SIMPLIFIED}.get(language, set())
    return [
        f"{key}: {''.join(sorted(wrong & set(said)))}"
        for key, said, _ in pairs(tree, language)
        if wrong & set(said)
    ]


CHECKS = [
    faults_of_keys,
    faults_of_placeholders,
    faults_of_mark_up,
    faults_of_translation,
    faults_of_letters,
]


def test_every_file_is_of_a_language_the_kit_knows() -> None:
    assert WRITTEN_IN in THERE
    assert set(THERE) <= set(LANGUAGES)


@pytest.mark.parametrize("language", THERE)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_each_language_says_what_english_says(check: Any, language: str) -> None:
    if language == WRITTEN_IN and check is faults_of_translation:
        return
    faults = check(sentences(language), language)
    assert not faults, told(faults)


def test_no_mapping_of_english_but_a_plural_has_the_keys_of_one() -> None:
    def groups(tree: Any) -> Iterator[dict[str, Any]]:
        if isinstance(tree, dict):
            if "one" in tree:
                yield tree
            for value in tree.values():
                yield from groups(value)

    assert all(is_plural(group) for group in groups(sentences(WRITTEN_IN)))


def broken(key: str, value: Any) -> dict[str, Any]:
    """A translation that is whole but for one key."""
    tree: dict[str, Any] = wrapped(sentences(WRITTEN_IN))
    part = tree
    *path, last = key.split(".")
    for name in path:
        part = part[name]
    if value is None:
        del part[last]
    else:
        part[last] = value
    return tree


@pytest.mark.parametrize(
    ("check", "key", "value", "named"),
    [
        (faults_of_keys, "common.not_assessed", None, "missing: common.not_assessed"),
        (faults_of_keys, "common.unheard_of", "x", "superfluous: common.unheard_of"),
        (faults_of_keys, "check.plan", {"other": "x"}, "plurals one, other: check.plan"),
        (faults_of_placeholders, "desk.saved", "Gemt.", "desk.saved: has []"),
        (faults_of_placeholders, "desk.saved", "Gemt: {name", "desk.saved"),
        (faults_of_mark_up, "batch.stale", "Forældet: {names}.", "--only"),
    ],
)
def test_what_is_wrong_with_a_translation_is_named(
    check: Any, key: str, value: Any, named: str
) -> None:
    faults = check(broken(key, value), "da")
    assert len(faults) == 1
    assert named in faults[0]


def test_a_sentence_left_in_english_and_foreign_letters_are_named() -> None:
    assert faults_of_translation(sentences(WRITTEN_IN), "da")
    assert faults_of_letters({"desk": {"saved": "Condiţie: {name}."}}, "ro")
    assert faults_of_letters({"desk": {"saved": "数据: {name}."}}, "zh-Hant")
    assert not faults_of_letters({"desk": {"saved": "資料全景圖: {name}。單一客戶視圖"}}, "zh-Hant")
