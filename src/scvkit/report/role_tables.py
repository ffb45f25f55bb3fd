"""The table of a reader's page: what they decide upon, line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from scvkit.locale.words import NO_BREAK_SPACE, Words
from scvkit.records.identity import KeyTest
from scvkit.records.stakes import ValueLine
from scvkit.report.anchors import anchor
from scvkit.report.answer import gate_said, gate_sentence, gate_title
from scvkit.report.disclosure import people, served_shown, share
from scvkit.report.effort import before, closing, days_of
from scvkit.report.found import Found
from scvkit.report.quantities import amount
from scvkit.report.role_money import by_worth
from scvkit.report.role_stops import role_name
from scvkit.report.use_cases import case_name, status_of, why_of
from scvkit.report.value import counted, left_out, line_anchor
from scvkit.vocabulary import GateState, UseCaseStatus

_MOST_LINES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the page's table; ``state`` draws a mark before it, ``anchor`` links its number.

    ``group`` is told once above all lines that share it.
    """

    name: str
    cells: tuple[str, ...]
    note: str = ""
    state: str = ""
    group: str = ""
    anchor: str = ""  # of the evidence row of its first cell


def table(said: Mapping[str, Any], found: Found, words: Words) -> list[Row]:
    """Return the lines of the table that roles.yaml names."""
    kind = said["table"]
    if kind == "use_cases":
        return _cases(said["functions"], found, words)
    if kind == "gates":
        return _gates(said["gates"], found, words)
    return _keys(found, words) if kind == "keys" else _lines(found, words)


def grouped(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Return the lines by what is told above them, in their order; "" where nothing is."""
    return [(group, list(held)) for group, held in groupby(rows, key=lambda row: row.group)]


def _cases(functions: Sequence[str], found: Found, words: Words) -> list[Row]:
    """Use cases of the functions, those that serve somebody first."""
    wanted = [v for v in found.readiness.use_cases if v.fit.function in functions]
    order = list(UseCaseStatus)
    rows = []
    for verdict in sorted(wanted, key=lambda v: (order.index(v.status), v.gates))[:_MOST_LINES]:
        fit = verdict.fit
        served = served_shown(fit, words)
        told = served.mid.text if served else words("report.absent")
        beside = f" ({served.range})" if served and served.range else ""
        rows.append(
            Row(
                name=f"{fit.id} {case_name(fit.id, words) if not fit.title else fit.title}",
                group=status_of(verdict, found.readiness, words),
                cells=(
                    words("report.of", part=told, whole=people(fit.base, words)).replace(
                        " ", NO_BREAK_SPACE
                    )
                    + beside
                    if fit.base
                    else words("report.absent"),
                ),
                note=why_of(fit, words, columns=False),
                state=verdict.status,
                anchor=anchor(fit.id),
            )
        )
    return rows or [Row(name=words("report.roles.nothing"), cells=("",))]


def _keys(found: Found, words: Words) -> list[Row]:
    """The best key of each source, the weakest source first."""
    best: dict[str, KeyTest] = {}
    for test in found.identity.keys if found.identity else ():
        held = best.get(test.source)
        if test.present and (held is None or test.usable > held.usable):
            best[test.source] = test
    names = found.names
    ordered = sorted(best.values(), key=lambda t: t.usable / max(1, t.records))
    rows = [
        Row(
            name=names.get(test.source, test.source),
            cells=(
                words(f"report.keys.{test.key}"),
                share(test.usable, test.records, words),
                _without_key(test, found, words),
            ),
            anchor=anchor(f"{test.source} {test.key}"),
        )
        for test in ordered
    ]
    return rows or [Row(name=words("report.roles.nothing"), cells=("", "", ""))]


def _without_key(test: KeyTest, found: Found, words: Words) -> str:
    sources = found.identity.sources if found.identity else ()
    held = next((s for s in sources if s.source == test.source), None)
    if held is None:
        return words("report.absent")
    return people(held.persons + held.organisations - held.with_strong_key, words)


def _lines(found: Found, words: Words) -> list[Row]:
    rows = []
    for line in by_worth(found.value):
        money = words("report.roles.no_price")
        if line.low is not None and line.high is not None:
            money = f"{amount(line.low, words)}–{amount(line.high, words)}"
        shown = counted(line, words)
        rows.append(
            Row(
                name=words(f"value.lines.{line.id}"),
                cells=(shown.text, shown.range, money, _first(line, found, words)),
                note=left_out(line, words),
                anchor=line_anchor(line),
            )
        )
    return rows or [Row(name=words("report.roles.nothing"), cells=("", "", "", ""))]


def under(said: Mapping[str, Any], found: Found, words: Words) -> str:
    """Return what has to be read beneath the table; empty for most."""
    if said["table"] != "value":
        return ""
    held = [v for line in by_worth(found.value) if (v := before(line, found))]
    steps = {a.action + a.source: a for verdict in held for a in closing(verdict, found)}
    graded = words("report.roles.cfo.graded")
    if not steps:
        return graded
    owners = dict.fromkeys(a.owner for a in steps.values())
    return words.sentences(
        (
            graded,
            words(
                "report.roles.cfo.together",
                n=len(steps),
                days=days_of(list(steps.values()), words),
                who=words.listed(role_name(owner, found, words) for owner in owners),
            ),
        )
    )


def _first(line: ValueLine, found: Found, words: Words) -> str:
    """The work that stands before a line: days, or that its data have to be mended first."""
    nearest = before(line, found)
    if nearest is None:
        return words("report.absent")
    steps = closing(nearest, found)
    if steps:
        return days_of(steps, words)
    ready = nearest.status in (UseCaseStatus.READY, UseCaseStatus.READY_WITH_LIMITS)
    return words.number(0) if ready else words(f"readiness.statuses.{nearest.status}")


def _gates(gates: Sequence[str], found: Found, words: Words) -> list[Row]:
    """Gates of data protection, those that fail first."""
    order = (GateState.FAILED, GateState.OPEN, GateState.NOT_ASSESSED, GateState.PASSED)
    chosen = [gate for gate in found.readiness.gates if gate.id in gates]
    return [
        Row(
            name=gate_title(gate, words),
            cells=(gate_said(gate, words),),
            note=gate_sentence(gate, words),
            state=gate.state,
        )
        for gate in sorted(chosen, key=lambda g: order.index(g.state))
    ]
