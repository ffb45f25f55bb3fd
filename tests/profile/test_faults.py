"""Each planted fault is found, and what stands beside it is not accused."""

import pytest

from scvkit.vocabulary import Attribute


def test_placeholder_keys_are_missing_not_filled(profiled):
    seen = profiled(
        {"mail": ["ingen@mail.example", "info@mangler.example", "inger@mail.example", None]},
        mail=Attribute.EMAIL,
    )
    column = seen.column("mail")
    assert (column.filled, column.placeholder, column.blank) == (1, 2, 1)
    assert seen.finding("placeholder_key").rows == 2
    assert seen.finding("placeholder_key").harm == 3


def test_a_person_called_null_has_a_name(profiled):
    seen = profiled({"navn": ["Null", "Nan", "-", "Ukendt"]}, navn=Attribute.SURNAME)
    assert (seen.column("navn").filled, seen.column("navn").placeholder) == (2, 2)


def test_unknown_is_an_answer_where_nobody_is_named(profiled):
    seen = profiled({"state": ["unknown", "granted", "denied"]}, state=Attribute.CONSENT_FLAG)
    assert seen.column("state").placeholder == 0


def test_damaged_names_are_found_and_shown_by_their_damage(profiled):
    seen = profiled(
        {"navn": ["JÃ¸rgen", "S�ren", "B?rge", "João", "Åse"]}, navn=Attribute.FULL_NAME
    )
    fault = seen.finding("damaged_text")
    assert (fault.rows, seen.column("navn").valid) == (3, 2)
    assert "AÃ¸aaaa" in {mask.mask for mask in fault.masks}


def test_a_question_mark_at_the_end_of_a_text_is_no_damage(profiled):
    seen = profiled({"note": ["Hvor er min ordre?", "Ja?nej"]}, note=Attribute.FREE_TEXT)
    assert seen.column("note").damaged == 0


def test_norwegian_postcodes_lose_their_zero_and_danish_ones_do_not(profiled):
    seen = profiled(
        {
            "postnr": ["150", "0150", "2100", "150", "11122"],
            "land": ["NO", "Norge", "DK", "DK", "SE"],
        },
        postnr=Attribute.POSTCODE,
        land=Attribute.COUNTRY,
    )
    assert seen.rows_of("lost_leading_zero") == 1
    assert seen.rows_of("postcode_form") == 1
    assert seen.column("postnr").valid == 3


def test_without_a_country_a_short_postcode_among_four_digits_is_suspected(profiled):
    seen = profiled({"postnr": ["150", "2100", "8000", "5000"]}, postnr=Attribute.POSTCODE)
    assert seen.rows_of("lost_leading_zero") == 1


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("anna@gmial.com", "email_typo"),
        ("anna@firma.con", "email_typo"),
        ("anna.example.com", "email_form"),
        ("anna@firma", "email_form"),
        ("anna..berg@firma.example", "email_form"),
    ],
)
def test_wrong_addresses_are_told_apart(profiled, address, kind):
    seen = profiled({"mail": [address, "bo@firma.example"]}, mail=Attribute.EMAIL)
    assert seen.kinds == {kind}
    assert seen.column("mail").valid == 1


def test_a_domain_one_slip_from_a_common_one_is_suspected(profiled):
    common = [f"kunde{i}@postkassen.example" for i in range(20)]
    seen = profiled(
        {"mail": [*common, "a@postkasen.example", "b@andet.example"]}, mail=Attribute.EMAIL
    )
    assert seen.rows_of("email_typo") == 1


def test_two_providers_close_to_each_other_are_both_right(profiled):
    seen = profiled(
        {"mail": [f"k{i}@gmail.com" for i in range(20)] + ["a@ymail.com"]}, mail=Attribute.EMAIL
    )
    assert "email_typo" not in seen.kinds


@pytest.mark.parametrize(
    ("number", "country", "right"),
    [
        ("12 34 56 70", "DK", True),
        ("+45 12345670", "SE", True),
        ("0045 12345670", None, True),
        ("1234567", "DK", False),
        ("070-123 45 67", "SE", True),
        ("+46 70 123 45 67", "DK", True),
        ("+46 (0)70 123 45 67", "DK", True),
        ("123", None, False),
        ("anna@firma.example", None, False),
    ],
)
def test_telephone_numbers_have_the_digits_of_their_country(profiled, number, country, right):
    seen = profiled(
        {"tlf": [number], "land": [country]}, tlf=Attribute.PHONE, land=Attribute.COUNTRY
    )
    assert (seen.column("tlf").valid == 1) is right


def test_zeros_and_ones_are_no_telephone_numbers(profiled):
    seen = profiled({"tlf": ["00000000", "11111111", "12345678", "12345670"]}, tlf=Attribute.MOBILE)
    assert (seen.column("tlf").placeholder, seen.column("tlf").filled) == (3, 1)


def test_company_numbers_are_tested_by_check_digit_and_form(profiled):
    seen = profiled(
        {"cvr": ["13585628", "13585629", "DK 13585628", "556012-5790", "12", "7458200"]},
        cvr=Attribute.ORG_NUMBER,
    )
    assert seen.rows_of("org_number_check") == 1
    assert seen.column("cvr").valid == 3


def test_births_of_1900_are_invented_and_future_ones_impossible(profiled):
    seen = profiled(
        {"født": ["01-01-1900", "13-02-1980", "25-12-2030", "02-01-1900", "1899-05-05", "x y"]},
        født=Attribute.DATE_OF_BIRTH,
    )
    assert seen.column("født").placeholder == 1
    assert seen.column("født").valid == 2
    assert seen.rows_of("date_future") == seen.rows_of("date_too_old") == 1
    assert seen.rows_of("date_unreadable") == 1


def test_without_a_date_of_assessment_nothing_lies_in_the_future(desk):
    table = desk.write({"født": ["25-12-2030"]}, født=Attribute.DATE_OF_BIRTH)
    seen = desk.profile(table, as_of=None)
    assert seen.kinds == set()
    assert all(not share.assessed for _, share in seen.table.touched)


def test_both_orders_of_day_and_month_put_the_column_in_doubt(profiled):
    seen = profiled(
        {"født": ["25/12/1980", "12/25/1980", "03/04/1980", "05/05/1980"]},
        født=Attribute.DATE_OF_BIRTH,
    )
    assert seen.finding("ambiguous_dates").rows == 2  # the odd one out, and the one nobody can tell
    assert seen.table.ambiguous_dates.passed == 1


def test_a_column_whose_order_is_settled_is_not_in_doubt(profiled):
    seen = profiled(
        {"oprettet": ["25-12-2020", "03-04-2021", "31-01-2022"]}, oprettet=Attribute.CREATED_AT
    )
    assert "ambiguous_dates" not in seen.kinds
    assert seen.table.ambiguous_dates.value == 0


def test_a_slash_without_a_telling_day_is_in_doubt_and_a_point_is_not(profiled):
    seen = profiled(
        {"a": ["03/04/2021", "05/06/2021"], "b": ["03.04.2021", "05.06.2021"]},
        a=Attribute.CREATED_AT,
        b=Attribute.CHANGED_AT,
    )
    assert seen.rows_of("ambiguous_dates", "a") == 2
    assert seen.rows_of("ambiguous_dates", "b") == 0


def test_spreadsheet_day_counts_among_dates_are_found(profiled):
    seen = profiled({"født": ["29222", "13-02-1980", "14-02-1981"]}, født=Attribute.DATE_OF_BIRTH)
    assert seen.finding("date_serial").rows == 1


def test_an_hour_that_no_clock_has_shown_is_found(profiled):
    seen = profiled(
        {
            "t": ["2026-03-29 02:30", "2026-03-29 03:30", "2026-03-22 02:30"],
            "u": ["2026-03-29T02:30:00Z", "2026-03-29T03:30:00Z", "2026-03-22T02:30:00+01:00"],
        },
        t=Attribute.CREATED_AT,
        u=Attribute.CHANGED_AT,
    )
    assert seen.rows_of("dst_gap", "t") == 1
    assert seen.rows_of("dst_gap", "u") == 0
    assert dict(seen.finding("no_time_zone").values)["columns"] == "t"


def test_test_customers_are_found_by_name_alone(profiled):
    seen = profiled(
        {
            "fornavn": ["Test", "Anna", "Test", "Bo"],
            "efternavn": ["Testesen", "Kunde", "Kunde", "Testrup"],
        },
        fornavn=Attribute.GIVEN_NAME,
        efternavn=Attribute.SURNAME,
    )
    assert seen.finding("test_customers").rows == 2


def test_a_column_that_marks_tests_is_believed(profiled):
    seen = profiled({"is_test": ["true", "false", "true"]})
    assert seen.finding("test_traffic").rows == 2


def test_rows_that_point_at_nobody_are_counted(profiled):
    seen = profiled(
        {
            "mail": ["a@b.example", "ukendt@ukendt.example", None, None],
            "navn": [None, "Anna Berg", "Anna Berg", None],
            "vej": [None, None, "Vej 1", "Vej 2"],
        },
        mail=Attribute.EMAIL,
        navn=Attribute.FULL_NAME,
        vej=Attribute.STREET,
    )
    assert seen.finding("no_identity").rows == 2


def test_one_address_in_very_many_records_belongs_to_nobody(profiled):
    shared = ["fam@mail.example"] * 12
    seen = profiled(
        {"mail": shared + [f"k{i}@mail.example" for i in range(30)]}, mail=Attribute.EMAIL
    )
    assert seen.finding("crowded_key").rows == 12


def test_an_export_silent_for_longer_than_usual_is_late(profiled):
    days = [f"{day:02d}-09-2026" for day in range(1, 11)]
    assert (
        dict(profiled({"t": days}, t=Attribute.CHANGED_AT).finding("stale_export").values)["days"]
        == "20"
    )
    fresh = [*days, "28-09-2026"]
    assert "stale_export" not in profiled({"t": fresh}, t=Attribute.CHANGED_AT).kinds


def test_promises_do_not_make_an_old_export_fresh(profiled):
    seen = profiled(
        {
            "ordre": ["01-08-2026", "02-08-2026", "03-08-2026"],
            "lovet": ["20-09-2026", "24-12-2026", "25-12-2026"],
        },
        ordre=Attribute.CREATED_AT,
    )
    assert seen.finding("stale_export").kind == "stale_export"


def test_columns_held_back_are_told_with_the_rows_that_hold_a_number(desk):
    table = desk.write({"tekst": ["cpr 010190-1234", "hej", "hej"], "kode": ["a1", "b2", None]})
    from dataclasses import replace

    seen = desk.profile(replace(table, quarantined=("tekst", "kode")))
    assert seen.rows_of("quarantined", "tekst") == 1
    assert seen.rows_of("quarantined", "kode") == 2


def test_clean_rows_are_accused_of_nothing(profiled):
    seen = profiled(
        {
            "nr": ["1001", "1002", "1003"],
            "navn": ["Anna Berg", "Bo Lind", "Çelik Åkesson"],
            "mail": ["anna@firma.example", "bo.lind@post.example", "c@d.example"],
            "tlf": ["12 34 56 70", "+46 70 123 45 67", "22 33 44 55"],
            "postnr": ["2100", "0150", "111 22"],
            "land": ["DK", "NO", "SE"],
            "oprettet": ["2026-09-28", "2026-09-29", "2026-09-30"],
        },
        nr=Attribute.CUSTOMER_NUMBER,
        navn=Attribute.FULL_NAME,
        mail=Attribute.EMAIL,
        tlf=Attribute.PHONE,
        postnr=Attribute.POSTCODE,
        land=Attribute.COUNTRY,
        oprettet=Attribute.CREATED_AT,
    )
    assert seen.kinds == set()
    assert all(c.valid in (3, None) for c in seen.table.columns)


def test_the_worst_harm_comes_first_and_housekeeping_last(profiled):
    seen = profiled(
        {"mail": ["ingen@x.example"] * 3, "by": ["K", "K", "K"], "tlf": ["123", "4", "5"]},
        mail=Attribute.EMAIL,
        tlf=Attribute.PHONE,
    )
    kinds = [f.kind for f in seen.source.findings]
    assert kinds.index("placeholder_key") < kinds.index("phone_form")
    assert kinds[-1] == "constant_columns"


def test_contact_data_inside_a_text_is_a_finding_and_numbers_of_orders_are_not(profiled):
    seen = profiled(
        {
            "note": [
                "Ring til kunden på tlf. 12 34 56 78",
                "Skriv til inger@post.example i morgen",
                "Fru Holtlund vil have besked",
                "Talte med Inger Holtlund om sagen",
                "Ordre 12345678 er forsinket",
                "Sag 2024-1187 lukket kl. 10 30, kasse 12",
            ]
        },
        note=Attribute.FREE_TEXT,
    )
    assert seen.rows_of("contact_in_text", "note") == 4
