"""The profile of a source: every table over all rows, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from scvkit.profile.dimensions import source_dimensions
from scvkit.profile.findings import find_faults
from scvkit.profile.five_vs import five_vs
from scvkit.profile.masks import add_mask_function, remove_mask_function
from scvkit.profile.months import measure_months
from scvkit.profile.table import measure_table
from scvkit.records.extracts import SourceIntake
from scvkit.records.profile import SourceProfile

if TYPE_CHECKING:
    from scvkit.engine import Connection, RowTables


def profile_source(
    connection: Connection, rows: RowTables, intake: SourceIntake, *, as_of: dt.date | None
) -> SourceProfile:
    """Return the measures of every table of a source, and its findings, worst harm first.

    Measured on ``extract/<source>/<table>``, the text as received. ``as_of`` is the day the
    client is assessed for: without it nothing is said about the future or about age. Raises
    MissingResult when a table of the intake was not written.
    """
    # A cursor of its own: what is made on the way never meets the caller's names.
    with connection.cursor(keeps=True) as work:
        add_mask_function(work)
        try:
            measures = tuple(
                measure_table(work, rows, table, as_of=as_of) for table in intake.tables
            )
        finally:
            remove_mask_function(work)
    tables = tuple(measure.profile for measure in measures)
    return SourceProfile(
        source=intake.source,
        name=intake.name,
        tables=tables,
        findings=find_faults(intake, measures, as_of=as_of),
        trends=tuple(measure_months(measure, as_of=as_of) for measure in measures),
        dimensions=source_dimensions(tables),
        five_vs=five_vs(intake, measures, as_of=as_of),
    )
