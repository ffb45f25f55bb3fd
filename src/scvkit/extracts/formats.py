"""What a file is, by its first bytes; an extension is only a hint."""

from __future__ import annotations

import zipfile
from pathlib import Path

from scvkit.errors import ExtractError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Signatures of what is no table, by the name a consultant knows it under.
_NO_TABLE = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"{\\rtf", "an RTF document"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)


def find_format(path: Path) -> str:
    """Return csv, json, excel, parquet, sqlite, zip or gzip; raises ExtractError for no table.

    ``json`` stands for JSON documents and JSON lines alike.
    """
    with path.open("rb") as file:
        head = file.read(65_536)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"SQLite format 3\0"):
        return "sqlite"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_or_workbook(path)
    if head.startswith(_OLE):
        return _old_workbook(path)
    for mark, what in _NO_TABLE:
        if head.startswith(mark):
            raise ExtractError(
                f"{path.name} is {what}, not a table. Ask for the data as CSV, Excel, JSON or "
                "Parquet."
            )
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] == b"{" or (text[:1] == b"[" and text[1:].lstrip()[:1] in b"{]["):
        return "json"
    _refuse_page(path, text[:200].lower())
    _refuse_binary(path, head)
    return "csv"


def _refuse_page(path: Path, text: bytes) -> None:
    """Refuse markup: many systems save it under the name of a workbook."""
    what = ""
    if text.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")):
        what = "a web page"
    elif text.startswith(b"<?xml"):
        what = "an XML document"
    if what:
        raise ExtractError(
            f"{path.name} is {what}, not a table. If Excel opens it, save it there as .xlsx; or "
            "ask for the data as CSV, JSON or Parquet."
        )


def _zip_or_workbook(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.namelist()
    except (zipfile.BadZipFile, OSError):
        kind = "workbook" if path.suffix.lower().startswith(".xls") else "archive"
        raise ExtractError(
            f"{path.name} is a damaged {kind}: it breaks off or was changed on its way. "
            "Ask for it again."
        ) from None
    if any(m.startswith("xl/") for m in members) or "content.xml" in members:
        return "excel"
    if any(m.startswith(("word/", "ppt/")) for m in members):
        raise ExtractError(
            f"{path.name} is an Office document, not a table. Ask for the data as CSV or Excel."
        )
    return "zip"


def _old_workbook(path: Path) -> str:
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        raise ExtractError(
            f"{path.name} is protected by a password. Ask for a copy without one, or open it and "
            "save it without."
        )
    return "excel"


def _refuse_binary(path: Path, head: bytes) -> None:
    """Refuse what has the control bytes of a program; UTF-16 is text although full of NUL."""
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"} or head[:4] == b"\x00\x00\xfe\xff":
        return
    nul = head.count(0)
    if nul * 5 > len(head) and _is_utf16(head):
        return
    control = sum(head.count(code) for code in range(1, 32) if code not in (9, 10, 13, 26, 31, 1))
    if nul * 20 > len(head) or control * 10 > len(head):
        raise ExtractError(
            f"{path.name} is a binary file of a kind that is not known here. Ask for the data as "
            "CSV, Excel, JSON or Parquet."
        )


def _is_utf16(head: bytes) -> bool:
    """True when NUL bytes stand on one side and the text they make can be read."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) <= 5 * min(even, odd):
        return False
    text = head[: len(head) // 2 * 2].decode(
        "utf-16-be" if even > odd else "utf-16-le", errors="replace"
    )
    readable = sum(c.isprintable() or c in "\t\r\n" for c in text)
    return readable * 20 > len(text) * 19
