"""Weights laid on comparison vectors are those that Splink itself would give."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest

from scvkit import identity
from scvkit.linkage import choose_settings
from scvkit.linkage.kinds import Linked, link_kind
from scvkit.linkage.linker import open_linker
from scvkit.linkage.model import Model, with_prior
from scvkit.linkage.scoring import explain, score
from scvkit.linkage.vectors import Vectors, compare, compare_more
from tests.identity.small import Small
from tests.linkage.test_limits import people


@pytest.fixture
def found(small: Small) -> Linked:
    small.add("crm", people(80))
    small.add("shop", people(60))
    engagement = small.engagement(linkage=small.options)
    identity.write_records(small.connection, small.rows, engagement, small.intake)
    return link_kind(small.connection, small.rows, choose_settings(small.connection, small.rows))


def all_pairs(small: Small, linked: Linked, table: str) -> None:
    records = linked.prepared.table
    small.connection.execute(
        f"""create or replace temp table {table} as select '0' as match_key,
        l.unique_id as join_key_l, r.unique_id as join_key_r
        from {records} l join {records} r on l.unique_id < r.unique_id"""
    ).fetchall()


def splinks_own(small: Small, linked: Linked, settings: dict[str, Any], pairs: str) -> Any:
    """Match weight of each pair, as Splink predicts it with these settings."""
    asked = settings | {"blocking_rules_to_generate_predictions": []}
    with open_linker(small.connection, linked.prepared.table, asked) as linker:
        blocked = linker._db_api.register(pairs)
        linker.table_management.register_blocked_pairs_for_predict(blocked)
        predicted = linker.inference.predict(warning_mode="never")
        rows = small.connection.execute(
            f"""select least(unique_id_l, unique_id_r), greatest(unique_id_l, unique_id_r),
            match_weight from {predicted.physical_name}"""
        ).fetchall()
    return {(a, b): weight for a, b, weight in rows}


def learnt_again(model: Model) -> Model:
    """The model with every m and u moved, as learning from other pairs moves them."""
    settings = copy.deepcopy(model.settings)
    for comparison in settings["comparisons"]:
        for n, level in enumerate(comparison["comparison_levels"]):
            if not level.get("is_null_level"):
                level["m_probability"] *= 0.9 - 0.05 * n
                level["u_probability"] *= 0.5 + 0.03 * n
    return Model(settings=settings, sessions=model.sessions)


def test_a_model_learnt_anew_weighs_the_vectors_as_splink_would(
    small: Small, found: Linked
) -> None:
    all_pairs(small, found, "every_pair")
    vectors = compare(
        small.connection, found.prepared, found.model.settings, "every_vector", pairs="every_pair"
    )
    for model in (found.model, learnt_again(found.model), with_prior(found.model, 0.3)):
        plain = Model(settings=model.settings, sessions=())
        expected = splinks_own(small, found, model.settings, "every_pair")
        score(small.connection, plain, "weighed", vectors=vectors)
        rows = small.connection.execute("from weighed").fetchall()
        assert len(rows) == len(expected) > 5_000
        for left, right, evidence in rows:
            assert evidence + plain.prior_weight == pytest.approx(expected[left, right], abs=2e-6)


def test_the_parts_of_a_pair_add_up_to_its_weight(small: Small, found: Linked) -> None:
    all_pairs(small, found, "every_pair")
    model = learnt_again(found.model)
    assert found.vectors is not None
    told = explain(small.connection, model, found.vectors, "every_pair")
    score(small.connection, Model(settings=model.settings, sessions=()), "w", vectors=found.vectors)
    total = {(a, b): e for a, b, e in small.connection.execute("from w").fetchall()}
    assert len(told) == len(total) > 0
    for row in told:
        bits = sum(v for k, v in row.items() if k.startswith("mw_") and not math.isnan(v))
        assert bits == pytest.approx(total[row["unique_id_l"], row["unique_id_r"]], abs=2e-6)


def test_a_pair_that_was_compared_is_not_compared_again(small: Small, found: Linked) -> None:
    assert found.vectors is not None
    all_pairs(small, found, "every_pair")
    small.connection.execute(
        f"delete from {found.vectors.table} where hash(unique_id_l, unique_id_r) % 3 = 0"
    ).fetchall()
    before = counted(small, found.vectors)
    everything = compare_more(small.connection, found.prepared, found.vectors, pairs="every_pair")
    whole = counted(small, found.vectors)
    assert before < whole == counted(small, everything)
    compare_more(small.connection, found.prepared, found.vectors, pairs="every_pair")
    assert counted(small, found.vectors) == whole


def counted(small: Small, vectors: Vectors) -> int:
    found = small.connection.execute(
        f"select count(*), count(distinct (unique_id_l, unique_id_r)) from {vectors.table}"
    ).fetchall()[0]
    assert found[0] == found[1], "a pair stands there twice"
    return int(found[0])


def test_a_surname_is_as_rare_as_it_is_among_names_of_its_script(small: Small) -> None:
    # Of six names in characters that few here write, four have this surname: with a given name
    # in the same characters it says little more.
    few = ["黃家豪", "黃家豪", "黃雅婷", "黃俊傑", "楊雅婷", "林俊傑"]
    small.add("crm", [*people(80), *({"id": f"h{n}", "full_name": f} for n, f in enumerate(few))])
    small.add("shop", people(60))
    engagement = small.engagement(linkage=small.options)
    identity.write_records(small.connection, small.rows, engagement, small.intake)
    settings = choose_settings(small.connection, small.rows)
    linked = link_kind(small.connection, small.rows, settings)
    all_pairs(small, linked, "every_pair")
    model = linked.model.settings
    compare(small.connection, linked.prepared, model, "every_vector", pairs="every_pair")
    bits = small.connection.execute(
        """select mw_surname + mw_tf_adj_surname from every_vector
        where unique_id_l like '%/h0' and unique_id_r like '%/h1'"""
    ).fetchall()[0][0]
    [surname] = [c for c in model["comparisons"] if c["output_column_name"] == "surname"]
    [same] = [n for n in surname["comparison_levels"] if n.get("label_for_charts") == "same"]
    assert bits == pytest.approx(math.log2(same["m_probability"] / (4 / 6)), abs=1e-6)
