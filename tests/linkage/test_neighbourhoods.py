"""A sample of neighbourhoods is linked as the whole is."""

from __future__ import annotations

from scvkit import identity
from scvkit.linkage import choose_settings
from scvkit.linkage.kinds import link_kind
from scvkit.linkage.neighbourhoods import neighbourhood_sample
from tests.identity.small import Small
from tests.linkage.rescored import clusters_without
from tests.linkage.test_limits import people


def test_no_pair_leaves_the_sample_and_its_clusters_are_those_of_all(small: Small) -> None:
    small.add("crm", people(80))
    engagement = small.engagement(linkage=small.options)
    connection, rows = small.connection, small.rows
    identity.write_records(connection, rows, engagement, small.intake)
    whole = link_kind(connection, rows, choose_settings(connection, rows))
    assert neighbourhood_sample(connection, whole) is whole
    sample = neighbourhood_sample(connection, whole, records=30)
    chosen = set(sample.clustering.names)
    assert 0 < len(chosen) == sample.prepared.records <= 30
    ends = connection.execute(
        f"select unique_id_l, unique_id_r from {whole.pairs} where tier is not null"
    ).fetchall()
    assert all((left in chosen) == (right in chosen) for left, right in ends)
    assert sample.clustering.mid == {record: whole.clustering.mid[record] for record in chosen}
    # With the keys hidden nowhere the model finds the sample's clusters again.
    again = clusters_without(connection, sample, "email", "false")
    assert again.tolist() == sample.clustering.mids.tolist()
