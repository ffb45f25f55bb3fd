"""Frames, figure, command-line text and JSON say the same numbers."""

import json
import warnings

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


def test_printed_lines_fit_a_hundred_signs_and_steer_no_terminal(desk, table):
    seen = desk.profile(table)
    text = printed_profile(reading(table, rejected=1), seen.table, WORDS)
    assert max(map(len, text.splitlines())) <= 100
    assert "\x1b" not in text
    assert "1 row could not be read" in text


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
