"""What it may be worth: quantities measured times prices declared, as ranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scvkit.engagement import Engagement, PriceRange
from scvkit.records.consent import Permission
from scvkit.records.evidence import Evidence, measured_count, not_assessed
from scvkit.records.linkage import Linkage
from scvkit.records.stakes import PeopleCounts, PriceUsed, Swing, Value, ValueLine
from scvkit.records.telling import FEWEST, as_told, is_few
from scvkit.records.usecases import UseCaseFit, UseCases
from scvkit.vocabulary import Channel, Grade

Interval = tuple[float, float, float]  # low, mid, high


@dataclass(frozen=True, slots=True)
class _Line:
    """A line: its quantity, the prices it is multiplied by, and a fixed factor."""

    id: str
    quantity: Evidence
    prices: tuple[str, ...]
    factor: float = 1.0
    left_out: tuple[tuple[str, int], ...] = ()


def estimate_value(
    *,
    engagement: Engagement,
    linkage: Linkage | None,
    permission: Permission | None,
    use_cases: UseCases | None,
    people: PeopleCounts | None,
) -> Value:
    """Return each line as quantity × price, ranges multiplied end by end.

    No money stands without a price that the client declared. Swings say which assumption moves
    the money most, the others at their middle.
    """
    declared = engagement.value.prices if engagement.value else {}
    prices: dict[str, PriceRange] = {str(name): price for name, price in declared.items()}
    lines = _lines(engagement, linkage, permission, use_cases, people)
    return Value(
        currency=engagement.value.currency if engagement.value else "",
        lines=tuple(_priced(line, prices) for line in lines),
        counts=_counts(permission, use_cases, people),
        swings=_swings(lines, prices),
    )


def most_worth(fit: UseCaseFit, value: Value) -> float | None:
    """Return the high end of what a use case may be worth; None where nobody can say.

    Nothing where it serves nobody at the high end, whatever a person is worth. Else the sum of
    the lines it moves, as far as they have a price: one without a price leaves it open, unless
    the others are worth something already.
    """
    if fit.served is not None and fit.served.high == 0:
        return 0.0
    moved = [line for line in value.lines if line.id in fit.value]
    known = [line.high for line in moved if line.high is not None]
    if sum(known) > 0 or (moved and len(known) == len(moved) == len(fit.value)):
        return sum(known)
    return None


def _lines(
    engagement: Engagement,
    linkage: Linkage | None,
    permission: Permission | None,
    use_cases: UseCases | None,
    people: PeopleCounts | None,
) -> tuple[_Line, ...]:
    split = linkage.newsletter if linkage else None
    hidden = split.hidden if split else not_assessed("no_newsletter_split", unit="people")
    yes = _share_of_yes(linkage, permission)
    hours = engagement.hours_per_list
    return (
        _found(linkage, use_cases, yes),
        _scaled("newsletter_hidden", hidden, "fitted_message", yes),
        _scaled("newsletter_others", _others(linkage), "message_to_others", yes),
        _Line(
            "contacted_twice",
            people.contacted_twice if people else not_assessed("not_counted", unit="people"),
            ("sends_a_year", "cost_per_send"),
        ),
        _Line(
            "unreachable",
            people.unreachable if people else not_assessed("not_counted", unit="people"),
            ("margin_per_customer",),
        ),
        _Line(
            "contacts_without_order",
            _without_order(use_cases),
            ("minutes_per_contact", "cost_per_hour"),
            factor=1 / 60,
        ),
        _Line(
            "lists_by_hand",
            not_assessed("not_asked", unit="number")
            if hours is None
            else Evidence(
                grade=Grade.DECLARED, unit="number", value=hours, method="hours_per_list"
            ),
            ("lists_a_year", "cost_per_hour"),
        ),
    )


def _found(linkage: Linkage | None, use_cases: UseCases | None, yes: float | None) -> _Line:
    """Readers found among customers who may be written to: nobody else is worth a message."""
    name, price = "newsletter_found", "fitted_message"
    fits = use_cases.fits if use_cases else ()
    fit = next((f for f in fits if name in f.value and f.outbound and f.served), None)
    split = linkage.newsletter if linkage else None
    if split is None or fit is None or fit.served is None or fit.served.mid is None:
        found = split.found if split else not_assessed("no_newsletter_split", unit="people")
        return _scaled(name, found, price, yes)
    # As far as the funnel of the use case tells them: a step that it hides must not follow from
    # this count, from those left out, or from the money.
    told = {
        end: as_told([getattr(step, end) for step in fit.steps], whole=fit.base)
        for end in ("low", "mid", "high")
    }
    lost = {"may_not": 0, "lacks_fact": 0}
    falls = zip(fit.steps[2:], told["mid"][1:], told["mid"][2:], strict=False)
    for step, before, after in falls:
        kind = "may_not" if step.name == "permitted" else "lacks_fact"
        lost[kind] += (before or 0) - (after or 0)
    low, mid, high = (told[end][fit.steps.index(fit.served)] for end in ("low", "mid", "high"))
    quantity = measured_count(
        mid or 0,
        unit="people",
        method="value.methods.may_be_written_to",
        low=None if low is None else min(low, mid or 0),
        high=None if high is None else max(high, mid or 0),
        refs=fit.refs,
    )
    return _Line(name, quantity, (price,), left_out=tuple((k, n) for k, n in lost.items() if n > 0))


def _scaled(name: str, quantity: Evidence, price: str, yes: float | None) -> _Line:
    """People of whom nobody knows who they are: as many as say yes in the newsletter."""
    if quantity.value is None:
        return _Line(name, quantity, (price,))
    if yes is None:
        return _Line(name, not_assessed("consent_not_explained", unit="people"), (price,))
    low, mid, high = _interval(quantity) or (0.0, 0.0, 0.0)
    told = measured_count(
        round(mid * yes),
        unit="people",
        method="value.methods.as_often_as_the_newsletter",
        low=round(low * yes),
        high=round(high * yes),
        refs=quantity.refs,
    )
    out = round(mid) - round(mid * yes)
    return _Line(name, told, (price,), left_out=(("no_yes", out),) if out else ())


def _share_of_yes(linkage: Linkage | None, permission: Permission | None) -> float | None:
    """Records of the newsletter that say yes to e-mail; None where it states nothing."""
    split = linkage.newsletter if linkage else None
    stated = [
        entry
        for entry in (permission.sources if permission else ())
        if split and entry.source == split.newsletter
        if entry.channel is Channel.EMAIL and entry.records
    ]
    largest = max(stated, key=lambda entry: entry.records, default=None)
    return largest.given / largest.records if largest else None


def _others(linkage: Linkage | None) -> Evidence:
    """Readers neither found among customers nor estimated to be hidden ones."""
    split = linkage.newsletter if linkage else None
    if split is None or split.found.value is None:
        return not_assessed("no_newsletter_split", unit="people")
    hidden = split.hidden
    known = split.found.value + (hidden.value or 0)
    most = (split.found.high or split.found.value) + (hidden.high or hidden.value or 0)
    least = (split.found.low or 0) + (hidden.low or 0)
    return measured_count(
        max(0, round(split.readers - known)),
        unit="people",
        method="value.methods.others",
        low=max(0, round(split.readers - most)),
        high=max(0, round(split.readers - least)),
        refs=(split.newsletter,),
    )


def _without_order(use_cases: UseCases | None) -> Evidence:
    found = use_cases.order_found if use_cases else None
    if found is None:
        return not_assessed("nothing_to_test", unit="number")
    return measured_count(
        found[1] - found[0],
        unit="records",
        method="value.methods.without_order",
        tested=found[1],
    )


def _counts(
    permission: Permission | None, use_cases: UseCases | None, people: PeopleCounts | None
) -> tuple[ValueLine, ...]:
    held = []
    left_out: dict[str, tuple[tuple[str, int], ...]] = {}
    if people is not None and people.refused.assessed:
        held.append(("refused", people.refused))
    if permission is not None:
        held = [
            ("withdrawn_but_mailable", permission.withdrawn_but_mailable),
            ("past_retention", _as_count(permission.past_retention)),
            ("no_proof", _as_count(permission.proof, failed=True)),
        ]
        rest = sum(entry.given for entry in permission.without_proof_kept)
        left_out["no_proof"] = (("no_proof_kept", rest),) if rest else ()
    if use_cases is not None:
        columns = measured_count(
            len(use_cases.dark_columns), unit="number", method="value.methods.dark_columns"
        )
        held.append(("columns_nobody_needs", columns))
    return tuple(
        ValueLine(
            id=name,
            quantity=counted,
            prices=(),
            missing=(),
            low=None,
            mid=None,
            high=None,
            left_out=left_out.get(name, ()),
        )
        for name, counted in held
    )


def _as_count(share: Evidence, *, failed: bool = False) -> Evidence:
    """The count behind a share: those that pass, or those that do not."""
    if not share.assessed or share.passed is None or share.tested is None:
        return not_assessed(share.reason or "nothing_to_test", unit="records")
    count = share.tested - share.passed if failed else share.passed
    return measured_count(
        count, unit="records", method=share.method, refs=share.refs, tested=share.tested
    )


def _priced(line: _Line, prices: Mapping[str, PriceRange]) -> ValueLine:
    missing = tuple(name for name in line.prices if name not in prices)
    used = tuple(
        PriceUsed(name=n, low=prices[n].low, high=prices[n].high, said_by=prices[n].said_by)
        for n in line.prices
        if n in prices
    )
    money = None if missing else _product(line, prices, _interval(line.quantity))
    low, mid, high = money or (None, None, None)
    return ValueLine(
        id=line.id, quantity=line.quantity, prices=used, missing=missing,
        low=low, mid=mid, high=high, left_out=line.left_out,
    )  # fmt: skip


def _interval(evidence: Evidence) -> Interval | None:
    if evidence.value is None:
        return None
    low = evidence.value if evidence.low is None else evidence.low
    high = evidence.value if evidence.high is None else evidence.high
    if evidence.grade is not Grade.MEASURED or evidence.unit == "number":
        return low, evidence.value, high
    # Divided by its price, money would tell how few they are.
    return (
        0.0 if is_few(round(low)) else low,
        FEWEST / 2 if is_few(round(evidence.value)) else evidence.value,
        float(FEWEST) if is_few(round(high)) else high,
    )


def _product(
    line: _Line, prices: Mapping[str, PriceRange], quantity: Interval | None
) -> Interval | None:
    if quantity is None:
        return None
    low, mid, high = (part * line.factor for part in quantity)
    for name in line.prices:
        price = prices[name]
        low, mid, high = low * price.low, mid * (price.low + price.high) / 2, high * price.high
    return round(low, 2), round(mid, 2), round(high, 2)


def _swings(lines: Sequence[_Line], prices: Mapping[str, PriceRange]) -> tuple[Swing, ...]:
    """One assumption of one line at a time, from end to end: lines are never added up."""
    whole = [
        line
        for line in lines
        if line.quantity.assessed and all(name in prices for name in line.prices)
    ]
    middle = {
        name: PriceRange(low=(p.low + p.high) / 2, high=(p.low + p.high) / 2)
        for name, p in prices.items()
    }
    swings = []
    for line in whole:
        for name in line.prices:
            ends = [
                _mid(line, {**middle, name: PriceRange(low=end, high=end)})
                for end in (prices[name].low, prices[name].high)
            ]
            if ends[0] != ends[1]:
                swings.append(
                    Swing(
                        assumption=name,
                        low=round(ends[0], 2),
                        high=round(ends[1], 2),
                        line=line.id,
                    )
                )
        quantity = _interval(line.quantity)
        if quantity is None or quantity[0] == quantity[2]:
            continue
        ends = [(_product(line, middle, (q, q, q)) or (0, 0, 0))[1] for q in quantity[::2]]
        swings.append(
            Swing(assumption=f"quantity.{line.id}", low=ends[0], high=ends[1], line=line.id)
        )
    return tuple(sorted(swings, key=lambda s: (s.low - s.high, s.assumption, s.line)))


def _mid(line: _Line, prices: Mapping[str, PriceRange]) -> float:
    return (_product(line, prices, _interval(line.quantity)) or (0.0, 0.0, 0.0))[1]
