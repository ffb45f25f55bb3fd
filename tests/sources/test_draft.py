import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scvkit.engagement import Engagement, load_engagement
from scvkit.records.extracts import ColumnMeaning, ReadingReport, SourceTable, UnreadFile
from scvkit.sources import draft_engagement, newest_days, propose_as_of, understand_table
from scvkit.sources.number_hints import propose_customer_numbers
from scvkit.sources.recognition import known_exports
from scvkit.vocabulary import Attribute, Channel, Domain, Grain
from tests.sources.conftest import Maker
from tests.sources.made_values import made_values

Pair = tuple[ReadingReport, SourceTable]
SOURCE = "\n  s:\n    name: S\n    tables: {t: {file: a.csv}}"


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


def test_an_opt_out_is_a_withdrawal_and_its_absence_no_consent(
    maker: Maker, tmp_path: Path
) -> None:
    table = pair(maker, "a.csv", ["id", "email_opt_out"], [["1", "true"], ["2", "false"]])
    text = draft_engagement("X", [table], unread=())
    consent = loaded(tmp_path, text).sources["a"].consent[0]
    assert (consent.given, consent.refused, consent.withdrawn) == ((), (), ("true",))
    assert "counted as unknown: false" in text


def test_a_name_keeps_its_letters(maker: Maker, tmp_path: Path) -> None:
    tables = [
        pair(maker, "Købte_lister på æske.csv", ["id"], [["1"]]),
        pair(maker, "Skånekund_år.csv", ["id"], [["1"]]),
        pair(maker, "skånekund_order.csv", ["id"], [["1"]]),
    ]
    drafted = loaded(tmp_path, draft_engagement("X", tables, unread=()))
    assert [s.name for s in drafted.sources.values()] == ["Købte lister på æske", "Skånekund"]


def test_every_key_that_needs_words_has_them(maker: Maker, tmp_path: Path) -> None:
    text = draft_engagement("X", [pair(maker, "a.csv", ["id"], [["1"]])], unread=())
    for key in ("as_of", "grade", "three_questions", "owner", "stored", "legal_basis"):
        assert key in text
    assert "declared means somebody told you" in text
    assert "can you get at it today" in text
    loaded(tmp_path, text)


def test_as_of_is_proposed_from_the_newest_dates(tmp_path: Path, maker: Maker) -> None:
    rows = [["1", "2026-09-29", "2026-09-30"], ["2", "2026-09-12", "2099-12-31"]]
    _, table = pair(maker, "a.csv", ["id", "created_at", "changed_at"], rows)
    found = propose_as_of(newest_days(maker.connection, maker.rows, table))
    assert found == dt.date(2026, 9, 29)
    drafted = loaded(tmp_path, draft_engagement("X", [], unread=(), as_of=found) + SOURCE)
    assert drafted.assessment.as_of == found


@given(st.lists(st.dates(), max_size=12))
def test_the_proposed_day_is_one_of_the_days(days: list[dt.date]) -> None:
    found = propose_as_of(days)
    assert found in days if days else found is None


def test_a_date_that_proves_one_consent_is_asked_about_for_the_next(
    maker: Maker, tmp_path: Path
) -> None:
    columns = ["nr", "ok_email", "ok_sms", "samtykke_dato"]
    rows = [["1", "J", "N", "2026-01-02"], ["2", "N", "J", "2026-01-03"]]
    text = draft_engagement("X", [pair(maker, "a.csv", columns, rows)], unread=())
    email, sms = loaded(tmp_path, text).sources["a"].consent
    assert (email.time, sms.time) == ("samtykke_dato", None)
    assert "# time: samtykke_dato" in text


def test_each_consent_is_proved_by_the_time_that_bears_its_name(
    maker: Maker, tmp_path: Path
) -> None:
    columns = ["nr", "email_opt_in", "email_opt_in_at", "sms_opt_in", "sms_opt_in_at"]
    rows = [["1", "J", "2026-01-02", "N", "2026-01-03"], ["2", "N", "", "J", "2026-01-03"]]
    text = draft_engagement("X", [pair(maker, "a.csv", columns, rows)], unread=())
    consents = loaded(tmp_path, text).sources["a"].consent
    assert [c.time for c in consents] == ["email_opt_in_at", "sms_opt_in_at"]


def test_a_known_export_brings_what_its_consent_means_and_what_to_ask(
    maker: Maker, tmp_path: Path
) -> None:
    columns = [
        "Email",
        "Klaviyo ID",
        "Email Marketing Consent",
        "Email Marketing Consent Timestamp",
    ]
    rows = [
        ["a@x.example", "K1", "SUBSCRIBED", "2026-01-02"],
        ["b@x.example", "K2", "NEVER_SUBSCRIBED", ""],
        ["c@x.example", "K3", "UNSUBSCRIBED", "2026-01-02"],
    ]
    text = draft_engagement("X", [pair(maker, "liste.csv", columns, rows)], unread=())
    source = loaded(tmp_path, text).sources["liste"]
    consent = source.consent[0]
    assert source.name == "Liste (Klaviyo)"
    assert source.domain is Domain.NEWSLETTER
    assert (consent.given, consent.refused) == (("SUBSCRIBED",), ())
    assert consent.withdrawn == ("UNSUBSCRIBED",)
    assert consent.time == "Email Marketing Consent Timestamp"
    assert "nobody was asked" in text


@pytest.mark.parametrize(
    ("file", "more", "state"),
    [
        ("subscribed_members_1.csv", [], "given"),
        ("export.csv", ["UNSUB_TIME"], "withdrawn"),
        ("unsubscribed_members_1.csv", ["UNSUB_TIME"], "withdrawn"),
        ("cleaned_members_1.csv", ["CLEAN_TIME"], None),
    ],
)
def test_a_file_that_says_who_is_subscribed_by_being_that_file_is_drafted_so(
    maker: Maker, tmp_path: Path, file: str, more: list[str], state: str | None
) -> None:
    columns = ["Email Address", "First Name", "MEMBER_RATING", "OPTIN_TIME", "LEID", *more]
    rows = [["a@x.example", "Åse", "2", "2024-01-02 10:00:00", "17", *("2025-02-03" for _ in more)]]
    text = draft_engagement("X", [pair(maker, file, columns, rows)], unread=())
    [source] = loaded(tmp_path, text).sources.values()
    assert [one.state for one in source.consent] == ([state] if state else [])


def test_secrets_of_a_known_export_are_held_back_and_named(maker: Maker, tmp_path: Path) -> None:
    export = next(e for e in known_exports() if e.name == "prestashop_customers")
    columns = list(export.columns)
    rows = list(zip(*(made_values(a, 4, c) for c, a in export.columns.items()), strict=True))
    text = draft_engagement("X", [pair(maker, "kunder.csv", columns, rows)], unread=())
    loaded(tmp_path, text)
    assert "passwd, secure_key, reset_password_token should never have left" in " ".join(
        line.strip(" #") for line in text.splitlines()
    )


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


def test_the_number_that_another_file_quotes_is_proposed_as_the_customers(maker: Maker) -> None:
    ledger = [[str(100_000 + 7 * n), f"Bo{n} Holm"] for n in range(60)]
    club = [[str(n), str(100_000 + 7 * n)] for n in range(30)]
    strangers = [[str(n), str(500_000 + 7 * n)] for n in range(30)]
    for members, meant in ((club, "customer_number"), (strangers, "unique_id")):
        tables = [
            pair(maker, "ledger.csv", ["Nr.", "Navn"], ledger),
            pair(maker, "club_members.csv", ["Medlemsnr", "Kundenr."], members),
        ]
        found = propose_customer_numbers(maker.connection, maker.rows, tables)
        text = draft_engagement("X", found, unread=())
        assert f'"Nr.": {meant}' in text
    assert "30 of the 30 different numbers" not in text
