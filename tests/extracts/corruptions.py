"""Good files made bad in every way that happens to files: the seed decides how."""

import functools
import gzip
import io
import json
import random
import sqlite3
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

EXTENSIONS = ("csv", "txt", "xlsx", "xls", "json", "parquet", "db", "zip", "gz", "tsv", "dat", "")


def corrupted(seed: int) -> tuple[str, bytes, str]:
    """Return a file name, its bytes and the kind of the file before it was damaged."""
    rng = random.Random(seed)
    whole = whole_files()
    kind = rng.choice(sorted(whole))
    body = whole[kind]
    for damage in rng.sample(DAMAGES, rng.choice([1, 1, 1, 2, 3])):
        body = damage(rng, body) or b"\n"
    extension = rng.choice(EXTENSIONS) if rng.random() < 0.3 else kind.partition("_")[0]
    return f"bad.{extension}", body, kind


@functools.cache
def whole_files() -> dict[str, bytes]:
    """One good file of each format."""
    rng = random.Random(7)
    rows = [
        [f"{n:05}", f"Kunde {n}", f"k{n}@firma.example", f"{rng.randint(1, 28)}-03-2024", f"{n},50"]
        for n in range(60)
    ]
    header = ["id", "navn", "email", "dato", "beløb"]
    lines = [header, *rows]
    plain = "".join(";".join(row) + "\n" for row in lines)
    quoted = "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in lines)
    broken = plain.replace("Kunde 3;", '"Kunde\n3";').replace("Kunde 9;", '"""Ni"", ni";')
    records = [dict(zip(header, row, strict=True)) for row in rows]
    book = openpyxl.Workbook()
    for row in lines:
        book.active.append(row)
    saved = io.BytesIO()
    book.save(saved)
    columns = {name: [row[i] for row in rows] for i, name in enumerate(header)}
    parquet = io.BytesIO()
    pq.write_table(pa.table(columns), parquet)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("kunder.csv", plain)
        archive.writestr("noter.txt", "husk")
    return {
        "csv": plain.encode(),
        "csv_1252": plain.encode("cp1252"),
        "csv_16": plain.encode("utf-16"),
        "csv_quoted": quoted.encode(),
        "csv_breaks": broken.encode(),
        "json": json.dumps({"kunder": records}, ensure_ascii=False).encode(),
        "jsonl": "".join(json.dumps(r) + "\n" for r in records).encode(),
        "xlsx": saved.getvalue(),
        "parquet": parquet.getvalue(),
        "db": _database(header, rows),
        "zip": packed.getvalue(),
        "gz": gzip.compress(plain.encode(), mtime=0),
    }


def _database(header: list[str], rows: list[list[str]]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.db")
        database = sqlite3.connect(path)
        named = ", ".join(f'"{name}" text' for name in header)
        database.execute(f"create table kunder ({named})")
        marks = ", ".join("?" * len(header))
        database.executemany(f"insert into kunder values ({marks})", rows)
        database.commit()
        database.close()
        return path.read_bytes()


def _truncated(rng: random.Random, body: bytes) -> bytes:
    return body[: rng.randint(1, len(body))]


def _head_lost(rng: random.Random, body: bytes) -> bytes:
    return body[rng.randint(0, len(body) - 1) :]


def _flipped(rng: random.Random, body: bytes) -> bytes:
    changed = bytearray(body)
    for _ in range(rng.choice([1, 3, 10, 50])):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _spliced(rng: random.Random, body: bytes) -> bytes:
    other = rng.choice(sorted(whole_files().values()))
    at, begins = rng.randrange(len(body)), rng.randrange(len(other))
    return body[:at] + other[begins : begins + rng.choice([10, 200, 5000])] + body[at:]


def _repeated(rng: random.Random, body: bytes) -> bytes:
    return body * rng.choice([2, 3])


def _lines_shuffled(rng: random.Random, body: bytes) -> bytes:
    lines = body.split(b"\n")
    rng.shuffle(lines)
    return b"\n".join(lines)


def _columns_shifted(rng: random.Random, body: bytes) -> bytes:
    lines = body.split(b"\n")
    for _ in range(rng.choice([1, 5, 30])):
        at = rng.randrange(len(lines))
        lines[at] = rng.choice(
            [b";" + lines[at], lines[at] + b";x", lines[at].replace(b";", b"", 1)]
        )
    return b"\n".join(lines)


def _quotes_strewn(rng: random.Random, body: bytes) -> bytes:
    changed = bytearray(body)
    for _ in range(rng.choice([1, 2, 20])):
        at = rng.randrange(len(changed))
        changed[at:at] = rng.choice([b'"', b'""', b"'", b'";"', b'\\"'])
    return bytes(changed)


def _line_ends_changed(rng: random.Random, body: bytes) -> bytes:
    return body.replace(b"\n", rng.choice([b"\r", b"\r\n", b"\n\n", b"\0\n", b"\n\r"]))


def _zeros(rng: random.Random, body: bytes) -> bytes:
    at = rng.randrange(len(body))
    return body[:at] + b"\0" * rng.choice([1, 30, 4096]) + body[at:]


def _delimiter_changed(rng: random.Random, body: bytes) -> bytes:
    half = rng.randrange(len(body))
    return body[:half] + body[half:].replace(b";", rng.choice([b",", b"\t", b"|"]))


DAMAGES = [
    _truncated,
    _head_lost,
    _flipped,
    _spliced,
    _repeated,
    _lines_shuffled,
    _columns_shifted,
    _quotes_strewn,
    _line_ends_changed,
    _zeros,
    _delimiter_changed,
]
