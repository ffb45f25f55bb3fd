"""The ledger without its e-mail column: who needed it, and which column is named."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from scvkit.locale import load_words
from scvkit.records.usecases import UseCaseFit
from scvkit.report.use_cases import why_of
from scvkit.usecases import load_catalogue
from scvkit.vocabulary import UseCaseStatus
from tests.end_to_end.assessed import Assessed, assess_client
from tests.linkage.lists import people

PEOPLE = 60
LAST = datetime(2026, 6, 30, 20, 0)
COLUMN = "ledger/debtors.Mailadresse"
# Readers gave an address and nothing else, callers a phone: only the ledger's mail column ties
# readers and their yes to anybody, and only by it can buyers be written to. Service (U7) and the
# permission in one list (U16) do without.
NEEDS_THE_COLUMN = {"U1", "U2", "U3", "U8", "U11", "U15"}
ENGAGEMENT = """
version: 1
client: {name: Lille Klient, country: DK}
assessment: {as_of: 2026-06-30}
extracts: extracts
sources:
  ledger:
    name: Ledger
    domain: purchases
    legal_basis: {basis: contract, purpose: orders, grade: declared, covers_scv: true}
    tables:
      debtors:
        file: debtors.csv
        grain: customer
        id: Nr
        columns: {Nr: customer_number, Fornavn: given_name, Efternavn: surname,
          Mailadresse: email, Telefon: phone, Vej: street, Postnr: postcode, By: city}
      orders:
        file: orders.csv
        grain: order
        id: Ordre
        columns: {Ordre: order_number, Nr: customer_number, Dato: created_at, Vare: product,
          Lager: stock, Kost: unit_cost, Leveret: delivered_at}
  letter:
    name: Newsletter
    domain: newsletter
    legal_basis: {basis: consent, purpose: newsletter, grade: declared, covers_scv: true}
    tables:
      readers:
        file: readers.csv
        grain: subscriber
        id: Id
        columns: {Id: unique_id, Mail: email, Status: consent_flag, Tid: consent_time,
          Set: last_seen_at}
    consent:
      - {table: readers, channel: email, purpose: marketing, column: Status, given: [ja],
         refused: [nej], withdrawn: [], time: Tid}
  desk:
    name: Desk
    domain: service
    legal_basis: {basis: contract, purpose: service, grade: declared, covers_scv: true}
    tables:
      calls:
        file: calls.csv
        grain: ticket
        id: Sag
        columns: {Sag: unique_id, Fornavn: given_name, Efternavn: surname, Telefon: phone,
          Emne: topic, Tid: created_at}
"""


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Assessed]:
    """The client as it is, and with the column blanked in the extract."""
    found = {}
    for name in ("whole", "blanked"):
        folder = tmp_path_factory.mktemp(name)
        write_client(folder / "client", blanked=name == "blanked")
        found[name] = assess_client(folder / "client", folder / "work")
    return found


@pytest.fixture(scope="module")
def told(clients: dict[str, Assessed]) -> dict[str, dict[str, UseCaseFit]]:
    """The use cases of both."""
    return {name: {f.id: f for f in c.use_cases.fits} for name, c in clients.items()}


def write_client(folder: Path, *, blanked: bool) -> None:
    draw = Random(4)
    debtors, orders, readers, calls = [], [], [], []
    for number, person in enumerate(people(PEOPLE)):
        nr, phone = person["customer_number"], f"1{number:03}{draw.randint(1000, 9999)}"
        name = person["given_name"], person["surname"]
        home = person["street"], person["postcode"], person["city"]
        debtors.append((nr, *name, "" if blanked else person["email"], phone, *home))
        then = LAST - timedelta(hours=24 * number)
        orders.append((f"9{number:05}", nr, then, "Vindue", draw.randint(0, 40), 120, then.date()))
        readers.append((f"R{number}", person["email"], "ja", then, then))
        calls.append((f"S{number}", *name, phone, "Levering", then))
    write(folder, "debtors", "Nr Fornavn Efternavn Mailadresse Telefon Vej Postnr By", debtors)
    write(folder, "orders", "Ordre Nr Dato Vare Lager Kost Leveret", orders)
    write(folder, "readers", "Id Mail Status Tid Set", readers)
    write(folder, "calls", "Sag Fornavn Efternavn Telefon Emne Tid", calls)
    (folder / "engagement.yaml").write_text(ENGAGEMENT, encoding="utf-8")


def write(folder: Path, name: str, header: str, rows: Iterable[tuple[object, ...]]) -> None:
    (folder / "extracts").mkdir(parents=True, exist_ok=True)
    with (folder / "extracts" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header.split(), *rows])


def test_blanking_the_column_flips_exactly_the_use_cases_that_need_it(
    told: dict[str, dict[str, UseCaseFit]],
) -> None:
    flipped = {
        name
        for name, fit in told["blanked"].items()
        if fit.status is not told["whole"][name].status
    }
    assert flipped == NEEDS_THE_COLUMN
    for name in flipped:
        assert told["whole"][name].status in (
            UseCaseStatus.READY,
            UseCaseStatus.READY_WITH_LIMITS,
        ), name


def test_others_are_assessed_too_and_stay_as_they_were(
    told: dict[str, dict[str, UseCaseFit]],
) -> None:
    stay = {n for n, fit in told["whole"].items() if fit.served} - NEEDS_THE_COLUMN
    assert stay >= {"U7", "U16"}
    for name in stay:
        assert told["blanked"][name].served.mid == told["whole"][name].served.mid, name


def test_the_reason_names_the_column_and_no_other(told: dict[str, dict[str, UseCaseFit]]) -> None:
    words = load_words()
    for name in NEEDS_THE_COLUMN:
        fit = told["blanked"][name]
        assert fit.largest_loss.blank == (COLUMN,), name
        assert COLUMN in why_of(fit, words), name
    for fit in told["whole"].values():
        assert not any(step.blank for step in fit.steps), fit.id


def test_no_use_case_is_missing_from_the_question(told: dict[str, dict[str, UseCaseFit]]) -> None:
    core = {case.id for case in load_catalogue() if case.core}
    assert set(told["whole"]) == core >= NEEDS_THE_COLUMN


def test_readers_without_a_name_are_found_by_their_address_as_a_fact(
    clients: dict[str, Assessed],
) -> None:
    """That two lists hold one address is counted; the range is no "0 to 100 per cent"."""
    split = clients["whole"].linkage.newsletter
    assert split is not None
    assert (split.found.value, split.found.low, split.found.high) == (PEOPLE, 56, PEOPLE)


def test_where_customers_have_no_address_nobody_says_how_many_of_them_read(
    clients: dict[str, Assessed],
) -> None:
    split = clients["blanked"].linkage.newsletter
    assert split is not None
    assert split.found.value == 0
    assert split.hidden.reason == "customers_without_address"
