"""The linkage on small tables of a family, a firm and a newsletter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scvkit import identity, linkage
from scvkit.errors import MissingResult
from scvkit.linkage.masked import SHOWN
from scvkit.locale.words import load_words
from scvkit.records.linkage import Linkage
from scvkit.vocabulary import Domain, EntityKind, Grain, Tier
from tests.identity.small import Small
from tests.linkage.lists import FAMILY, GIVEN, people

HOME = {"street": "Birkevej 12", "postcode": "2100", "city": "Lilleby"}


def run(small: Small, **options: object) -> Linkage:
    engagement = small.engagement(linkage=small.options)
    identity.write_records(small.connection, small.rows, engagement, small.intake)
    return linkage.link_records(
        small.connection,
        small.rows,
        engagement,
        small.intake,
        **options,  # type: ignore[arg-type]
    )


def clusters(small: Small) -> dict[str, str]:
    return dict(
        small.connection.execute(
            f"select record_key, cluster_id from {small.rows.scan('clusters')}"
        ).fetchall()
    )


def tiers(small: Small) -> dict[tuple[str, str], str]:
    return {
        (a, b): tier
        for a, b, tier in small.connection.execute(
            f"select record_key_l, record_key_r, tier from {small.rows.scan('pairs')}"
        ).fetchall()
    }


def test_a_family_mailbox_ties_nobody_to_the_wrong_person(small: Small) -> None:
    mailbox = "familien@x.example"
    small.add("shop", [{"full_name": "Lise Lund", "email": mailbox}], domain=Domain.SHOP)
    small.add("erp", [{"full_name": "Bo Lund", "email": mailbox}], domain=Domain.PURCHASES)
    small.add("newsletter", [{"email": mailbox}], domain=Domain.NEWSLETTER)
    run(small)
    assert tiers(small)["erp/all/0", "shop/all/0"] == Tier.X
    assert set(tiers(small).values()) == {Tier.X, Tier.D}
    assert len(set(clusters(small).values())) == 3


def test_a_key_and_a_name_are_sure_a_key_alone_is_likely_name_and_address_are_sure_enough(
    small: Small,
) -> None:
    small.add("erp", [{"full_name": "Lise Lund", "email": "l@x.example", **HOME}])
    small.add("shop", [{"full_name": "Lise Lund", "email": "l@x.example"}])
    small.add("newsletter", [{"email": "l@x.example"}])
    small.add("club", [{"full_name": "Lund Lise", **HOME}])
    run(small)
    found = tiers(small)
    assert found["erp/all/0", "shop/all/0"] == Tier.A
    assert found["erp/all/0", "newsletter/all/0"] == Tier.B
    assert found["club/all/0", "erp/all/0"] == Tier.C
    assert len(set(clusters(small).values())) == 1


def test_a_given_name_tells_whose_record_at_a_family_mailbox_it_is(small: Small) -> None:
    mailbox = "familien@x.example"
    small.add("shop", [{"full_name": "Lise Lund", "email": mailbox}], domain=Domain.SHOP)
    small.add("erp", [{"full_name": "Bo Lund", "email": mailbox}], domain=Domain.PURCHASES)
    small.add("newsletter", [{"given_name": "Lise", "email": mailbox}], domain=Domain.NEWSLETTER)
    run(small)
    found = clusters(small)
    assert found["newsletter/all/0"] == found["shop/all/0"] != found["erp/all/0"]


def test_people_marry_and_contacts_of_a_firm_do_not_become_one(small: Small) -> None:
    small.add("shop", [{"full_name": "Signe Lund", "email": "signe@x.example"}], domain=Domain.SHOP)
    small.add("club", [{"full_name": "Signe Krog", "email": "signe@x.example"}])
    firm = {"customer_number": "700", "company_name": "Krog Byg ApS"}
    contacts = [{"full_name": name, **firm} for name in ("Bo Dahl", "Bo Holm")]
    small.add("crm", contacts, table="contacts", domain=Domain.CRM, grain=Grain.CONTACT)
    run(small)
    found = clusters(small)
    assert tiers(small)["club/all/0", "shop/all/0"] == Tier.B
    assert found["club/all/0"] == found["shop/all/0"]
    assert found["crm/contacts/0"] != found["crm/contacts/1"]


def test_father_and_son_of_one_name_and_address_stay_two(small: Small) -> None:
    father = {"full_name": "Hans Lund", "date_of_birth": "1950-03-01", **HOME}
    small.add("club", [father, {**father, "date_of_birth": "1982-07-09"}])
    small.add("erp", [{"full_name": "Hans Lund", **HOME}])
    run(small)
    assert clusters(small)["club/all/0"] != clusters(small)["club/all/1"]
    assert set(tiers(small).values()) <= {Tier.D}


def test_a_visit_is_tied_by_login_alone(small: Small) -> None:
    small.add("shop", [{"id": "A1", "full_name": "Lise Lund"}], domain=Domain.SHOP)
    small.add("web", [{"login_id": "A1"}, {"login_id": None}], domain=Domain.WEB_ANALYTICS)
    run(small)
    found = clusters(small)
    assert found["shop/all/A1"] == found["web/all/0"] != found["web/all/1"]


def test_contacts_are_related_to_their_organisation_and_never_merged(small: Small) -> None:
    small.add(
        "crm",
        [{"company_name": "Lund Byg ApS", "org_number": "01234567"}],
        table="accounts",
        domain=Domain.CRM,
        grain=Grain.ACCOUNT,
    )
    small.add(
        "crm",
        [{"full_name": "Lise Lund", "company_name": "Lund Byg", "org_number": "01234567"}],
        table="contacts",
        domain=Domain.CRM,
        grain=Grain.CONTACT,
    )
    small.add("erp", [{"full_name": "LUND BYG APS", "org_number": "01234567"}])
    run(small)
    found = clusters(small)
    assert found["crm/accounts/0"] == found["erp/all/0"] != found["crm/contacts/0"]
    related = small.connection.execute(f"select * from {small.rows.scan('relations')}").fetchall()
    assert related == [("crm/contacts/0", "crm/accounts/0", "contact_of")]


def test_people_of_one_name_at_one_door_are_a_household(small: Small) -> None:
    small.add("erp", [{"full_name": n, **HOME} for n in ("Lise Lund", "Bo Lund", "Ida Bak")])
    assert run(small).households == 1


def test_too_little_to_learn_from_is_said_and_keys_still_tie(small: Small) -> None:
    small.add("a", [{"email": "l@x.example"}]).add("b", [{"email": "l@x.example"}])
    found = run(small)
    (persons,) = [k for k in found.kinds if k.kind is EntityKind.PERSON]
    assert persons.refused
    assert not persons.precision.assessed
    assert len(set(clusters(small).values())) == 1
    (overlap,) = found.overlaps
    assert (overlap.low, overlap.mid, overlap.high) == (0, 1, 1)


def test_two_facts_are_too_few_to_vouch_for_what_was_missed(small: Small) -> None:
    named = [f"{a} {b} ApS" for a in GIVEN for b in FAMILY][:80]
    firms = [{"company_name": n, "street": f"Havnegade {i}"} for i, n in enumerate(named)]
    small.add("erp", firms, domain=Domain.PURCHASES)
    small.add("crm", [{**f, "city": None} for f in firms[:60]], domain=Domain.CRM)
    (firms_linked,) = [k for k in run(small).kinds if k.kind is EntityKind.ORGANISATION]
    assert firms_linked.precision.assessed
    assert (firms_linked.recall.value, firms_linked.recall.reason) == (None, "cannot_vouch")


@pytest.mark.parametrize("name", ["CRM 2024", "o'neil", "Køb & Salg", "select"])
def test_odd_source_names_change_nothing(small: Small, name: str) -> None:
    row = {"full_name": "Lise Lund", "email": "l@x.example"}
    small.add(name, [row]).add("b", [row])
    run(small)
    assert set(clusters(small).values()) == {min(f"{name}/all/0", "b/all/0")}


def test_an_empty_source_and_no_records_at_all_are_no_errors(small: Small) -> None:
    small.add("a", [{"email": None}])
    found = run(small)
    assert [k.clusters for k in found.kinds] == [0, 0]
    assert clusters(small) == {"a/all/0": "a/all/0"}


def test_clusters_are_nested_and_named_by_their_smallest_record(small: Small) -> None:
    small.add("erp", [{"full_name": "Lise Lund", "email": "l@x.example", **HOME}])
    small.add("shop", [{"full_name": "Lise Lund", "email": "l@x.example"}])
    small.add("club", [{"email": "l@x.example"}])
    run(small)
    found = small.connection.execute(
        f"select record_key, cluster_id_low, cluster_id, cluster_id_high, tier"
        f" from {small.rows.scan('clusters')} order by record_key"
    ).fetchall()
    assert found == [
        ("club/all/0", "club/all/0", "club/all/0", "club/all/0", "B"),
        ("erp/all/0", "erp/all/0", "club/all/0", "club/all/0", "A"),
        ("shop/all/0", "erp/all/0", "club/all/0", "club/all/0", "A"),
    ]


def test_linking_needs_records_and_says_who_writes_them(small: Small) -> None:
    with pytest.raises(MissingResult, match="03_identity_keys"):
        linkage.choose_settings(small.connection, small.rows, options=small.options)


def test_a_masked_pair_shows_agreement_and_no_value(small: Small) -> None:
    small.add("erp", [{"full_name": "Lise Lund", "email": "l@x.example", "phone": "12345679"}])
    small.add("shop", [{"full_name": "Lise Lunde", "email": "l@x.example", "phone": "98765431"}])
    run(small)
    (row,) = linkage.masked_pairs(small.connection, small.rows).to_dict("records")
    words = load_words()
    shown = {name: row[words(f"linkage.columns.{name}")] for name in SHOWN}
    assert shown == {
        "name": "nearly the same",
        "birth": "missing",
        "address": "missing",
        "email": "same",
        "phone": "different",
        "number": "missing",
    }


def test_a_name_half_told_is_no_other_name(small: Small) -> None:
    """Who votes on a pair must not read "different" where only the surname was never given."""
    home = {"email": "l@x.example", "phone": "12345679"}
    whole = {"full_name": "Lise Maria Lund", "street": "Birkevej 12", "postcode": "2100"}
    small.add("erp", [{**whole, **home}])
    small.add("list", [{"given_name": "Maria", "postcode": "2100", "mobile": "12345679", **home}])
    small.add("desk", [{"full_name": "Bo Lund", **home}])
    run(small)
    names = load_words()
    keys = [("erp/all/0", "list/all/0"), ("desk/all/0", "erp/all/0")]
    half, other = linkage.agreement_words(small.connection, small.rows, keys)
    assert (half["name"], half["address"], half["phone"]) == ("part", "part", "same")
    assert other["name"] == "different"
    assert names("linkage.agreement.part")


def test_the_output_of_two_files_names_sources_and_ids(small: Small, tmp_path: Path) -> None:
    small.add("left", [{"id": "7", "email": "l@x.example"}])
    small.add("right", [{"id": "9", "email": "l@x.example"}])
    found = run(small)
    path = linkage.write_link_output(
        small.connection, small.rows, found, tmp_path / "out", seconds={"link": 1.234}
    )
    written = json.loads(path.read_text())
    assert written["clusters"] == 1
    assert written["seconds"] == {"link": 1.23}
    assert small.connection.execute(
        "select source_dataset, unique_id, tier"
        f" from read_parquet('{path.parent}/clusters.parquet')"
    ).fetchall() == [("left", "7", "B"), ("right", "9", "B")]


def test_frames_and_figure_show_the_same_counts(small: Small) -> None:
    small.add("erp", [{"full_name": "Lise Lund", "email": "l@x.example"}])
    small.add("shop", [{"full_name": "Lise Lund", "email": "l@x.example"}])
    found, words = run(small), load_words()
    assert list(linkage.tier_frame(found, words)["Pairs"]) == [1, 0, 0, 0, 0]
    assert linkage.overlap_frame(found, words, {"erp": "ERP"}).iloc[0, 0] == "ERP"
    assert len(linkage.weight_frame(found, words)) == 0
    assert linkage.seen_in_figure(found, words).axes


def test_hidden_readers_hold_the_truth_where_the_purchase_system_keeps_no_addresses(
    small: Small,
) -> None:
    """Half of everybody reads; the readers among the purchase system's own people are hidden."""
    known = [p | {"phone": f"2{n:07}"} for n, p in enumerate(people(220, seed=3))]
    bare = [{k: v for k, v in p.items() if k != "email"} for p in known[:120]]
    shop = [{k: v for k, v in p.items() if k != "customer_number"} for p in known[80:]]
    small.add("erp", bare, domain=Domain.PURCHASES)
    small.add("shop", shop, domain=Domain.SHOP)
    small.add("desk", shop[20:90], domain=Domain.SERVICE, grain=Grain.TICKET)
    small.add("news", [{"email": p["email"]} for p in known[::2]], domain=Domain.NEWSLETTER)
    split = run(small).newsletter
    assert split is not None
    hidden = sum(1 for n in range(0, 220, 2) if n < 80)
    assert split.found.value == 110 - hidden
    assert split.hidden.low <= hidden <= split.hidden.high
    assert split.hidden.value is not None
    assert abs(split.hidden.value - hidden) <= 20


def test_a_name_that_several_people_have_ties_nobody(
    small: Small,
) -> None:
    """Namesakes with addresses of their own, and callers who gave a name and another address."""
    named = [
        {"given_name": given, "surname": family, "email": f"{given}{family}{n}@x.example".lower(),
         "street": f"Birkevej {n}", "postcode": f"2{n:03}", "city": "Lilleby"}
        for n, (given, family) in enumerate((g, f) for g in GIVEN for f in FAMILY[:4] for _ in "ab")
    ]  # fmt: skip
    callers = [{k: p[k] for k in ("given_name", "surname")} for p in named[::2]]
    known = [dict(p, email=named[n]["email"]) for n, p in zip(range(1, 60), callers, strict=False)]
    small.add("erp", named, domain=Domain.PURCHASES)
    small.add("desk", [*callers, *known], domain=Domain.SERVICE, grain=Grain.TICKET)
    run(small)
    joined = [
        (a, b) for (a, b), tier in tiers(small).items()
        if tier == Tier.C and {a.split("/")[0], b.split("/")[0]} == {"erp", "desk"}
    ]  # fmt: skip
    assert joined == []
