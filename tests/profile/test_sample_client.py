"""Planted faults of the sample client are found at their target rates, and not many more."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from scvkit.engagement import load_engagement
from scvkit.engine import RowTables, connect
from scvkit.extracts import read_delivery
from scvkit.profile import profile_source
from scvkit.profile.masks import add_mask_function, remove_mask_function
from scvkit.profile.repeats import repeated_records
from scvkit.profile.table import measure_columns
from scvkit.sources import understand_delivery

CLIENT = Path(__file__).parents[2] / "sample_data" / "taerskel"


AS_OF = dt.date(2026, 9, 30)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    connection = connect(threads=1)
    rows = RowTables(tmp_path_factory.mktemp("work"))
    engagement = load_engagement(CLIENT)
    assert engagement.assessment.as_of == AS_OF
    delivery = read_delivery(connection, rows, engagement, CLIENT / engagement.extracts)
    return connection, rows, understand_delivery(connection, rows, engagement, delivery)


@pytest.fixture(scope="module")
def profiles(read):
    connection, rows, intake = read
    return {
        source.source: profile_source(connection, rows, source, as_of=AS_OF)
        for source in intake.sources
    }


@pytest.fixture(scope="module")
def planted():
    connection = connect()
    faults = connection.execute(
        "select silo, fault, count(distinct record_id) from read_parquet(?) group by all",
        [str(CLIENT / "truth" / "faults.parquet")],
    ).fetchall()
    return Counter({(silo, fault): n for silo, fault, n in faults})


# Source, planted fault, finding, column, least share found (07 §6.3), rows it may name besides:
# test customers carry placeholders of their own, and a pair of contacts shares its company.
TARGETS = [
    ("erp", "placeholder_email", "placeholder_key", "faktura_email", 0.99, 5),
    ("erp", "mojibake_name", "damaged_text", "navn", 0.98, 1),
    ("erp", "lost_leading_zero", "lost_leading_zero", "postnr", 0.99, 0),
    ("erp", "test_customer", "test_customers", None, 0.95, 0),
    ("shop", "test_customer", "test_customers", None, 0.95, 0),
    ("shop", "email_domain_typo", "email_typo", "email", 0.9, 1),
    ("club", "birth_date_1900", "placeholder_date", "foedselsdato", 0.99, 0),
    ("club", "future_date", "date_future", "foedselsdato", 1, 0),
    ("crm", "future_date", "date_future", "last_activity", 1, 0),
    ("desk", "ticket_without_identity", "no_identity", None, 0.98, 8),
    ("desk", "birth_number_like", "quarantined", "body_short", 1, 0),
    ("desk", "dst_gap", "dst_gap", "created_at", 1, 0),
    ("web", "test_traffic", "test_traffic", None, 0.99, 0),
]


@pytest.mark.parametrize(("source", "fault", "kind", "column", "least", "besides"), TARGETS)
def test_a_planted_fault_is_found(profiles, planted, source, fault, kind, column, least, besides):
    there = planted[source, fault]
    found = sum(f.rows for f in profiles[source].findings if (f.kind, f.column) == (kind, column))
    assert there * least <= found <= there + besides


def test_swapped_days_and_months_put_the_column_in_doubt(profiles, planted):
    for source in ("club", "crm"):
        [found] = [f for f in profiles[source].findings if f.kind == "ambiguous_dates"]
        assert found.rows >= 0.9 * planted[source, "month_first_date"]


def test_records_made_twice_at_the_counter_are_found(profiles, planted):
    [found] = [f for f in profiles["erp"].findings if f.kind == "counter_duplicates"]
    assert found.rows >= 0.85 * planted["erp", "counter_duplicate"]


def test_pairs_made_at_the_counter_are_found_and_hardly_any_other(read):
    connection, rows, intake = read
    [erp] = [source for source in intake.sources if source.source == "erp"]
    table = erp.tables[0]
    scan = rows.scan("extract", "erp", table.table)
    with connection.cursor() as work:
        add_mask_function(work)
        columns = measure_columns(work, scan, table.meanings, AS_OF)
        steps = repeated_records(work, scan, columns, table.grain)
        remove_mask_function(work)
        truth = CLIENT / "truth"
        steps.step(
            "true_records",
            "select line_number, record_id, person_id, org_id from "
            f"read_parquet('{truth}/records.parquet') truths join {scan} on kundenr = record_id "
            "where silo = 'erp'",
        )
        steps.step(
            "planted",
            f"select record_id from read_parquet('{truth}/faults.parquet') "
            "where silo = 'erp' and fault = 'counter_duplicate'",
        )
        steps.step(
            "true_pairs",
            "select a.line_number as earlier, b.line_number as later, "
            "a.record_id in (from planted) or b.record_id in (from planted) as counter "
            "from true_records a join true_records b on a.line_number < b.line_number "
            "and (a.person_id = b.person_id or a.org_id = b.org_id)",
        )
        [(there, found, right, counter)] = steps.rows(
            work,
            "select (select count(*) from true_pairs where counter), count(*), count(counter), "
            "count(*) filter (where counter) "
            "from repeated_pairs left join true_pairs using (earlier, later)",
        )
    assert counter >= 0.85 * there
    assert right >= 0.95 * found


def test_the_days_the_web_lost_are_named(profiles):
    [found] = [f for f in profiles["web"].findings if f.kind == "missing_days"]
    assert dict(found.values)["days"] == "3"


def test_every_source_has_its_dimensions_and_its_five_vs(profiles):
    for profile in profiles.values():
        assert len(profile.dimensions) == 6
        assert profile.five_vs is not None
        assert profile.five_vs.rows == sum(table.rows for table in profile.tables)


def test_only_feeds_that_fell_silent_are_called_late(profiles):
    late = {
        (source, dict(finding.values)["days"])
        for source, profile in profiles.items()
        for finding in profile.findings
        if finding.kind == "stale_export"
    }
    # The club's export is a month old as well: the withdrawals planted after it rely on that.
    assert late == {("newsletter", "19"), ("club", "30")}


def test_fill_of_every_column_is_that_of_the_written_files(profiles):
    expected = YAML(typ="safe").load((CLIENT / "truth" / "expected.yaml").read_text("utf-8"))
    differing = []
    for name, source in expected["sources"].items():
        if name.split(".")[0] not in profiles:
            continue
        [table] = [t for t in profiles[name.split(".")[0]].tables if t.table == name.split(".")[1]]
        assert table.rows == source["rows"]
        for column in table.columns:
            share = source["filled"].get(column.column)
            if share is not None:
                stands = (column.filled + column.placeholder) / column.rows
                differing += [(name, column.column)] if abs(stands - share) > 0.001 else []
    assert differing == []
