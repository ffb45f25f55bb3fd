"""What is at stake, in people and in the client's own money; segments; the core and its roles."""

from __future__ import annotations

from dataclasses import dataclass

from scvkit.records.evidence import Evidence, not_assessed

_NOT_COUNTED = not_assessed("not_counted", unit="people")


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentCount:
    """How ready one segment is; shares of its people. ``title`` is the client's own."""

    id: str
    title: str
    people: int | None  # None: not assessed, see reason
    with_key: Evidence  # a strong key on some record
    recognised: Evidence  # seen in two sources or more
    agreed: Evidence  # a yes to some channel of marketing, and no "no" to it
    reachable: Evidence  # such a yes, and the address it needs
    reason: str = ""  # why it could not be counted, a key under usecases.losses


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """People for whom one attribute of a role's context card is known."""

    role: str
    attribute: str
    known: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleCounts:
    """People counted for value, segments and context cards, in one pass."""

    contacted_twice: Evidence  # people with two or more addresses that may be mailed
    unreachable: Evidence  # active customers who lack only an address or an answer
    segments: tuple[SegmentCount, ...]
    coverage: tuple[Coverage, ...]
    refused: Evidence = _NOT_COUNTED  # active customers who said no


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceUsed:
    """A price as the client declared it, a range."""

    name: str
    low: float
    high: float
    said_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueLine:
    """One line: a quantity measured times prices declared, as a range.

    ``low``, ``mid`` and ``high`` are money a year, None while a price is missing: ``missing``
    names them. A line without prices by its nature is a count alone. ``left_out`` are people
    that the quantity does not count, by the reason under ``value.left_out``.
    """

    id: str
    quantity: Evidence
    prices: tuple[PriceUsed, ...]
    missing: tuple[str, ...]
    low: float | None
    mid: float | None
    high: float | None
    left_out: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """How far the money of one line moves when an assumption goes from its low to its high end."""

    assumption: str  # a price, or "quantity.<line>"
    low: float
    high: float
    line: str = ""  # the line it moves; lines are never added up


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What it may be worth; no line has money without a declared price, and nothing is totalled."""

    currency: str
    lines: tuple[ValueLine, ...]
    counts: tuple[ValueLine, ...]  # counts only: no invented fines
    swings: tuple[Swing, ...]  # the widest first


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreAttribute:
    """One attribute of the two-layer core and where it is best taken from."""

    attribute: str
    layer: str  # identity | permission
    source: str  # "" when no source holds it
    valid: Evidence  # records of that source with a valid value
    key: str  # the key that carries it to other sources, "" when the source has none
    key_usable: Evidence
    owner: str  # of the source, or of the consent
    refreshed: str
    read_from: str = ""  # a key under report.core.read_from, where no column of its own holds it


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """The core as a table, and what each role would see."""

    core: tuple[CoreAttribute, ...]
    cards: tuple[Coverage, ...]
