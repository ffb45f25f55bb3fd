"""R7: what it may be worth: people measured, prices declared, ranges, and what moves them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from babel.numbers import format_decimal
from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.stakes import PriceUsed, Swing, Value, ValueLine
from scvkit.records.telling import FEWEST, is_few
from scvkit.report.anchors import anchor
from scvkit.report.disclosure import people
from scvkit.report.look import render
from scvkit.report.pen import Pen
from scvkit.report.quantities import Quantity, amount, quantity

_NO_PARTS = ("no_proof_kept",)  # counted beside the whole, not out of it
_ESTIMATED = "value.methods.as_often_as_the_newsletter"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    title: str
    note: str
    counted: Quantity
    prices: tuple[str, ...]
    money: str
    bar: Markup


def value(*, value: Value | None, words: Words) -> Markup:
    """Return the lines with people and money, the swings, and the counts that have no price."""
    pen = Pen("value")
    lines = value.lines if value else ()
    most = max((line.high for line in lines if line.high), default=0.0)
    swings = value.swings if value else ()
    widest = max((swing.high for swing in swings), default=0.0)
    return render(
        "value",
        words=words,
        pen=pen,
        priced=any(line.high is not None for line in lines),
        currency=value.currency if value else "",
        lines=[_line(line, most, words, pen) for line in lines],
        swings=[
            (_assumption(s, words), pen.span(s.low / widest, s.high / widest), _money(s, words))
            for s in swings
            if widest
        ],
        counts=[
            (
                words(f"value.lines.{line.id}"),
                quantity(
                    line.quantity,
                    words,
                    anchor=line_anchor(line) if line.quantity.assessed else "",
                ),
                left_out(line, words),
            )
            for line in (value.counts if value else ())
        ],
    )


def counted(line: ValueLine, words: Words) -> Quantity:
    """The quantity of a line; people who were estimated are never told to the person."""
    evidence = line.quantity
    shown = quantity(evidence, words)
    if evidence.method != _ESTIMATED or evidence.value is None:
        return shown
    value, low, high = (
        words.number(round((end or 0) / 10) * 10)
        for end in (evidence.value, evidence.low, evidence.high)
    )
    return replace(shown, text=words("report.about", n=value), range=f"{low}–{high}")


def line_anchor(line: ValueLine) -> str:
    """Return the id of the row of a value line."""
    return anchor(f"value {line.id}")


def left_out(line: ValueLine, words: Words) -> str:
    """Whom the quantity of a line does not count, in one sentence; empty where nobody is."""
    out = line.left_out
    if line.quantity.method == _ESTIMATED:
        out = tuple((kind, round(n / 10) * 10) for kind, n in out if n >= FEWEST)
    elif any(is_few(n) for kind, n in out if kind not in _NO_PARTS):
        # Beside the others, what is left of the whole would tell how few they are.
        out = (("either", sum(n for _, n in out)),)
    told = [words(f"value.left_out.{kind}", count=people(n, words)) for kind, n in out if n]
    return words("value.left_out.sentence", who=words.listed(told)) if told else ""


def prices_said(line: ValueLine, words: Words) -> tuple[str, ...]:
    """Return the declared prices of a line, and in one phrase those that are missing."""
    missing = words.listed(words(f"value.prices.{name}") for name in line.missing)
    prices = tuple(_price(price, words) for price in line.prices)
    return (*prices, words("report.value.missing", prices=missing)) if missing else prices


def _line(line: ValueLine, most: float, words: Words, pen: Pen) -> _Line:
    money, bar = "", Markup()
    if line.low is not None and line.mid is not None and line.high is not None:
        money = f"{amount(line.low, words)}–{amount(line.high, words)}"
        if most:
            bar = pen.share(line.low / most, line.mid / most, line.high / most, tick=False)
    return _Line(
        title=words(f"value.lines.{line.id}"),
        note=left_out(line, words),
        counted=counted(line, words),
        prices=prices_said(line, words),
        money=money,
        bar=bar,
    )


def _price(price: PriceUsed, words: Words) -> str:
    low, high = _exact(price.low, words), _exact(price.high, words)
    said = f" ({price.said_by})" if price.said_by else ""
    spread = low if low == high else f"{low}–{high}"
    return f"{spread} · {words(f'value.prices.{price.name}')}{said}"


def _exact(value: float, words: Words) -> str:
    """A price as it was declared: it may be a few hundredths."""
    locale = words.language.replace("-", "_")
    return str(format_decimal(value, format="#,##0.####", locale=locale))


def _assumption(swing: Swing, words: Words) -> str:
    if swing.assumption.startswith("quantity."):
        line = words(f"value.lines.{swing.assumption.removeprefix('quantity.')}")
        return words("report.value.quantity", line=line)
    price = words(f"value.prices.{swing.assumption}")
    if not swing.line:
        return price
    return words("report.value.price_of", line=words(f"value.lines.{swing.line}"), price=price)


def _money(swing: Swing, words: Words) -> str:
    return f"{amount(swing.low, words)}–{amount(swing.high, words)}"
