"""A linkage for the terminal: who is in which file, how sure, and how good it thinks it is."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scvkit.linkage.people import PeopleShown, counts_shown
from scvkit.records.evidence import Evidence
from scvkit.records.linkage import KindLinkage, Linkage, Overlap
from scvkit.vocabulary import Tier

if TYPE_CHECKING:
    from scvkit.locale.words import Words

WIDTH = 100
LEAST_BASE = 30  # people below whom a share says more than it may
SHOWN_TIERS = (Tier.A, Tier.B, Tier.C, Tier.D, Tier.X)


def printed_linkage(
    linkage: Linkage,
    seen: Mapping[str, Sequence[tuple[int, int]]],
    names: Mapping[str, str],
    words: Words,
) -> str:
    """Return what was found in a handful of files; counts and shares, nobody's values.

    ``seen`` is (number of files, entities seen in exactly so many) per kind.
    """
    lines = []
    for kind in linkage.kinds:
        if kind.records:
            lines += [*_kind(linkage, kind, seen.get(kind.kind, ()), names, words), ""]
    return "\n".join(lines).rstrip()


def _kind(
    linkage: Linkage,
    kind: KindLinkage,
    seen: Sequence[tuple[int, int]],
    names: Mapping[str, str],
    words: Words,
) -> list[str]:
    entities = words(f"linkage.kind.{kind.kind}")
    people = counts_shown(linkage, kind.kind, seen)
    files = [s for s in linkage.sources if s.kind is kind.kind]
    lines = [
        words(
            f"linkage.printed.head_{kind.kind}",
            records=sum(s.records for s in files),
            entities=people.told(sum(n for _, n in seen), words),
        ),
        "",
    ]
    lines += _table(
        [words(f"linkage.printed.{c}") for c in ("file", "records", "entities", "duplicates")],
        [
            (
                names.get(s.source, s.source),
                words.number(s.records),
                people.told(s.mid, words),
                people.told(s.records - s.mid, words),
            )
            for s in files
        ],
    )
    if len(files) > 1:
        lines += ["", *_seen(seen, len(files), entities, people, words), ""]
        lines += _overlaps(linkage, kind, names, people, words)
    if people.base > 1:
        lines += ["", words("linkage.printed.rounded")]
    return [*lines, "", *_trust(kind, words)]


def _seen(
    seen: Sequence[tuple[int, int]], files: int, entities: str, people: PeopleShown, words: Words
) -> list[str]:
    found = dict(seen)
    told = []
    for n in range(files, 0, -1):
        key = "in_both" if n == files == 2 else "in_all" if n == files else "in_some"
        key = "in_one" if n == 1 else key
        shown = people.told(found.get(n, 0), words)
        told.append(words(f"linkage.printed.{key}", people=shown, entities=entities, files=n))
    return told


def _overlaps(
    linkage: Linkage,
    kind: KindLinkage,
    names: Mapping[str, str],
    people: PeopleShown,
    words: Words,
) -> list[str]:
    return _table(
        [words(f"linkage.printed.{c}") for c in ("pair", "least", "found", "most", "share")],
        [
            (
                f"{names.get(o.source_a, o.source_a)} × {names.get(o.source_b, o.source_b)}",
                people.told(o.low, words),
                people.told(o.mid, words),
                people.told(o.high, words),
                _share(o, words),
            )
            for o in linkage.overlaps
            if o.kind is kind.kind
        ],
    )


def _share(overlap: Overlap, words: Words) -> str:
    low, high = overlap.share(overlap.low), overlap.share(overlap.high)
    if low is None or high is None or overlap.smaller < LEAST_BASE:
        return "–"
    return words.percent_range(low, high)


def _trust(kind: KindLinkage, words: Words) -> list[str]:
    tiers = {count.tier: count.pairs for count in kind.tiers}
    lines = [words("linkage.printed.tiers")]
    lines += [
        f"  {tier}  {words.number(tiers.get(tier, 0)):>9}  {words(f'linkage.tier.{tier}')}"
        for tier in SHOWN_TIERS
    ]
    lines.append("")
    if kind.refused:
        told = kind.refused
    elif kind.precision.value is None:
        told = words("linkage.printed.no_estimate")
    elif kind.recall.value is None:
        told = words("linkage.printed.no_recall", precision=_range(kind.precision, words))
    else:
        told = words(
            "linkage.printed.quality",
            precision=_range(kind.precision, words),
            recall=_range(kind.recall, words),
        )
    return [*lines, *textwrap.wrap(told, WIDTH)]


def _range(evidence: Evidence, words: Words) -> str:
    value = words.percent(evidence.value or 0.0)
    if evidence.low is None or evidence.high is None:
        return value
    spread = words.percent_range(evidence.low, evidence.high)
    return value if spread == value else f"{value} ({spread})"


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as their widest cell; the first to the left, numbers to the right."""
    widths = [max(len(row[i]) for row in [head, *body]) for i in range(len(head))]
    return [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in [head, *body]
    ]
