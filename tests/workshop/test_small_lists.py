"""Two small, clean lists: the first thing a newcomer tries."""

import csv
import json
from pathlib import Path

import pytest

from scvkit.workshop.single import link_tables

GIVEN = "Anna Bo Carl Dina Erik Freja Gitte Hans Ida Jens Karen Lars Mia Nils Oda".split()
FAMILY = "Holm Krog Lund Mark Nord Odde Palm Ravn Skov Toft".split()


def customers(people: range) -> list[dict[str, str]]:
    return [
        {
            "Kundenr": str(10001 + n),
            "Fornavn": GIVEN[n % 15],
            "Efternavn": FAMILY[n // 15],
            "E-mail": address(n),
            "Vejnavn og nr": f"Åvej {1 + n}",
            "Postnr": str(2100 + 100 * (n % 20)),
            "By": f"Øby {n % 20}",
        }
        for n in people
    ]


def readers(people: range) -> list[dict[str, str]]:
    return [
        {
            "Navn": f"{GIVEN[n % 15]} {FAMILY[n // 15]}",
            "E-mailadresse": address(n),
            "Postnummer": str(2100 + 100 * (n % 20)),
        }
        for n in people
    ]


def address(n: int) -> str:
    return f"{GIVEN[n % 15]}.{FAMILY[n // 15]}{n}@post{n % 7}.example".lower()


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, rows[0], delimiter=";")
        out.writeheader()
        out.writerows(rows)
    return path


@pytest.mark.parametrize("shared", [20, 58])
def test_two_small_clean_lists_are_linked(tmp_path: Path, shared: int) -> None:
    """Splink refuses a level that no match has; the rest of the training must not fall with it."""
    one = written(tmp_path / "kunder.csv", customers(range(90)))
    two = written(tmp_path / "nyhedsbrev.csv", readers(range(90 - shared, 150)))
    found = json.loads(link_tables([one, two], as_json=True))
    assert found["clusters"] == 150
    assert found["kinds"][0]["refused"] is None
