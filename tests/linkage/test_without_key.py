"""A key hidden by the evidence that was kept: what Splink would find, without Splink."""

from __future__ import annotations

import pytest

from scvkit import identity
from scvkit.errors import MissingResult
from scvkit.linkage import HiddenKey, choose_settings, write_without_key
from scvkit.linkage.kept import keep_evidence
from scvkit.linkage.kinds import Linked, link_kind
from tests.identity.small import Small
from tests.linkage.rescored import clusters_without
from tests.linkage.test_limits import people


def linked(small: Small) -> Linked:
    """Two sources of the same people, linked, the clusters written and the evidence kept."""
    small.add("crm", people(80))
    small.add("shop", people(60))
    engagement = small.engagement(linkage=small.options)
    identity.write_records(small.connection, small.rows, engagement, small.intake)
    found = link_kind(small.connection, small.rows, choose_settings(small.connection, small.rows))
    table = found.clustering.write("test_clusters")
    small.rows.write(
        small.connection,
        f"""select w.record_key, source, entity_kind, cluster_id, cluster_id_low, cluster_id_high,
        tier from {table} w join {small.rows.scan("records")} using (record_key)
        order by record_key""",
        "clusters",
    )
    keep_evidence(small.connection, small.rows, found)
    return found


def clusters(small: Small, hidden: HiddenKey) -> dict[str, str]:
    """Cluster of each record that is neighbour to a hidden one, named by its smallest record."""
    write_without_key(small.connection, small.rows, hidden, "without")
    found = small.connection.execute("select record_key, cluster_id from without").fetchall()
    return {str(record): str(cluster) for record, cluster in found}


def test_the_kept_evidence_finds_what_splink_finds_without_the_key(small: Small) -> None:
    whole = linked(small)
    key = "email"
    splink = clusters_without(small.connection, whole, key, HiddenKey(key=key, half=0).where())
    names = whole.clustering.names
    expected = {names[n]: names[c] if c >= 0 else names[n] for n, c in enumerate(splink.tolist())}
    kept = clusters(small, HiddenKey(key=key, half=0))
    assert len(kept) > 20
    assert {record: expected[record] for record in kept} == kept


def test_a_key_that_nobody_holds_changes_nothing(small: Small) -> None:
    linked(small)
    assert clusters(small, HiddenKey(key="member_number")) == {}


def test_the_two_halves_together_are_all_records(small: Small) -> None:
    linked(small)
    whole, first, second = (
        small.connection.execute(
            f"select count(*) from {small.rows.scan('kept_records')}"
            f" where {HiddenKey(key='email', source='crm', half=half).where()}"
        ).fetchall()[0][0]
        for half in (None, 0, 1)
    )
    assert first + second == whole > 0
    assert min(first, second) > 0


def test_without_the_kept_evidence_the_notebook_to_run_is_named(small: Small) -> None:
    with pytest.raises(MissingResult, match="04_link_records"):
        write_without_key(small.connection, small.rows, HiddenKey(key="email"), "without")
