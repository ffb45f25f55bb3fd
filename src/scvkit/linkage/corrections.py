"""The client's own knowledge: records that are one, records that are not, honoured and counted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, Steps
from scvkit.errors import EngagementError
from scvkit.linkage.clusters import Edge, components
from scvkit.records.linkage import CorrectionList, UnappliedCorrection
from scvkit.vocabulary import EntityKind

COLUMNS = ("source_a", "record_a", "source_b", "record_b")
# A record may be named by a number of its own instead of its id, if no other record carries it.
NUMBERS = ("customer_number", "member_number", "login_id", "org_number", "email")
MUST, CANNOT = "must_link", "cannot_link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One line of a list that names two records of one kind."""

    list: str
    line: int
    edge: Edge
    kind: EntityKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """Both lists as pairs of records; ``unapplied`` says by line what could not be used."""

    pairs: tuple[Pair, ...] = ()
    unapplied: tuple[UnappliedCorrection, ...] = ()
    given: tuple[tuple[str, int], ...] = ()

    def must(self, kind: EntityKind) -> tuple[Edge, ...]:
        """Pairs of records that are one."""
        return tuple(p.edge for p in self.pairs if p.list == MUST and p.kind is kind)

    def cannot(self, kind: EntityKind) -> frozenset[Edge]:
        """Pairs of records that are not one."""
        return frozenset(p.edge for p in self.pairs if p.list == CANNOT and p.kind is kind)


NOT_CORRECTED = Corrections()


def read_corrections(
    connection: Connection, rows: RowTables, engagement: Engagement
) -> Corrections:
    """Return the must-link and cannot-link lists that the engagement file names.

    CSV with the columns ``source_a, record_a, source_b, record_b`` (and ``table_a, table_b``
    where a source has several tables with the same ids). A record is named by its id, by its
    key ("source/table/id"), or by a number that no other record of the source carries. Where
    the lists contradict each other the cannot-link holds: a false merge harms more than a
    missed one. Raises EngagementError for a file that has not these columns.
    """
    options = engagement.linkage
    files = [(MUST, options.must_link), (CANNOT, options.cannot_link)]
    named = [(name, Path(file)) for name, file in files if file]
    if not named:
        return Corrections()
    lines = {name: tuple(_lines(file)) for name, file in named}
    sides = {side for each in lines.values() for _, a, b in each for side in (a, b)}
    found = _records(connection, rows, sides)
    pairs: list[Pair] = []
    unapplied: list[UnappliedCorrection] = []
    for name, each in lines.items():
        for line, a, b in each:
            result = _pair(name, line, found.get(a, ()), found.get(b, ()))
            if isinstance(result, Pair):
                pairs.append(result)
            else:
                unapplied.append(result)
    kept, contradicted = _without_contradictions(pairs)
    return Corrections(
        pairs=tuple(kept),
        unapplied=tuple(sorted([*unapplied, *contradicted], key=lambda u: (u.list, u.line))),
        given=tuple((name, len(each)) for name, each in lines.items()),
    )


def count_corrections(
    corrections: Corrections, clusters: Mapping[str, str], before: Mapping[str, str]
) -> tuple[CorrectionList, ...]:
    """Return per list how many lines were applied and how many of them changed a cluster.

    ``clusters`` and ``before`` map each record to its cluster with and without the lists; a
    record that is in neither is alone.
    """

    def together(edge: Edge, of: Mapping[str, str]) -> bool:
        return of.get(edge[0], edge[0]) == of.get(edge[1], edge[1])

    lists = []
    for name, given in corrections.given:
        pairs = [p for p in corrections.pairs if p.list == name]
        lists.append(
            CorrectionList(
                list=name,
                given=given,
                applied=sum(together(p.edge, clusters) is (name == MUST) for p in pairs),
                changed=sum(
                    together(p.edge, clusters) is not together(p.edge, before) for p in pairs
                ),
                unapplied=tuple(u for u in corrections.unapplied if u.list == name),
            )
        )
    return tuple(lists)


_Side = tuple[str, str, str]  # source, table (may be empty), what names the record


def _lines(file: Path) -> Iterator[tuple[int, _Side, _Side]]:
    """Line number and the two sides of each line that is not blank."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = file.read_text(encoding="cp1252")
    except OSError:
        raise EngagementError(f"The list {file.name} cannot be read.") from None
    head = text.split("\n", 1)[0]
    delimiter = max((",", ";", "\t"), key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restval="")
    fields = [(name or "").strip().lower() for name in reader.fieldnames or []]
    missing = [column for column in COLUMNS if column not in fields]
    if missing:
        raise EngagementError(
            f"{file.name} has no column {', '.join(missing)}. A list of corrections has the "
            f"columns {', '.join(COLUMNS)}, and table_a, table_b where a source has several."
        )
    reader.fieldnames = fields
    for row in reader:
        cells = {name: str(row.get(name) or "").strip() for name in (*fields,)}
        if any(cells.values()):
            a, b = (
                (cells[f"source_{s}"], cells.get(f"table_{s}", ""), cells[f"record_{s}"])
                for s in "ab"
            )
            yield reader.line_num, a, b


def _records(
    connection: Connection, rows: RowTables, sides: Iterable[_Side]
) -> dict[_Side, tuple[tuple[str, str], ...]]:
    """(record key, kind) of the records that each side names; ids go before numbers."""
    import pandas as pd

    wanted = sorted(set(sides))
    if not wanted:
        return {}
    frame = pd.DataFrame(wanted, columns=["source", "source_table", "name"]).astype("string")
    connection.execute("select 1").fetchall()
    connection.register("linkage_correction_frame", frame)
    ids = ("record_id", "record_key")
    steps = Steps()
    steps.step(
        "one_row_per_name",
        " union all ".join(
            f"select source, source_table, record_key, entity_kind, {n in ids} as by_id,"
            f" {n == 'record_key'} as whole, {_plain(n) if n in NUMBERS else n} as name"
            f" from {rows.scan('records')}"
            for n in (*ids, *NUMBERS)
        ),
    )
    # An id must be the same to the letter; a number is told in many ways (K-00551, k 551).
    steps.step(
        "wanted",
        f"""select source, source_table, name, name as tried, true as by_id
            from linkage_correction_frame
        union all select source, source_table, name, {_plain("name")}, false
            from linkage_correction_frame""",
    )
    steps.step(
        "match",
        """select wanted.source, wanted.source_table, wanted.name, record_key, entity_kind,
            record.by_id
        from wanted join one_row_per_name record
            on record.name = wanted.tried and record.by_id = wanted.by_id
            and (record.source = wanted.source or (wanted.source = '' and record.whole))
            and (record.source_table = wanted.source_table or wanted.source_table = '')""",
    )
    rows_found = steps.rows(
        connection,
        """select distinct source, source_table, name, record_key, entity_kind from match
        qualify by_id or not bool_or(by_id) over (partition by source, source_table, name)
        order by all""",
    )
    connection.unregister("linkage_correction_frame")
    found: dict[_Side, list[tuple[str, str]]] = {}
    for source, table, name, record, kind in rows_found:
        found.setdefault((source, table, name), []).append((record, kind))
    return {side: tuple(records) for side, records in found.items()}


def _plain(column: str) -> str:
    """SQL of a number without separators, case and leading zeros."""
    lower = f"lower(cast({column} as varchar))"
    kept = f"regexp_replace({lower}, '[^0-9a-z@.]', '', 'g')"
    return f"nullif(regexp_replace({kept}, '^([a-z]*)0+', '\\1'), '')"


def _pair(
    name: str,
    line: int,
    a: tuple[tuple[str, str], ...],
    b: tuple[tuple[str, str], ...],
) -> Pair | UnappliedCorrection:
    reason = ""
    if not a or not b:
        reason = "not_found"
    elif len(a) > 1 or len(b) > 1:
        reason = "several_records"
    elif a[0][0] == b[0][0]:
        reason = "same_record"
    elif a[0][1] != b[0][1]:
        reason = "other_kind"
    if reason:
        return UnappliedCorrection(list=name, line=line, reason=reason)
    left, right = sorted((a[0][0], b[0][0]))
    return Pair(list=name, line=line, edge=(left, right), kind=EntityKind(a[0][1]))


def _without_contradictions(
    pairs: list[Pair],
) -> tuple[list[Pair], list[UnappliedCorrection]]:
    """Must-links that would join what a cannot-link parts are left out, in the order of lines."""
    cannot = [p.edge for p in pairs if p.list == CANNOT]
    records = {record for p in pairs for record in p.edge}
    joined = components(records, [p.edge for p in pairs if p.list == MUST])
    troubled = {joined[a] for a, b in cannot if joined[a] == joined[b]}
    kept: list[Pair] = []
    tried: list[Edge] = []
    contradicted: list[UnappliedCorrection] = []
    for pair in pairs:
        if pair.list == MUST and joined[pair.edge[0]] in troubled:
            now = components(records, [*tried, pair.edge])
            if any(now[a] == now[b] for a, b in cannot):
                contradicted.append(
                    UnappliedCorrection(list=MUST, line=pair.line, reason="contradicted")
                )
                continue
            tried.append(pair.edge)
        kept.append(pair)
    return kept, contradicted
