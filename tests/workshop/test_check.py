"""`scvkit new` and `scvkit check` say what a newcomer has to do, column by column."""

from pathlib import Path

import pytest

from scvkit.engagement import load_engagement
from scvkit.errors import EngagementError
from scvkit.workshop.check import check_engagement
from scvkit.workshop.draft import draft_folder

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
