"""D3 Source quality, pooled over the records of the sources that chosen use cases need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scvkit.readiness.evidence import pooled_share
from scvkit.readiness.inputs import Inputs
from scvkit.readiness.measures.measure import Measure
from scvkit.records.evidence import Evidence, measured_share, not_assessed
from scvkit.records.profile import ColumnProfile, TableProfile
from scvkit.vocabulary import Attribute, Grain

# What makes somebody findable and reachable; what chosen use cases need comes on top.
CORE = frozenset(
    {
        Attribute.GIVEN_NAME,
        Attribute.SURNAME,
        Attribute.FULL_NAME,
        Attribute.EMAIL,
        Attribute.PHONE,
        Attribute.MOBILE,
        Attribute.STREET,
        Attribute.POSTCODE,
        Attribute.CUSTOMER_NUMBER,
    }
)
NAMES = frozenset(
    {
        Attribute.GIVEN_NAME,
        Attribute.MIDDLE_NAME,
        Attribute.SURNAME,
        Attribute.FULL_NAME,
        Attribute.COMPANY_NAME,
    }
)
# A row that is a ticket or a visit is not a second record of the same person.
RECORD_GRAINS = frozenset(
    {Grain.CUSTOMER, Grain.ACCOUNT, Grain.CONTACT, Grain.MEMBER, Grain.SUBSCRIBER}
)
# Long enough for goods bought once a year, short enough that an address is still likely to hold.
CURRENT_MONTHS = 24


def completeness(inputs: Inputs) -> Evidence:
    """3.1 Critical attributes that are filled, placeholders counted as missing."""
    critical = CORE | set(inputs.use_cases.needed_attributes if inputs.use_cases else ())
    return pooled_share(
        (
            (column.filled, column.rows, _ref(source, table, column))
            for source, table in inputs.record_tables()
            for column in _best_filled(table)
            if column.attribute in critical
        ),
        method="completeness",
        missing="no_profile",
    )


def validity(inputs: Inputs) -> Evidence:
    """3.2 Filled values that pass the rule of their attribute: form, check digit, postcode."""
    return pooled_share(
        (
            (column.valid, column.filled, _ref(source, table, column))
            for source, table in inputs.record_tables()
            for column in table.columns
            if column.valid is not None
        ),
        method="validity",
        missing="no_profile",
    )


def excess_records(inputs: Inputs) -> Evidence:
    """3.3 Excess records: 1 − entities ÷ records inside one source, low–high from the tiers."""
    if inputs.linkage is None:
        return not_assessed("no_linkage_step", method="excess_records")
    counted = {source for source, table in inputs.record_tables() if table.grain in RECORD_GRAINS}
    rows = [s for s in inputs.linkage.sources if s.source in counted]
    records = sum(s.records for s in rows)
    if not records:
        return not_assessed("nothing_to_test", method="excess_records")
    excess, least, most = (
        max(0, records - sum(end)) / records
        for end in ([s.mid for s in rows], [s.high for s in rows], [s.low for s in rows])
    )
    return measured_share(
        round(excess * records),
        records,
        method="excess_records",
        refs=tuple(dict.fromkeys(s.source for s in rows)),
        low=least,
        high=most,
    )


def conflict(inputs: Inputs) -> Evidence:
    """3.4 Linked records that disagree on a core attribute."""
    if inputs.linkage is None:
        return not_assessed("no_linkage_step", method="conflict")
    return inputs.linkage.conflict


def currency(inputs: Inputs) -> Evidence:
    """3.5 Records touched in the last 24 months (or the nearest span that was measured)."""
    rows = []
    for source, table in inputs.record_tables():
        touched = _touched(table)
        if touched and touched.passed is not None and touched.tested:
            rows.append((touched.passed, touched.tested, f"{source}/{table.table}"))
    return pooled_share(rows, method="currency", missing="no_touch_date")


def damaged_names(inputs: Inputs) -> Evidence:
    """3.6 Names that are damaged, shouted or placeholders.

    One name may show several faults: low counts only the commonest, high adds them all up.
    """
    tested = damaged = shouted = placeholder = 0
    refs = []
    for source, table in inputs.record_tables():
        for column in table.columns:
            if column.attribute in NAMES and column.filled + column.placeholder:
                tested += column.filled + column.placeholder
                damaged += column.damaged
                shouted += column.shouted
                placeholder += column.placeholder
                refs.append(_ref(source, table, column))
    if not tested:
        return not_assessed("no_name_column", method="damaged_names")
    clean = (1 - damaged / tested) * (1 - shouted / tested) * (1 - placeholder / tested)
    return measured_share(
        round((1 - clean) * tested),
        tested,
        method="damaged_names",
        refs=tuple(refs),
        low=max(damaged, shouted, placeholder) / tested,
        high=min(1.0, (damaged + shouted + placeholder) / tested),
    )


def ambiguous_dates(inputs: Inputs) -> Evidence:
    """3.7 Date values that can be read in two ways."""
    return pooled_share(
        (
            (table.ambiguous_dates.passed, table.ambiguous_dates.tested, f"{source}/{table.table}")
            for source, table in inputs.record_tables()
            if table.ambiguous_dates.passed is not None and table.ambiguous_dates.tested is not None
        ),
        method="ambiguous_dates",
        missing="no_date_column",
    )


_ALIKE = {Attribute.MOBILE: Attribute.PHONE}


def _best_filled(table: TableProfile) -> Iterator[ColumnProfile]:
    """One column an attribute, the best filled; a mobile number will do for a phone number."""
    best: dict[Attribute, ColumnProfile] = {}
    for column in table.columns:
        attribute = _ALIKE.get(column.attribute, column.attribute)
        if attribute not in best or column.filled > best[attribute].filled:
            best[attribute] = column
    yield from best.values()


def _touched(table: TableProfile) -> Evidence | None:
    """The share touched since 24 months, else the nearest longer span, else the longest."""
    spans = sorted((months, e) for months, e in table.touched if e.assessed)
    longer = [e for months, e in spans if months >= CURRENT_MONTHS]
    return longer[0] if longer else (spans[-1][1] if spans else None)


def _ref(source: str, table: TableProfile, column: ColumnProfile) -> str:
    return f"{source}/{table.table}.{column.column}"


MEASURES: Mapping[str, Measure] = {
    "3.1": completeness,
    "3.2": validity,
    "3.3": excess_records,
    "3.4": conflict,
    "3.5": currency,
    "3.6": damaged_names,
    "3.7": ambiguous_dates,
}
