"""Private row tables: Parquet files in the work folder, one writer each.

Columns, beside what the name says:

* ``extract/<source>/<table>``: ``line_number`` bigint, one row each, then the columns as received,
  all text.
* ``source/<source>/<table>``: ``record_id`` text (the table's id column; "row-<line_number>"
  where it is blank or there is none; repeated ids get "#2", "#3"), ``line_number`` bigint, then
  one column per attribute, named by it, text trimmed and blank as null; date attributes are
  ``timestamp`` (``birth_written`` keeps the birth date's text), ``amount`` is double. When
  several columns carry one attribute the first is named by it and the others are left to the
  extract.
* ``records``: ``source, source_table, record_id, record_key`` ("source/table/record_id"),
  ``entity_kind``, then the standardised attributes (see ``identity.standardise``), then
  ``is_customer``,
  ``created_at, changed_at, last_seen_at, last_purchase_at`` as timestamps.
* ``pairs``: ``record_key_l, record_key_r, source_l, source_r, entity_kind, match_weight,
  match_probability, tier, key_agreements`` (text list of the keys that agree).
* ``clusters``: ``record_key, source, entity_kind, cluster_id, cluster_id_low, cluster_id_high,
  tier``. ``cluster_id`` joins by tiers A–C, ``cluster_id_high`` by A–D (most overlap),
  ``cluster_id_low`` by A only (least overlap). ``tier`` is the weakest that ties the record to
  its cluster, null when alone.
* ``cluster_review``: ``cluster_id, entity_kind, records, sources``, the weakest link
  (``weakest_tier, weakest_weight, weakest_l, weakest_r``), ``two_numbers, two_birth_dates,
  two_names, bridges`` (how many), ``large``: one row per cluster of several records.
* ``ballot``: ``entity_kind, stratum, joined, rank, tier, match_weight, record_key_l,
  record_key_r``: the pairs people may be asked about; where they stayed apart also the ``pairs``
  of the bundle that the answer speaks for, and ``bits, choice, uncompared, one_source,
  more_sources, contradicts``, over which a curve is drawn. ``ballot_strata``: ``entity_kind,
  stratum, joined, pairs``, and apart for each kind of bundle its pairs, how many ``bundles`` there
  are, and the same six.
* ``kept_records``, ``kept_pairs``, ``kept_limits``: what judging pairs of persons again without
  a key needs: the compared records with their ``neighbourhood``, each scored pair's ``evidence``
  and its ``without_<key>``, the thresholds.
* ``relations``: ``cluster_id_l, cluster_id_r, relation`` (household, contact_of, same_chain).
* ``customers``: ``record_key, source`` of the records of persons who are customers.
* ``permissions``: ``record_key, source, channel, purpose, status, stated_at, proof_time,
  proof_source, proof_text, withdrawn_at`` (the proofs are booleans).
* ``channel_rules``: ``country, channel, exception``: what the law of a country allows on paper.
* ``positions``: ``cluster_id, channel, purpose, status, conflict, withdrawn_but_mailable``.
* ``events/<source>/<table>``: ``event_id``, ``grain``, ``record_key`` (null when no record of
  the source carries its key), ``happened_at`` timestamp, then the attributes of the table.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scvkit.engine.sql import quoted, text_literal
from scvkit.errors import MissingResult

if TYPE_CHECKING:
    from scvkit.engine.duck import Connection

WRITERS = {
    "extract": "01_intake",
    "source": "01_intake",
    "records": "03_identity_keys",
    "events": "03_identity_keys",
    "pairs": "04_link_records",
    "clusters": "04_link_records",
    "ballot": "04_link_records",
    "ballot_strata": "04_link_records",
    "cluster_review": "04_link_records",
    "kept_limits": "04_link_records",
    "kept_pairs": "04_link_records",
    "kept_records": "04_link_records",
    "relations": "04_link_records",
    "customers": "04_link_records",
    "permissions": "05_permission",
    "channel_rules": "05_permission",
    "positions": "05_permission",
}

# A group of rows is held in memory while it is written and while it is read.
_GROUP_ROWS, _GROUP_BYTES = 122_880, 32 << 20
_LOOKED_AT = 10_000


class Scan(str):
    """SQL that reads a table, for use after ``from``, and the file in which the table lies."""

    file: Path

    def __new__(cls, file: Path) -> Scan:
        """Return the SQL that reads ``file``."""
        scan = super().__new__(cls, f"read_parquet({text_literal(str(file))})")
        scan.file = file
        return scan


@dataclass(frozen=True, slots=True)
class RowTables:
    """The row tables of one engagement; names are path parts, ("source", "erp", "debtors").

    ``beneath`` are other tables: what is not in ``folder`` is read from there, and nothing is ever
    written to them. So a change can be tried on some tables while the others stay.
    """

    folder: Path
    beneath: RowTables | None = None

    def path(self, *name: str) -> Path:
        """Where the table lies, whether it exists or not."""
        return self.folder.joinpath(*name).with_name(name[-1] + ".parquet")

    def exists(self, *name: str) -> bool:
        """True when the table was written."""
        return self.held(*name).is_file()

    def scan(self, *name: str) -> Scan:
        """Return the SQL that reads the table, for use after ``from``.

        Raises MissingResult, naming the notebook that writes the table.
        """
        if not self.exists(*name):
            writer = WRITERS.get(name[0], "an earlier notebook")
            raise MissingResult(
                f"The table {'/'.join(name)} has not been made. Run {writer} first."
            )
        return Scan(self.held(*name))

    def write(self, connection: Connection, sql: str, *name: str) -> int:
        """Write the rows of ``sql`` and return their count.

        The file is written beside its place and renamed when whole, so that a reader never sees
        half a table.
        """
        # Written once and read a few times on one machine: quick beats small.
        usual = "format parquet, compression uncompressed, write_bloom_filter false"
        with self._beside(*name) as beside:
            self._copy(connection, f"copy ({sql}) to {text_literal(str(beside))}", usual)
        # fetchall, not fetchone: DuckDB keeps a half-read result open on the connection.
        counted = connection.execute(f"select count(*) from {self.scan(*name)}").fetchall()
        return int(counted[0][0])

    def keep(self, batches: Iterable[pa.RecordBatch], *name: str) -> int:
        """Write rows as they come, in Arrow batches of the same columns, and return their count.

        Half the cost of ``write`` for rows that no query has to make. Without a batch, or where
        making one fails, nothing is written.
        """
        count = 0
        with self._beside(*name) as beside, ExitStack() as opened:
            writer: pq.ParquetWriter | None = None
            for group in _groups(batches):
                if writer is None:
                    writer = opened.enter_context(_writer(beside, group))
                writer.write_table(group, row_group_size=max(1, group.num_rows))
                count += group.num_rows
        return count

    def write_parts(self, connection: Connection, parts: Iterable[str], *name: str) -> int:
        """Write the rows of one query after the other and return their count.

        Only the rows of one query are held in memory at a time.
        """
        return self.keep(
            (batch for sql in parts for batch in connection.sql(sql).to_arrow_table().to_batches()),
            *name,
        )

    @contextmanager
    def _beside(self, *name: str) -> Iterator[Path]:
        """A private file that takes the place of the table when whole, and else goes away."""
        target = self.path(*name)
        for folder in reversed([target.parent, *target.parent.parents]):
            if folder.is_relative_to(self.folder):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            yield beside
            if beside.exists():
                beside.chmod(0o600)
                beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)

    def _copy(self, connection: Connection, copied: str, usual: str) -> None:
        """Write in the quickest way that the memory allows."""
        # A dictionary of more values than this costs more than it saves. A limit makes room for
        # every dictionary at once: too much for thousands of columns. Pages of text in a cell
        # need smaller groups of rows.
        ways = (f"{usual}, dictionary_size_limit 2000", usual, f"{usual}, row_group_size 2048")
        for way in ways[:-1]:
            try:
                connection.execute(f"{copied} ({way})")
            except duckdb.OutOfMemoryException:
                continue
            return
        connection.execute(f"{copied} ({ways[-1]})")

    def view(self, connection: Connection, view: str, *name: str) -> str:
        """Create a view of the table on ``connection`` and return its quoted name."""
        connection.execute(f"create or replace view {quoted(view)} as from {self.scan(*name)}")
        return quoted(view)

    def over(self, folder: Path) -> RowTables:
        """Return tables that are written to ``folder`` and read from here where it has none."""
        return RowTables(folder, beneath=self)

    def held(self, *name: str) -> Path:
        """Where the table is read from."""
        own = self.path(*name)
        return own if self.beneath is None or own.is_file() else self.beneath.held(*name)


def values_in_all(sample: pa.ChunkedArray | pa.Array) -> float:
    """How many values a column has at least, by those seen once and twice (Chao 1984).

    >>> values_in_all(pa.array(["a", "b", "b", "c", "c", "c"]))
    3.0
    >>> values_in_all(pa.array([str(n) for n in range(1_000)])) > 100_000
    True
    """
    counts = pc.value_counts(sample).field(1).to_numpy()
    once, twice = int((counts == 1).sum()), int((counts == 2).sum())
    return len(counts) + once * (once - 1) / (2 * (twice + 1))


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The rows in groups to be written: many where they are short, few where they are long."""
    held: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        size += batch.nbytes
        if rows >= _GROUP_ROWS or size >= _GROUP_BYTES:
            yield pa.Table.from_batches(held)
            held, rows, size = [], 0, 0
    if held:
        yield pa.Table.from_batches(held)


def _writer(file: Path, first: pa.Table) -> pq.ParquetWriter:
    """A writer for tables like the first one, which shows the columns whose values repeat."""
    # Spread over the rows: what stands together in a sorted file says nothing of the rest.
    step = -(-first.num_rows // _LOOKED_AT) or 1
    some = first.take(pa.array(range(0, first.num_rows, step), pa.int64()))
    # A dictionary of values that hardly repeat costs more than it saves.
    repeating = [
        name
        for name, column in zip(some.column_names, some.columns, strict=True)
        if pa.types.is_string(column.type) and values_in_all(column) * 4 <= first.num_rows
    ]
    return pq.ParquetWriter(
        file,
        first.schema,
        compression="NONE",
        use_dictionary=repeating,
        write_statistics=[name for name in some.column_names if name == "line_number"],
        store_schema=False,
    )
