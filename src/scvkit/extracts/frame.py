"""How the delivery was read, as a table for a notebook."""

from __future__ import annotations

import pandas as pd

from scvkit.locale.retold import retold
from scvkit.locale.words import Words
from scvkit.records.extracts import Delivery, ReadingReport, UnreadFile


def reading_frame(delivery: Delivery, words: Words) -> pd.DataFrame:
    """Return one line per file: what it is, how many rows, and what to look at."""
    lines = [_line(report, words) for report in (*delivery.readings, *delivery.undeclared)]
    lines += [_unread(file, words) for file in (*delivery.unread, *delivery.undeclared_unread)]
    names = "source table file format columns rows repaired rejected confidence doubts".split()
    return pd.DataFrame(lines, columns=[words(f"extracts.columns.{name}") for name in names])


def _line(report: ReadingReport, words: Words) -> tuple[object, ...]:
    return (
        report.source,
        report.table,
        report.file,
        words(f"extracts.formats.{report.format}"),
        len(report.columns),
        report.rows,
        report.repaired_rows,
        report.rejected_rows,
        words(f"extracts.confidence.{report.confidence}"),
        " ".join(retold(doubt, words) for doubt in report.doubts),
    )


def _unread(file: UnreadFile, words: Words) -> tuple[object, ...]:
    blank = (None, None, None, None)
    state = words("extracts.confidence.unread")
    return (file.source, file.table, file.file, "", *blank, state, retold(file.reason, words))
