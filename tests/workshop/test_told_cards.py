"""Who stands behind it and what consent values mean: told in the room, read by the next run."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import ipywidgets as widgets
import pytest

from scvkit import consent, identity
from scvkit.engagement import fold_journal, load_engagement
from scvkit.errors import EngagementError
from scvkit.records.extracts import ColumnMeaning, Intake
from scvkit.vocabulary import Attribute, Channel, LawfulBasis
from scvkit.workshop.consent_cards import ConsentCards, consent_columns, say_consent
from scvkit.workshop.desk import Desk, open_desk
from scvkit.workshop.minutes import minutes_page
from scvkit.workshop.people_cards import (
    PeopleCards,
    say_lawful,
    say_mandate,
    say_protection,
    say_sponsor,
)
from tests.identity.small import Small

FILE = """
version: 1
client: {name: Client}
assessment: {delete_by: 2099-12-31}
sources:
  # the ledger, and nobody else's
  erp: {name: ERP, tables: {all: {file: erp.csv}}}
"""
ROWS = [("yes", "2026-01-01"), ("no", "2026-01-01"), ("out", "2026-01-01"), ("", "")]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    small = Small(tmp_path / "rows")
    rows = [
        {"id": f"N{n}", "email": f"a{n}@x.example", "consent_flag": f, "consent_time": t}
        for n, (f, t) in enumerate(ROWS)
    ]
    small.add("erp", rows)
    (tmp_path / "engagement.yaml").write_text(FILE, encoding="utf-8")
    opened = open_desk(tmp_path, work=str(tmp_path / "work"))
    opened = replace(opened, connection=small.connection, rows=small.rows)
    identity.write_records(small.connection, small.rows, opened.engagement, small.intake)
    small.rows.write(
        small.connection,
        "select 'erp/all/' || record_id as record_key, 'erp' as source, 'person' as entity_kind, "
        "record_id as cluster_id, record_id as cluster_id_low, record_id as cluster_id_high, "
        f"'A' as tier from {small.rows.scan('source', 'erp', 'all')} order by 1",
        "clusters",
    )
    extract = small.rows.scan("source", "erp", "all")
    small.rows.write(
        small.connection,
        "select line_number, record_id as id, consent_flag, cast(consent_time as varchar) as "
        f"consent_time from {extract}",
        *("extract", "erp", "all"),
    )
    opened.save("intake", with_codes(small.intake))
    return opened


def with_codes(intake: Intake) -> Intake:
    """The intake with the few values of its consent columns, as detection gives them."""

    def told(meaning: ColumnMeaning) -> ColumnMeaning:
        few = meaning.attribute is Attribute.CONSENT_FLAG
        return replace(meaning, codes=("yes", "no", "out")) if few else meaning

    sources = tuple(
        replace(
            source,
            tables=tuple(
                replace(table, meanings=tuple(map(told, table.meanings))) for table in source.tables
            ),
        )
        for source in intake.sources
    )
    return replace(intake, sources=sources)


def words_of(html: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", str(html)))


def test_people_are_told_by_role_and_a_blank_says_nothing(desk: Desk) -> None:
    say_sponsor(desk, {"sponsor": "CMO", "functions": "marketing, service", "role": "CMO"})
    say_mandate(desk, {"consent_owner": "DPO", "id_issuer": "", "roles": "dpo,analyst"})
    people = desk.engagement.people
    assert people is not None
    assert people.sponsor is not None
    assert people.sponsor.functions == ("marketing", "service")
    assert (people.id_issuer, people.days_a_month, people.roles) == (None, None, ("dpo", "analyst"))
    with pytest.raises(EngagementError, match="at least one blank"):
        say_mandate(desk, {"role": "DPO"})
    with pytest.raises(EngagementError, match="is to be a number"):
        say_mandate(desk, {"days_a_month": "some"})


def test_the_officer_signs_and_names_a_basis_that_keeps_what_was_told(desk: Desk) -> None:
    said = {"source": "erp", "basis": "contract", "basis_purpose": "orders"}
    say_protection(desk, {"dpia": "signed", **said})
    say_protection(desk, {"source": "erp", "basis": "legitimate_interest", "covers_scv": "yes"})
    basis = desk.engagement.sources["erp"].legal_basis
    assert basis is not None
    assert (basis.basis, basis.purpose) == (LawfulBasis.LEGITIMATE_INTEREST, "orders")
    assert basis.covers_scv
    assert desk.engagement.assessment.dpia is not None
    assert desk.engagement.assessment.dpia.status == "signed"


def test_the_twin_shows_what_the_widget_shows_and_the_minutes_tell_it(desk: Desk) -> None:
    cards = PeopleCards(desk)
    form = next(w for w in cards.widget().children if isinstance(w, widgets.Tab)).children[0]
    form.fill(sponsor="Head of retail", functions="retail", role="Board")
    form.press()
    for shown in (cards.twin(), cards.widget().children[-1].value, minutes_page(desk)):
        assert "Head of retail" in words_of(shown)
        assert "Board" in words_of(shown)


def test_what_was_told_is_folded_into_the_file_with_its_comments(desk: Desk) -> None:
    say_lawful(desk, {"fact": "purpose", "is": "find out", "role": "DPO"})
    say_sponsor(desk, {"sponsor": "CMO"})
    say_consent(desk, consent_columns(desk)[0], "email", {"yes": "given", "no": "refused"})
    said = desk.engagement
    assert desk.file is not None
    fold_journal(desk.file)
    assert load_engagement(desk.file) == said
    assert "# the ledger, and nobody else's" in desk.file.read_text(encoding="utf-8")


def test_values_that_are_explained_are_counted_by_the_next_run(desk: Desk) -> None:
    intake = desk.intake()
    place = desk.connection, desk.rows
    consent.write_permissions(*place, desk.engagement, intake)
    assert not consent.reconcile(*place, desk.engagement, intake).sources
    held = consent_columns(desk)[0]
    say_consent(desk, held, "email", {"yes": "given", "no": "refused", "out": "withdrawn"})
    (told,) = desk.engagement.sources["erp"].consent
    assert (told.channel, told.time) == (Channel.EMAIL, "consent_time")
    consent.write_permissions(*place, desk.engagement, intake)
    (source,) = consent.reconcile(*place, desk.engagement, intake).sources
    assert (source.given, source.refused, source.withdrawn, source.unknown) == (1, 1, 1, 1)


def test_the_same_column_and_channel_is_changed_and_not_said_twice(desk: Desk) -> None:
    cards = ConsentCards(desk)
    (held,) = consent_columns(desk)
    say_consent(desk, held, "email", {"yes": "given", "out": ""})
    assert "out" in words_of(cards.twin())
    say_consent(desk, held, "email", {"yes": "given", "no": "refused", "out": "withdrawn"})
    say_consent(desk, held, "sms", {"yes": "given"})
    told = desk.engagement.sources["erp"].consent
    assert [(str(c.channel), c.withdrawn) for c in told] == [("email", ("out",)), ("sms", ())]
    with pytest.raises(EngagementError, match="at least one value"):
        say_consent(desk, held, "post", {"yes": "", "no": ""})
    assert words_of(cards.twin()) in words_of(cards.widget().children[-1].value)
