"""Traps of real tables: each has broken a linkage before."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from splink.internals.linker_components.training import LinkerTraining

from scvkit import identity, linkage
from scvkit.linkage import choose_settings
from scvkit.linkage.blocking import pair_budget
from scvkit.linkage.kinds import link_kind
from scvkit.linkage.prepared import MOST_HOLDERS_OF_A_KEY
from scvkit.records.linkage import Linkage
from scvkit.vocabulary import EntityKind, Tier
from scvkit.workshop.single import link_tables
from tests.identity.small import Small
from tests.linkage.lists import ODD, lists

HOME = {"street": "Birkevej 12", "postcode": "2100", "city": "Lilleby"}


def run(small: Small) -> tuple[Linkage, dict[str, str]]:
    engagement = small.engagement()
    identity.write_records(small.connection, small.rows, engagement, small.intake)
    found = linkage.link_records(small.connection, small.rows, engagement, small.intake)
    clusters = small.connection.execute(
        f"select record_key, cluster_id from {small.rows.scan('clusters')}"
    ).fetchall()
    assert len(clusters) == len(dict(clusters)), "a record is in one cluster"
    return found, dict(clusters)


def test_a_repeated_id_is_two_records(tmp_path: Path) -> None:
    rows = ["7;Lise Lund;l@x.example", "7;Bo Dahl;b@x.example", "8;Lise Lund;l@x.example"]
    (tmp_path / "kunder.csv").write_text("\n".join(["Nr;Navn;E-mail", *rows]), "utf-8")
    (tmp_path / "klub.csv").write_text("Nr;Navn;E-mail\n7;Ida Krog;i@x.example", "utf-8")
    columns = tmp_path / "map.yaml"
    columns.write_text("kunder: {Navn: full_name, unique_id: Nr}\nklub: {Nr: unique_id}\n", "utf-8")
    link_tables([tmp_path / "kunder.csv", tmp_path / "klub.csv"], columns, tmp_path / "out")
    found = pd.read_parquet(tmp_path / "out" / "clusters.parquet")
    assert not found.duplicated(["source_dataset", "unique_id"]).any()
    assert sorted(found.groupby("cluster_id").size()) == [1, 1, 2]


def test_a_column_without_a_value_and_a_source_without_a_row_change_nothing(small: Small) -> None:
    lise = {"full_name": "Lise Lund", "email": "l@x.example", "phone": None}
    small.add("a", [lise]).add("b", [lise]).add("empty", [])
    found, clusters = run(small)
    assert set(clusters.values()) == {"a/all/0"}
    assert {s.source for s in found.sources} == {"a", "b"}


def test_names_of_300_characters_are_names(small: Small) -> None:
    long = "Wolfeschlegelstein" * 17
    small.add("a", [{"given_name": long, "surname": "Berg", "email": "w@x.example"}])
    small.add("b", [{"given_name": long, "surname": "Berg", "email": "w@x.example"}])
    small.add("c", [{"given_name": "Bo" * 150, "surname": "Dahl", "email": "b@x.example"}])
    _, clusters = run(small)
    assert clusters["a/all/0"] == clusters["b/all/0"] != clusters["c/all/0"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"full_name": "王小明"}, {"given_name": "小明", "surname": "王"}),
        ({"full_name": "Søren Møller"}, {"full_name": "Soeren Moeller"}),
        ({"full_name": "Ștefan Țurcanu"}, {"full_name": "TURCANU STEFAN"}),
        ({"full_name": "Åse Ærø"}, {"full_name": "Ase Aero"}),
    ],
)
def test_scripts_orders_and_lost_diacritics_are_one_name(
    small: Small, one: dict[str, str], other: dict[str, str]
) -> None:
    small.add("a", [{**one, "email": "s@x.example", **HOME}])
    small.add("b", [{**other, "email": "s@x.example"}])
    found, clusters = run(small)
    assert len(set(clusters.values())) == 1
    (persons, _) = found.kinds
    assert {t.tier for t in persons.tiers if t.pairs} == {Tier.A}


def test_a_value_that_50_000_records_share_compares_nobody(small: Small) -> None:
    small.add("a", [{"full_name": "Lise Lund", "phone": "20304050", "city": "Lilleby"}] * 2)
    engagement = small.engagement()
    identity.write_records(small.connection, small.rows, engagement, small.intake)
    path = small.rows.path("records")
    # The same two records 25,000 times, each with an address of its own.
    small.connection.execute(
        f"""create table many as select * replace (record_key || n as record_key,
            'p' || (n // 2) || '@x.example' as email, true as has_key)
        from read_parquet('{path}'), range(25000) r(n)"""
    ).fetchall()
    small.rows.write(small.connection, "select * from many order by record_key", "records")
    choice = choose_settings(small.connection, small.rows, kind=EntityKind.PERSON)
    linked = link_kind(small.connection, small.rows, choice)
    assert linked.prepared.records == 50_000
    assert linked.prepared.filled["phone"] == 0
    assert MOST_HOLDERS_OF_A_KEY < 50_000
    assert linked.compared <= pair_budget(50_000)


def test_a_level_that_no_match_has_ends_one_session_and_not_the_linkage(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Splink refuses a chance of 0: clean lists, and a mailbox that strangers share."""
    sources, _ = lists(150)
    strangers = [
        {
            "id": f"s{n}",
            "given_name": ("Quirin", "Xaver")[n % 2],
            "surname": ("Zwick", "Wyss")[n % 2],
            "date_of_birth": ("1911-01-30", "1999-12-07")[n % 2],
            "postcode": ("9990", "1050")[n % 2],
            "city": ("Fjernby", "Andenby")[n % 2],
            "email": f"faelles{n // 2}@x.example",
        }
        for n in range(6)
    ]
    small.add("erp", [*sources[ODD], *strangers]).add(
        "copy", [dict(row, id=f"c{n}") for n, row in enumerate(sources[ODD])]
    )
    raised: list[str] = []
    trained = LinkerTraining.estimate_parameters_using_expectation_maximisation

    def watched(*arguments: object, **options: object) -> object:
        try:
            return trained(*arguments, **options)  # type: ignore[arg-type]
        except ValueError as refused:
            raised.append(str(refused))
            raise

    monkeypatch.setattr(
        LinkerTraining, "estimate_parameters_using_expectation_maximisation", watched
    )
    found, _ = run(small)
    assert any("m_probability value 0.0" in told for told in raised)
    (persons, _) = found.kinds
    assert not persons.refused
    # A session that failed must not take its comparisons with it.
    assert {w.comparison for w in persons.weights} == {
        "given_name",
        "surname",
        "date_of_birth",
        "address",
        "email",
    }


def test_the_folder_of_a_linkage_may_have_an_odd_name(tmp_path: Path) -> None:
    small = Small(tmp_path / "o'neil & søn 2024")
    small.add("a", [{"full_name": "Lise Lund", "email": "l@x.example"}] * 2)
    _, clusters = run(small)
    assert set(clusters.values()) == {"a/all/0"}
