"""Frames, figure, command-line text and JSON say the same numbers."""

import json
import unicodedata
import warnings
from dataclasses import replace

import pytest

from scvkit.locale import load_words
from scvkit.profile import (
    column_frame,
    fill_figure,
    finding_frame,
    printed_profile,
    profile_as_json,
)
from scvkit.profile.catalogue import harms
from scvkit.profile.deep_dive import REASONS
from scvkit.records.identity import AddressKinds
from scvkit.vocabulary import Attribute

from .conftest import reading

WORDS = load_words("en")


@pytest.fixture
def table(desk):
    return desk.write(
        {"mail": ["ingen@x.example", "a@gmial.com", None], "by <b>$x$": ["K", "L", "M\x1b[31m"]},
        mail=Attribute.EMAIL,
    )


@pytest.mark.parametrize("kind", sorted(harms()))
def test_every_kind_of_finding_says_whom_it_hurts_and_who_mends_it(kind):
    known = {
        "column": "c",
        "columns": "c",
        "most_common": "7",
        "days": "9",
        "last_date": "2026",
        "first": "2026",
        "leader": "d",
    }
    for part in ("title", "sentence", "fix", "who"):
        assert WORDS(f"findings.{kind}.{part}", n=7, **known)


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_reason_for_no_page_is_a_sentence(reason):
    assert WORDS(f"profile.no_page.{reason}").endswith(".")


def test_frames_hold_a_row_for_each_column_and_each_finding(desk, table):
    seen = desk.profile(table)
    assert list(column_frame(seen.table, WORDS)["Column"]) == ["mail", "by <b>$x$"]
    shares = finding_frame(seen.source, WORDS).set_index("Finding")["Share"]
    assert shares["Placeholders stand where mail should"] == 0.5


def test_a_share_that_was_not_tested_is_none_and_not_zero(desk):
    seen = desk.profile(desk.write({"mail": [None, None]}, mail=Attribute.EMAIL))
    assert column_frame(seen.table, WORDS)["Valid"][0] is None


@pytest.mark.parametrize("width", [40, 80, 100, 120, 400])
def test_printed_lines_fit_the_terminal_and_steer_it_nowhere(desk, table, width):
    seen = desk.profile(table)
    text = printed_profile(
        reading(table, rejected=1),
        seen.table,
        WORDS,
        width=width,
        meaning=table,
        findings=seen.source.findings,
    )
    assert max(map(len, text.splitlines())) <= max(width, 72)
    assert "\x1b" not in text
    assert "1 row could not be read" in text
    assert "Placeholders stand where mail should" in text
    assert "Commonest mask" in text or width < 100


@pytest.mark.parametrize("width", [80, 120])
def test_nordic_and_chinese_names_stand_whole_and_in_line(desk, width):
    names = {"fødselsår": ["1980"], "ägare på Åland": ["x"], "姓名": ["王"], "e\u0301tat": ["y"]}
    seen = desk.profile(desk.write(names))
    text = printed_profile(reading(desk.write(names)), seen.table, WORDS, width=width)
    lines = [line for line in text.splitlines() if any(name in line for name in names)]
    assert len(lines) == len(names)
    assert "1980" not in text
    assert "王" not in text
    ends = {places(line[: line.index("%")]) for line in lines}
    assert len(ends) == 1


def test_a_column_held_back_and_a_known_export_are_named_in_words(desk, table):
    seen = desk.profile(table)
    held = replace(table, quarantined=("mail",), export="Shopify, customers", export_also=("X, y",))
    text = printed_profile(reading(table), seen.table, WORDS, meaning=held)
    assert "held back" in text
    assert "Known export: Shopify, customers." in text
    assert "In doubt: the header could also be X, y." in text


def test_the_rows_are_counted_by_whom_they_are_and_few_are_not_counted_out(desk, table):
    kinds = AddressKinds(
        source="s",
        persons=1200,
        organisations=3,
        emails=900,
        free_mail=410,
        of_a_function=35,
        household_emails=21,
        shared_emails=2,
        household_phones=0,
        shared_phones=0,
    )
    profile = desk.profile(table).table
    text = " ".join(printed_profile(reading(table), profile, WORDS, addresses=kinds).split())
    assert "persons but for a few (<5 organisations)" in text
    assert "1,200" not in text
    assert "410 at a free provider and 35 of a function" in text
    assert "21 rows with one surname (a household?), <5 rows with several" in text
    assert "telephone under several" not in text
    assert profile_as_json(reading(table), profile, addresses=kinds)["addresses"]["persons"] == 1200


def test_json_says_why_and_which_export_when_it_is_asked_to(desk, table):
    form = profile_as_json(reading(table), desk.profile(table).table, meaning=table)
    assert form["columns"][0]["reason"]
    assert {"export", "grain", "id_column", "held_back", "could_also_be"} <= set(form)


def test_json_has_the_agreed_keys_and_no_value(desk, table):
    found = profile_as_json(reading(table), desk.profile(table).table)
    assert {"rows", "rejected_rows", "columns", "dialect", "confidence", "doubts"} <= set(found)
    assert {"name", "attribute", "confidence"} <= set(found["columns"][0])
    assert "gmial" not in json.dumps(found)


def test_the_figure_draws_every_column_without_a_warning(desk, table, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = fill_figure(desk.profile(table).table, WORDS)
        figure.savefig(tmp_path / "fill.svg")
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["mail", "by <b>$x$"]
    assert min(t.get_fontsize() for t in figure.axes[0].texts) >= 11


def places(text):
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(unicodedata.combining(sign) > 0 for sign in text)
