"""The room: what is said is captured, covered evidence stays covered, nobody is on the wall."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from scvkit import identity, linkage, report
from scvkit.engagement import fold_journal, journal_file, load_engagement
from scvkit.engagement.journal import read_journal
from scvkit.errors import EngagementError
from scvkit.locale import load_words
from scvkit.plan import STEPS, notebooks_folder, sample_engagement
from scvkit.records.identity import Identity
from scvkit.records.linkage import Linkage
from scvkit.vocabulary import Domain
from scvkit.workshop import claims
from scvkit.workshop import desk as desks
from scvkit.workshop.agenda import AGENDA, WHEN_ASKED, agenda, checklist
from scvkit.workshop.agreed import AgreedList, say_agreed
from scvkit.workshop.choice import MOST, UseCaseChoice, choose, take_out, titles
from scvkit.workshop.desk import STARTED_IN_VARIABLE, Desk, open_desk
from scvkit.workshop.form import Form
from scvkit.workshop.landscape_cards import LandscapeEditor, say_fact, say_flow, say_gap, say_source
from scvkit.workshop.letters import older_letters, write_first_letters, write_letters
from scvkit.workshop.masking import QuestionError, ask, masked_database, tables_frame
from scvkit.workshop.minutes import minutes_page
from scvkit.workshop.people_cards import say_lawful, say_mandate
from scvkit.workshop.prices import say_price
from scvkit.workshop.room import LIVE_VARIABLE, MODE_VARIABLE, header, is_live, privacy_mode
from scvkit.workshop.show import show, table_html
from scvkit.workshop.sliders import Slide, Sliders
from scvkit.workshop.spoken import sentences_of
from scvkit.workshop.threshold import Threshold, say_counted
from scvkit.workshop.vote_box import VoteBox
from tests.identity.small import Small

NAMES = ("Lise Lund", "Bo Bak", "Ida Ras", "Kaj Friis", "Mette Holm", "Ole Skov")
FILE = """
version: 1
client: {name: Client}
assessment: {delete_by: 2099-12-31}
sources:
  erp: {name: ERP, owner: Finance, tables: {rows: {file: erp.csv}}}
  shop: {name: Web shop, tables: {rows: {file: shop.csv}}}
claims:
  - {id: C1, source: erp, subject: email, kind: unique, expected: true, said_by: Finance}
  - {id: C2, source: shop, subject: email, kind: complete, expected: 0.9, said_by: Shop}
"""


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Small, Identity, Linkage]:
    small = Small(tmp_path_factory.mktemp("rows"))
    rows = [
        {"id": f"N{i}", "full_name": n, "email": f"{n.split()[0].lower()}@x.example"}
        for i, n in enumerate(NAMES)
    ]
    small.add("erp", rows)
    small.add("shop", [row | {"phone": f"2030405{i}"} for i, row in enumerate(rows)])
    engagement = small.engagement()
    identity.write_records(small.connection, small.rows, engagement, small.intake)
    found = linkage.link_records(small.connection, small.rows, engagement, small.intake)
    return small, identity.test_keys(*_of(small)), found


def _of(small: Small) -> tuple[object, ...]:
    file = small.rows.folder / "engagement.yaml"
    file.write_text(FILE, encoding="utf-8")
    return small.connection, small.rows, load_engagement(file), small.intake


@pytest.fixture
def desk(linked: tuple[Small, Identity, Linkage], tmp_path: Path) -> Desk:
    small, found, _ = linked
    home = tmp_path / "client"
    home.mkdir()
    (home / "engagement.yaml").write_text(FILE, encoding="utf-8")
    opened = open_desk(home, work=str(tmp_path / "work"))
    opened = replace(opened, connection=small.connection, rows=small.rows)
    opened.save("intake", small.intake)
    opened.save("identity", found)
    return opened


def words_of(html: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", str(html)))


def pressed(form: Form, **blanks: str) -> str:
    form.fill(**blanks)
    form.press()
    return words_of(form._status.value)


def test_a_claim_is_locked_and_shown_with_its_time(desk: Desk) -> None:
    form = claims.ClaimCards(desk).widget()
    blanks = {"subject": "E-mail", "kind": "complete", "expected": "90 %", "said_by": "Finance"}
    assert "C3 is locked at" in pressed(form, **blanks)
    assert desk.engagement.claims[-1].expected == 0.9
    assert desk.engagement.claims[-1].subject == "email"
    assert desk.locks["C3"].hash in words_of(form._shown.value)
    assert "Fill in" in pressed(form, subject="", expected="yes", said_by="Finance")
    assert len(desk.said("claim")) == 1


def test_evidence_of_a_claim_that_is_not_locked_stays_covered(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LIVE_VARIABLE, "1")
    reveal = claims.Reveal(desk, desk.identity())
    with pytest.raises(EngagementError, match="C1 is not locked"):
        reveal.next()
    assert desk.said("reveal") == ()
    claims.lock_all(desk)
    assert [reveal.next(), reveal.next(), reveal.next()] == ["C1", "C2", ""]
    assert claims.lock_all(desk) == 0


def test_live_only_the_revealed_are_shown_and_a_page_shows_all(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reveal = claims.Reveal(desk, desk.identity())
    on_page = words_of(reveal.twin())
    monkeypatch.setenv(LIVE_VARIABLE, "1")
    claims.lock_all(desk)
    reveal.next()
    live = words_of(reveal.twin())
    assert "C2" in on_page
    assert "C1" in live
    assert "C2" not in live


def test_no_number_is_on_the_wall_that_answers_a_claim_still_covered(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LIVE_VARIABLE, "1")
    claims.lock_all(desk)
    claims.reveal_next(desk)
    assert claims.covered(desk)
    monkeypatch.setenv(MODE_VARIABLE, "analyst")
    assert not claims.covered(desk)
    monkeypatch.delenv(MODE_VARIABLE)
    assert not claims.covered(desk, False)
    assert "secret 41" not in str(claims.uncovered(desk, "secret 41").data)  # type: ignore[union-attr]
    told, all_of_it = LandscapeEditor(desk).twin(), LandscapeEditor(desk, only_told=False).twin()
    assert told == LandscapeEditor(desk, only_told=True).twin()
    assert told != all_of_it
    claims.reveal_next(desk)
    assert claims.uncovered(desk, "secret 41") == "secret 41"
    assert LandscapeEditor(desk).twin() == all_of_it


def claim_overlap(desk: Desk) -> None:
    said = {"source": "shop", "subject": "ERP", "kind": "overlap", "expected": "80 %"}
    claims.say_claim(desk, claims.claim_of({**said, "said_by": "Shop"}, desk))


def test_a_claim_of_two_sources_is_tested_on_the_linkage_that_is_there(
    desk: Desk, linked: tuple[Small, Identity, Linkage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LIVE_VARIABLE, "1")
    desk.save("linkage", linked[2])
    claim_overlap(desk)
    claims.lock_all(desk)
    assert [claims.reveal_next(desk) for _ in range(4)] == ["C1", "C2", "C3", ""]
    shown = words_of(claims.Reveal(desk, identity_of(desk)).twin())
    assert "people in Web shop are also in ERP" in shown
    assert "cannot be tested" not in shown.split("C3", 1)[1]


def test_a_claim_that_nothing_can_test_yet_stays_covered_and_says_when(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LIVE_VARIABLE, "1")
    claim_overlap(desk)
    claims.lock_all(desk)
    form = claims.Reveal(desk, identity_of(desk)).widget()
    assert "C1" in pressed(form)
    assert claims.covered(desk)
    assert "C2" in pressed(form)
    assert "C3" in (told := pressed(form))
    assert "04_link_records" in told
    assert not desk.locks["C3"].revealed
    assert not claims.covered(desk)  # nothing shown could answer it


def test_a_claim_about_a_column_that_is_not_there_says_so(desk: Desk) -> None:
    form = claims.ClaimCards(desk).widget()
    blanks = {"subject": "language", "kind": "complete", "expected": "90 %", "said_by": "Finance"}
    assert "no column of ERP" in pressed(form, **blanks).replace("No", "no")
    assert "no column" not in pressed(form, **{**blanks, "subject": "e-mail"}).lower()


def identity_of(desk: Desk) -> Identity:
    """The key test with the claims of now, as 03_identity_keys makes it."""
    return identity.test_keys(desk.connection, desk.rows, desk.engagement, desk.intake())


def test_a_page_covers_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LIVE_VARIABLE, "0")
    assert not claims.covered(desk)
    assert claims.uncovered(desk, "41") == "41"


def test_the_landscape_grows_with_what_is_told(desk: Desk) -> None:
    say_source(desk, {"name": "Paper forms", "domain": "loyalty", "owner": "Shops"})
    say_flow(desk, {"from": "erp", "to": "paper_forms", "how": "manual", "what": "names"})
    say_gap(desk, {"name": "Returns", "unlocks": "cost"})
    drawn = words_of(LandscapeEditor(desk).twin())
    assert "Paper forms" in drawn
    assert "no extract received" in drawn
    assert not desk.engagement.sources["paper_forms"].tables
    assert "Returns" in drawn
    assert desk.engagement.flows[-1].source_to == "paper_forms"
    say_fact(desk, {"source": "erp", "fact": "why", "value": "to invoice", "role": "CFO"})
    assert desk.engagement.sources["erp"].three_questions.why == "to invoice"
    with pytest.raises(EngagementError, match="on the map already"):
        say_source(desk, {"name": "Paper forms"})


def test_a_covered_map_says_covered_and_never_that_a_step_was_not_run(desk: Desk) -> None:
    danish = desk.in_language("da")
    said = words_of(LandscapeEditor(danish, only_told=True).twin())
    assert "dækket til" in said
    assert "blev ikke kørt" not in said


@pytest.mark.parametrize("day", ["marts 2027", "31-03-2027", "2027-02-30"])
def test_a_day_that_cannot_be_read_is_one_sentence_of_the_clients_language(
    desk: Desk, day: str
) -> None:
    danish = desk.in_language("da")
    wish = {"id": "U1", "problem": "p", "sponsor": "CMO", "baseline": "2 %", "target_date": day}
    fact = {"fact": "delete_by", "is": day}
    for say, state in ((choose, wish), (say_lawful, fact)):
        with pytest.raises(EngagementError) as told:
            say(danish, state)
        assert str(told.value) == f"'{day}' er ingen dato. Skriv den som 2027-01-31."
    assert danish.said("use_cases", "people") == ()


def test_a_number_that_cannot_be_is_told_by_its_blank(desk: Desk) -> None:
    danish = desk.in_language("da")
    price = {"price": "fitted_message", "currency": "DKK", "role": "CFO"}
    for low, high in (("to", "8"), ("-2", "8"), ("8", "2")):
        with pytest.raises(EngagementError, match=r"Lav|laveste|Intet"):
            say_price(danish, {**price, "low": low, "high": high})
    with pytest.raises(EngagementError, match="skal være et tal"):
        say_mandate(danish, {"days_a_month": "-1"})


def test_an_entry_that_makes_no_sense_is_refused_before_it_is_written(desk: Desk) -> None:
    with pytest.raises(EngagementError, match="no source 'till'"):
        say_flow(desk, {"from": "erp", "to": "till", "how": "manual", "what": ""})
    assert not journal_file(desk.file).exists()  # type: ignore[arg-type]


def test_five_use_cases_and_no_sixth(desk: Desk) -> None:
    ids = list(titles(desk))[: MOST + 1]
    said = {"problem": "p", "sponsor": "CMO", "baseline": "b"}
    for name in ids[:MOST]:
        choose(desk, said | {"id": name})
    choose(desk, said | {"id": ids[0], "problem": "anew"})
    with pytest.raises(EngagementError, match="5 use cases are chosen"):
        choose(desk, said | {"id": ids[MOST]})
    take_out(desk, ids[1])
    choose(desk, said | {"id": ids[MOST]})
    chosen = desk.engagement.use_cases.chosen  # type: ignore[union-attr]
    assert {case.id for case in chosen} == {*ids} - {ids[1]}
    assert "anew" in words_of(UseCaseChoice(desk).twin())


def test_first_steps_are_three_with_a_role_and_a_day(desk: Desk) -> None:
    step = {"what": "ask at the till", "role": "Head of shops", "until": "2027-01-31"}
    with pytest.raises(EngagementError, match="is no date"):
        say_agreed(desk, "first_step", step | {"until": "soon"})
    for _ in range(3):
        say_agreed(desk, "first_step", step)
    with pytest.raises(EngagementError, match="enough"):
        say_agreed(desk, "first_step", step)
    assert words_of(AgreedList(desk, "first_step").twin()).count("Head of shops") == 3


def test_the_counts_of_a_threshold_are_those_of_the_run_and_fall_with_it(
    desk: Desk, linked: tuple[Small, Identity, Linkage]
) -> None:
    live = Threshold(desk)
    people = sum(entry.people for entry in linked[2].seen_in)
    assert live.decided().persons == people
    assert live.joined().persons <= people
    counts = [live.joined(weight=float(bits)) for bits in range(-10, 40, 5)]
    assert [c.pairs for c in counts] == sorted((c.pairs for c in counts), reverse=True)
    assert [c.persons for c in counts] == sorted(c.persons for c in counts)
    assert counts[-1].pairs < counts[0].pairs
    assert f"{people}" in words_of(live.twin())


def test_a_slider_asks_its_function_and_says_why_it_cannot(desk: Desk) -> None:
    def answer(values: object, choices: object) -> str:
        share = values["share"]  # type: ignore[index]
        if share > 0.5:
            raise EngagementError("no more than half can be asked")
        return f"found {share:.0%}"

    slide = Slide(name="share", label="Asked", value=0.2)
    sliders = Sliders(slides=(slide,), answer=answer)  # type: ignore[arg-type]
    assert "found 20%" in sliders.twin()
    moved = sliders.widget()
    _, handle, shown = moved.children
    handle.value = 0.4
    assert "found 40%" in shown.value
    handle.value = 0.6
    assert "no more than half" in shown.value


def test_mode_is_projector_unless_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MODE_VARIABLE, raising=False)
    assert privacy_mode() == "projector"
    monkeypatch.setenv(MODE_VARIABLE, "room")
    assert privacy_mode() == "room"
    assert privacy_mode("analyst") == "analyst"
    with pytest.raises(EngagementError, match="Did you mean"):
        privacy_mode("anlyst")
    assert 'role="alert"' in header(load_words(), "analyst")


def test_a_page_shows_the_twin_and_a_room_the_widget_with_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[object] = []
    showing = sys.modules["scvkit.workshop.show"]
    monkeypatch.setattr(showing, "display", lambda thing, **_: shown.append(thing))
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert not is_live()
    show(AgreedList(desk, "note"))
    monkeypatch.setenv("JPY_SESSION_NAME", "08_readiness.ipynb")
    show(AgreedList(desk, "note"))
    page, live = shown
    assert live["text/html"] == page.data  # type: ignore[index,attr-defined]
    assert "application/vnd.jupyter.widget-view+json" in live  # type: ignore[operator]


@pytest.mark.parametrize("mode", ["projector", "room"])
def test_no_mode_of_a_wall_shows_a_value(desk: Desk, mode: str) -> None:
    asked = ask(desk, mode)
    every = asked.sql("select * from erp_all").df().to_csv().lower()
    assert "lund" not in every
    assert "x.example" not in every
    assert ("l•••" in every) == (mode == "room")
    few = asked.sql("select count(*) as n from erp_all where email is not null limit 1").df()
    assert few["n"].tolist() == [len(NAMES)]
    few = asked.sql("select count(*) as n from (from erp_all limit 3)").df()
    assert few["n"].tolist() == ["<5"]


def test_a_slip_in_a_question_is_one_sentence_with_the_nearest_names(desk: Desk) -> None:
    asked = ask(desk.in_language("da"), "projector")
    with pytest.raises(QuestionError, match=r"Der er ingen tabel 'erp_al'\. Nærmest: erp_all"):
        asked.sql("select * from erp_al")
    with pytest.raises(QuestionError, match=r"Der er ingen kolonne 'emial'\. Nærmest: email"):
        asked.sql("select emial from erp_all")
    none = asked.sql("select * from erp_all where full_name = 'Lise Lund'").df()
    assert "maskeret" in table_html(none, words=asked.words)
    assert "duckdb" not in str(QuestionError("x")._render_traceback_()).lower()


def test_a_second_column_of_one_meaning_is_named_and_not_silently_absent(desk: Desk) -> None:
    intake = desk.intake()
    source, *others = intake.sources
    first = source.tables[0]
    email = next(m for m in first.meanings if m.attribute == "email")
    more = replace(first, meanings=(*first.meanings, replace(email, column="E-mail 2")))
    changed = replace(source, tables=(more,))
    desk.save("intake", replace(intake, sources=(changed, *others)))
    shown = tables_frame(desk, ask(desk, "projector"))
    assert shown.iloc[0, -1] == "E-mail 2"
    assert shown.iloc[1, -1] == ""


def test_the_minutes_say_what_was_said_by_role(desk: Desk) -> None:
    assert minutes_page(desk) == ""
    claims.lock_all(desk)
    say_agreed(desk, "stop_condition", {"what": "nobody owns it", "role": "CFO"})
    say_gap(desk, {"name": "Returns", "unlocks": "cost"})
    page = words_of(minutes_page(desk))
    for told in ("nobody owns it", "CFO", "Returns", "2099-12-31", "before its number was shown"):
        assert told in page


def test_every_entry_is_a_sentence_in_the_clients_language_and_votes_are_counts(
    desk: Desk,
) -> None:
    danish = desk.in_language("da")
    say_source(danish, {"name": "Booking", "domain": "service", "owner": "Værkstedschef"})
    say_counted(danish, ["A", "B"], 2.0)
    kept = {"source": "shop", "key": "email", "share": 0.8, "reach": 1.0, "after": 0.89}
    danish.say("what_if", {**kept, "low": 0.84, "high": 0.92, "serves": {"U1": 0.34}})
    box = VoteBox(desk.work / "votes")
    for pair, voter in (("p1", "A"), ("p1", "B"), ("p2", "A")):
        box.add(kind="person", pair=pair, voter=voter, answer="same", shown="projector")
    page = words_of(minutes_page(danish))
    told = {
        "Booking (kundeservice)",
        "A, B tæller, fra 2",
        "89 % (84–92 %)",
        "2 par",
        "2 stemmende",
    }
    plain = page.replace("\u00a0", " ").replace("\u202f", " ")
    assert {piece for piece in told if piece not in plain} == set()
    for raw in ("0.8", "linkage person", "sources booking", "{'tiers'", "p1"):
        assert raw not in plain


def test_what_was_said_stays_in_words_after_the_journal_was_folded(desk: Desk) -> None:
    say_agreed(desk, "stop_condition", {"what": "No proof of consent", "role": "DPO"})
    step = {"what": "One list", "role": "CMO", "until": "2099-12-15"}
    say_agreed(desk, "first_step", step)
    say_counted(desk, ["A"], None)
    assert desk.file is not None
    fold_journal(desk.file)
    again = open_desk(desk.file.parent, work=str(desk.work))
    assert again.overlay.journal.entries == ()
    kinds = ("stop_condition", "first_step", "threshold")
    assert [len(sentences_of(again, kind)) for kind in kinds] == [1, 1, 1]
    assert "DPO" in sentences_of(again, "stop_condition")[0]
    assert again.engagement.linkage.person.counted is not None
    shown = words_of(
        report.case_against(
            identity=None,
            use_cases=None,
            words=again.words,
            room=sentences_of(again, "stop_condition"),
        )
    )
    assert "No proof of consent" in shown


def test_each_source_gets_a_letter_and_nobody_is_asked_for_free_text(tmp_path: Path) -> None:
    said = load_engagement(sample_engagement())
    received = sample_engagement().parent / said.extracts
    files = write_letters(said, tmp_path, load_words(), received=received)
    assert len(files) == len(said.sources) + 1
    desk_letter = words_of((tmp_path / "extract-request-desk.html").read_text(encoding="utf-8"))
    assert "Customer service, Cluj" in desk_letter
    assert "All rows, not a sample" in desk_letter
    assert "body_short" not in desk_letter
    assert "The columns of last time" in desk_letter
    write_letters(said, tmp_path, load_words(), received=tmp_path, typed="../acme")
    assert "last time" not in words_of((tmp_path / "extract-request-desk.html").read_text("utf-8"))
    assert "scvkit check ../acme --letters" in (tmp_path / "checklist.html").read_text("utf-8")


def test_the_first_letters_need_nothing_but_a_name(tmp_path: Path) -> None:
    words = load_words("da")
    named = ("Shopify", "Gammelt system:loyalty", "Kundeservice")
    files = write_first_letters("Holm A/S", named, tmp_path, words)
    ids = ["shopify", "gammelt_system", "kundeservice"]
    assert [f.stem for f in files] == [*(f"extract-request-{name}" for name in ids), "checklist"]
    club = words_of(files[1].read_text(encoding="utf-8"))
    assert "Holm A/S" in club
    assert words("workshop.letter.wanted.birth_dates") in club
    for file in files[:-1]:
        asked = words_of(file.read_text(encoding="utf-8"))
        assert words("workshop.letter.columns", columns="")[:12] not in asked
        assert words("workshop.letter.files", files="")[:8] not in asked
    everything = write_first_letters("Holm A/S", (), tmp_path / "all", words)
    assert len(everything) == len(Domain)
    with pytest.raises(EngagementError, match="Did you mean 'loyalty'"):
        write_first_letters("Holm A/S", ["Klub:loyalti"], tmp_path, words)


def test_a_first_letter_states_the_lawful_facts_that_are_known(tmp_path: Path) -> None:
    words = load_words("da")
    facts = ["controller=Holm A/S", "delete_by = 2027-01-31"]
    first, *_ = write_first_letters("Holm", ["Shopify"], tmp_path, words, facts=facts)
    told = words_of(first.read_text(encoding="utf-8"))
    assert "Holm A/S" in told
    assert "31. januar 2027" in told
    assert words("workshop.letter.to_be_named") in told  # the agreement and the purpose
    for wrong, answer in (("delete_at=2027-01-31", "'delete_by'"), ("delete_by=soon", "no day")):
        with pytest.raises(EngagementError, match=answer):
            write_first_letters("Holm", ["Shopify"], tmp_path, words, facts=[wrong])


def test_a_letter_leaves_blanks_and_prints_nothing_of_the_kit(tmp_path: Path) -> None:
    words = load_words("da")
    first, *_ = write_first_letters("Holm", ["Værkstedssystem"], tmp_path, words)
    assert first.name == "extract-request-vaerkstedssystem.html"
    page = first.read_text(encoding="utf-8")
    assert "Kopierne slettes senest ____" in page
    assert words("report.footer") not in page
    assert 'class="scv scv-translated scv-screen"' in page
    assert ".scv.scv-screen{display:none}" in page.partition("@media print{")[2][:60]
    again = write_first_letters("Holm", ["Shopify"], tmp_path, words)
    assert older_letters(again) == (first,)


def test_commands_of_the_checklist_can_be_typed_as_they_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = open_desk(sample_engagement())
    monkeypatch.setenv(LIVE_VARIABLE, "0")
    assert opened.typed == "taerskel"
    monkeypatch.setenv(LIVE_VARIABLE, "1")
    monkeypatch.setenv(STARTED_IN_VARIABLE, str(sample_engagement().parents[1]))
    assert opened.typed == "taerskel"
    shown = checklist(opened.words, engagement=opened.typed)
    assert "scvkit check taerskel --letters taerskel/letters" in shown
    assert not re.search(r"ENGAGEMENT|\bDIR\b|\{", shown)


def test_a_claim_names_its_subject_in_the_words_of_the_room() -> None:
    opened = open_desk(sample_engagement(), language="da")
    said = {"source": "erp", "kind": "unique", "expected": "ja", "said_by": "Salg"}
    for spoken, meant in {"Kundenummer": "customer_number", "telefon": "phone"}.items():
        assert claims.claim_of({**said, "subject": spoken}, opened).subject == meant
    assert claims.claim_of({**said, "subject": "email"}, opened).expected is True


def test_the_agenda_leads_to_notebooks_that_exist_and_a_page_leads_nowhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert {block.notebook for block in AGENDA} - {""} <= {step.name for step in STEPS}
    monkeypatch.setenv(LIVE_VARIABLE, "0")
    assert "href" not in agenda(load_words(), begins="09:00")
    monkeypatch.setenv(LIVE_VARIABLE, "1")
    html = agenda(load_words(), begins="09:00")
    assert 'href="01_intake.ipynb#cell-id=aa8b3811"' in html
    for block in (*AGENDA, *WHEN_ASKED):
        if block.cell:
            document = nbformat.read(notebooks_folder() / f"{block.notebook}.ipynb", as_version=4)
            (cell,) = (c for c in document.cells if c.id == block.cell)
            assert cell.source.startswith("## "), block.name
    assert {b.notebook for b in (*AGENDA, *WHEN_ASKED)} - {""} == {step.name for step in STEPS}
    assert "13:00" in html
    with pytest.raises(EngagementError, match="no time of day"):
        agenda(load_words(), begins="nine")


def test_the_kits_own_sample_client_is_never_written_to() -> None:
    opened = open_desk("", work=os.environ.get("SCVKIT_TEST_WORK", ""))
    with pytest.raises(EngagementError, match="stays as it is"):
        opened.say("note", {"what": "x"})
    assert not journal_file(sample_engagement()).exists()


def test_a_kernel_killed_after_an_entry_loses_nothing(tmp_path: Path) -> None:
    shutil.copy(sample_engagement(), tmp_path)
    text = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from scvkit.engagement import append, journal_file\n"
        "home = Path(sys.argv[1])\n"
        "append(journal_file(home), kind='note', content={'what': 'kept'})\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", text, str(tmp_path)], check=False)
    assert killed.returncode == -9
    (entry,) = read_journal(journal_file(tmp_path)).entries
    assert entry.content == {"what": "kept"}


def test_the_lab_saves_no_output_of_a_client(monkeypatch: pytest.MonkeyPatch) -> None:
    file = Path(desks.__file__).parent / "lab_config" / "jupyter_server_config.py"
    names: dict[str, object] = {}
    exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), names)
    cell = {"cell_type": "code", "outputs": [{"text": "Lise Lund"}], "execution_count": 3}
    metadata = {"widgets": {"state": "Lise Lund"}, "kernelspec": {}}
    model = {"type": "notebook", "content": {"cells": [cell], "metadata": metadata}}
    monkeypatch.setenv("SCVKIT_KEEP_OUTPUTS", "1")
    names["without_outputs"](model)  # type: ignore[operator]
    assert "Lise" in json.dumps(model)
    monkeypatch.delenv("SCVKIT_KEEP_OUTPUTS")
    names["without_outputs"](model)  # type: ignore[operator]
    assert "Lise" not in json.dumps(model)
    assert cell["outputs"] == []


def test_masked_tables_need_no_linkage(desk: Desk) -> None:
    found = masked_database(desk).sql("select count(distinct person) from shop_all").fetchall()
    assert found[0][0] == len(NAMES)
