"""Can a source be used to recognise a person? One line a key, as on the map."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.identity import ClaimTest, KeyTest
from scvkit.report.disclosure import people, share
from scvkit.report.pen import HATCH, INK, ORANGE, TEAL
from scvkit.report.source_evidence import SourceEvidence
from scvkit.vocabulary import Attribute, ClaimOutcome, Key

_RING = 7.0
_UNIQUE = "unique"
_MOST_COLUMNS = 3
# Attributes whose columns a key is made of.
_COLUMNS_OF = {
    Key.PHONE: (Attribute.PHONE, Attribute.MOBILE),
    Key.NAME_ADDRESS: (Attribute.FULL_NAME, Attribute.SURNAME, Attribute.STREET),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """One key of the source, ready to print."""

    name: str
    columns: tuple[str, ...]
    mark: Markup
    filled: str
    valid: str
    unique: str
    stable: str
    usable: str
    note: str
    broken: bool


def keys_of(source: SourceEvidence, words: Words) -> tuple[KeyLine, ...]:
    """Return the keys of a source, the most usable first; broken claims carry a slash."""
    return tuple(_line(source, test, words) for test in source.keys)


def key_ring(usable: float | None, *, broken: bool = False) -> Markup:
    """Return a ring with a disc whose area is the usable share; a slash for a claim that failed.

    Hatch stands for a key nobody tested.
    """
    colour = ORANGE if broken else TEAL
    inner = _RING * sqrt(max(0.0, min(1.0, usable or 0.0)))
    edge = HATCH if usable is None else colour
    dash = ' stroke-dasharray="2 2"' if usable is None else ""
    marks = [
        f'<circle cx="10" cy="10" r="{_RING + 1.5:g}" fill="#fff" stroke="{edge}"'
        f' stroke-width="1.4"{dash}/>'
    ]
    if inner > 0:
        marks.append(f'<circle cx="10" cy="10" r="{inner:.2f}" fill="{colour}"/>')
    if broken:
        marks.append(
            '<path d="M2 18 L18 2" stroke="#fff" stroke-width="3.6"/>'
            f'<path d="M1.5 18.5 L18.5 1.5" stroke="{INK}" stroke-width="1.6"/>'
        )
    return Markup(
        '<svg class="scv-ring" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true"'
        f' focusable="false">{"".join(marks)}</svg>'
    )


def _line(source: SourceEvidence, test: KeyTest, words: Words) -> KeyLine:
    columns = _columns(source, test.key)
    claim = _claim(source, test.key, columns)
    broken = claim is not None and claim.outcome is ClaimOutcome.DID_NOT_HOLD

    def of(count: int) -> str:
        return share(count, test.records, words)

    return KeyLine(
        name=words(f"report.keys.{test.key}"),
        columns=columns,
        mark=key_ring(test.usable / test.records, broken=broken),
        filled=of(test.filled),
        valid=of(test.valid),
        unique=of(test.unique),
        stable=_stable(source, test, columns, words),
        usable=of(test.usable),
        note=_note(source, columns, claim, words),
        broken=broken,
    )


def _columns(source: SourceEvidence, key: Key) -> tuple[str, ...]:
    attributes = _COLUMNS_OF.get(key) or (Attribute(key.value),)
    named = (
        meaning.column
        for attribute in attributes
        for table in source.received.tables
        for meaning in table.meanings
        if meaning.attribute is attribute
    )
    return tuple(dict.fromkeys(named))[:_MOST_COLUMNS]


def _claim(source: SourceEvidence, key: Key, columns: tuple[str, ...]) -> ClaimTest | None:
    named = {str(key), *columns}
    own = [c for c in source.claims if c.subject in named]
    return next((c for c in own if c.kind == _UNIQUE), own[0] if own else None)


def _stable(source: SourceEvidence, test: KeyTest, columns: tuple[str, ...], words: Words) -> str:
    """Share of records that kept the key since the earlier extract."""
    if test.stable.assessed and test.stable.passed is not None and test.stable.tested:
        return share(test.stable.passed, test.stable.tested, words)
    for since in source.profile.since if source.profile else ():
        found = {c.column: c.changed for c in since.columns}
        for column in columns:
            changed = found.get(column)
            if changed is not None and since.ids_kept:
                return share(since.ids_kept - changed, since.ids_kept, words)
    return words("report.absent")


def _note(
    source: SourceEvidence, columns: tuple[str, ...], claim: ClaimTest | None, words: Words
) -> str:
    if claim is not None and claim.measured.value is not None:
        said = words(f"report.source_page.claimed.{claim.kind}")
        return words(
            "report.source_page.claim",
            said=said,
            outcome=words(f"report.outcomes.{claim.outcome.value}"),
            measured=words.percent(claim.measured.value),
        )
    for kind in ("placeholder_key", "crowded_key"):
        for finding in source.findings:
            if finding.kind == kind and finding.column in columns:
                return words(f"report.source_page.{kind}", rows=people(finding.rows, words))
    return ""
