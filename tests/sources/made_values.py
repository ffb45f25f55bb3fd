"""Made-up values of every attribute, deterministic for a seed: what a column of it may hold."""

import random
from collections.abc import Callable, Sequence

from scvkit.vocabulary import Attribute

GIVEN = "Åse Bjørn Søren Mette Lærke Jón Pia Ulla Erik Kaj Ion Elena Jukka Aino Hans Greta".split()
FAMILY = (
    "Skovgård Lindqvist Ødegård Virtanen Popescu Müller Holm Dal Krogh Berg Aas Nygaard".split()
)
COMPANIES = "Tømrer Byg Jern Farve Beslag Lager Transport Køkken Havn Glas".split()
STREETS = "Skovvej Storgatan Kirkegata Hauptstraße Nørregade Strada Florilor Bygade".split()
CITIES = "Aalborg Malmö Tromsø Tampere Cluj Bremen Køge Odense Ribe Umeå".split()
COUNTRIES = ("DK", "SE", "NO", "FI", "RO", "DE")
DOMAINS = ("post.example", "mail.example", "firma.example")


def made_values(attribute: Attribute, rows: int, seed: str) -> list[str]:
    """Return ``rows`` values of a column that carries ``attribute``."""
    chance = random.Random(f"{attribute}/{seed}")
    make = _MAKERS.get(attribute, _code)
    return [make(chance, row) for row in range(rows)]


def cvr(chance: random.Random, _: int = 0) -> str:
    """A Danish company number whose check digit fits."""
    while True:
        digits = [chance.randrange(1, 10), *(chance.randrange(10) for _ in range(6))]
        weighed = sum(d * w for d, w in zip(digits, (2, 7, 6, 5, 4, 3, 2), strict=True))
        if weighed % 11 != 1:
            return "".join(map(str, [*digits, -weighed % 11]))


def _one_of(values: Sequence[str]) -> Callable[[random.Random, int], str]:
    return lambda chance, _: chance.choice(values)


def _code(chance: random.Random, _: int) -> str:
    return chance.choice("abc") + chance.choice("xyz")


def _day(chance: random.Random, _: int) -> str:
    return (
        f"{chance.randrange(2015, 2026)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
    )


def _moment(chance: random.Random, row: int) -> str:
    return f"{_day(chance, row)} {chance.randrange(24):02}:{chance.randrange(60):02}:07"


def _email(chance: random.Random, row: int) -> str:
    return f"{chance.choice(GIVEN).lower()}{row}@{chance.choice(DOMAINS)}"


def _phone(chance: random.Random, _: int) -> str:
    return "+45 " + " ".join(f"{chance.randrange(20, 99)}" for _ in range(4))


def _numbered(prefix: str) -> Callable[[random.Random, int], str]:
    return lambda chance, row: f"{prefix}{100_000 + row * 7}"


def _name(chance: random.Random, _: int) -> str:
    return f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}"


def _company(chance: random.Random, _: int) -> str:
    return (
        f"{chance.choice(FAMILY)} {chance.choice(COMPANIES)} {chance.choice(('A/S', 'ApS', 'AB'))}"
    )


def _sentence(chance: random.Random, row: int) -> str:
    return f"{chance.choice(GIVEN)} ringede om ordren og ville gerne have svar i morgen, sag {row}"


_MAKERS: dict[Attribute, Callable[[random.Random, int], str]] = {
    Attribute.UNIQUE_ID: _numbered("R"),
    Attribute.GIVEN_NAME: _one_of(GIVEN),
    Attribute.MIDDLE_NAME: _one_of(GIVEN),
    Attribute.SURNAME: _one_of(FAMILY),
    Attribute.FULL_NAME: _name,
    Attribute.COMPANY_NAME: _company,
    Attribute.EMAIL: _email,
    Attribute.PHONE: _phone,
    Attribute.MOBILE: _phone,
    Attribute.STREET: lambda c, _: f"{c.choice(STREETS)} {c.randrange(1, 200)}",
    Attribute.HOUSE_NUMBER: lambda c, _: f"{c.randrange(1, 200)}{c.choice(('', 'A', 'B'))}",
    Attribute.POSTCODE: lambda c, _: f"{c.randrange(1000, 9999)}",
    Attribute.CITY: _one_of(CITIES),
    Attribute.REGION: _one_of(("Skåne", "Syddanmark", "Nordland", "Bayern")),
    Attribute.COUNTRY: _one_of(COUNTRIES),
    Attribute.DATE_OF_BIRTH: lambda c, _: (
        f"{c.randrange(1940, 2005)}-0{c.randrange(1, 10)}-1{c.randrange(10)}"
    ),
    Attribute.BIRTH_YEAR: lambda c, _: str(c.randrange(1940, 2005)),
    Attribute.ORG_NUMBER: cvr,
    Attribute.VAT_NUMBER: lambda c, row: f"DK{cvr(c)}",
    Attribute.CUSTOMER_NUMBER: _numbered(""),
    Attribute.MEMBER_NUMBER: _numbered("M"),
    Attribute.ORDER_NUMBER: _numbered("SO-"),
    Attribute.ACCOUNT_NUMBER: _numbered("A-"),
    Attribute.LOGIN_ID: _numbered("u"),
    Attribute.CONSENT_FLAG: _one_of(("ja", "nej")),
    Attribute.CONSENT_TIME: _moment,
    Attribute.CONSENT_SOURCE: _one_of(("footer", "checkout", "till")),
    Attribute.CONSENT_TEXT: _one_of(("v1", "v2")),
    Attribute.WITHDRAWAL_TIME: _moment,
    Attribute.CREATED_AT: _moment,
    Attribute.CHANGED_AT: _moment,
    Attribute.LAST_SEEN_AT: _moment,
    Attribute.LAST_PURCHASE_AT: _day,
    Attribute.AMOUNT: lambda c, _: f"{c.randrange(10, 9999)}.{c.randrange(10, 99)}",
    Attribute.CURRENCY: _one_of(("DKK", "SEK", "EUR")),
    Attribute.PRODUCT: _numbered("SKU"),
    Attribute.PRODUCT_SERIAL: _numbered("SN"),
    Attribute.WARRANTY_END: _day,
    Attribute.PROMOTION: _one_of(("SPRING10", "XMAS")),
    Attribute.STOCK: lambda c, _: str(c.randrange(500)),
    Attribute.UNIT_COST: lambda c, _: f"{c.randrange(10, 999)}.50",
    Attribute.PROMISED_AT: _day,
    Attribute.DELIVERED_AT: _day,
    Attribute.TOPIC: _one_of(("delivery", "return", "invoice")),
    Attribute.FREE_TEXT: _sentence,
    Attribute.LANGUAGE: _one_of(("da", "sv", "en")),
    Attribute.GENDER: _one_of(("m", "f")),
    Attribute.CHANNEL: _one_of(("web", "shop")),
    Attribute.SEGMENT: _one_of(("gold", "silver")),
    Attribute.URL: lambda c, row: f"https://shop.example/{row}",
    Attribute.IP_ADDRESS: lambda c, _: f"192.0.2.{c.randrange(1, 255)}",
    Attribute.DEVICE_ID: lambda c, row: f"{c.getrandbits(64):016x}",
}
