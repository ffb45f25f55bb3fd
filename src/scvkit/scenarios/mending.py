"""Values of a key that cannot be right, and what mending them would tie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scvkit.engine import Connection, RowTables, Steps, quoted, text_literal
from scvkit.records.extracts import Intake
from scvkit.records.scenarios import FixValues
from scvkit.scenarios.worlds import Array, SourceRecords
from scvkit.vocabulary import EVENT_GRAINS, EntityKind

# A domain is a slip of another that is so many times as frequent and one slip away.
TIMES_AS_FREQUENT = 20
SHORTEST_DOMAIN = 6

Misspelt = Mapping[str, int]  # where each record's mended address is found, as bits


@dataclass(frozen=True, kw_only=True, eq=False)
class Mended:
    """Records with a misspelt value, and where each record's person would be found, as bits."""

    records: int
    bits: Array


def broken_values(
    connection: Connection, rows: RowTables, intake: Intake, change: FixValues
) -> tuple[str, ...]:
    """Return the keys of the records whose column is filled with what is no value of the key.

    Fillers, unreadable forms: the source has something there, the standardised record nothing.
    """
    names = ("phone", "mobile") if change.key == "phone" else (change.key,)
    parts = []
    for source in intake.sources:
        for table in source.tables:
            if source.source != change.source or table.grain in EVENT_GRAINS:
                continue
            name = ("source", source.source, table.table)
            if not rows.exists(*name):
                continue
            described = connection.execute(f"describe from {rows.scan(*name)}").fetchall()
            held = [n for n in names if n in {str(row[0]) for row in described}]
            if held:
                filled = " or ".join(f"{quoted(n)} is not null" for n in held)
                prefix = text_literal(f"{source.source}/{table.table}/")
                parts.append(
                    f"select {prefix} || record_id as record_key from {rows.scan(*name)}"
                    f" where {filled}"
                )
    if not parts:
        return ()
    found = connection.execute(
        f"""select record_key from ({" union all ".join(parts)})
        join {rows.scan("records")} using (record_key)
        where {quoted(change.key)} is null order by record_key"""
    ).fetchall()
    return tuple(str(row[0]) for row in found)


def misspelt_addresses(
    connection: Connection, rows: RowTables, sources: tuple[str, ...]
) -> Mapping[str, Misspelt]:
    """Return the records with a misspelt mail domain by source, and whom the mended one reaches.

    Found once for all sources: a slip is told from a rare domain by what everybody holds.
    """
    found = _steps(rows, sources).rows(
        connection,
        """select misspelt.source, misspelt.record_key, bit_or(reach.bits)
        from misspelt
        left join address other on other.email = misspelt.mended
            and coalesce(jaro_winkler_similarity(other.given_name, misspelt.given_name), 1) >= 0.75
        left join reach on reach.cluster_id = other.cluster_id
        group by all order by all""",
    )
    reached: dict[str, dict[str, int]] = {}
    for source, record, bits in found:
        reached.setdefault(str(source), {})[str(record)] = int(bits or 0)
    return reached


def mended_links(records: SourceRecords, misspelt: Misspelt) -> Mended:
    """Return what mending misspelt mail domains ties for certain: the same address elsewhere."""
    bits = records.now.copy()
    for record, reached in misspelt.items():
        place = records.position.get(record)
        if place is not None:
            bits[place] |= reached
    return Mended(records=len(misspelt), bits=bits)


def _steps(rows: RowTables, sources: tuple[str, ...]) -> Steps:
    bit = " ".join(f"when {text_literal(name)} then {1 << n}" for n, name in enumerate(sources))
    steps = Steps()
    steps.step(
        "address",
        f"""select record_key, record.source, cluster_id, given_name, email,
            split_part(email, '@', 1) as local_part, split_part(email, '@', 2) as domain
        from {rows.scan("records")} record join {rows.scan("clusters")} using (record_key)
        where record.entity_kind = {text_literal(EntityKind.PERSON)} and email is not null""",
    )
    steps.step(
        "reach",
        f"""select cluster_id, bit_or((case source {bit} else 0 end)::bigint) as bits
        from {rows.scan("clusters")} where cluster_id in (select cluster_id from address)
        group by cluster_id""",
    )
    steps.step("domain_held", "select domain, count(*) as holders from address group by domain")
    steps.step(
        "one_row_per_misspelt_domain",
        f"""select slip.domain, arg_max(meant.domain, (meant.holders, meant.domain)) as meant
        from domain_held slip join domain_held meant
            on meant.holders >= {TIMES_AS_FREQUENT} * slip.holders
            and length(meant.domain) >= {SHORTEST_DOMAIN}
            and abs(length(meant.domain) - length(slip.domain)) <= 1
            and damerau_levenshtein(slip.domain, meant.domain) = 1
        group by slip.domain""",
    )
    steps.step(
        "misspelt",
        """select record_key, source, given_name, local_part || '@' || meant as mended
        from address join one_row_per_misspelt_domain using (domain)""",
    )
    return steps
