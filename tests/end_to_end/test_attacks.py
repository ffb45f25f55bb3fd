"""Files made to do harm: each is inert or refused, and the reason is told."""

from __future__ import annotations

import contextlib
import gzip
import json
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scvkit.engagement import load_engagement
from scvkit.engine import RowTables, connect
from scvkit.errors import EngagementError
from scvkit.extracts import archive, read_delivery
from scvkit.records.extracts import Delivery

EXAMPLES = 25  # raise it to fuzz for longer
GOOD = "nr;navn;email\n" + "".join(f"{n};P{n} E{n};p{n}@f.example\n" for n in range(40))


def said(folder: Path, file: str, more: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "good.csv").write_text(GOOD, encoding="utf-8")
    engagement = folder / "engagement.yaml"
    engagement.write_text(
        "version: 1\nclient: {name: Holm ApS}\nsources:\n"
        "  good: {name: good, tables: {t: {file: good.csv}}}\n"
        f"  bad: {{name: bad, tables: {{t: {{file: {json.dumps(file)}}}}}}}\n{more}",
        encoding="utf-8",
    )
    return engagement


def read(folder: Path, file: str) -> Delivery:
    """What intake makes of a client whose source `bad` is ``file``."""
    engagement = load_engagement(said(folder, file))
    rows = RowTables(folder.parent / "rows")
    return read_delivery(connect(), rows, engagement, folder.resolve())


def reason(delivery: Delivery) -> str:
    """Why `bad` was not read; `good` always is."""
    assert [r.source for r in delivery.readings] == ["good"]
    (unread,) = delivery.unread
    return unread.reason


@pytest.mark.parametrize(
    "line",
    [
        'flows: !!python/object/apply:os.system ["touch HARM"]',
        "flows: !!python/name:os.system",
        "client: !!python/object/new:subprocess.Popen [[touch, HARM]]",
        "people: !include /etc/passwd",
        "gaps: [{name: !!python/name:os.system x}]",
    ],
)
def test_an_engagement_file_cannot_make_objects_or_read_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    key = line.split(":")[0]
    file = said(tmp_path / "client", "good.csv")
    kept = [x for x in file.read_text("utf-8").splitlines() if not x.startswith(f"{key}:")]
    file.write_text("\n".join([*kept, line]) + "\n", encoding="utf-8")
    with pytest.raises(EngagementError, match=r"tag .* is not allowed"):
        load_engagement(file)
    assert not list(tmp_path.rglob("HARM"))


SAMPLE = Path(__file__).parents[2] / "sample_data" / "taerskel" / "engagement.yaml"
JUNK = (
    "[",
    "{a: ",
    "- ",
    "&a *a",
    "*b",
    "!!set",
    "\t",
    "null",
    "[[1]]",
    "{}",
    "0x1F",
    "'",
    "2026-13-01",
    "? x",
    "<<: *c",
    "%TAG",
    "---",
    "\u0000",
    "\u2028",
    "1e999",
    "~",
    "é",
    "- - -",
    ": :",
)


@given(
    edits=st.lists(
        st.tuples(st.integers(0, 400), st.sampled_from(JUNK), st.sampled_from("lvdi")),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_garbled_engagement_file_is_valid_or_ends_in_a_sentence(
    edits: list[tuple[int, str, str]],
) -> None:
    """Lines replaced, values replaced, lines doubled, lines put in: never a traceback."""
    lines = SAMPLE.read_text("utf-8").splitlines()
    for place, junk, how in edits:
        at = place % len(lines)
        line = lines[at]
        lines[at : at + 1] = {
            "l": [junk],
            "v": [f"{line.split(':')[0]}: {junk}"],
            "d": [line, line],
            "i": [line, f"  {junk}"],
        }[how]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "engagement.yaml"
        file.write_text("\n".join(lines), encoding="utf-8")
        with contextlib.suppress(EngagementError):
            load_engagement(file)


@pytest.mark.parametrize("line", ["since: 2026-13-01", "since: \0", "since: !!set", "\ud7ff: *x"])
def test_what_the_loader_stumbles_over_is_told_in_a_sentence(tmp_path: Path, line: str) -> None:
    """Found by the test above."""
    with pytest.raises(EngagementError, match="not valid YAML"):
        load_engagement(said(tmp_path / "client", "good.csv", line + "\n"))


def test_an_engagement_file_that_swells_by_anchors_ends_in_an_error(tmp_path: Path) -> None:
    """Nine levels of ten references: a thousand million names, were they ever written out."""
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 4)]
    file = said(tmp_path / "client", "good.csv", "\n".join(levels) + "\n")
    with pytest.raises(EngagementError, match="not known"):
        load_engagement(file)


@pytest.mark.parametrize("file", ["../secret/rows.csv", "/etc/passwd", "a/../../rows.csv"])
def test_a_path_out_of_the_extracts_folder_is_an_error_of_the_file(
    tmp_path: Path, file: str
) -> None:
    with pytest.raises(EngagementError, match="inside the extracts folder"):
        load_engagement(said(tmp_path / "client", file))


@pytest.mark.parametrize("kind", ["link", "link to a folder"])
def test_a_link_cannot_leave_the_extracts_folder(tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret" / "rows.csv"
    secret.parent.mkdir()
    secret.write_text(GOOD, encoding="utf-8")
    client = tmp_path / "client"
    client.mkdir()
    if kind == "link":
        (client / "bad.csv").symlink_to(secret)
    if kind == "link to a folder":
        (client / "inner").symlink_to(secret.parent)
    delivery = read(client, "bad.csv" if kind == "link" else "inner/rows.csv")
    assert "outside the extracts folder" in reason(delivery)
    assert [r.file for r in delivery.undeclared] == []


def test_an_undeclared_link_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "passwd.csv").write_text(GOOD, encoding="utf-8")
    client = tmp_path / "client"
    client.mkdir()
    (client / "innocent.csv").symlink_to(tmp_path / "passwd.csv")
    delivery = read(client, "missing.csv")
    assert [r.file for r in delivery.undeclared] == []


def test_an_archive_that_swells_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LARGEST_UNPACKED", 1 << 20)
    client = tmp_path / "client"
    client.mkdir()
    with zipfile.ZipFile(client / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("rows.csv", GOOD + "0" * (8 << 20))
    (client / "bomb.csv.gz").write_bytes(gzip.compress(GOOD.encode() + b"0" * (8 << 20)))
    for file in ("bomb.zip", "bomb.csv.gz"):
        assert "unpacks to more than" in reason(read(client, file))
    left = [p for p in tmp_path.rglob("*") if p.is_file() and p.stat().st_size > 1 << 20]
    assert left == []


def test_an_archive_that_climbs_writes_nothing_outside(tmp_path: Path) -> None:
    client = tmp_path / "client"
    client.mkdir()
    with zipfile.ZipFile(client / "slip.zip", "w") as slip:
        slip.writestr("../../../escaped.csv", GOOD)
    read(client, "slip.zip")
    assert not list(tmp_path.rglob("escaped.csv"))
    assert not list(tmp_path.parent.glob("escaped.csv"))


def test_entities_of_a_workbook_are_not_expanded(tmp_path: Path) -> None:
    """The billion laughs, and an entity that names a file of this machine."""
    client = tmp_path / "client"
    client.mkdir()
    (tmp_path / "secret.txt").write_text("the-secret", encoding="utf-8")
    nested = "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' if n else '<!ENTITY a0 "ha">' for n in range(10)
    )
    doctype = (
        f'<!DOCTYPE x [{nested}<!ENTITY f SYSTEM "file://{tmp_path}/secret.txt">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;&f;</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    main = "http://schemas.openxmlformats.org"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{main}/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{main}/package/2006/relationships"><Relationship '
        f'Id="r1" Type="{main}/officeDocument/2006/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}/spreadsheetml/2006/main" xmlns:r="{main}/'
        'officeDocument/2006/relationships"><sheets><sheet name="s" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{main}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{main}/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?>{doctype}',
    }
    with zipfile.ZipFile(client / "laughs.xlsx", "w") as book:
        for name, text in parts.items():
            book.writestr(name, text)
    delivery = read(client, "laughs.xlsx")
    made = sorted((tmp_path / "rows").rglob("*.parquet"))
    cells = [
        str(row) for p in made for row in connect().execute(f"from read_parquet('{p}')").fetchall()
    ]
    assert not [cell for cell in cells if "the-secret" in cell or "haha" in cell]
    assert delivery.readings


def test_a_delivered_notebook_or_script_is_no_table_and_is_not_run(tmp_path: Path) -> None:
    client = tmp_path / "client"
    client.mkdir()
    harm = f"import pathlib; pathlib.Path({str(tmp_path / 'HARM')!r}).touch()"
    cell = {"cell_type": "code", "source": [harm], "metadata": {}, "outputs": []}
    (client / "01_intake.ipynb").write_text(json.dumps({"cells": [cell], "nbformat": 4}))
    (client / "conftest.py").write_text(harm)
    delivery = read(client, "missing.csv")
    named = [r.file for r in (*delivery.undeclared, *delivery.undeclared_unread)]
    assert named == []
    assert not (tmp_path / "HARM").exists()
