"""From measures to findings: a fault, how many rows, what it looks like; worst harm first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from scvkit.profile.catalogue import harms
from scvkit.profile.column import ColumnMeasure, Fault
from scvkit.profile.conditions import CROWDABLE
from scvkit.profile.placeholders import NUMBERS
from scvkit.profile.table import TableMeasure
from scvkit.records.extracts import SourceIntake
from scvkit.records.profile import Finding, MaskCount
from scvkit.vocabulary import DATE_ATTRIBUTES, EVENT_GRAINS, Attribute, Grain

# Keys that tie records together: a placeholder in one of them joins strangers.
_KEYS = frozenset(
    {
        Attribute.EMAIL,
        Attribute.PHONE,
        Attribute.MOBILE,
        Attribute.ORG_NUMBER,
        Attribute.VAT_NUMBER,
        *NUMBERS,
    }
)
# One row of these grains is one customer, so a key in many rows belongs to nobody.
_ONE_CUSTOMER_A_ROW = frozenset({Grain.CUSTOMER, Grain.ACCOUNT, Grain.MEMBER, Grain.SUBSCRIBER})
_CROWD = 10
_CROWD_SHARE = 0.005
_SHOUTED_SHARE = 0.05
_LOST_SHARE = 0.01
_LATE_DAYS = 7
_LATE_PAUSES = 2
# Told by another finding, with another count.
_TOLD_ELSEWHERE = frozenset({"placeholder", "shouted_names"})


def find_faults(
    intake: SourceIntake, measures: Sequence[TableMeasure], *, as_of: dt.date | None
) -> tuple[Finding, ...]:
    """Return the findings of a source: the worst harm first, housekeeping last."""
    found: list[Finding] = []
    rejected = {reading.table: reading.lost_rows for reading in intake.readings}
    for measure in measures:
        found += _TableFaults(intake.source, measure, as_of).findings(
            rejected.get(measure.profile.table, 0)
        )
    return tuple(sorted(found, key=by_urgency))


def by_urgency(finding: Finding) -> tuple[bool, int, int, str, str, str]:
    """Return the order of findings on every page: housekeeping last, then harm, then rows."""
    return (
        harms()[finding.kind].housekeeping,
        -finding.harm,
        -finding.rows,
        finding.kind,
        finding.table,
        finding.column or "",
    )


class _TableFaults:
    """The findings of one table."""

    def __init__(self, source: str, measure: TableMeasure, as_of: dt.date | None) -> None:
        self.source = source
        self.measure = measure
        self.as_of = as_of
        self.rows = measure.profile.rows

    def findings(self, rejected: int) -> list[Finding]:
        found = [*self._of_table(rejected), *self._quarantined()]
        for column in self.measure.columns:
            found += self._of_column(column)
        return [finding for finding in found if finding.rows > 0]

    def _of_table(self, rejected: int) -> Iterator[Finding]:
        measure, profile = self.measure, self.measure.profile
        yield self._finding("rejected_rows", rejected, self.rows + rejected)
        yield self._finding("duplicate_rows", profile.duplicate_rows, self.rows)
        # Rows that repeat entirely repeat their id as well: they are told once.
        repeated = max(0, measure.repeated_ids - profile.duplicate_rows)
        yield self._finding("repeated_id", repeated, self.rows)
        # A row that repeats another entirely is a record too many as well.
        again = max(0, (profile.excess_records or 0) - profile.duplicate_rows)
        yield self._finding("counter_duplicates", again, self.rows)
        yield self._finding("shifted_cells", profile.shifted_rows, self.rows)
        yield self._finding("test_customers", measure.test_customers, self.rows)
        yield self._finding("test_traffic", measure.test_traffic, self.rows)
        if measure.without_identity and profile.grain not in EVENT_GRAINS:
            yield self._finding("no_identity", measure.without_identity, self.rows)
        yield from self._stale()
        for kind, columns in (
            ("constant_columns", profile.constant_columns),
            ("empty_columns", profile.empty_columns),
        ):
            if columns:
                yield self._finding(kind, self.rows, self.rows, columns=", ".join(columns))
        for one, other in profile.same_columns:
            yield self._finding("same_columns", self.rows, self.rows, columns=f"{one}, {other}")
        for first, days in sorted({(gap.first, gap.days) for gap in profile.gaps}):
            told = [g.column for g in profile.gaps if (g.first, g.days) == (first, days)]
            yield self._finding(
                "missing_days",
                self.rows,
                self.rows,
                columns=", ".join(told),
                days=str(days),
                first=first,
            )
        unzoned = [c for c in measure.columns if c.clock_times > c.zoned_times]
        if unzoned:
            rows = max(c.clock_times - c.zoned_times for c in unzoned)
            names = ", ".join(c.profile.column for c in unzoned)
            yield self._finding("no_time_zone", rows, self.rows, columns=names)

    def _stale(self) -> Iterator[Finding]:
        """An export is late when it has been silent for longer than the file ever is."""
        last, pause = self.measure.last_touch, self.measure.usual_pause
        if self.as_of is None or last is None or pause is None:
            return
        days = (self.as_of - last).days
        if days > max(_LATE_DAYS, _LATE_PAUSES * pause):
            yield self._finding(
                "stale_export", self.rows, self.rows, days=str(days), last_date=last.isoformat()
            )

    def _quarantined(self) -> Iterator[Finding]:
        profiles = {c.profile.column: c for c in self.measure.columns}
        for entry in self.measure.quarantined:
            profile = profiles.get(entry)
            filled = profile.profile.filled if profile else self.rows
            # A free text is held back for the few rows that hold a number, not for all.
            rows = (profile.national_ids if profile else 0) or filled
            yield self._finding("quarantined", rows, self.rows, column=entry)

    def _of_column(self, column: ColumnMeasure) -> Iterator[Finding]:
        profile = column.profile
        for fault in column.faults:
            if fault.kind not in _TOLD_ELSEWHERE:
                yield self._fault(column, fault.kind, fault)
        placeholders = column.fault("placeholder")
        if placeholders:
            yield self._fault(column, _placeholder_kind(profile.attribute), placeholders)
        shouted = column.fault("shouted_names")
        if shouted and shouted.rows > _SHOUTED_SHARE * profile.filled:
            yield self._fault(column, "shouted_names", shouted)
        if profile.lost_letters > _LOST_SHARE * profile.filled:
            yield self._finding(
                "lost_letters", profile.lost_letters, profile.filled, column=profile.column
            )
        if self._crowded(column):
            yield self._finding(
                "crowded_key", column.most_common, profile.filled, column=profile.column
            )
        if profile.inferred_type == "date":
            yield from self._dates(column)

    def _dates(self, column: ColumnMeasure) -> Iterator[Finding]:
        name = column.profile.column
        yield self._finding(
            "ambiguous_dates",
            column.order.in_doubt + column.order.against_the_rest,
            column.dates,
            column=name,
            masks=tuple(m for m in column.profile.masks if _two_separators(m.mask)),
        )
        yield self._finding(
            "date_serial",
            column.serials,
            column.dates,
            column=name,
            masks=tuple(m for m in column.profile.masks if m.mask.startswith("99999")),
        )
        yield self._finding("dst_gap", column.missing_hours, column.dates, column=name)

    def _crowded(self, column: ColumnMeasure) -> bool:
        return (
            column.profile.attribute in CROWDABLE
            and self.measure.profile.grain in _ONE_CUSTOMER_A_ROW
            and column.most_common >= max(_CROWD, _CROWD_SHARE * self.rows)
        )

    def _fault(self, column: ColumnMeasure, kind: str, fault: Fault) -> Finding:
        return self._finding(
            kind,
            fault.rows,
            column.profile.filled + (fault.rows if kind.startswith("placeholder") else 0),
            column=column.profile.column,
            masks=fault.masks,
            most_common=str(fault.most_common) if fault.most_common >= 5 else "<5",
        )

    def _finding(
        self,
        kind: str,
        rows: int,
        tested: int,
        *,
        column: str | None = None,
        masks: tuple[MaskCount, ...] = (),
        **values: str,
    ) -> Finding:
        return Finding(
            kind=kind,
            source=self.source,
            table=self.measure.profile.table,
            column=column,
            rows=rows,
            tested=tested,
            masks=masks,
            harm=harms()[kind].harm,
            values=tuple(sorted({"column": column or "", **values}.items())),
        )


def _two_separators(mask: str) -> bool:
    return sum(mask.count(sign) for sign in "-./") >= 2


def _placeholder_kind(attribute: Attribute) -> str:
    if attribute in _KEYS:
        return "placeholder_key"
    return "placeholder_date" if attribute in DATE_ATTRIBUTES else "placeholder_value"
