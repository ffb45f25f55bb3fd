from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scvkit.engagement import Engagement, load_engagement
from scvkit.records.extracts import ColumnMeaning, ReadingReport, SourceTable, UnreadFile
from scvkit.sources import draft_engagement, understand_table
from scvkit.vocabulary import Attribute, Channel, Domain, Grain
from tests.sources.conftest import Maker

Pair = tuple[ReadingReport, SourceTable]


def pair(maker: Maker, file: str, columns: list[str], rows: list[list[str]]) -> Pair:
    report = maker.report(columns, rows, file=file, table=f"t{len(file)}")
    return report, understand_table(maker.connection, maker.rows, report, table=None, country="DK")


@pytest.fixture(scope="module")
def draft_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("draft")


def loaded(tmp_path: Path, text: str) -> Engagement:
    path = tmp_path / "engagement.yaml"
    path.write_text(text, encoding="utf-8")
    return load_engagement(path)


def test_a_draft_is_an_engagement_file(maker: Maker, tmp_path: Path) -> None:
    club = pair(
        maker,
        "klub_medlem.xlsx",
        ["medlemsnr", "navn", "email", "ok_sms", "NO"],
        [["1", "Bo Holm", "a@x.example", "J", "x"], ["2", "Ib Dal", "b@x.example", "N", "y"]],
    )
    drafted = loaded(tmp_path, draft_engagement("Køb: & Salg", [club], unread=()))
    source = drafted.sources["klub_medlem"]
    assert source.domain is Domain.LOYALTY
    assert source.tables["records"].columns["email"] is Attribute.EMAIL
    assert source.tables["records"].columns["NO"] is Attribute.OTHER
    consent = source.consent[0]
    assert (consent.channel, consent.given, consent.refused) == (Channel.SMS, ("J",), ("N",))
    assert drafted.missing_lawful_facts == (
        "controller",
        "processor_agreement",
        "purpose",
        "delete_by",
    )


def test_files_that_share_a_prefix_are_one_source(maker: Maker, tmp_path: Path) -> None:
    rows = [["1", "a@x.example"]]
    files = ["crm_kontakter.csv", "crm_konti.csv", "tickets.csv"]
    pairs = [pair(maker, file, ["id", "email"], rows) for file in files]
    drafted = loaded(tmp_path, draft_engagement("X", pairs, unread=()))
    assert {s: list(v.tables) for s, v in drafted.sources.items()} == {
        "crm": ["kontakter", "konti"],
        "tickets": ["records"],
    }


def test_an_opt_out_is_turned_round(maker: Maker, tmp_path: Path) -> None:
    table = pair(maker, "a.csv", ["id", "email_opt_out"], [["1", "true"], ["2", "false"]])
    consent = loaded(tmp_path, draft_engagement("X", [table], unread=())).sources["a"].consent[0]
    assert (consent.given, consent.refused) == (("false",), ("true",))


def test_a_file_that_could_not_be_read_is_named(maker: Maker, tmp_path: Path) -> None:
    table = pair(maker, "a.csv", ["id"], [["1"]])
    unread = UnreadFile(source="", table="", file="b.xls", reason="It is\ndamaged.")
    text = draft_engagement("X", [table], unread=[unread])
    assert "#   b.xls: It is damaged." in text
    loaded(tmp_path, text)


@settings(max_examples=60, deadline=None)
@given(
    header=st.text(min_size=1, max_size=20).filter(lambda t: t.strip() and "\x00" not in t),
    client=st.text(min_size=1, max_size=20),
)
def test_any_header_and_client_name_give_a_valid_file(
    draft_folder: Path, header: str, client: str
) -> None:
    report = ReadingReport(
        source="s",
        table="t",
        file="kunder: nr. 1.csv",
        format="csv",
        sha256="",
        bytes=1,
        dialect=None,
        columns=(header,),
        rows=1,
    )
    meaning = ColumnMeaning(
        column=header,
        attribute=Attribute.CONSENT_FLAG,
        confidence=0.6,
        decided_by="detected",
        detected=Attribute.CONSENT_FLAG,
        reason=header,
        codes=("J", "N", header),
    )
    table = SourceTable(
        source="s", table="t", grain=Grain.CUSTOMER, id_column=header, rows=1, meanings=(meaning,)
    )
    drafted = loaded(draft_folder, draft_engagement(client, [(report, table)], unread=()))
    assert drafted.client.name == client
    (source,) = drafted.sources.values()
    assert list(source.tables["records"].columns) == [header]
