import csv
import random
from itertools import product

import pytest

from scvkit.errors import ExtractError
from scvkit.records.extracts import ReadingReport
from tests.extracts.conftest import Reader
from tests.extracts.test_text import written
from tests.extracts.wild_files import PEOPLE_HEADER, Table, WildFile, wild_files


def outcome(reader: Reader, wild: WildFile) -> str:
    """``right``, ``flagged`` (wrong with a doubt, or refused) or ``silent`` (wrong without)."""
    try:
        report = reader.read_bytes(wild.data, wild.file)
    except ExtractError:
        return "flagged"
    if as_told(reader, report, wild):
        return "right"
    return "flagged" if report.confidence == "doubtful" else "silent"


def as_told(reader: Reader, report: ReadingReport, wild: WildFile) -> bool:
    """True when header and cells are those told; delimiters around nothing tell nothing."""
    header = wild.header or [f"column_{n}" for n in range(1, len(wild.rows[0]) + 1)]
    found = [[(cell or "").strip() for cell in row] for row in reader.cells()]
    found = [row for row in found if any(row)]
    extra = len(report.columns) - len(header)
    if extra < 0 or any(any(row[len(header) :]) for row in found):
        return False
    named = list(report.columns[: len(header)])
    unnamed = [f"column_{n}" for n in range(len(header) + 1, len(report.columns) + 1)]
    told = [[cell.strip() for cell in row] for row in wild.rows]
    return (
        named == header
        and list(report.columns[len(header) :]) == unnamed
        and [row[: len(header)] for row in found] == told
    )


def test_files_as_in_the_wild_are_read_right_or_flagged(shared_reader: Reader) -> None:
    outcomes = {wild.name: outcome(shared_reader, wild) for wild in wild_files(seed=11)}
    right = [name for name, was in outcomes.items() if was == "right"]
    silent = [name for name, was in outcomes.items() if was == "silent"]
    assert len(outcomes) > 100
    assert len(right) >= 0.95 * len(outcomes)
    assert not silent


DELIMITERS = (";", ",", "\t", "|")
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "cp865", "cp850", "utf-16", "mac_roman")
DATES = (
    "{d:02}-{m:02}-{y}",
    "{d:02}.{m:02}.{y}",
    "{y}-{m:02}-{d:02}",
    "{d}/{m} {y}",
    "{y}{m:02}{d:02}",
)
DECIMALS = (",", ".", "grouped")
PREAMBLES = (
    "",
    "Kundeudtræk pr. 1. marts\n\n",
    "sep={sep}\n",
    "Firma:{sep}Eksempel A/S\nKørt:{sep}i går\n",
)
FOOTERS = ("", "\nI alt: {n} rækker\n", "Yhteensä{sep}{sep}{sep}{sep}{sep}12\n", "\n\n")


def nordic(rng: random.Random, date: str, decimal: str) -> Table:
    rows = []
    for n in range(8):
        whole, cents = rng.randint(1000, 99_999), rng.randint(0, 99)
        amount = f"{whole}{decimal}{cents:02}"
        if decimal == "grouped":
            amount = f"{whole // 1000}.{whole % 1000:03},{cents:02}"
        day = date.format(d=rng.randint(1, 28), m=rng.randint(1, 12), y=rng.randint(1990, 2024))
        name = rng.choice(["Søren Ærø", "Åse Ängström", "Päivi Hämäläinen", "Jørn, junior"])
        rows.append([f"{n:06}", name, f"k{n}@firma.example", rng.choice(["Ås", "Ö"]), day, amount])
    return rows


def test_nordic_exports_in_every_dress_come_back_as_they_were(shared_reader: Reader) -> None:
    every = list(
        product(
            DELIMITERS, ENCODINGS, DATES, DECIMALS, (csv.QUOTE_MINIMAL, csv.QUOTE_ALL),
            ("\n", "\r\n"), PREAMBLES, FOOTERS,
        )
    )  # fmt: skip
    rng = random.Random(3)
    wrong = []
    chosen = rng.sample(every, 128)
    for delimiter, encoding, date, decimal, quoting, end, before, after in chosen:
        rows = nordic(rng, date, decimal)
        text = before.format(sep=delimiter) + written(
            delimiter, quoting, "\n", [PEOPLE_HEADER, *rows]
        )
        text += after.format(sep=delimiter, n=len(rows))
        data = text.replace("\n", end).encode(encoding)
        if outcome(shared_reader, WildFile("", data, PEOPLE_HEADER, rows)) != "right":
            wrong.append((delimiter, encoding, date, decimal, quoting, end, before, after))
    assert len(wrong) <= 0.01 * len(chosen), wrong


@pytest.mark.stress
def test_twenty_draws_of_wild_files_are_read_right_or_flagged(shared_reader: Reader) -> None:
    outcomes = [outcome(shared_reader, w) for seed in range(20, 40) for w in wild_files(seed)]
    assert outcomes.count("right") >= 0.95 * len(outcomes)
    assert outcomes.count("silent") <= 0.002 * len(outcomes)
