"""The kit's own lists as data: placeholders, validity rules by country, faults and their harm."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from scvkit.shipped import shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryRule:
    """How addresses and telephone numbers of one country are written."""

    country: str
    words: tuple[str, ...]
    postcode: str
    lost_zero: str  # empty when no postcode of the country starts with zero
    calling: str
    fewest_digits: int
    most_digits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """How much a fault hurts, and whether it is mere housekeeping."""

    harm: int
    housekeeping: bool = False


@cache
def country_rules() -> tuple[CountryRule, ...]:
    """Return the rules of every country the kit knows, in the order of the file."""
    return tuple(
        CountryRule(
            country=country,
            words=tuple(str(word) for word in rule["words"]),
            postcode=rule["postcode"],
            lost_zero=rule.get("lost_zero", ""),
            calling=rule["calling"],
            fewest_digits=rule["phone"][0],
            most_digits=rule["phone"][1],
        )
        for country, rule in read_rules()["countries"].items()
    )


@cache
def harms() -> dict[str, Harm]:
    """Return every kind of finding with its harm."""
    return {kind: Harm(**entry) for kind, entry in _read("faults.yaml").items()}


@cache
def read_rules() -> dict[str, Any]:
    """Return ``rules.yaml`` as it stands."""
    return _read("rules.yaml")


@cache
def read_placeholders() -> dict[str, Any]:
    """Return ``placeholders.yaml`` as it stands."""
    return _read("placeholders.yaml")


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = shipped("scvkit.profile", name)
    return found
