"""Lines of the value estimate as numbers of a reader's page."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.stakes import Value, ValueLine
from scvkit.report.found import Found
from scvkit.report.numbers import BigNumber, without
from scvkit.report.pen import Pen
from scvkit.report.quantities import Quantity, amount
from scvkit.report.value import counted, left_out, line_anchor


def money(place: int, found: Found, words: Words, pen: Pen) -> BigNumber:
    """The line of that place: money where prices were declared, else its quantity."""
    lines = by_worth(found.value)
    if len(lines) <= place:
        return without(words("report.roles.no_line"), "not_counted", words, pen)
    line = lines[place]
    label = words(f"value.lines.{line.id}")
    if line.mid is None or found.value is None:
        shown = replace(counted(line, words), anchor=line_anchor(line))
        note = words("report.roles.no_price")
        return BigNumber(quantity=shown, label=label, note=note, bar=Markup())
    low, mid, high = line.low or 0.0, line.mid, line.high or 0.0
    ends = words(
        "report.roles.money",
        amount=f"{amount(low, words)}–{amount(high, words)}",
        of=found.value.currency,
    )
    most = max(each.high or 0.0 for each in lines) or 1.0
    return BigNumber(
        quantity=Quantity(
            text=amount(mid, words), range=ends, assessed=True, anchor=line_anchor(line)
        ),
        label=label,
        note=words.clauses(
            each for each in (words("report.roles.a_year"), left_out(line, words)) if each
        ),
        bar=pen.share(low / most, mid / most, high / most),
    )


def by_worth(value: Value | None) -> list[ValueLine]:
    """Lines whose quantity is known, the most money first."""
    lines = value.lines if value else ()
    assessed = [line for line in lines if line.quantity.assessed]
    return sorted(assessed, key=lambda line: -(line.mid if line.mid is not None else -1.0))
