"""Invented towns, postcodes and streets, composed from parts; about 420 postcodes a country."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from random import Random

from .chance import Picker, zipf
from .words import words


@dataclass(frozen=True, slots=True)
class Address:
    """One dwelling; households share it."""

    street: str
    number: str
    floor: str
    postcode: str
    city: str
    country: str

    @property
    def line(self) -> str:
        """Street, number and floor on one line."""
        return f"{self.street} {self.number}" + (f", {self.floor}" if self.floor else "")


_TOWN_PARTS = {
    "DK": (
        "Lille Store Nør Sønder Vester Øster Ål Bøge Elme Fugle Grå Have Hval Ibs Kalv Klit Lynge "
        "Mølle Næs Odder Pil Ræve Sæl Tjørne Uggle Væl Ørre Åkirke Bram Kvist",
        "strup rup by borg løse lev sted inge ør sund holm købing kær vad",
    ),
    "SE": (
        "Norr Söder Väster Öster Lilla Björn Ek Falk Gran Håll Jär Knut Lönn Mör Orr Rå Skär Tall "
        "Ulv Vass Älv Åm Öxn Brunn Hede Kall Lekar Myr Stav Torp",
        "köping torp hult sjö fors ås bro stad vik näs holm ryd by boda",
    ),
    "NO": (
        "Nord Sør Vest Øst Bjørn Dram Elv Furu Grav Hav Islend Kvern Lauv Malm Orre Rein Skog Tran "
        "Ulv Varg Ørn Ås Bratt Dyr Fisk Hest Kråk Laks Moe Svart",
        "vik nes heim dal bygd sund fjord voll stad ås rud eid vær strand",
    ),
}
_STREET_PARTS = {
    "DK": (
        "Birke Lærke Møllers Skov Kirke Øster Vester Nørre Sønder Have Eng Bøge Ege Linde Mose "
        "Solsikke Stations Skole Drosse Svane Vinkel Bakke Strand Ager Tjørne Rosen Syren Abild",
        "vej gade allé vænget parken stræde bakken toften vangen engen",
    ),
    "SE": (
        "Björk Stor Kyrko Skol Ängs Sol Tall Ek Lind Fabriks Stations Sjö Berg Park Ros Syren "
        "Hamn Kvarn Lärk Gran Norr Söder Back Dal",
        "gatan vägen stigen gränd backen allén",
    ),
    "NO": (
        "Bjørke Kirke Skole Strand Furu Gran Lille Storhaug Solli Myr Fjell Havne Bakke Nord Sør "
        "Øvre Nedre Elve Åker Rogne Selje Hassel",
        "veien gata bakken svingen stien tunet",
    ),
}


def address(rng: Random, country: str) -> Address:
    """A dwelling in a town drawn by size."""
    if country == "TW":
        road = rng.choice(("Pinghe Rd", "Minxin Rd", "Fuwen St", "Renguang Rd", "Guanghe St"))
        city = rng.choice(("Beishan", "Nanhe", "Dongwan", "Xilin"))
        return Address(
            road, f"No. {rng.randint(1, 300)}", "", str(rng.randint(100, 983)), city, "TW"
        )
    postcode, city = _TOWN_PICKERS[country].draw(rng)
    # Half of Norway's customers live where the shops deliver: around the capital.
    while country == "NO" and not postcode.startswith("0") and rng.random() < 0.5:
        postcode, city = _TOWN_PICKERS[country].draw(rng)
    number = str(min(rng.randint(1, 40) * rng.choice((1, 1, 1, 2, 4)), 180))
    if rng.random() < 0.15:
        number += rng.choice("ABCD") if country != "DK" else rng.choice("ABCDEF")
    floor = ""
    if country == "DK" and rng.random() < 0.3:
        floor = f"{rng.choice(('st', '1', '2', '3', '4'))}. {rng.choice(('tv', 'th', 'mf'))}"
    if country == "SE" and rng.random() < 0.2:
        floor = f"lgh 1{rng.randint(0, 4)}0{rng.randint(1, 6)}"
    return Address(_STREET_PICKERS[country].draw(rng), number, floor, postcode, city, country)


def canary_address(number: int, country: str, rng: Random) -> Address:
    """An address on a street nobody else lives on."""
    birds = words("Kanarie Papegøje Kolibri Pelikan Flamingo")
    ends = words("krogen slippen gyden passet svinget trappen løkken dammen")
    street = birds[number % 5] + ends[number // 5 % 8]
    base = address(rng, country)
    return Address(street, str(301 + number), "", base.postcode, base.city, country)


def _towns(country: str) -> Picker[tuple[str, str]]:
    rng = Random(f"towns {country}")
    heads, tails = (part.split() for part in _TOWN_PARTS[country])
    names = [h + t for h, t in product(heads, tails)]
    rng.shuffle(names)
    span = {"DK": (1050, 9980), "NO": (10, 9990), "SE": (10000, 98000)}[country]
    codes: set[int] = set()
    while len(codes) < 420:
        # A third of Norwegian postcodes start with 0: the zero that spreadsheets lose.
        if country == "NO" and rng.random() < 0.28:
            codes.add(rng.randint(10, 999))
        else:
            codes.add(rng.randint(*span))
    towns = []
    # In Norway the capital's codes start with 0, so those towns come first.
    ranked = sorted(sorted(codes), key=lambda c: rng.random() + (country == "NO" and c > 999) * 0.6)
    for position, code in enumerate(ranked):
        # Every larger town has several postcodes, as real ones do.
        name = names[position // 4] if position < 120 else names[position]
        text = f"{code:05d}" if country == "SE" else f"{code:04d}"
        towns.append((f"{text[:3]} {text[3:]}" if country == "SE" else text, name))
    return zipf(towns, exponent=0.75, offset=8.0)


def _streets(country: str) -> Picker[str]:
    heads, tails = (part.split() for part in _STREET_PARTS[country])
    names = [h + t for h, t in product(heads, tails)]
    Random(f"streets {country}").shuffle(names)
    return zipf(names, exponent=0.6, offset=10.0)


_TOWN_PICKERS = {c: _towns(c) for c in ("DK", "SE", "NO")}
_STREET_PICKERS = {c: _streets(c) for c in ("DK", "SE", "NO")}
