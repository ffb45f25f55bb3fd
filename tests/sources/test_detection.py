import random

import pytest

from scvkit.sources.forbidden import is_secret
from scvkit.vocabulary import Attribute
from tests.sources.conftest import Maker


def attribute_of(maker: Maker, header: str, values: list[str]) -> tuple[Attribute, float]:
    meaning = maker.understand([header], [[v] for v in values]).meanings[0]
    return meaning.detected, meaning.confidence


@pytest.mark.parametrize("header", ["nummer", "ref", "cvr_nr", "column_3"])
def test_random_digits_are_not_called_an_organisation_number(maker: Maker, header: str) -> None:
    chance = random.Random(7)
    values = [f"{chance.randrange(10**7, 10**8)}" for _ in range(200)]
    assert attribute_of(maker, header, values)[0] is not Attribute.ORG_NUMBER


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
