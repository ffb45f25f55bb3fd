"""The two-layer core as a table, and the context card of each role."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.stakes import Blueprint, CoreAttribute
from scvkit.report.look import render
from scvkit.report.pen import Pen
from scvkit.report.quantities import Quantity, quantity


def core(*, blueprint: Blueprint | None, names: Mapping[str, str], words: Words) -> Markup:
    """Return the attributes of the core with source, key, owner and refresh; then the cards."""
    pen = Pen("core")
    rows = blueprint.core if blueprint else ()
    cards = blueprint.cards if blueprint else ()
    return render(
        "core",
        words=words,
        pen=pen,
        layers=[
            (words(f"report.core.layers.{layer}"), [_row(r, names, words) for r in held])
            for layer, held in groupby(rows, key=lambda r: r.layer)
        ],
        cards=[
            (
                words(f"usecases.roles.{role}"),
                [
                    (_fact(c.attribute, words), q, _bar(q, pen))
                    for c in held
                    for q in [quantity(c.known, words)]
                ],
            )
            for role, held in groupby(cards, key=lambda c: c.role)
        ],
    )


def _row(row: CoreAttribute, names: Mapping[str, str], words: Words) -> dict[str, object]:
    unknown = words("report.core.unknown")
    key = words("report.core.no_key")
    if row.key:
        known = f"report.attributes.{row.key}"
        key = words(known) if words.has(known) else row.key.replace("_", " ")
    return {
        "attribute": _fact(row.attribute, words),
        "source": names.get(row.source, row.source) or words("report.core.nobody"),
        "read_from": words(f"report.core.read_from.{row.read_from}") if row.read_from else "",
        "held": bool(row.source),
        "valid": quantity(row.valid, words),
        "key": key if row.source else "",
        "usable": quantity(row.key_usable, words) if row.key else None,
        "owner": (row.owner or unknown) if row.source else "",
        "refreshed": (row.refreshed or unknown) if row.source else "",
    }


def _fact(attribute: str, words: Words) -> str:
    for key in (f"usecases.facts.{attribute}", f"report.attributes.{attribute}"):
        if words.has(key):
            return words(key)
    return attribute.replace("_", " ")


def _bar(known: Quantity, pen: Pen) -> Markup:
    return pen.cell(known.mid if known.assessed else None)
