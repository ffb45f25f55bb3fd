"""What the client knows about records is honoured, counted, and told by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from scvkit import identity, linkage
from scvkit.engagement import LinkageOptions
from scvkit.errors import EngagementError
from scvkit.records.linkage import CorrectionList, Linkage
from tests.identity.small import Small

LISE, BO = {"full_name": "Lise Lund", "email": "l@x.example"}, {"full_name": "Bo Bak"}
HEAD = "source_a,record_a,source_b,record_b\n"


@pytest.fixture
def two(small: Small) -> Small:
    small.add("erp", [{"id": "7", **LISE}, {"id": "8", **BO, "customer_number": "K-55"}])
    return small.add("shop", [{"id": "7", **LISE}, {"id": "9", "full_name": "B. B."}])


def run(small: Small, folder: Path, must: str = "", cannot: str = "") -> Linkage:
    named = {}
    for name, text in (("must_link", must), ("cannot_link", cannot)):
        if text:
            (folder / f"{name}.csv").write_text(HEAD + text, encoding="utf-8")
            named[name] = str(folder / f"{name}.csv")
    engagement = small.engagement(linkage=LinkageOptions(**named))
    identity.write_records(small.connection, small.rows, engagement, small.intake)
    return linkage.link_records(small.connection, small.rows, engagement, small.intake)


def clusters(small: Small, column: str = "cluster_id") -> dict[str, str]:
    found = small.connection.execute(
        f"select record_key, {column} from {small.rows.scan('clusters')}"
    ).fetchall()
    return dict(found)


def only(found: Linkage) -> CorrectionList:
    (each,) = found.corrections
    return each


def test_records_that_are_one_are_joined_at_every_strictness(two: Small, tmp_path: Path) -> None:
    found = run(two, tmp_path, must="erp,8,shop,9\n")
    for column in ("cluster_id", "cluster_id_low", "cluster_id_high"):
        joined = clusters(two, column)
        assert joined["erp/all/8"] == joined["shop/all/9"]
    tied = clusters(two, "tier")
    assert tied["erp/all/8"] == tied["shop/all/9"] == "A"
    assert (only(found).given, only(found).applied, only(found).changed) == (1, 1, 1)
    assert (found.reviews[0].weakest_a, found.reviews[0].weakest_other) == (1, 1)


def test_records_that_are_not_one_stay_apart_whatever_agrees(two: Small, tmp_path: Path) -> None:
    found = run(two, tmp_path, cannot="erp,7,shop,7\n")
    apart = clusters(two, "cluster_id_high")
    assert apart["erp/all/7"] != apart["shop/all/7"]
    assert (only(found).given, only(found).applied, only(found).changed) == (1, 1, 1)


def test_what_the_linkage_found_by_itself_is_applied_and_changes_nothing(
    two: Small, tmp_path: Path
) -> None:
    found = run(two, tmp_path, must="erp,7,shop,7\n")
    assert (only(found).applied, only(found).changed) == (1, 0)


def test_a_record_may_be_named_by_its_key_or_by_its_own_number(two: Small, tmp_path: Path) -> None:
    found = run(two, tmp_path, must=",erp/all/7,shop,7\nerp,K-55,shop,9\n")
    assert only(found).applied == 2
    assert clusters(two)["erp/all/8"] == clusters(two)["shop/all/9"]


def test_each_line_that_cannot_be_used_is_named_with_its_reason(two: Small, tmp_path: Path) -> None:
    two.add("erp", [{"id": "7", "full_name": "Ida Ras"}], table="old")
    two.add("crm", [{"id": "1", "company_name": "Ras ApS", "org_number": "01234567"}])
    lines = "erp,7,shop,7\nerp,404,shop,7\nshop,7,shop,7\ncrm,1,shop,7\n"
    found = run(two, tmp_path, must=lines)
    assert [(u.line, u.reason) for u in only(found).unapplied] == [
        (2, "several_records"),
        (3, "not_found"),
        (4, "same_record"),
        (5, "other_kind"),
    ]
    assert only(found).applied == 0


def test_where_the_lists_contradict_each_other_nobody_is_merged_and_it_is_told(
    two: Small, tmp_path: Path
) -> None:
    found = run(
        two,
        tmp_path,
        must="erp,7,shop,9\nshop,9,erp,8\n",
        cannot="erp,7,erp,8\n",
    )
    must, cannot = found.corrections
    assert [(u.line, u.reason) for u in must.unapplied] == [(3, "contradicted")]
    assert (must.applied, cannot.applied) == (1, 1)
    assert clusters(two)["erp/all/7"] == clusters(two)["shop/all/9"] != clusters(two)["erp/all/8"]


def test_a_list_without_the_columns_is_refused_with_their_names(two: Small, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    two.options = LinkageOptions(must_link=str(tmp_path / "odd.csv"))
    engagement = two.engagement()
    identity.write_records(two.connection, two.rows, engagement, two.intake)
    with pytest.raises(EngagementError, match="source_a, record_a, source_b, record_b"):
        linkage.link_records(two.connection, two.rows, engagement, two.intake)


def test_without_lists_nothing_is_said_about_them(two: Small, tmp_path: Path) -> None:
    assert run(two, tmp_path).corrections == ()
