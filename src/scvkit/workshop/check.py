"""What a run would do, before it does it: `scvkit check`."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from scvkit.consent.unexplained import unexplained_sentences, unexplained_values
from scvkit.engine import Connection, RowTables, connect
from scvkit.extracts import read_delivery
from scvkit.locale.retold import retold
from scvkit.plan import tasks
from scvkit.records.extracts import (
    Intake,
    ReadingReport,
    SourceIntake,
    SourceTable,
    customer_sources,
)
from scvkit.sources import UNNAMED, newest_days, propose_as_of, understand_delivery
from scvkit.sources.ordered import customers_line, one_per_of
from scvkit.sources.permissions import consent_line, holds_yes_and_no
from scvkit.sources.yaml_text import sequence
from scvkit.vocabulary import DATE_ATTRIBUTES, Attribute, Domain, Grain
from scvkit.workshop.absent import absent_columns
from scvkit.workshop.desk import Desk, open_desk
from scvkit.workshop.folders import make_private, refuse_overdue

ROWS_LOOKED_AT = 1000
COLUMNS_NAMED = 30
_NAMES_A_BUYER = {
    Attribute.EMAIL,
    Attribute.PHONE,
    Attribute.MOBILE,
    Attribute.FULL_NAME,
    Attribute.SURNAME,
    Attribute.CUSTOMER_NUMBER,
}
_NUMBERS = {
    Attribute.CUSTOMER_NUMBER,
    Attribute.MEMBER_NUMBER,
    Attribute.ORDER_NUMBER,
    Attribute.ACCOUNT_NUMBER,
    Attribute.LOGIN_ID,
}
_MOMENTS = DATE_ATTRIBUTES - {Attribute.DATE_OF_BIRTH}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """Text for the terminal; ``complete`` is False when some source cannot be read."""

    text: str
    complete: bool


def check_engagement(engagement: Path, *, today: dt.date | None = None) -> CheckReport:
    """Validate the file, read the head of every source and say what a run would do.

    Raises EngagementError also when the date of deletion is past ``today``.
    """
    desk = open_desk(engagement)
    refuse_overdue(desk.engagement, today or dt.datetime.now(dt.UTC).date())
    # In the work folder, so that a check that was killed leaves nothing a purge does not find.
    within = make_private(desk.work / "tmp")
    with tempfile.TemporaryDirectory(prefix="scvkit-", dir=within) as private:
        connection = connect(spill_folder=Path(private) / "spill")
        rows = RowTables(Path(private) / "rows")
        delivery = read_delivery(
            connection, rows, desk.engagement, desk.folder, limit=ROWS_LOOKED_AT
        )
        intake = understand_delivery(connection, rows, desk.engagement, delivery)
        unexplained = {s.source: _unexplained(connection, rows, desk, s) for s in intake.sources}
        days = [
            d for s in intake.sources for t in s.tables for d in newest_days(connection, rows, t)
        ]
    absent = absent_columns(desk.engagement, intake.sources, desk.words)
    client = desk.engagement.client.name
    asked = _asked(desk, propose_as_of(days))
    lines = [desk.words("check.head", client=client), ""]
    if absent:
        lines = [
            desk.words("check.head_absent", client=client),
            *(f"! {line}" for line in absent),
            "",
        ]
        lines += [desk.words("check.tables"), ""]
    for source in intake.sources:
        lines += _source_lines(desk, intake, source.source)
        lines += unexplained[source.source]
    lines += asked
    for file in intake.undeclared:
        lines.append(desk.words("check.undeclared", file=file.file))
    if not customer_sources(intake):
        lines.append("! " + desk.words("check.no_customers"))
    lines += ["", *desk.overlay.told]
    if desk.exploratory:
        facts = ", ".join(desk.engagement.missing_lawful_facts)
        lines.append(desk.words("batch.exploratory", facts=facts))
    planned = tasks(intake.readable())
    lines.append(desk.words("check.plan", n=len(planned)))
    complete = not absent and all(not source.unread for source in intake.sources)
    return CheckReport(text="\n".join(lines), complete=complete)


def _asked(desk: Desk, newest: dt.date | None) -> list[str]:
    """What nobody can guess: the client's name, and the day everything is measured against."""
    lines = []
    if desk.engagement.client.name == UNNAMED:
        lines.append("? " + desk.words("check.unnamed"))
    if desk.as_of is None:
        line = f"as_of: {newest or '2026-09-30'}"
        lines.append("? " + desk.words("check.as_of_unknown", line=line))
    elif newest is not None and newest > desk.as_of:
        lines.append("? " + desk.words("check.as_of_early", day=desk.as_of, newest=newest))
    else:
        lines.append("  " + desk.words("check.as_of", day=desk.as_of))
    return lines


def _source_lines(desk: Desk, intake: Intake, name: str) -> list[str]:
    source = next(s for s in intake.sources if s.source == name)
    lines = [f"{source.name} ({name})"]
    for reading, table in zip(source.readings, source.tables, strict=True):
        known = sum(m.attribute is not Attribute.OTHER for m in table.meanings)
        lines.append(
            "  "
            + desk.words(
                "check.table",
                table=table.table,
                file=reading.file,
                grain=desk.words(f"sources.card.grains.{table.grain}"),
                columns=len(table.meanings),
                known=known,
            )
        )
        lines += [f"    ? {retold(doubt, desk.words)}" for doubt in reading.doubts]
        lines += [f"    ? {told}" for told in _differs(desk, name, table)]
        lines += [f"    ? {told}" for told in _not_understood(desk, name, table)]
    lines += [f"  ? {told}" for told in _buyers(desk, source)]
    if source.domain is Domain.CRM and name not in customer_sources(intake):
        lines += [
            "  ? " + desk.words("check.crm_unnumbered", source=name, table=table.table)
            for table in source.tables
            if table.grain is Grain.CUSTOMER
        ]
    lines += [f"  ! {file.file}: {retold(file.reason, desk.words)}" for file in source.unread]
    if source.only_told:
        lines.append("  " + desk.words("check.not_received", source=name))
    return lines


def _buyers(desk: Desk, source: SourceIntake) -> list[str]:
    """Orders whose customers nobody reads, and orders that are counted as customers."""
    told = []
    if source.tables and all(table.grain is Grain.ORDER for table in source.tables):
        held = {m.attribute for table in source.tables for m in table.meanings}
        named = (pair for pair in _pairs(source) if one_per_of(pair[1]))
        line = next((customers_line(reading.file, orders) for reading, orders in named), "")
        if line:
            told.append(desk.words("check.buyers", source=source.source, line=line))
        elif held & _NAMES_A_BUYER:
            told.append(desk.words("check.nobody_read", source=source.source))
    for reading, table in _pairs(source):
        said = desk.engagement.sources[source.source].tables[table.table]
        numbers = {m.column for m in table.meanings if m.attribute is Attribute.ORDER_NUMBER}
        # Guests who order once each are customers; who comes back would be counted anew.
        keys_of = one_per_of(replace(table, grain=Grain.ORDER))
        by_order = table.grain is Grain.CUSTOMER and table.id_column in numbers
        if by_order and keys_of and not said.one_per:
            line = f"one_per: {sequence(keys_of)}"
            told.append(desk.words("check.orders_as_customers", table=reading.table, line=line))
    return told


def _pairs(source: SourceIntake) -> list[tuple[ReadingReport, SourceTable]]:
    return list(zip(source.readings, source.tables, strict=True))


def _differs(desk: Desk, source: str, table: SourceTable) -> list[str]:
    """Columns whose values look like something else than what was said of them."""
    settled = desk.engagement.sources[source].tables[table.table].left_out
    told = []
    for m in table.meanings:
        if m.decided_by != "engagement" or m.detected in (m.attribute, Attribute.OTHER):
            continue
        if m.detected is Attribute.UNIQUE_ID and m.attribute in _NUMBERS:
            continue  # of what it is the number is what somebody says who knows
        if {m.detected, m.attribute} <= _MOMENTS:
            continue  # days look alike: what happened on them the values do not tell
        if m.attribute is Attribute.OTHER:
            if m.column not in settled:
                told.append(
                    desk.words(
                        "check.differs_unused",
                        column=m.column,
                        detected=m.detected.value,
                        written=sequence([m.column]),
                    )
                )
            continue
        told.append(
            desk.words(
                "check.differs", column=m.column, said=m.attribute.value, detected=m.detected.value
            )
        )
    return told


def _not_understood(desk: Desk, source: str, table: SourceTable) -> list[str]:
    """Columns without a meaning, and permissions whose values nobody explained, by name."""
    explained = {
        c.column for c in desk.engagement.sources[source].consent if c.table == table.table
    }
    said = desk.engagement.sources[source].tables[table.table]
    # The id names its record and nobody: it is in use without a meaning.
    settled = {*table.quarantined, *said.left_out, table.id_column}
    usable = [m for m in table.meanings if m.column not in settled]
    unknown = [m.column for m in usable if m.attribute is Attribute.OTHER and not m.codes]
    told = []
    if unknown:
        listed = ", ".join(unknown[:COLUMNS_NAMED])
        more = f", … ({len(unknown)})" if len(unknown) > COLUMNS_NAMED else ""
        told.append(
            desk.words(
                "check.unknown_columns",
                columns=listed + more,
                source=source,
                table=table.table,
                written=sequence(unknown[:COLUMNS_NAMED]),
            )
        )
    told += [
        desk.words("check.yes_no", column=m.column, source=source)
        for m in usable
        if holds_yes_and_no(m)
    ]
    told += [
        desk.words(
            "check.consent_unexplained",
            column=m.column,
            source=source,
            line=consent_line(table.table, m.column, m.codes),
        )
        for m in usable
        if m.attribute is Attribute.CONSENT_FLAG and m.column not in explained
    ]
    return told


def _unexplained(
    connection: Connection, rows: RowTables, desk: Desk, source: SourceIntake
) -> list[str]:
    """Values of an explained consent column that none of its words covers, with their rows."""
    columns = {reading.table: reading.columns for reading in source.readings}
    found = [
        unexplained_values(connection, rows, source.source, consent)
        for consent in desk.engagement.sources[source.source].consent
        if consent.column in columns.get(consent.table, ())
        and rows.exists("extract", source.source, consent.table)
    ]
    told = unexplained_sentences([one for one in found if one], desk.words)
    return [f"    ! {sentence}" for sentence in told]
