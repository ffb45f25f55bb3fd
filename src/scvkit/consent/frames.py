"""Permission as tables to read in a notebook; counts of one to four people are hidden."""

from __future__ import annotations

import pandas as pd

from scvkit.locale.words import Words
from scvkit.records.consent import Permission


def permission_frame(
    permission: Permission, words: Words, names: dict[str, str] | None = None
) -> pd.DataFrame:
    """Return what each source states, one row per source, channel and purpose.

    ``names`` maps source ids to the names shown. Sources nothing is known about follow with the
    reason in the last column.
    """
    named = names or {}
    columns = [words(f"consent.columns.{name}") for name in _COLUMNS]
    stated = [
        [
            named.get(row.source, row.source),
            words(f"consent.channels.{row.channel}"),
            row.purpose,
            *(
                hidden(count, words)
                for count in (
                    row.records,
                    row.given,
                    row.refused,
                    row.withdrawn,
                    row.unknown - row.not_explained,
                    row.not_explained,
                    row.proven,
                    row.undated,
                    row.flag_kept,
                    row.both_ways,
                )
            ),
            "",
        ]
        for row in permission.sources
    ]
    silent = [
        [named.get(source, source), *["–"] * (len(_COLUMNS) - 2), words(reason)]
        for source, reason in permission.not_assessed
    ]
    return pd.DataFrame([*stated, *silent], columns=columns)


def conflict_frame(
    permission: Permission, words: Words, names: dict[str, str] | None = None
) -> pd.DataFrame:
    """Return the pairs of sources that state something about the same people, worst first."""
    named = names or {}
    found = sorted(
        permission.conflicts,
        key=lambda c: (-c.people_differ, c.source_a, c.source_b, c.channel, c.purpose),
    )
    return pd.DataFrame(
        [
            [
                named.get(c.source_a, c.source_a),
                named.get(c.source_b, c.source_b),
                words(f"consent.channels.{c.channel}"),
                c.purpose,
                hidden(c.people_in_both, words),
                hidden(c.people_differ, words),
                # A share on fewer than thirty people says more than was seen.
                words.percent(c.people_differ / c.people_in_both)
                if c.people_in_both >= 30 and not 0 < c.people_differ < 5
                else "–",
            ]
            for c in found
        ],
        columns=[words(f"consent.columns.{name}") for name in _CONFLICT_COLUMNS],
    )


def hidden(count: int, words: Words) -> str:
    """Return the count as it may be shown: one to four become "<5"."""
    return words("common.less_than_five") if 0 < count < 5 else words.number(count)


_COLUMNS = (
    "source",
    "channel",
    "purpose",
    "records",
    "given",
    "refused",
    "withdrawn",
    "unknown",
    "not_explained",
    "proven",
    "undated",
    "flag_kept",
    "both_ways",
    "not_assessed",
)
_CONFLICT_COLUMNS = (
    "source_a",
    "source_b",
    "channel",
    "purpose",
    "people_in_both",
    "people_differ",
    "share_differ",
)
