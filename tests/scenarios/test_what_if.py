"""Questions put to a small linked client, whose key was taken away by the test itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from scvkit import consent, identity, linkage
from scvkit.engagement import Engagement
from scvkit.errors import EngagementError
from scvkit.locale.words import load_words
from scvkit.scenarios import (
    AddKey,
    FixValues,
    LoseKey,
    OneSuppressionList,
    Scenarios,
    what_if,
    what_if_figure,
    what_if_frame,
    what_if_sentences,
    what_if_uses_frame,
)
from scvkit.scenarios import asking as asking_room
from scvkit.scenarios.mending import mended_links, misspelt_addresses
from scvkit.scenarios.remembered import FILE
from scvkit.scenarios.worlds import read_records
from scvkit.vocabulary import Domain
from tests.identity.small import Small
from tests.linkage.test_limits import people

WORDS = load_words("en")
NAMES = {"erp": "ERP", "shop": "Web shop"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> tuple[Small, Engagement]:
    """A shop whose accounts all have an e-mail address, an ERP in which every second debtor has."""
    small = Small(Path(tmp_path_factory.mktemp("what_if")))
    shop = [{**row, "login_id": f"L{n}"} for n, row in enumerate(people(120))]
    erp = [
        {**row, "email": row.get("email") if n % 2 else None, "customer_number": str(1000 + n)}
        for n, row in enumerate(people(150)[30:])
    ]
    small.add("shop", shop, domain=Domain.SHOP)
    small.add("erp", erp, domain=Domain.PURCHASES)
    engagement = small.engagement(linkage=small.options)
    identity.write_records(small.connection, small.rows, engagement, small.intake)
    linkage.link_records(small.connection, small.rows, engagement, small.intake)
    consent.write_permissions(small.connection, small.rows, engagement, small.intake)
    consent.reconcile(small.connection, small.rows, engagement, small.intake)
    return small, engagement


@pytest.fixture(scope="module")
def asking(client: tuple[Small, Engagement]) -> Scenarios:
    small, engagement = client
    return Scenarios(small.connection, small.rows, engagement, small.intake)


def test_a_key_asked_for_finds_no_fewer_and_no_more_than_the_ceiling(asking: Scenarios) -> None:
    answer = asking.what_if(AddKey(source="erp", key="email", share=0.8))
    found = answer.found_in("shop")
    assert found is not None
    assert found.after.value is not None
    assert found.now.value <= found.after.value <= found.ceiling
    assert found.after.low <= found.after.value <= found.after.high
    assert answer.filled == 60
    assert answer.records == 120
    assert answer.asked == pytest.approx(0.8 * 60, abs=1)
    assert answer.recovery.tested
    assert answer.recovery.tested > 30


def test_the_same_question_has_the_same_answer(
    client: tuple[Small, Engagement], asking: Scenarios
) -> None:
    small, engagement = client
    change = AddKey(source="erp", key="email", share=0.5)
    anew = what_if(small.connection, small.rows, engagement, small.intake, change)
    assert anew == asking.what_if(change)


def test_a_lost_key_finds_fewer_where_it_alone_tied(asking: Scenarios) -> None:
    lost = asking.what_if(LoseKey(source="erp", key="email")).found_in("shop")
    assert lost is not None
    assert lost.after.value is not None
    assert lost.after.value <= lost.now.value
    other = asking.what_if(LoseKey(source="erp", key="customer_number")).found_in("shop")
    assert other is not None
    assert other.after.value == other.now.value


def test_a_key_that_a_source_never_had_has_a_ceiling_and_no_prediction(asking: Scenarios) -> None:
    answer = asking.what_if(AddKey(source="shop", key="customer_number", reach=0.1))
    found = answer.found_in("erp")
    assert answer.reason == "nothing_to_measure_on"
    assert found is not None
    assert found.after.value is None
    assert not answer.use_cases
    assert found.now.value < found.ceiling <= found.now.value + 0.1 + 1e-6


def test_a_sample_of_neighbourhoods_speaks_for_all_records(
    client: tuple[Small, Engagement], asking: Scenarios, tmp_path: Path
) -> None:
    small, engagement = client
    some = small.rows.over(tmp_path)
    some.write(
        small.connection,
        f"""select * from {small.rows.scan("kept_records")}
        where hash(neighbourhood) % 10 < 6 order by unique_id""",
        "kept_records",
    )
    sampled = Scenarios(small.connection, some, engagement, small.intake)
    change = AddKey(source="erp", key="email", share=0.8)
    whole, part = asking.what_if(change), sampled.what_if(change)
    assert part.records == whole.records == 120
    assert part.filled == pytest.approx(whole.filled, abs=15)
    found, seen = part.found_in("shop"), whole.found_in("shop")
    assert found is not None
    assert seen is not None
    assert found.now.value == pytest.approx(seen.now.value, abs=0.15)
    assert not (small.rows.folder / "tried" / "sample").exists()
    lost = sampled.what_if(LoseKey(source="erp", key="email"))
    served = {u.id: u.now for u in asking.what_if(LoseKey(source="erp", key="email")).use_cases}
    assert {u.id: u.now for u in lost.use_cases} == served


def test_values_that_are_fine_leave_nothing_to_mend(asking: Scenarios) -> None:
    answer = asking.what_if(FixValues(source="shop", key="email"))
    found = answer.found_in("erp")
    assert answer.asked == 0
    assert found is not None
    assert not found.after.assessed


def test_one_list_is_counted_and_needs_nobody_to_be_linked_anew(asking: Scenarios) -> None:
    counts = dict(asking.what_if(OneSuppressionList()).people)
    assert counts["mailable_after_withdrawal"] == 0 <= counts["mailable_now"]
    assert counts["conflict_after"] <= counts["conflict_now"]


def test_an_unknown_key_or_source_is_named_with_the_nearest(asking: Scenarios) -> None:
    with pytest.raises(EngagementError, match="'email'"):
        asking.what_if(AddKey(source="erp", key="emial"))
    with pytest.raises(EngagementError, match="'shop'"):
        asking.what_if(LoseKey(source="shopp", key="email"))


def test_the_answer_reads_as_a_table_a_picture_and_sentences(asking: Scenarios) -> None:
    answer = asking.what_if(AddKey(source="erp", key="email", share=0.8))
    frame = what_if_frame(answer, WORDS, NAMES)
    assert frame.iloc[0, 0] == "any other source"
    assert "Web shop" in set(frame.iloc[:, 0])
    assert what_if_sentences(answer, WORDS, NAMES)[0].startswith("What if ERP asked for the e-mail")
    texts = {t.get_text() for a in what_if_figure(answer, WORDS, NAMES).axes for t in a.texts}
    assert "Web shop" in texts
    assert next(iter(what_if_uses_frame(answer, WORDS).columns)) == "Use case"


def test_a_misspelt_domain_is_mended_for_certain(tmp_path: Path) -> None:
    """Forty share one domain; two are one slip away, and only one of them is known elsewhere."""
    small = Small(tmp_path)
    known = [{"id": n, "email": f"person{n}@postkasse.example"} for n in range(40)]
    small.add("news", known, domain=Domain.NEWSLETTER)
    slips = [{"email": "person7@postkase.example"}, {"email": "nobody@postkase.example"}]
    small.add("till", slips, domain=Domain.LOYALTY)
    engagement = small.engagement(linkage=small.options)
    connection, rows = small.connection, small.rows
    identity.write_records(connection, rows, engagement, small.intake)
    held = rows.scan("records")
    rows.write(
        connection,
        f"""select record_key, source, entity_kind, record_key as cluster_id from {held}
        order by record_key""",
        "clusters",
    )
    rows.write(connection, f"select record_key as unique_id from {held} order by 1", "kept_records")
    sources = ("news", "till")
    records = read_records(connection, rows, sources, "till")
    mended = mended_links(records, misspelt_addresses(connection, rows, sources)["till"])
    assert mended.records == 2
    assert records.found(records.now, "news").sum() == 0
    assert records.found(mended.bits, "news").sum() == 1


CHANGE = AddKey(source="erp", key="email", share=0.8)


def of(client: tuple[Small, Engagement]) -> Scenarios:
    small, engagement = client
    return Scenarios(small.connection, small.rows, engagement, small.intake)


def kept(client: tuple[Small, Engagement]) -> Path:
    return client[0].rows.folder / "tried" / FILE


def test_a_later_notebook_hides_no_key_again(
    client: tuple[Small, Engagement],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = of(client).what_if(CHANGE)
    monkeypatch.setattr(asking_room, "survives_hiding", None)
    assert of(client).what_if(CHANGE) == first
    other = AddKey(source="erp", key="email", share=0.3)
    assert of(client).what_if(other).asked < first.asked


@pytest.mark.parametrize("spoilt", ["", "{", '{"key": "of other tables", "known": {}}', "[]"])
def test_what_was_made_of_other_tables_or_cut_short_is_not_taken(
    client: tuple[Small, Engagement],
    spoilt: str,
) -> None:
    right = of(client).what_if(CHANGE)
    kept(client).write_text(spoilt, encoding="utf-8")
    assert of(client).what_if(CHANGE) == right
    assert "possible" in kept(client).read_text(encoding="utf-8")


def test_another_table_is_another_key_and_only_counts_are_kept(
    client: tuple[Small, Engagement],
    tmp_path: Path,
) -> None:
    of(client).what_if(CHANGE)
    assert "@" not in kept(client).read_text(encoding="utf-8")
    small, engagement = client
    tried = small.rows.over(tmp_path)
    same = Scenarios(small.connection, tried, engagement, small.intake)
    before = same._remembered.key
    fewer = f"select * from {small.rows.scan('records')} where source = 'erp' order by record_key"
    tried.write(small.connection, fewer, "records")
    other = Scenarios(small.connection, tried, engagement, small.intake)
    assert other._remembered.key != before
