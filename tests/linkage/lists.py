"""Two generated lists of people whose truth is known: small, with slips, gaps and namesakes."""

from __future__ import annotations

import random

from tests.identity.small import Row

GIVEN = "Anna Bo Carl Dina Erik Freja Gitte Hans Ida Jens Karen Lars Mia Nils Oda Per".split()
FAMILY = "Holm Krog Lund Mark Nord Odde Palm Ravn Skov Toft Urup Vang".split()
ODD, ODDER = "CRM 2024 o'neil", "Køb & Salg"
TOWNS = ("Lilleby", "Storby", "Nyby", "Gammelby")


def people(number: int, seed: int = 1) -> list[dict[str, str]]:
    """People, each with names, birth date, address, e-mail, and a key of their own."""
    draw = random.Random(seed)
    return [
        {
            "given_name": (given := draw.choice(GIVEN)),
            "surname": (family := draw.choice(FAMILY)),
            "date_of_birth": f"{draw.randint(1940, 2004)}-{draw.randint(1, 12):02}-"
            f"{draw.randint(1, 28):02}",
            "street": f"{draw.choice(('Birkevej', 'Elmegade', 'Pilestien'))} {n + 1}",
            "postcode": f"{2000 + 100 * (n % 20)}",
            "city": TOWNS[n % 4],
            "email": f"{given}.{family}{n}@post{n % 7}.example".lower(),
            "customer_number": f"C{70000 + n}",
        }
        for n in range(number)
    ]


def lists(
    number: int = 140, *, key: bool = False, seed: int = 1
) -> tuple[dict[str, list[Row]], dict[str, str]]:
    """Return two lists that share two thirds of the people, and the person of each record key.

    The second has slips and gaps; ``key`` gives both the customer number.
    """
    draw = random.Random(seed + 1)
    known = people(number, seed)
    cut = number // 6
    first = [dict(p, id=f"a{n}") for n, p in enumerate(known[: number - cut])]
    second = [dict(p, id=f"b{n}") for n, p in enumerate(known[cut:], cut)]
    for row in second:
        for column in ("date_of_birth", "email", "street", "city"):
            if draw.random() < 0.3:
                row.pop(column)
        if draw.random() < 0.2:
            row["surname"] = row["surname"][:-1] + draw.choice("aeiou")
    for row in (*first, *second):
        if not key:
            row.pop("customer_number")
    named: dict[str, list[Row]] = {ODD: list(first), ODDER: list(second)}
    truth = {
        f"{source}/all/{row['id']}": row["id"][1:] for source, rows in named.items() for row in rows
    }
    return named, truth
