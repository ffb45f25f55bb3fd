"""What the deep dive pointed at, in the client's words, counted over all rows and told once.

The deep dive sees a sample and speaks to statisticians. Most of what it points at the measures
over all rows say better; what they do not say becomes a finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import TYPE_CHECKING

from scvkit.engine import EngineError, Steps
from scvkit.profile.catalogue import harms
from scvkit.profile.facts import blank_to_null
from scvkit.profile.findings import by_urgency
from scvkit.profile.numerals import number_sql
from scvkit.records.extracts import SourceIntake, SourceTable
from scvkit.records.profile import (
    Alert,
    ColumnProfile,
    DeepDive,
    Finding,
    SourceProfile,
    TableProfile,
)
from scvkit.vocabulary import DATE_ATTRIBUTES, Attribute

if TYPE_CHECKING:
    from scvkit.engine import Connection, RowTables

# The profiler's kinds in ours. What is left out says nothing about a client's data: how the
# profiler dealt with a column, or a thing that only a series over time can have.
_KINDS = {
    "constant": "one_value",
    "empty": "blank",
    "missing": "blank",
    "unsupported": "blank",
    "rejected": "blank",
    "unique": "all_different",
    "high_cardinality": "all_different",
    "constant_length": "one_length",
    "type_date": "dates",
    "high_correlation": "move_together",
    "imbalance": "one_answer",
    "zeros": "zeros",
    "skewed": "few_large",
    "infinite": "few_large",
}
# What only the profiler sees, with the finding it becomes when all rows bear it out.
_FINDINGS = {
    "move_together": "columns_move_together",
    "one_answer": "one_answer",
    "zeros": "many_zeros",
    "few_large": "few_large_values",
}
_REPEATING = 0.5
FEWEST_ROWS = 30  # under this everything looks alike by accident
_MOST_TOGETHER = 8
# Share of the rows from which the alert is worth a sentence.
_SHARE_OF = {"one_answer": 0.9, "zeros": 0.5, "few_large": 0.0, "move_together": 0.98}
_SEVERAL = 3  # fewer values are a flag: rarely set, and following anything by accident
_PROOFS = frozenset(
    {
        Attribute.CONSENT_FLAG,
        Attribute.CONSENT_TIME,
        Attribute.CONSENT_SOURCE,
        Attribute.CONSENT_TEXT,
        Attribute.WITHDRAWAL_TIME,
    }
)
# A town follows its postcode, and a language its country, because the world is so.
_PLACES = frozenset(
    {
        Attribute.STREET,
        Attribute.POSTCODE,
        Attribute.CITY,
        Attribute.REGION,
        Attribute.COUNTRY,
        Attribute.CURRENCY,
        Attribute.LANGUAGE,
    }
)
_SUMS = frozenset({Attribute.AMOUNT, Attribute.UNIT_COST})
# Most people give the same answer there, and are meant to.
_ALIKE = frozenset({Attribute.CONSENT_FLAG, Attribute.COUNTRY, Attribute.CURRENCY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointed:
    """One alert of the profiler: its own kind, the column, and the columns it is like."""

    kind: str
    column: str
    others: tuple[str, ...] = ()


def alerts_of(
    pointed: Sequence[Pointed], received: Mapping[str, str], table: SourceTable
) -> tuple[Alert, ...]:
    """Return alerts by kind and column, columns named as received; none of a column held back.

    ``received`` gives the received name of each column on the page. Pairs that move together
    become one group. All are taken for told until ``with_deep_dives`` has counted them.
    """
    alone: dict[tuple[str, str], None] = {}
    pairs: list[tuple[str, str]] = []
    for alert in pointed:
        kind, column = _KINDS.get(alert.kind), received.get(alert.column)
        if kind is None or column is None or column in table.quarantined:
            continue
        if kind == "move_together":
            others = (received[o] for o in alert.others if o in received)
            pairs += [(column, other) for other in others if other not in table.quarantined]
        else:
            alone[kind, column] = None
    groups = _groups(pairs)
    place = {meaning.column: i for i, meaning in enumerate(table.meanings)}
    found = [Alert(kind=kind, columns=(column,), told=True) for kind, column in alone]
    found += [
        Alert(
            kind="move_together",
            columns=tuple(sorted(group, key=lambda c: place.get(c, len(place)))[:_MOST_TOGETHER]),
            told=True,
        )
        for group in groups
    ]
    return tuple(sorted(found, key=lambda a: (a.kind, [place.get(c, 0) for c in a.columns])))


def with_deep_dives(
    connection: Connection,
    rows: RowTables,
    intake: SourceIntake,
    profile: SourceProfile,
    dives: Sequence[DeepDive],
) -> SourceProfile:
    """Return the profile with its deep dives, and with what they alone saw as findings.

    An alert becomes a finding when no measure or finding of the kit says the same and a count
    over all rows bears it out. Such findings are housekeeping: they accuse nobody.
    """
    tables = {table.table: table for table in profile.tables}
    quarantined = {t.table: t.quarantined for t in intake.tables}
    weighed: list[DeepDive] = []
    found: list[Finding] = []
    for dive in dives:
        own = tables.get(dive.table)
        alerts = []
        for alert in dive.alerts:
            if own is None or not _new(alert, own, profile.findings, quarantined):
                alerts.append(alert)
                continue
            asked = _worth_asking(alert, own)
            counted = _counted(connection, rows, profile.source, dive.table, asked)
            kept = replace(alert, told=not _borne_out(counted))
            alerts.append(replace(kept, rows=counted.rows, tested=counted.tested))
            if not kept.told:
                found.append(_finding(profile.source, dive.table, counted))
        weighed.append(replace(dive, alerts=tuple(alerts)))
    findings = tuple(sorted([*profile.findings, *found], key=by_urgency))
    return replace(profile, deep_dives=tuple(weighed), findings=findings)


def _groups(pairs: Sequence[tuple[str, str]]) -> list[set[str]]:
    """Columns tied to each other directly or through others."""
    groups: list[set[str]] = []
    for pair in pairs:
        joined = set(pair)
        apart = []
        for group in groups:
            if group & joined:
                joined |= group
            else:
                apart.append(group)
        groups = [*apart, joined]
    return [group for group in groups if len(group) > 1]


def _new(
    alert: Alert,
    table: TableProfile,
    findings: Sequence[Finding],
    quarantined: Mapping[str, tuple[str, ...]],
) -> bool:
    """True when nothing the kit says already covers it."""
    if alert.kind not in _FINDINGS or set(alert.columns) & set(quarantined.get(table.table, ())):
        return False
    columns = {c.column: c for c in table.columns}
    own = [columns[name] for name in alert.columns if name in columns]
    if len(own) < len(alert.columns) or any(c.filled < FEWEST_ROWS for c in own):
        return False
    if alert.kind == "move_together":
        # Columns that are the same are told as such.
        if any(set(pair) <= set(alert.columns) for pair in table.same_columns):
            return False
        # What proves a consent is given with it, and the dates of a record follow each other.
        return len([c for c in own if _may_follow(c)]) > 1
    if alert.kind == "one_answer" and (own[0].distinct < _SEVERAL or own[0].attribute in _ALIKE):
        return False
    # Nobody bounced, nobody clicked: a count of zero is an answer. A sum of zero may be none.
    if alert.kind == "zeros" and (own[0].attribute not in _SUMS or own[0].blank):
        return False
    return not any(f.column == own[0].column and f.kind == _FINDINGS[alert.kind] for f in findings)


def _may_follow(column: ColumnProfile) -> bool:
    """True for a column with several values that repeat, so that following another tells much."""
    if column.attribute in _PROOFS | _PLACES | DATE_ATTRIBUTES or column.inferred_type == "date":
        return False
    return _SEVERAL <= column.distinct <= _REPEATING * column.filled


def _worth_asking(alert: Alert, table: TableProfile) -> Alert:
    """The alert without columns that follow others by accident."""
    if alert.kind != "move_together":
        return alert
    may = {column.column for column in table.columns if _may_follow(column)}
    return replace(alert, columns=tuple(name for name in alert.columns if name in may))


@dataclass(frozen=True, slots=True)
class _Count:
    """An alert as it stands over all rows."""

    alert: Alert
    rows: int
    tested: int


def _counted(
    connection: Connection, rows: RowTables, source: str, table: str, alert: Alert
) -> _Count:
    scan = rows.scan("extract", source, table)
    if alert.kind == "move_together":
        return _following(connection, scan, alert)
    value = blank_to_null(alert.columns[0])
    steps = Steps().step("one_row_per_record", f"select {value} as c0 from {scan}")
    counts = {
        "zeros": f"select count(*) filter (where {number_sql('c0')} = 0), count(c0) "
        "from one_row_per_record",
        "one_answer": "select coalesce(max(n), 0), coalesce(sum(n), 0) from (select count(*) as n "
        "from one_row_per_record where c0 is not null group by c0)",
        "few_large": f"select count(*) filter (where abs({number_sql('c0')}) > "
        f"(select 10 * avg(abs({number_sql('c0')})) from one_row_per_record)), count(c0) "
        "from one_row_per_record",
    }
    try:
        [(found, tested)] = steps.rows(connection, counts[alert.kind])
    except EngineError:
        found = tested = 0
    return _Count(alert, int(found), int(tested))


def _following(connection: Connection, scan: str, alert: Alert) -> _Count:
    """The pair of columns of which one follows the other most closely, and in how many rows.

    A row follows when it carries the commonest value of the second column among the rows with
    the same value of the first.
    """
    best = _Count(alert, 0, 0)
    for first, second in permutations(alert.columns, 2):
        steps = Steps().step(
            "one_row_per_record",
            f"select {blank_to_null(first)} as c0, {blank_to_null(second)} as c1 from {scan}",
        )
        steps.step(
            "one_row_per_pair",
            "select c0, c1, count(*) as n from one_row_per_record "
            "where c0 is not null and c1 is not null group by all",
        )
        steps.step(
            "one_row_per_leader", "select c0, max(n) as follows from one_row_per_pair group by c0"
        )
        [(follows, tested)] = steps.rows(
            connection,
            "select coalesce((select sum(follows) from one_row_per_leader), 0), "
            "coalesce(sum(n), 0) from one_row_per_pair",
        )
        if tested and follows / tested > (best.rows / best.tested if best.tested else 0.0):
            pair = replace(alert, columns=(first, second))
            best = _Count(pair, int(follows), int(tested))
    return best


def _borne_out(counted: _Count) -> bool:
    needed = _SHARE_OF[counted.alert.kind] * counted.tested
    return counted.tested >= FEWEST_ROWS and counted.rows > 0 and counted.rows >= needed


def _finding(source: str, table: str, counted: _Count) -> Finding:
    kind = _FINDINGS[counted.alert.kind]
    columns = counted.alert.columns
    alone = columns[-1]
    return Finding(
        kind=kind,
        source=source,
        table=table,
        column=alone,
        rows=counted.rows,
        tested=counted.tested,
        harm=harms()[kind].harm,
        values=tuple(sorted({"column": alone, "leader": columns[0]}.items())),
    )
