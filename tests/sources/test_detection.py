import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from scvkit.sources.forbidden import is_secret
from scvkit.sources.lexicon import header_words
from scvkit.vocabulary import Attribute
from tests.sources.conftest import Maker
from tests.sources.made_values import made_values


def attribute_of(maker: Maker, header: str, values: list[str]) -> tuple[Attribute, float]:
    meaning = maker.understand([header], [[v] for v in values]).meanings[0]
    return meaning.detected, meaning.confidence


@pytest.mark.parametrize("header", ["nummer", "ref", "cvr_nr", "column_3"])
def test_random_digits_are_not_called_an_organisation_number(maker: Maker, header: str) -> None:
    chance = random.Random(7)
    values = [f"{chance.randrange(10**7, 10**8)}" for _ in range(200)]
    assert attribute_of(maker, header, values)[0] is not Attribute.ORG_NUMBER


def test_a_company_number_whose_check_digits_fail_is_told_and_not_taken(maker: Maker) -> None:
    chance = random.Random(7)
    values = [[f"{chance.randrange(10**7, 10**8)}"] for _ in range(200)]
    meaning = maker.understand(["CVR-nr."], values).meanings[0]
    assert meaning.attribute is Attribute.OTHER
    assert "The header says 'CVR-nr', but only" in meaning.reason


@pytest.mark.parametrize("digits", [8, 10, 11, 13])
def test_random_digits_are_not_called_a_national_id(maker: Maker, digits: int) -> None:
    chance = random.Random(7)
    values = [f"{chance.randrange(10 ** (digits - 1), 10**digits)}" for _ in range(200)]
    table = maker.understand(["ref"], [[v] for v in values])
    assert table.meanings[0].detected is not Attribute.NATIONAL_ID


def test_a_header_is_not_believed_against_its_values(maker: Maker) -> None:
    assert attribute_of(maker, "email", ["1", "2", "3"])[0] is not Attribute.EMAIL
    assert attribute_of(maker, "telefon", ["Bo", "Ib", "Åse"])[0] is not Attribute.PHONE


def test_e_mail_is_known_by_its_values_alone(maker: Maker) -> None:
    found, confidence = attribute_of(maker, "column_2", ["a@x.example", "b@y.example"])
    assert found is Attribute.EMAIL
    assert confidence > 0.9


def test_subscribed_and_unsubscribed_speak_of_consent_under_any_header(maker: Maker) -> None:
    found, _ = attribute_of(maker, "status", ["subscribed", "unsubscribed", "subscribed"])
    assert found is Attribute.CONSENT_FLAG


def test_active_and_passive_do_not_speak_of_consent(maker: Maker) -> None:
    assert attribute_of(maker, "status", ["active", "passive"])[0] is Attribute.OTHER


def test_confidence_stays_in_range_and_every_meaning_has_a_reason(maker: Maker) -> None:
    columns = ["kundenr", "navn", "x", "tom"]
    table = maker.understand(columns, [["1", "Bo Holm", "zz", None], ["2", "Ib Dal", "yy", None]])
    assert all(0 <= m.confidence <= 1 and m.reason for m in table.meanings)


@pytest.mark.parametrize("header", ["password", "Password_Hash", "adgangskode", "rp_token", "PIN"])
def test_secrets_are_known_by_their_header(header: str) -> None:
    assert is_secret(header)


@pytest.mark.parametrize("header", ["shipping", "spin", "opinion", "tokens_earned", "pin_town"])
def test_innocent_headers_are_no_secrets(header: str) -> None:
    assert not is_secret(header)


_SPOKEN_FILE = Path(__file__).with_name("spoken_headers.yaml")
SPOKEN = {
    Attribute(name): headers
    for name, headers in YAML(typ="safe", pure=True).load(_SPOKEN_FILE.read_text("utf-8")).items()
}


def test_every_attribute_has_headers_here_and_words_in_the_lexicon() -> None:
    unspoken = {Attribute.OTHER, Attribute.NATIONAL_ID}
    assert set(SPOKEN) == set(Attribute) - unspoken
    assert set(header_words()) >= set(SPOKEN)


@pytest.mark.parametrize("attribute", SPOKEN, ids=lambda a: a.value)
def test_every_attribute_is_found_in_every_language_with_and_without_values(
    shared_maker: Maker, attribute: Attribute
) -> None:
    headers = SPOKEN[attribute]
    for rows in (0, 60):
        columns = [made_values(attribute, rows, header) for header in headers]
        meanings = shared_maker.understand(headers, list(zip(*columns, strict=True))).meanings
        assert {m.column: m.detected for m in meanings} == dict.fromkeys(headers, attribute)
        assert all(m.reason and 0 < m.confidence <= 1 for m in meanings)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers())
def test_random_digits_are_never_called_a_company_or_a_person(
    shared_maker: Maker, seed: int
) -> None:
    chance = random.Random(seed)
    headers = [f"{header}_{digits}" for digits in range(6, 14) for header in ("ref", "kode", "x")]
    lengths = [int(header.split("_")[1]) for header in headers]
    rows = [[f"{chance.randrange(10 ** (n - 1), 10**n)}" for n in lengths] for _ in range(60)]
    table = shared_maker.understand(headers, rows)
    assert table.quarantined == ()
    assert not {m.detected for m in table.meanings} & {
        Attribute.ORG_NUMBER,
        Attribute.VAT_NUMBER,
        Attribute.NATIONAL_ID,
    }


def test_a_few_identity_numbers_among_shorter_numbers_are_held_back(maker: Maker) -> None:
    rows = [[f"{100_000 + i}"] for i in range(50)] + [["0105802345"], ["2412991234"]]
    assert maker.understand(["ref"], rows).quarantined == ("ref",)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(), header=st.sampled_from(["cvr", "CVR-nr.", "orgnr"]))
def test_random_digits_are_no_company_numbers_even_when_the_header_says_so(
    shared_maker: Maker, seed: int, header: str
) -> None:
    chance = random.Random(seed)
    rows = [[f"{chance.randrange(10**7, 10**8)}"] for _ in range(500)]
    assert shared_maker.understand([header], rows).meanings[0].detected is not Attribute.ORG_NUMBER


def test_true_company_numbers_are_found_without_a_header(maker: Maker) -> None:
    rows = [[v] for v in made_values(Attribute.ORG_NUMBER, 80, "x")]
    meaning = maker.understand(["column_4"], rows).meanings[0]
    assert meaning.detected is Attribute.ORG_NUMBER
    assert meaning.confidence < 0.75


def test_a_name_of_companies_is_told_from_a_name_of_people(maker: Maker) -> None:
    companies = made_values(Attribute.COMPANY_NAME, 30, "x")
    people = made_values(Attribute.FULL_NAME, 30, "x")
    assert attribute_of(maker, "navn", companies)[0] is Attribute.COMPANY_NAME
    assert attribute_of(maker, "navn", people)[0] is Attribute.FULL_NAME
    assert attribute_of(maker, "navn", people + companies)[0] is Attribute.FULL_NAME


@pytest.mark.parametrize(
    "header", ["plan_name", "ad name", "Device Name", "list-name", "kampagnenavn"]
)
def test_the_name_of_a_thing_is_no_persons(maker: Maker, header: str) -> None:
    values = [f"{v} spring" for v in made_values(Attribute.CITY, 30, "x")]
    assert attribute_of(maker, header, values)[0] is not Attribute.FULL_NAME


def test_an_account_of_people_is_a_login_and_one_of_companies_is_not(maker: Maker) -> None:
    ids, names = (made_values(a, 30, "x") for a in (Attribute.ACCOUNT_NUMBER, Attribute.GIVEN_NAME))
    firms = made_values(Attribute.COMPANY_NAME, 30, "x")
    people = maker.understand(["account_id", "first_name"], list(zip(ids, names, strict=True)))
    companies = maker.understand(["account_id", "company"], list(zip(ids, firms, strict=True)))
    assert people.meanings[0].detected is Attribute.LOGIN_ID
    assert companies.meanings[0].detected is Attribute.ACCOUNT_NUMBER


ANSWERS = [("ja", "nej"), ("yes", "no"), ("1", "0"), ("x", ""), ("J", "N")]


@pytest.mark.parametrize(
    "header",
    "Tilmeldt Nyhedsmail Prenumererar Påmeldt Abonniert Werbung Newsletter subscribed Opt-in "
    "Nieuwsbrief Toestemming Abonat 訂閱 電子報 Mailing_list Uutiskirje".split(),
)
def test_yes_and_no_under_a_word_for_subscribing_is_a_permission(maker: Maker, header: str) -> None:
    for answers in ANSWERS:
        rows = [[str(n), answers[n % 2]] for n in range(40)]
        found = maker.understand(["kundenr", header], rows).meanings[1]
        assert found.attribute is Attribute.CONSENT_FLAG, answers


def test_a_word_for_subscribing_over_dates_is_their_time(maker: Maker) -> None:
    rows = [[str(n), f"2024-01-{n % 28 + 1:02}"] for n in range(40)]
    found = maker.understand(["kundenr", "Tilmeldt"], rows).meanings[1]
    assert found.attribute is Attribute.CONSENT_TIME


@pytest.mark.parametrize("header", ["Erhverv", "Kontakt", "VIP"])
def test_yes_and_no_under_another_word_keep_their_values_for_a_question(
    maker: Maker, header: str
) -> None:
    rows = [[str(n), ("ja", "nej")[n % 2]] for n in range(40)]
    found = maker.understand(["kundenr", header], rows).meanings[1]
    assert (found.attribute, found.codes) == (Attribute.OTHER, ("ja", "nej"))
