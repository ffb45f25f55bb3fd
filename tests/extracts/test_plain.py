"""The plain way through a text reads what it takes as the strict reader does."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scvkit.engine import RowTables, connect
from scvkit.extracts import read_file, text
from scvkit.extracts.plain import read_plainly

HEADER = b"nr;navn;note\n"
# Pieces that a reader of CSV may stumble over, in any order and number.
PIECES = [b"a", b"7", b" ", b";", b'"', b'""', b"\n", b"\r\n", b"\r", "ø".encode()]
LINES = [b"1;Anne;x\n", b'2;"Bo; jr.";""\n', b'3;"S\xc3\xb8ren ""Sol""";\n', b";;\n"]


def both_ways(folder: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is read of a file on the plain way, where it can be, and without it."""
    file = folder / "fil.csv"
    file.write_bytes(HEADER + b"".join(LINES) * 3 + content + b"9;Eva;z\n")
    found: list[object] = []
    for plain in (True, False):
        with monkeypatch.context() as patched:
            if not plain:
                patched.setattr(text, "read_plainly", lambda *_: None)
            rows = RowTables(folder / f"work_{plain}")
            connection = connect()
            report = read_file(connection, rows, file, source="s", table="t")
            held = connection.execute(f"from {rows.scan('extract', 's', 't')}").fetchall()
            found.append((replace(report, sha256=""), held))
    return found


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.lists(st.sampled_from(PIECES + LINES), max_size=14).map(b"".join))
def test_what_the_plain_way_takes_is_read_as_without_it(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, strict = both_ways(tmp_path, content, monkeypatch)
    assert plain == strict


@pytest.mark.parametrize(
    ("content", "taken"),
    [
        (b"", True),
        (b'4;"Ida ""I"" Ek";\n', True),
        (b'4;"to\nlinjer";\n', False),
        (b'4;"Ida"x;\n', False),
        (b'4;5" sk\xc3\xa6rm;\n', False),
        (b"4;Ida\n", False),
    ],
)
def test_only_a_text_that_keeps_every_rule_is_read_plainly(
    content: bytes, taken: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def watched(*given: object) -> object:
        found = read_plainly(*given)  # type: ignore[arg-type]
        seen.append(found is not None)
        return found

    monkeypatch.setattr(text, "read_plainly", watched)
    file = tmp_path / "fil.csv"
    file.write_bytes(HEADER + b"".join(LINES) * 3 + content + b"9;Eva;z\n")
    read_file(connect(), RowTables(tmp_path / "work"), file, source="s", table="t")
    assert seen == [taken]


def test_a_quote_that_closes_at_the_edge_of_a_block_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whatever the size of a block, the same is read: quotes and line ends fall on its edges.
    file = tmp_path / "fil.csv"
    file.write_bytes((HEADER + b"".join(LINES) * 40).replace(b"\n", b"\r\n"))
    read = set()
    for size in (64, 65, 67, 71, 4096):
        monkeypatch.setattr("scvkit.extracts.plain._BLOCK", size)
        rows, connection = RowTables(tmp_path / str(size)), connect()
        report = read_file(connection, rows, file, source="s", table="t")
        held = connection.execute(f"from {rows.scan('extract', 's', 't')}").fetchall()
        read.add((report, tuple(held)))
    assert len(read) == 1
