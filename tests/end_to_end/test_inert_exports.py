"""What a hostile extract carries is inert in everything that is made from it."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from scvkit.engagement import Engagement, load_engagement
from scvkit.engine import RowTables, connect
from scvkit.extracts import read_delivery, reading_frame
from scvkit.locale import load_words
from scvkit.profile import (
    column_frame,
    finding_frame,
    printed_profile,
    profile_as_json,
    profile_source,
)
from scvkit.records.extracts import Delivery, Intake
from scvkit.records.profile import SourceProfile
from scvkit.report import sources
from scvkit.sources import draft_engagement, meaning_frame, understand_delivery

SCRIPT = "<script>alert(1)</script>"
FORMULA = "=cmd|' /C calc'!A0"
STEERING = set("\u202e\u202d\u2066\u2067\u200b\u200f\x1b\x07\x00\x08\x7f")
HEADER = [f"navn {SCRIPT}", FORMULA, "by\u202egnp.exe", "x\x1b[31m{{7*7}}", "' or 1=1 --", "email"]
ROWS = [
    [SCRIPT, FORMULA, "\u202eevil", "\x1b]0;x\x07", "'; drop table t; --", "bo@firma.example"],
    [
        "@SUM(1)",
        "+1+cmd|x",
        "\u2066a\u2069",
        "${7*7}",
        '"><img src=x onerror=1>',
        "ib@firma.example",
    ],
]
WORDS = load_words("en")


class Hostile:
    """The delivery and everything the rooms say about it."""

    def __init__(self, folder: Path) -> None:
        extracts = folder / "extracts"
        extracts.mkdir()
        lines = [HEADER, *(ROWS[n % 2] for n in range(12))]
        quoted = ('"' + cell.replace('"', '""') + '"' for row in lines for cell in row)
        text = "\n".join(";".join(row) for row in zip(*[iter(quoted)] * len(HEADER), strict=True))
        (extracts / "kunder <b>\u202e.csv").write_text(text + "\n1;2;3;4;5;6;7\n", encoding="utf-8")
        self.engagement = Engagement.model_validate(
            {
                "version": 1,
                "client": {"name": "X"},
                "sources": {
                    "crm": {"name": SCRIPT, "tables": {"k": {"file": "kunder <b>\u202e.csv"}}}
                },
            }
        )
        connection, self.rows = connect(threads=1), RowTables(folder / "work")
        self.delivery: Delivery = read_delivery(connection, self.rows, self.engagement, extracts)
        self.intake: Intake = understand_delivery(
            connection, self.rows, self.engagement, self.delivery
        )
        self.profile: SourceProfile = profile_source(
            connection, self.rows, self.intake.sources[0], as_of=None
        )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    return Hostile(tmp_path_factory.mktemp("hostile"))


class Tags(HTMLParser):
    """Every tag and attribute of a page, as a browser would meet them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def pages(hostile: Hostile) -> dict[str, str]:
    intake, table = hostile.intake.sources[0], hostile.profile.tables[0]
    frames = {
        "reading": reading_frame(hostile.delivery, WORDS),
        "meaning": meaning_frame(intake, WORDS),
        "columns": column_frame(table, WORDS),
        "findings": finding_frame(hostile.profile, WORDS),
    }
    report = sources(
        intake=hostile.intake,
        profiles=[hostile.profile],
        identity=None,
        engagement=hostile.engagement,
        words=WORDS,
    )
    return {"report": str(report), **{name: frame.to_html() for name, frame in frames.items()}}


def test_the_hostile_rows_are_read_whole(hostile: Hostile) -> None:
    (report,) = hostile.delivery.readings
    assert (report.rows, report.rejected_rows) == (12, 1)
    assert len(report.columns) == len(HEADER)


def test_no_page_holds_a_tag_or_a_handler_of_the_extract(hostile: Hostile) -> None:
    for name, page in pages(hostile).items():
        found = Tags(page)
        assert not found.tags & {"script", "img", "b"} - ({"b"} if name == "report" else set()), (
            name
        )
        assert not any(attribute.startswith("on") for attribute in found.attributes), name


def test_no_name_of_a_column_or_doubt_turns_a_line_or_steers_a_terminal(hostile: Hostile) -> None:
    (report,) = hostile.delivery.readings
    said = [
        *report.columns,
        *report.doubts,
        printed_profile(report, hostile.profile.tables[0], WORDS),
    ]
    for text in said:
        assert not STEERING & set(text)


def test_the_json_form_comes_back_as_it_was_and_holds_no_cell(hostile: Hostile) -> None:
    (report,) = hostile.delivery.readings
    form = profile_as_json(report, hostile.profile.tables[0])
    text = json.dumps(form)
    assert json.loads(text) == json.loads(json.dumps(form))
    assert "drop table" not in text
    assert "calc'!A0" not in text.replace(json.dumps(FORMULA)[1:-1], "")


def test_a_drafted_engagement_file_is_data_whatever_the_columns_are_called(
    hostile: Hostile, tmp_path: Path
) -> None:
    pair = (hostile.delivery.readings[0], hostile.intake.sources[0].tables[0])
    path = tmp_path / "engagement.yaml"
    path.write_text(draft_engagement("X", [pair], unread=()), encoding="utf-8")
    columns = next(iter(next(iter(load_engagement(path).sources.values())).tables.values())).columns
    assert set(columns) == set(hostile.delivery.readings[0].columns)
    assert not STEERING & set(path.read_text(encoding="utf-8"))
