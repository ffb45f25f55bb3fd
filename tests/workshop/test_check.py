"""`scvkit new` and `scvkit check` say what a newcomer has to do, column by column."""

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from scvkit.batch.outcome import RunResult
from scvkit.engagement import load_engagement
from scvkit.errors import EngagementError
from scvkit.locale import load_words
from scvkit.workshop.check import check_engagement
from scvkit.workshop.draft import draft_folder
from scvkit.workshop.letters import write_first_letters

LIST = "kundenr;navn;email;Tilmeldt;Erhverv;xyz\n" + "".join(
    f"{n};Ole Vik;o{n}@vik.example;{('ja', 'nej', '')[n % 3]};{('ja', 'nej')[n % 2]};{n}q\n"
    for n in range(30)
)


@pytest.fixture
def engagement(tmp_path: Path) -> Path:
    """The draft of one list of customers kept in a CRM."""
    (tmp_path / "crm.csv").write_text(LIST, encoding="utf-8")
    file, _ = draft_folder(tmp_path / "eng", [tmp_path / "crm.csv"])
    return file


def test_a_drafted_list_of_numbered_people_is_a_source_of_customers(engagement: Path) -> None:
    table = load_engagement(engagement).sources["crm"].tables["records"]
    assert table.grain == "customer"
    said = check_engagement(engagement.parent).text
    assert "No source counts as one of customers" not in said


def test_the_draft_names_every_domain_and_asks_about_yes_and_no(engagement: Path) -> None:
    text = engagement.read_text(encoding="utf-8")
    written = " ".join(text.replace("#", " ").split())
    assert "purchases, shop, newsletter, loyalty, service, web_analytics, crm" in written
    assert "Erhverv: other  # not recognised, and holds only yes and no" in text


def test_a_draft_without_a_permission_shows_how_one_is_written(tmp_path: Path) -> None:
    (tmp_path / "kunder.csv").write_text("kundenr;navn\n1;Bo Holm\n2;Ib Dal\n", encoding="utf-8")
    file, _ = draft_folder(tmp_path / "eng", [tmp_path / "kunder.csv"])
    text = file.read_text(encoding="utf-8")
    assert "#   - {table: records, column: ok_email, channel: email" in text
    taken = text.replace("consent: []", "consent:").replace("    #   - {table", "      - {table")
    file.write_text(taken, encoding="utf-8")
    assert load_engagement(file).sources["kunder"].consent[0].given == ("ja",)


def test_check_names_what_was_not_understood_and_what_nobody_explained(engagement: Path) -> None:
    text = engagement.read_text(encoding="utf-8")
    head, _, _ = text.partition("    # Guessed from the values")
    engagement.write_text(head, encoding="utf-8")
    said = check_engagement(engagement.parent).text
    assert "not used: xyz." in said
    assert "Erhverv holds only yes and no" in said
    line = "{table: records, column: Tilmeldt, channel: email, purpose: marketing, given: [ja]"
    assert (
        f"Tilmeldt says who may be contacted, but nothing explains its values. Add under "
        f"sources.crm.consent: - {line}" in said
    )


def test_check_asks_for_the_day_and_the_name_and_rests_once_told(engagement: Path) -> None:
    said = check_engagement(engagement).text
    assert "? The client has no name yet" in said
    assert "? No day is named to measure against" in said
    text = engagement.read_text(encoding="utf-8").replace('name: "?"', "name: Vik")
    text = text.replace("as_of: null", "as_of: 2026-09-30")
    text = text.replace("        columns:", "        left_out: [xyz, Erhverv]\n        columns:")
    engagement.write_text(text, encoding="utf-8")
    said = check_engagement(engagement).text
    assert "Everything is measured as of 2026-09-30" in said
    assert "?" not in said


def test_a_column_left_out_on_purpose_is_asked_about_until_it_is_settled(engagement: Path) -> None:
    text = engagement.read_text(encoding="utf-8").replace("email: email", "email: other")
    engagement.write_text(text, encoding="utf-8")
    assert "email is declared as other; its values look like email" in check_text(engagement)
    text = text.replace("        columns:", "        left_out: [email]\n        columns:")
    engagement.write_text(text, encoding="utf-8")
    assert "email is declared" not in check_text(engagement)
    engagement.write_text(text.replace("[email]", "[emale]"), encoding="utf-8")
    assert "has no column 'emale'" in check_text(engagement)


def check_text(engagement: Path) -> str:
    return check_engagement(engagement).text


def test_a_crm_without_numbers_is_told_how_its_people_become_customers(engagement: Path) -> None:
    text = engagement.read_text(encoding="utf-8")
    text = text.replace("kundenr: customer_number", "kundenr: unique_id")
    engagement.write_text(text, encoding="utf-8")
    assert "Nobody in records counts as a customer" in check_text(engagement)
    engagement.write_text(text.replace("domain: crm", "domain: purchases"), encoding="utf-8")
    assert "counts as" not in check_text(engagement)


def test_dates_later_than_the_day_of_measuring_are_asked_about(tmp_path: Path) -> None:
    rows = "".join(f"{n};Ole Vik;2026-08-{n:02}\n" for n in range(1, 29))
    (tmp_path / "kunder.csv").write_text(f"kundenr;navn;oprettet\n{rows}", encoding="utf-8")
    file, _ = draft_folder(tmp_path / "eng", [tmp_path / "kunder.csv"], client="Vik A/S")
    text = file.read_text(encoding="utf-8")
    assert load_engagement(file).client.name == "Vik A/S"
    file.write_text(text.replace("as_of: 2026-08-28", "as_of: 2026-01-31"), encoding="utf-8")
    assert "hold dates up to 2026-08-28" in check_text(file)


def test_a_number_that_never_repeats_is_the_id_before_an_address(tmp_path: Path) -> None:
    rows = "".join(f"b{n}@vik.example;K-{n};{n % 7}\n" for n in range(50, 80))
    (tmp_path / "liste.csv").write_text(f"email;Ref;Kode\n{rows}", encoding="utf-8")
    file, _ = draft_folder(tmp_path / "eng", [tmp_path / "liste.csv"])
    assert load_engagement(file).sources["liste"].tables["records"].id == "Ref"


def test_check_says_which_line_makes_a_source_of_customers(engagement: Path) -> None:
    text = engagement.read_text(encoding="utf-8").replace("grain: customer", "grain: contact")
    engagement.write_text(text, encoding="utf-8")
    assert "in a crm write grain: customer" in check_engagement(engagement.parent).text


def test_several_faults_of_an_engagement_stand_on_a_line_each(engagement: Path) -> None:
    text = engagement.read_text(encoding="utf-8")
    text = text.replace("domain: crm", "domain: crmm").replace("file: crm", "fil: crm")
    engagement.write_text(text, encoding="utf-8")
    with pytest.raises(EngagementError) as refused:
        load_engagement(engagement)
    first, *faults = str(refused.value).splitlines()
    assert first == f"engagement.yaml: {len(faults)} faults"
    assert all(fault.startswith("  line ") for fault in faults)
    assert "Did you mean 'crm'? Valid values: purchases" in faults[0]


def test_check_tells_a_misspelt_word_of_consent_with_its_rows(engagement: Path) -> None:
    text = engagement.read_text(encoding="utf-8")
    assert "explained by no word" not in check_engagement(engagement).text
    engagement.write_text(text.replace("given: [ja]", "given: [yes]"), encoding="utf-8")
    assert (
        "! Tilmeldt: ‘ja’ in 10 rows is explained by no word" in check_engagement(engagement).text
    )


@pytest.mark.parametrize(
    ("phone", "country", "asked"),
    [("+46 70 123 45 {n:02}", "SE", False), ("070123{n}", "DK", True)],
)
def test_the_country_is_read_from_prefixes_or_asked_for(
    tmp_path: Path, phone: str, country: str, asked: bool
) -> None:
    rows = [f"T{n},kund{n}@x.example,{phone.format(n=n)}" for n in range(10, 60)]
    text = "\n".join(["Ärende,E-post,Telefon", *rows])
    (tmp_path / "tickets.csv").write_text(text, encoding="utf-8")
    file, _ = draft_folder(tmp_path / "eng", [tmp_path / "tickets.csv"])
    told = file.read_text(encoding="utf-8")
    assert f"country: {country}" in told
    assert ("which is it?" in told) is asked
    assert "Ärende: topic" not in told  # every row has its own: that is its number


def workbook(folder: Path) -> Path:
    """Members on one sheet, remarks about them on another."""
    book = openpyxl.Workbook()
    book.active.title = "Medlemmer"
    book.active.append(["Medlemsnr", "Navn", "E-mail"])
    for n in range(20):
        book.active.append([n + 100, "Bo Holm", f"b{n}@holm.example"])
    book.create_sheet("Noter").append(["Trukket af klubben den tolvte i ellevte, ring ved tvivl."])
    book.save(folder / "klub.xlsx")
    return folder / "klub.xlsx"


def test_a_sheet_of_remarks_is_told_and_the_sheet_of_people_is_named(tmp_path: Path) -> None:
    file, notes = draft_folder(tmp_path / "eng", [workbook(tmp_path)])
    tables = load_engagement(file).sources["klub"].tables
    assert {name: table.reading.sheets for name, table in tables.items()} == {
        "records": ("Medlemmer",)
    }
    assert any("sheet Noter holds remarks" in note for note in notes)
    checked = check_engagement(file)
    assert checked.complete
    assert "has no column" not in checked.text


def test_two_tables_that_read_the_same_sheet_are_refused(tmp_path: Path) -> None:
    file, _ = draft_folder(tmp_path / "eng", [workbook(tmp_path)])
    text = file.read_text(encoding="utf-8")
    again = "    tables:\n      again: {file: klub.xlsx, grain: member}\n"
    file.write_text(text.replace("    tables:\n", again), encoding="utf-8")
    checked = check_engagement(file)
    assert not checked.complete
    assert "klub.records holds the same rows as klub.again" in checked.text


def test_a_column_that_is_not_there_makes_a_run_incomplete(tmp_path: Path) -> None:
    absent = ("klub has no column 'column_1'.",)
    known = RunResult(index=tmp_path, run_id="1", outcomes=(), unread=())
    assert known.complete
    assert not replace(known, absent=absent).complete


def test_the_draft_after_the_first_letters_knows_client_language_and_facts(tmp_path: Path) -> None:
    write_first_letters(
        "Kæde & Co",
        ["Navision"],
        tmp_path / "letters",
        load_words("da"),
        facts=["delete_by=2027-01-31", "controller=Kæde & Co"],
        typed=str(tmp_path / "eng"),
    )
    (tmp_path / "crm.csv").write_text(LIST, encoding="utf-8")
    file, _ = draft_folder(tmp_path / "eng", [tmp_path / "crm.csv"], language=None)
    drafted = load_engagement(file)
    assert (drafted.client.name, drafted.client.languages) == ("Kæde & Co", ("da",))
    assert str(drafted.assessment.delete_by) == "2027-01-31"
    assert drafted.missing_lawful_facts == ("processor_agreement", "purpose")


def test_the_language_is_proposed_from_danish_headers(tmp_path: Path) -> None:
    (tmp_path / "kunder.csv").write_text(
        "Fornavn;Efternavn;Postnr;Oprettet den\nBo;Holm;2100;2026-01-02\n", encoding="utf-8"
    )
    file, _ = draft_folder(tmp_path / "eng", [tmp_path / "kunder.csv"], language=None)
    assert load_engagement(file).client.languages == ("da",)
    assert "language is guessed" in file.read_text(encoding="utf-8")
