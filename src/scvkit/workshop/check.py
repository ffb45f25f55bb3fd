"""What a run would do, before it does it: `scvkit check`."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from scvkit.engine import RowTables, connect
from scvkit.extracts import read_delivery
from scvkit.plan import tasks
from scvkit.records.extracts import Intake
from scvkit.sources import understand_delivery
from scvkit.vocabulary import Attribute
from scvkit.workshop.desk import Desk, open_desk

ROWS_LOOKED_AT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """Text for the terminal; ``complete`` is False when some source cannot be read."""

    text: str
    complete: bool


def check_engagement(engagement: Path) -> CheckReport:
    """Validate the file, read the head of every source and say what a run would do."""
    desk = open_desk(engagement)
    with tempfile.TemporaryDirectory(prefix="scvkit-") as private:
        connection = connect(spill_folder=Path(private) / "spill")
        rows = RowTables(Path(private) / "rows")
        delivery = read_delivery(
            connection, rows, desk.engagement, desk.folder, limit=ROWS_LOOKED_AT
        )
        intake = understand_delivery(connection, rows, desk.engagement, delivery)
    lines = [desk.words("check.head", client=desk.engagement.client.name), ""]
    for source in intake.sources:
        lines += _source_lines(desk, intake, source.source)
    for file in intake.undeclared:
        lines.append(desk.words("check.undeclared", file=file.file))
    lines.append("")
    if desk.exploratory:
        facts = ", ".join(desk.engagement.missing_lawful_facts)
        lines.append(desk.words("batch.exploratory", facts=facts))
    planned = tasks(intake.readable())
    lines.append(desk.words("check.plan", n=len(planned)))
    complete = all(not source.unread for source in intake.sources)
    return CheckReport(text="\n".join(lines), complete=complete)


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
                grain=table.grain.value,
                columns=len(table.meanings),
                known=known,
            )
        )
        lines += [f"    ? {doubt}" for doubt in reading.doubts]
        lines += [
            "    ? "
            + desk.words(
                "check.differs", column=m.column, said=m.attribute.value, detected=m.detected.value
            )
            for m in table.meanings
            if m.decided_by == "engagement" and m.detected not in (m.attribute, Attribute.OTHER)
        ]
    lines += [f"  ! {file.file}: {file.reason}" for file in source.unread]
    return lines
