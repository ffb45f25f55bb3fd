"""Validity by attribute, as SQL conditions over one row per distinct value.

Each rule names the faults it can find; a filled value without any of them is valid.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from scvkit.engine import text_literal
from scvkit.profile.catalogue import CountryRule, country_rules, read_rules
from scvkit.profile.check_digits import organisation_number_passes
from scvkit.profile.dates import FIRST_DAY, day_literal
from scvkit.profile.masks import LETTERS
from scvkit.profile.placeholders import NAMES, PERSON_NAMES
from scvkit.vocabulary import DATE_ATTRIBUTES, PLANNED_DATES, Attribute

# What the conditions may name: the trimmed text, its lower case, ISO country or null, the date.
VALUE, LOWERED, COUNTRY, READ_DATE = "value", "lowered", "country", "read_date"
DIGITS = ("digits", f"regexp_replace({VALUE}, '[^0-9]', '', 'g')")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Faults by kind with the SQL condition that finds each.

    ``columns`` are worked out first, one after the other, so that the conditions can name them;
    ``steps`` become tables, one after the other; they select from ``filled_values`` (value,
    lowered, country, read_date, rows, columns) or ``values_of_one_column`` (value, country, rows).
    """

    faults: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...] = ()
    steps: tuple[tuple[str, str], ...] = ()


def rule_for(
    attribute: Attribute,
    *,
    as_of: dt.date | None,
    countries: Collection[str] = (),
    digits_alone: bool = False,
) -> Rule | None:
    """Return the validity rule of ``attribute``, None where the kit has none.

    ``countries`` are those that occur in the table: a rule tells no others apart.
    ``digits_alone`` says that every value is known to be nothing but digits.
    """
    if attribute in DATE_ATTRIBUTES:
        return _date_rule(None if attribute in PLANNED_DATES else as_of)
    if attribute in NAMES:
        return _name_rule(attribute)
    if attribute is Attribute.BIRTH_YEAR:
        newest = as_of.year if as_of else 2100
        year = f"try_cast({VALUE} as integer)"
        return Rule(
            faults=(("year_range", f"coalesce({year} not between 1901 and {newest}, true)"),)
        )
    present = [rule for rule in country_rules() if rule.country in countries]
    if attribute is Attribute.POSTCODE:
        return _postcode_rule(present)
    if attribute in {Attribute.PHONE, Attribute.MOBILE}:
        return _phone_rule(present, digits_alone=digits_alone)
    maker = _MAKERS.get(attribute)
    return maker() if maker else None


def needs_country(attribute: Attribute) -> bool:
    """True when the rule reads differently by country."""
    return attribute in {
        Attribute.POSTCODE,
        Attribute.PHONE,
        Attribute.MOBILE,
        Attribute.ORG_NUMBER,
        Attribute.COUNTRY,
    }


def country_words_sql() -> str:
    """Return SQL with one row per way to write a country: word, iso."""
    pairs = sorted({(word, rule.country) for rule in country_rules() for word in rule.words})
    cells = ", ".join(f"({text_literal(word)}, {text_literal(iso)})" for word, iso in pairs)
    return f"select word, iso from (values {cells}) words(word, iso)"


def _date_rule(as_of: dt.date | None) -> Rule:
    faults = [
        ("date_unreadable", f"{READ_DATE} is null"),
        ("date_too_old", f"{READ_DATE} < {day_literal(FIRST_DAY)}"),
    ]
    if as_of:
        faults.append(("date_future", f"{READ_DATE} > {day_literal(as_of)}"))
    return Rule(faults=tuple(faults))


def _name_rule(attribute: Attribute) -> Rule:
    strange = f"contains({VALUE}, '@') or not regexp_matches({VALUE}, '[{LETTERS}]')"
    if attribute in PERSON_NAMES:
        strange += f" or regexp_matches({VALUE}, '[0-9]')"
    return Rule(faults=(("name_form", strange),))


def _email_rule() -> Rule:
    email = read_rules()["email"]
    label = "split_part(domain, '.', 1)"
    ending = "substr(domain, length(split_part(domain, '.', 1)) + 1)"
    providers = _literals(email["providers"])
    form = (
        f"regexp_full_match({LOWERED}, {text_literal(email['form'])}) and not "
        f"(contains({LOWERED}, '..') or starts_with({LOWERED}, '.') or contains({LOWERED}, '.@'))"
    )
    steps = (
        (
            "one_row_per_domain",
            f"select split_part(lower({VALUE}), '@', 2) as domain, sum(rows) as rows "
            f"from values_of_one_column where contains({VALUE}, '@') group by domain",
        ),
        (
            "domain_parts",
            f"select domain, rows, {label} as label, {ending} as ending from one_row_per_domain",
        ),
        (
            "misspelt_domains",
            "select rare.domain from domain_parts rare join domain_parts common "
            f"on common.rows >= greatest({email['common_rows']}, "
            f"{email['common_times']} * rare.rows) "
            f"and length(common.label) >= {email['common_label']} "
            "and rare.ending = common.ending and rare.label <> common.label "
            "and abs(length(rare.label) - length(common.label)) <= 1 "
            "and damerau_levenshtein(rare.label, common.label) = 1 "
            f"where rare.label not in ({providers}) "
            # Numbered names are told apart by the digit, not by a slip.
            "and regexp_replace(rare.label, '[0-9]', '', 'g') "
            "<> regexp_replace(common.label, '[0-9]', '', 'g') "
            f"union select domain from domain_parts where label in ({_literals(email['typos'])}) "
            f"or regexp_extract(domain, '[^.]*$') in ({_literals(email['endings'])})",
        ),
    )
    return Rule(
        columns=(("well_formed", form), ("domain", f"split_part({LOWERED}, '@', 2)")),
        steps=steps,
        faults=(
            ("email_form", "not well_formed"),
            ("email_typo", "well_formed and domain in (select domain from misspelt_domains)"),
        ),
    )


def _phone_rule(countries: Sequence[CountryRule], *, digits_alone: bool) -> Rule:
    fewest, most = read_rules()["phone_digits"]
    generic = f"strlen(digits) between {fewest} and {most}"
    prefixed = " ".join(
        f"when starts_with(dialled, '{r.calling}') then {_after_prefix('dialled', r)}"
        for r in country_rules()
    )
    # One question after the other: most numbers are done with after the first.
    national = " ".join(
        f"when {COUNTRY} = '{r.country}' then case "
        f"when strlen(digits) between {r.fewest_digits} and {r.most_digits} then true "
        # A trunk zero, or the calling code without its plus.
        "when starts_with(digits, '0') "
        f"then strlen(digits) - 1 between {r.fewest_digits} and {r.most_digits} "
        f"else starts_with(digits, '{r.calling}') and {_after_prefix('digits', r)} end"
        for r in countries
    )
    good = (
        f"case when international then case {prefixed} else {generic} end "
        f"else {_case(national, generic)} end"
    )
    return Rule(
        columns=(
            # Most numbers are digits alone already.
            ("bare", "true" if digits_alone else f"regexp_full_match({VALUE}, '[0-9]*')"),
            (
                "compact",
                f"case when bare then {VALUE} "
                f"else replace(regexp_replace({VALUE}, '[ ./-]', '', 'g'), '(0)', '') end",
            ),
            (
                "digits",
                "case when bare then compact else regexp_replace(compact, '[^0-9]', '', 'g') end",
            ),
            (
                "international",
                ("" if digits_alone else "starts_with(compact, '+') or ")
                + "starts_with(compact, '00')",
            ),
            ("dialled", "case when international then ltrim(digits, '0') end"),
        ),
        faults=(
            (
                "phone_form",
                f"not ({good})" if digits_alone else f"contains({VALUE}, '@') or not ({good})",
            ),
        ),
    )


def _after_prefix(digits: str, rule: CountryRule) -> str:
    # Some keep the trunk zero after the calling code.
    least, most = rule.fewest_digits, rule.most_digits + 1
    return f"length({digits}) - {len(rule.calling)} between {least} and {most}"


def _postcode_rule(countries: Sequence[CountryRule]) -> Rule:
    known = " ".join(
        f"when {COUNTRY} = '{rule.country}' then "
        f"regexp_full_match(bare, {text_literal(rule.postcode)})"
        for rule in countries
    )
    anywhere = "|".join(sorted({f"(?:{rule.postcode})" for rule in country_rules()}))
    lost = " ".join(
        f"when {COUNTRY} = '{rule.country}' then "
        f"regexp_full_match(bare, {text_literal(rule.lost_zero)})"
        for rule in countries
        if rule.lost_zero
    )
    # Without a country, three digits in a column of four-digit codes have lost one.
    somewhere = (
        "regexp_full_match(bare, '[0-9]{3}') and (select four_digits from postcode_lengths) > 0.5"
    )
    return Rule(
        columns=(
            # "DK-2100", but not the letters of "SW1A 2AA".
            ("bare", f"regexp_replace({VALUE}, '^[A-Za-z]{{1,3}}[- ]([0-9])', '\\1')"),
            ("lost_zero", f"coalesce({_case(lost, 'false')}, false)"),
            ("written_right", _case(known, f"regexp_full_match(bare, '{anywhere}')")),
        ),
        steps=(
            (
                "postcode_lengths",
                "select sum(rows) filter (where regexp_full_match(bare, '[0-9]{4}')) "
                "/ nullif(sum(rows), 0) as four_digits from filled_values",
            ),
        ),
        faults=(
            ("lost_leading_zero", f"lost_zero or ({COUNTRY} is null and {somewhere})"),
            (
                "postcode_form",
                f"not written_right and not lost_zero and not ({COUNTRY} is null and {somewhere})",
            ),
        ),
    )


def _case(branches: str, otherwise: str) -> str:
    return f"case {branches} else {otherwise} end" if branches else f"({otherwise})"


def _organisation_rule() -> Rule:
    return Rule(
        columns=(
            DIGITS,
            ("passes", organisation_number_passes("digits", COUNTRY)),
            ("restored", "'0' || digits"),
            # A number stored as a number loses its first zero; with it the check digit agrees.
            (
                "lost_zero",
                "strlen(digits) = 7 and "
                f"coalesce({organisation_number_passes('restored', COUNTRY)}, false)",
            ),
        ),
        faults=(
            ("lost_leading_zero", "lost_zero"),
            ("org_number_form", "passes is null and not lost_zero"),
            ("org_number_check", "not passes"),
        ),
    )


def _vat_rule() -> Rule:
    return Rule(
        columns=(
            ("compact", f"upper(regexp_replace({VALUE}, '[ .-]', '', 'g'))"),
            ("issuer", "left(compact, 2)"),
            ("body", "regexp_replace(compact, '^[A-Z]{2}|(MVA|MOMS)$', '', 'g')"),
            # Sweden writes 01 after the ten digits of the company.
            ("number", "case when issuer = 'SE' then left(body, 10) else body end"),
        ),
        faults=(
            (
                "vat_form",
                "not regexp_full_match(compact, "
                "'([A-Z]{2})?[0-9A-Z]*[0-9][0-9A-Z]{5,11}(MVA|MOMS)?') "
                "or (issuer = 'SE' and not regexp_full_match(body, '[0-9]{10}01')) "
                "or (issuer in ('DK', 'FI', 'NO', 'SE', 'TW') and not coalesce("
                "regexp_full_match(number, '[0-9]+') and "
                f"{organisation_number_passes('number', 'issuer')}, false))",
            ),
        ),
    )


def _pattern_rule(kind: str, pattern: str) -> Callable[[], Rule]:
    condition = f"not regexp_full_match({LOWERED}, {text_literal(pattern)})"
    return lambda: Rule(faults=((kind, condition),))


def _text_rule() -> Rule:
    pattern = "|".join(f"(?:{one})" for one in read_rules()["contact_in_text"])
    return Rule(faults=(("contact_in_text", f"regexp_matches({VALUE}, {text_literal(pattern)})"),))


def _country_rule() -> Rule:
    # Two capitals are taken for a country the kit has no other rule for.
    unknown = f"{COUNTRY} is null and not regexp_full_match({VALUE}, '[A-Z]{{2,3}}')"
    digits = f"regexp_matches({VALUE}, '[0-9]')"
    return Rule(faults=(("country_form", f"({unknown} and length({VALUE}) < 4) or {digits}"),))


def _literals(words: list[str]) -> str:
    return ", ".join(text_literal(word) for word in words)


_MAKERS: dict[Attribute, Callable[[], Rule]] = {
    Attribute.EMAIL: _email_rule,
    Attribute.ORG_NUMBER: _organisation_rule,
    Attribute.VAT_NUMBER: _vat_rule,
    Attribute.COUNTRY: _country_rule,
    Attribute.FREE_TEXT: _text_rule,
    Attribute.CURRENCY: _pattern_rule("currency_form", r"[a-z]{3}|kr\.?|[€$£]"),
    Attribute.IP_ADDRESS: _pattern_rule(
        "ip_form", r"([0-9]{1,3}\.){3}([0-9]{1,3}|x+)|[0-9a-f:]*:[0-9a-f:.]*"
    ),
    Attribute.URL: _pattern_rule(
        "url_form", r"(https?://|www\.|/)\S*|[a-z0-9-]+(\.[a-z0-9-]+)+\S*"
    ),
    Attribute.AMOUNT: _pattern_rule(
        "amount_form", r"[+-]?[a-z€$£]{0,3} ?[+-]?[0-9][0-9., '\x{00a0}]*-?( ?[a-z€$£]{1,3}\.?)?"
    ),
}
