"""What each mark of the map says in words: the same words for the drawing and for its tables."""

from __future__ import annotations

from dataclasses import dataclass

from scvkit.landscape.lettering import plain
from scvkit.landscape.model import FEWEST_FOR_A_SHARE
from scvkit.locale.retold import retold
from scvkit.locale.words import Words
from scvkit.records.consent import SourcePermission
from scvkit.records.identity import KeyTest
from scvkit.records.landscape import LandscapeMap, MapPair, MapSource
from scvkit.vocabulary import Key

WIDE = 0.10  # a range over ten points gets a dashed edge
USABLE = 0.20  # a key that is usable in fewer records is no rail


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Shares of a permission bar, summing to 1."""

    given: float
    refused: float
    unknown: float


def count(value: int | None, words: Words) -> str:
    """Return a count of records or people; 1 to 4 are never told apart."""
    if value is None:
        return words("landscape.absent")
    return words("landscape.few") if 1 <= value <= 4 else words.number(value)


def because(reason: str, words: Words) -> str:
    """Return "not assessed: why"; a reason is a key of the locale or a plain sentence."""
    if not reason:
        return words("landscape.not_assessed")
    keys = (reason, *(f"{room}.reasons.{reason}" for room in ("landscape", "consent")))
    key = next((key for key in keys if words.has(key)), "")
    told = reason.replace("_", " ") if " " not in reason else retold(reason, words)
    said = words(key) if key else plain(told)
    return words("landscape.not_assessed_because", reason=said.rstrip(".。"))


def usable_share(test: KeyTest) -> float:
    """Return the share of records with a usable key, 0–1."""
    return test.usable / test.records if test.records else 0.0


def key_of(source: MapSource, key: Key) -> KeyTest | None:
    """Return the test of a key the source has; None where it has no such column."""
    return next((test for test in source.keys if test.key is key and test.present), None)


def key_cell(source: MapSource, key: Key, words: Words) -> str:
    """Return what a key's ring says."""
    if source.records is None:
        return words("landscape.not_assessed")
    if not source.keys:
        return (
            because(source.keys_reason, words)
            if source.carries_records
            else words("landscape.absent")
        )
    test = key_of(source, key)
    if test is None:
        return words("landscape.absent")
    usable = words.percent(usable_share(test))
    failed = key in source.failed_claims
    return words("landscape.key_cell_failed" if failed else "landscape.key_cell", usable=usable)


def permission_parts(stated: SourcePermission | None) -> Part | None:
    """Return the shares of the permission bar, or None where there are too few records."""
    if stated is None or stated.records < FEWEST_FOR_A_SHARE:
        return None
    refused = stated.refused + stated.withdrawn
    # From counts: what is left after two rounded shares may print as another per cent.
    unknown = max(0, stated.records - stated.given - refused)
    given, no, silent = (n / stated.records for n in (stated.given, refused, unknown))
    return Part(given=given, refused=no, unknown=silent)


def permission_cell(source: MapSource, words: Words) -> str:
    """Return what the permission bar says."""
    if source.permission is None:
        return because(source.permission_reason, words)
    parts = permission_parts(source.permission)
    if parts is None:
        return words("landscape.permission_cell_few")
    return words(
        "landscape.permission_cell",
        given=words.percent(parts.given),
        refused=words.percent(parts.refused),
        unknown=words.percent(parts.unknown),
    )


def pair_sides(pair: MapPair, map_: LandscapeMap) -> tuple[MapSource, MapSource]:
    """Return the smaller source of a pair and the larger one, by people."""
    by_id = {source.id: source for source in map_.sources}
    one, other = by_id[pair.source_a], by_id[pair.source_b]
    if pair.smaller is not None and one.people == pair.smaller:
        return one, other
    if pair.smaller is not None and other.people == pair.smaller:
        return other, one
    return (one, other) if (one.people or 0) <= (other.people or 0) else (other, one)


def pair_share(pair: MapPair, words: Words) -> str:
    """Return "47% (41–52%)" for a pair that was assessed."""
    if pair.mid is None:
        return words("landscape.absent")
    spread = pair_range(pair, words)
    return f"{words.percent(pair.mid)} ({spread})" if spread else words.percent(pair.mid)


def pair_range(pair: MapPair, words: Words) -> str:
    """Return the range of a pair; empty where low and high print alike."""
    if pair.low is None or pair.high is None or round(pair.low * 100) == round(pair.high * 100):
        return ""
    return words.percent_range(pair.low, pair.high)


def pair_cell(pair: MapPair, map_: LandscapeMap, words: Words) -> str:
    """Return what a diamond says."""
    smaller, larger = pair_sides(pair, map_)
    if pair.mid is None:
        return f"{plain(smaller.name)} × {plain(larger.name)}: {because(pair.reason, words)}"
    return words(
        "landscape.pair_cell",
        share=pair_share(pair, words),
        smaller=plain(smaller.name),
        larger=plain(larger.name),
    )


def is_wide(pair: MapPair) -> bool:
    """Return True where low and high lie more than ten points apart."""
    return pair.low is not None and pair.high is not None and pair.high - pair.low > WIDE
