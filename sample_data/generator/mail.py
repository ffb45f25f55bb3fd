"""Mail addresses under `.example`, each given out once."""

from __future__ import annotations

from random import Random

from .chance import zipf
from .noise import folded
from .words import words

_PROVIDERS = zipf(
    words(
        "mailboks.example postkasse.example hverdagsmail.example brevdue.example nordpost.example "
        "fjordmail.example frimaerke.example kvikpost.example budkurer.example rundpost.example "
        "skrivbord.example sjomail.example lyspost.example netbrev.example samtale.example"
    ),
    exponent=1.25,
    offset=0.6,
)


class MailBook:
    """Hands out each mailbox once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def private(self, rng: Random, given: str, surname: str, birth_year: int) -> str:
        """A private mailbox, most often built on the name."""
        g, s = _plain(given), _plain(surname)
        year = f"{birth_year % 100:02d}"
        local = rng.choices(
            (f"{g}.{s}", f"{g}{s}", f"{g[0]}.{s}", f"{g}{year}", f"{s}.{g}", f"{g}_{s}{year}",
             f"{g[:3]}{s[:4]}", f"{s}{birth_year}"),
            (30, 14, 10, 12, 6, 10, 12, 6),
        )[0]  # fmt: skip
        return self._new(rng, local, _PROVIDERS.draw(rng))

    def family(self, rng: Random, surname: str) -> str:
        """A mailbox a household shares."""
        s = _plain(surname)
        local = rng.choice((f"familien.{s}", f"fam.{s}", f"{s}.hjemme", f"{s}{rng.randint(2, 99)}"))
        return self._new(rng, local, _PROVIDERS.draw(rng))

    def at_work(self, rng: Random, given: str, surname: str, domain: str) -> str:
        """A mailbox on a company's domain, built on the name."""
        g, s = _plain(given), _plain(surname)
        local = rng.choices((f"{g}.{s}", f"{g}", f"{g[0]}{s[:2]}", f"{s}"), (60, 15, 15, 10))[0]
        return self._new(rng, local, domain)

    def named(self, address: str) -> str:
        """A fixed address, reserved."""
        if address in self._taken:
            raise ValueError(f"{address} was given out before")
        self._taken.add(address)
        return address

    def domain(self, rng: Random, name: str) -> str:
        """A company's own mail domain."""
        stem = "".join(c for c in _plain(name) if c.isalnum())[:22]
        while f"@{stem}.example" in self._taken:
            stem += str(rng.randint(2, 9))
        self._taken.add(f"@{stem}.example")
        return f"{stem}.example"

    def _new(self, rng: Random, local: str, domain: str) -> str:
        address = f"{local}@{domain}"
        while address in self._taken:
            address = f"{local}{rng.randint(1, 999)}@{domain}"
        self._taken.add(address)
        return address


def _plain(text: str) -> str:
    return "".join(c for c in folded(text).lower() if c.isascii() and (c.isalnum() or c == "-"))
