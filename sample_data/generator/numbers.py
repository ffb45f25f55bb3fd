"""Numbers that cannot belong to anybody: phones, company numbers, birth numbers.

Danish and Norwegian phones: eight digits starting 0 or 1, which subscribers do not have.
Swedish phones: 078, a prefix in no numbering series. Taiwanese: national numbers starting 1.
Company numbers start with 0, which no register issues, and pass the check digit.
Birth numbers have day 32 to 39 or month 13 to 19.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

CALLING_CODE = {"DK": "45", "NO": "47", "SE": "46", "TW": "886"}


@dataclass(frozen=True, slots=True)
class Phone:
    """A national number without trunk zero, and its country."""

    country: str
    digits: str


class PhoneBook:
    """Hands out each number once."""

    def __init__(self) -> None:
        self._taken: set[Phone] = set()

    def mobile(self, rng: Random, country: str) -> Phone:
        """A new mobile number."""
        return self._new(rng, country, "1")

    def landline(self, rng: Random, country: str) -> Phone:
        """A new landline number."""
        return self._new(rng, country, "0")

    def _new(self, rng: Random, country: str, first: str) -> Phone:
        while True:
            # The second digit is never 0: "00" would read as an international prefix.
            body = f"{rng.randint(1, 9)}{rng.randint(0, 999_999):06d}"
            digits = {"SE": "78" + body, "TW": "1" + body + str(rng.randint(0, 9))}.get(
                country, first + body
            )
            phone = Phone(country, digits)
            if phone not in self._taken:
                self._taken.add(phone)
                return phone


def written_phone(rng: Random, phone: Phone, *, form: int | None = None) -> str:
    """A phone as people write it; form 0 is plain national."""
    code, d = CALLING_CODE[phone.country], phone.digits
    choice = form if form is not None else rng.choices(range(6), (38, 22, 18, 8, 8, 6))[0]
    if phone.country in ("DK", "NO"):
        spaced = f"{d[:2]} {d[2:4]} {d[4:6]} {d[6:]}"
        return (
            d,
            spaced,
            f"+{code}{d}",
            f"00{code}{d}",
            f"+{code} {spaced}",
            f"{d[:4]}-{d[4:]}" if phone.country == "DK" else f"{d[:3]} {d[3:5]} {d[5:]}",
        )[choice]
    if phone.country == "SE":
        return (
            f"0{d}",
            f"0{d[:2]}-{d[2:5]} {d[5:7]} {d[7:]}",
            f"+{code}{d}",
            f"00{code}{d}",
            f"+{code} {d[:2]} {d[2:5]} {d[5:7]} {d[7:]}",
            f"0{d[:2]}-{d[2:]}",
        )[choice]
    return (f"+{code}{d}", f"+{code} {d[:3]} {d[3:6]} {d[6:]}", f"+{code}-{d}")[choice % 3]


class CompanyNumbers:
    """Hands out company numbers that start with 0 and pass their country's check digit."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, rng: Random, country: str) -> str:
        """A number nobody has, by the rule of the country."""
        maker = {"DK": _cvr, "SE": _swedish, "NO": _norwegian}[country]
        while True:
            number = maker(rng)
            if number is not None and number not in self._taken:
                self._taken.add(number)
                return number


def check_digit_holds(number: str, country: str) -> bool:
    """Whether a company number (digits only) passes its country's check digit."""
    if not number.isdigit():
        return False
    if country == "DK":
        return len(number) == 8 and _weighted(number, (2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0
    if country == "NO":
        return len(number) == 9 and _weighted(number, (3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0
    if country == "SE":
        return len(number) == 10 and _luhn(number) == 0
    raise ValueError(f"no company number rule for country {country!r}: use DK, SE or NO")


def vat_number(number: str, country: str) -> str:
    """The VAT number built on a company number."""
    return {"DK": f"DK{number}", "SE": f"SE{number}01", "NO": f"NO{number}MVA"}[country]


def impossible_birth_number(rng: Random) -> str:
    """Shaped like a Danish birth number, with a day or a month that does not exist."""
    if rng.random() < 0.5:
        day, month = rng.randint(32, 39), rng.randint(1, 12)
    else:
        day, month = rng.randint(1, 28), rng.randint(13, 19)
    return f"{day:02d}{month:02d}{rng.randint(40, 99)}-{rng.randint(1000, 4999)}"


def _cvr(rng: Random) -> str | None:
    body = f"0{rng.randint(0, 999_999):06d}"
    check = -_weighted(body, (2, 7, 6, 5, 4, 3, 2)) % 11
    return f"{body}{check}" if check < 10 else None


def _norwegian(rng: Random) -> str | None:
    body = f"0{rng.randint(0, 9_999_999):07d}"
    check = -_weighted(body, (3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return f"{body}{check}" if check < 10 else None


def _swedish(rng: Random) -> str | None:
    # The third digit is 2 or more, so that the number is no person's birth date.
    body = f"0{rng.randint(0, 9)}{rng.randint(20, 99)}{rng.randint(0, 99_999):05d}"
    return f"{body}{-_luhn(body + '0') % 10}"


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(d) * w for d, w in zip(digits, weights, strict=True))


def _luhn(digits: str) -> int:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10
