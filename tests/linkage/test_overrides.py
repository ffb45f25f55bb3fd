"""Every choice of the kit can be replaced, by the engagement file or by an expert's settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scvkit import identity, linkage
from scvkit.engagement import KindOptions, LinkageOptions, load_engagement
from scvkit.errors import EngagementError
from scvkit.linkage import LinkageChoice
from tests.identity.small import Small

LISE = {"full_name": "Lise Lund", "email": "l@x.example", "postcode": "2100", "city": "Lilleby"}


def choose(small: Small, **options: Any) -> LinkageChoice:
    small.options = LinkageOptions(person=KindOptions(**options))
    engagement = small.engagement()
    identity.write_records(small.connection, small.rows, engagement, small.intake)
    return linkage.choose_settings(small.connection, small.rows, options=small.options)


def settings(*, trained: bool = True) -> dict[str, Any]:
    weights = [{"m_probability": m, "u_probability": u} for m, u in ((0.9, 0.01), (0.1, 0.99))]
    levels = [
        {"sql_condition": "surname_l is null or surname_r is null", "is_null_level": True},
        {"sql_condition": "surname_l = surname_r", **(weights[0] if trained else {})},
        {"sql_condition": "ELSE", **(weights[1] if trained else {})},
    ]
    other = [{**v, "sql_condition": v["sql_condition"].replace("sur", "given_")} for v in levels]
    return {
        "comparisons": [{"comparison_levels": levels}, {"comparison_levels": other}],
        "blocking_rules_to_generate_predictions": ["l.surname = r.surname"],
        "probability_two_random_records_match": 0.1,
    }


@pytest.fixture
def family(small: Small) -> Small:
    small.add("erp", [LISE, {**LISE, "full_name": "Bo Lund", "email": "b@x.example"}])
    return small.add("shop", [{**LISE, "email": None}])


def test_each_override_is_told_in_a_sentence_of_its_own(family: Small) -> None:
    plain = choose(family)
    changed = choose(
        family,
        leave_out=("address",),
        blocking=(("surname", "postcode"),),
        training=(("email",),),
        prior=0.001,
        threshold=9.5,
    )
    assert "address" in plain.comparisons
    assert "address" not in changed.comparisons
    assert changed.blocking_rules == ('l."surname" = r."surname" and l."postcode" = r."postcode"',)
    assert (changed.training, changed.prior, changed.threshold) == ((("email",),), 0.001, 9.5)
    assert len(changed.choices) == len(plain.choices) + 5
    assert any("1,000" in sentence for sentence in changed.choices)


def test_a_trained_model_of_an_expert_is_used_as_it_is(family: Small, tmp_path: Path) -> None:
    (tmp_path / "expert.json").write_text(json.dumps(settings()))
    choice = choose(family, settings=str(tmp_path / "expert.json"))
    assert choice.trained
    found = linkage.link_records(
        family.connection, family.rows, family.engagement(), family.intake, choice=choice
    )
    persons = found.kinds[0]
    assert not persons.refused
    assert persons.prior == pytest.approx(0.1)
    weights = [w.match_weight for w in persons.weights if w.match_weight and w.match_weight > 0]
    assert weights == pytest.approx([6.49, 6.49], abs=0.01)
    assert any("expert.json" in sentence for sentence in persons.choices)
    (pair,) = family.connection.execute(
        f"select match_weight from {family.rows.scan('pairs')} where record_key_l = 'erp/all/0'"
        " and record_key_r = 'shop/all/0'"
    ).fetchall()
    assert pair[0] == pytest.approx(6.49 * 2 - 3.17, abs=0.02)


def test_untrained_settings_of_an_expert_are_trained(family: Small, tmp_path: Path) -> None:
    (tmp_path / "expert.json").write_text(json.dumps(settings(trained=False)))
    choice = choose(family, settings=str(tmp_path / "expert.json"))
    assert not choice.trained
    assert choice.comparisons == ("comparison_1", "comparison_2")


def test_settings_that_were_saved_can_be_handed_in_again(family: Small, tmp_path: Path) -> None:
    first = choose(family)
    first.save(tmp_path / "again.json")
    again = choose(family, settings=str(tmp_path / "again.json"))
    assert again.settings["comparisons"] == first.settings["comparisons"]
    assert again.blocking_rules == first.blocking_rules


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"comparisons": []}, "holds no Splink settings"),
        ({"blocking_rules_to_generate_predictions": []}, "no blocking rules"),
        ({"blocking_rules_to_generate_predictions": ["l.surnme = r.surnme"]}, "blocking rule"),
        (
            {"comparisons": [{"comparison_levels": [{"sql_condition": "nickname_l = 'x'"}]}]},
            "given_name",
        ),
    ],
)
def test_settings_that_do_not_fit_are_refused_before_the_work(
    family: Small, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    (tmp_path / "expert.json").write_text(json.dumps(settings() | change))
    with pytest.raises(EngagementError, match=said):
        choose(family, settings=str(tmp_path / "expert.json"))


def test_a_column_there_is_not_is_named_with_the_nearest(family: Small) -> None:
    with pytest.raises(EngagementError, match=r"linkage\.person\.blocking.*surname"):
        choose(family, blocking=(("surnme",),))


def test_a_file_the_engagement_names_lies_beside_it(tmp_path: Path) -> None:
    text = "version: 1\nclient: {name: X}\nsources: {a: {name: A, tables: {t: {file: a.csv}}}}\n"
    (tmp_path / "engagement.yaml").write_text(text + "linkage: {must_link: one.csv}\n")
    with pytest.raises(EngagementError, match=r"line 4, linkage\.must_link: there is no file"):
        load_engagement(tmp_path)
    (tmp_path / "one.csv").write_text("")
    assert load_engagement(tmp_path).linkage.must_link == str(tmp_path / "one.csv")
