"""Attributes in one spelling: SQL macros that give the same value when applied twice.

``install_macros`` defines them on a connection; every one takes text and returns text, or null
where the value stands for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from scvkit.engine import Connection, quoted, text_literal
from scvkit.identity.spellings import in_list, load_list, words_of
from scvkit.vocabulary import Attribute

CJK = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]"


def install_macros(connection: Connection) -> None:
    """Define the ``scv_…`` macros on the connection.

    >>> from scvkit.engine import connect
    >>> connection = connect()
    >>> install_macros(connection)
    >>> connection.sql("select scv_fold('Søren Åkjær'), scv_fold('SOEREN AAKJAER')").fetchall()
    [('soren akjar', 'soren akjar')]
    >>> connection.sql("select scv_email(' Anna+news@Mail.Example ')").fetchall()
    [('anna@mail.example',)]
    """
    for signature, body in (
        *_text_macros(),
        *_name_macros(),
        *_email_macros(),
        *_phone_macros(),
        *_address_macros(),
        *_number_macros(),
    ):
        connection.execute(f"create or replace temp macro {signature} as ({body})")


def _bound(expression: str, name: str, body: str) -> str:
    """Let ``name`` stand for ``expression`` in ``body``: a macro would compute it at each use."""
    return f"list_transform([{expression}], lambda {name}: {body})[1]"


def says_something(attribute: Attribute) -> str:
    """True where a value stands that is not written for want of one ("ingen@…", 00000000)."""
    name = quoted(attribute)
    if attribute is Attribute.EMAIL:
        return f"not coalesce(scv_email_nobody(scv_email_plain({name})), true)"
    if attribute in {Attribute.PHONE, Attribute.MOBILE}:
        digits = f"regexp_replace(scv_value({name}), '\\D', '', 'g')"
        return f"not coalesce(scv_phone_nobody({digits}), true)"
    return f"scv_value(cast({name} as varchar)) is not null"


def _text_macros() -> list[tuple[str, str]]:
    spelling = load_list("spelling")
    folded = "nfc_normalize(lower(x))"
    for wrong, right in (*spelling["mojibake"], *spelling["letters"]):
        folded = f"replace({folded}, {text_literal(wrong)}, {text_literal(right)})"
    # ø, oe and o become one letter, as do å, aa, ä, ae and a, so that a name meets itself
    # whichever way a system lost its diacritics.
    for pattern, letter in (("a[ae]+", "a"), ("oe+", "o"), ("ue+", "u")):
        folded = f"regexp_replace({'strip_accents(' + folded + ')' if letter == 'a' else folded}, "
        folded += f"'{pattern}', '{letter}', 'g')"
    return [
        ("scv_text(x)", r"nullif(trim(regexp_replace(x, '[\s\x{00A0}]+', ' ', 'g')), '')"),
        (
            "scv_value(x)",
            _bound(
                "scv_text(x)",
                "value",
                f"case when lower(value) not in {in_list(words_of('null_tokens'))} then value end",
            ),
        ),
        ("scv_fold(x)", folded),
    ]


def _name_macros() -> list[tuple[str, str]]:
    # Marks go before letters are folded: "O'Emil" is oemil, and stays it.
    bare = r"regexp_replace(scv_value(x), '[''’`´.]', '', 'g')"
    apart = rf"regexp_replace(scv_fold({bare}), '({CJK})', '\1 ', 'g')"
    titles = in_list(words_of("titles"))
    nobody = in_list(words_of("placeholder_names") + words_of("test_names"))
    test = _list_literal(words_of("test_names"))
    letters = rf"regexp_extract_all({apart}, '[\p{{L}}\p{{M}}]+(?:-[\p{{L}}\p{{M}}]+)*')"
    return [
        # Words of a name in order; a hyphen ties two words into one. Chinese, Japanese and
        # Korean letters are words of their own: those scripts set no spaces.
        (
            "scv_words(x)",
            _bound(
                f"list_filter({letters}, lambda word: word not in {titles})",
                "found",
                "case when scv_value(array_to_string(found, ' ')) is null and len(found) > 0"
                " then [] else found end",
            ),
        ),
        # "Hansen, Peter" is Peter Hansen.
        (
            "scv_name_words(x)",
            "case when regexp_matches(x, '^[^,]+,[^,]+$')"
            " then scv_words(split_part(x, ',', 2) || ' ' || split_part(x, ',', 1))"
            " else scv_words(x) end",
        ),
        (
            "scv_nobody(words)",
            f"list_has_any(words, {test})"
            f" or len(list_filter(words, lambda word: word not in {nobody})) = 0",
        ),
        ("scv_split(words)", "string_split(array_to_string(words, '-'), '-')"),
        # Words in alphabetical order: a name that was written the other way round meets itself.
        ("scv_sorted(words)", "array_to_string(list_sort(scv_split(words)), ' ')"),
        ("scv_joined(word)", "replace(word, '-', '')"),
        ("scv_last_part(word)", "list_last(string_split(word, '-'))"),
        # Letters that are words of their own make one name together.
        (
            "scv_by_letters(words)",
            rf"regexp_full_match(array_to_string(words, ''), '{CJK}+')",
        ),
        # "美玲 王": a surname of one letter, written last.
        ("scv_letter_last(x)", rf"regexp_full_match(scv_text(x), '{CJK}{{2,}} {CJK}')"),
        (
            "scv_given(words)",
            "case when scv_by_letters(words) then array_to_string(words, '')"
            " else scv_joined(words[1]) end",
        ),
        (
            "scv_family(words)",
            "case when scv_by_letters(words) then array_to_string(words, '')"
            " else scv_last_part(list_last(words)) end",
        ),
        (
            "scv_company_words(x)",
            # Marks go before letters are folded: "A/A" is a, and stays it.
            r"list_filter(regexp_extract_all(regexp_replace(scv_fold(regexp_replace("
            r"scv_value(x), '[./''’]', '', 'g')), '&|\+', ' og ', 'g'),"
            r" '[\p{L}\p{N}]+'), lambda word: true)",
        ),
        ("scv_has_legal_form(x)", _legal_form()),
        (
            "scv_company(x)",
            f"scv_value(array_to_string(list_filter(scv_company_words(x), lambda word: word not in"
            f" {in_list(_company_noise())}), ' '))",
        ),
    ]


def _list_literal(words: Iterable[str]) -> str:
    return "[" + ", ".join(text_literal(word) for word in words) + "]"


def _legal_form() -> str:
    forms = load_list("legal_forms")
    endings = " or ".join(f"scv_text(x) like {text_literal('%' + e)}" for e in forms["endings"])
    words = _bound(
        "scv_company_words(x)",
        "words",
        f"list_has_any(words, {_list_literal(forms['anywhere'])})"
        f" or (len(words) > 1 and list_last(words) in {in_list(forms['last'])})",
    )
    return f"coalesce({words} or {endings}, false)"


def _company_noise() -> list[str]:
    forms = load_list("legal_forms")
    keep = {"forening", "foreningen", "stiftelse", "stiftelsen", "fonden", "kommune", "kommun"}
    joining = ["og", "and", "och", "und", "et", "the"]
    return [w for w in (*forms["anywhere"], *forms["last"]) if w not in keep] + joining


def _email_macros() -> list[tuple[str, str]]:
    values = load_list("values")
    blind = {str(a): str(b) for a, b in values["dot_blind_domains"].items()}
    domain = "split_part(address, '@', 2)"
    mailbox = "split_part(address, '@', 1)"
    canonical = " ".join(
        f"when {text_literal(spelt)} then replace({mailbox}, '.', '') || '@' ||"
        f" {text_literal(kept)}"
        for spelt, kept in sorted(blind.items())
    )
    return [
        ("scv_email_mailbox(address)", mailbox),
        ("scv_email_domain(address)", domain),
        (
            "scv_email_plain(x)",
            r"regexp_replace(regexp_replace(lower(regexp_replace(scv_value(x),"
            r" '^\s*mailto:|[\s<>\x{22}]', '', 'gi')), '\+[^@]*@', '@'), '\.+$', '')",
        ),
        ("scv_email_canonical(address)", f"case {domain} {canonical} else address end"),
        (
            "scv_email_nobody(address)",
            f"{mailbox} in {in_list(words_of('placeholder_mailboxes'))}"
            f" or split_part({domain}, '.', 1) in {in_list(words_of('placeholder_domains'))}",
        ),
        (
            "scv_email(x)",
            _bound(
                "scv_email_plain(x)",
                "address",
                r"case when regexp_matches(address, '^[^@\s,;]+@[^@\s,;]+\.[\p{L}0-9-]{2,}$')"
                " and not scv_email_nobody(address) then scv_email_canonical(address) end",
            ),
        ),
        (
            "scv_email_is_role(address)",
            f"coalesce({mailbox} in {in_list(words_of('role_mailboxes'))}, false)",
        ),
        (
            "scv_email_is_free(address)",
            f"coalesce({domain} in {in_list(words_of('free_mail_domains'))}, false)",
        ),
    ]


def _phone_macros() -> list[tuple[str, str]]:
    countries = load_list("countries")
    codes = sorted({c["calling"] for c in countries.values()}, key=lambda c: (-len(c), c))
    any_code = f"'^({'|'.join(codes)})'"
    whole = {k: c for k, c in countries.items() if c.get("phone_digits")}
    own_code = " ".join(
        f"when {text_literal(k)} then (len(digits) = {len(c['calling']) + c['phone_digits']}"
        f" and starts_with(digits, {text_literal(c['calling'])}))"
        for k, c in whole.items()
    )
    plan = " ".join(f"when {text_literal(k)} then {c['phone_digits']}" for k, c in whole.items())
    lengths = sorted({c["phone_digits"] for c in whole.values()})
    placeholders = in_list(words_of("placeholder_phones"))
    return [
        ("scv_phone_length(country)", f"case country {plan} end"),
        (
            "scv_phone_has_own_code(digits, country)",
            f"coalesce(case country {own_code} else false end, false)",
        ),
        # A trunk zero opens a national number that is longer than any plan of fixed length here.
        (
            "scv_phone_national(digits, country)",
            "case when starts_with(digits, '0') and len(digits) >"
            f" coalesce(scv_phone_length(country), {min(9, max(lengths))} - 1)"
            " then ltrim(digits, '0') else digits end",
        ),
        (
            "scv_phone_foreign(digits)",
            f"regexp_replace(digits, {any_code}, '')",
        ),
        (
            "scv_phone_digits(x)",
            _bound(
                "scv_value(x)",
                "written",
                r"case when regexp_matches(written, '^\s*(\+|00)') then"
                r" scv_phone_foreign(ltrim(regexp_replace(replace(written, '(0)', ''), '\D', '',"
                r" 'g'), '0')) else regexp_replace(written, '\D', '', 'g') end",
            ),
        ),
        (
            "scv_phone_nobody(digits)",
            f"digits in {placeholders} or (digits <> ''"
            " and len(list_distinct(string_split(digits, ''))) = 1)",
        ),
        (
            "scv_phone_valid(digits)",
            "case when len(digits) >= 6 and not scv_phone_nobody(digits) then digits end",
        ),
        # Last nine digits of the national number, country and trunk prefix dropped.
        (
            "scv_phone(x, country)",
            _bound(
                _bound(
                    _bound(
                        "scv_phone_digits(x)",
                        "digits",
                        "case when scv_phone_has_own_code(digits, country)"
                        " then scv_phone_foreign(digits) else digits end",
                    ),
                    "digits",
                    "right(scv_phone_national(digits, country), 9)",
                ),
                "digits",
                "scv_phone_valid(digits)",
            ),
        ),
    ]


def _address_macros() -> list[tuple[str, str]]:
    countries = load_list("countries")
    spelt = [(str(name), code) for code, c in countries.items() for name in c["names"]]
    names, codes = _list_literal([n for n, _ in spelt]), _list_literal([c for _, c in spelt])
    padded = " ".join(
        f"when {text_literal(code)} then repeat('0', {c['postcode_digits']} - len(code)) || code"
        for code, c in countries.items()
        if c.get("postcode_digits")
    )
    number = r"'(\d+)\s*-?\s*([a-zæøåäö]?)(?:$|[^\p{L}\d])'"
    named = r"(?:\d*(?:1st|2nd|3rd|\dth)\b|[^\d,])"  # the sign of a street, or "61st"
    counted = load_list("values")["ordinals"]
    ordinals = f"map({_list_literal(counted)}, {_list_literal(counted.values())})"
    return [
        ("scv_spaced(x)", r"trim(regexp_replace(x, '\s+', ' ', 'g'))"),
        ("scv_country(x)", f"map({names}, {codes})[lower(scv_text(x))]"),
        (
            "scv_postcode_code(x)",
            r"scv_value(upper(regexp_replace(regexp_replace(scv_value(x), '^\p{L}{1,3}-(\d)',"
            r" '\1'), '[\s-]|\.0$', '', 'g')))",
        ),
        (
            "scv_postcode_padded(code, country)",
            rf"case when regexp_matches(code, '^\d+$') then case country {padded}"
            " else code end else code end",
        ),
        (
            "scv_postcode(x, country)",
            _bound(
                "scv_postcode_code(x)",
                "code",
                "case when not regexp_matches(code, '^(0+|9999+)$')"
                " then scv_postcode_padded(code, country) end",
            ),
        ),
        ("scv_city(x)", "scv_value(array_to_string(scv_words(x), ' '))"),
        # "34 E. 61st St.": the letter is a direction, no part of the number that leads.
        (
            "scv_directed(x)",
            r"regexp_replace(lower(scv_value(x)),"
            r" '^(\s*\d+)\s+([nesw])(?:\.\s*|\s+)([\p{L}\d])', '\1, \2 \3')",
        ),
        # "Birkevej 12 B, 2. tv": the street is what stands before the number, or after it.
        (
            "scv_house_number(x)",
            rf"nullif(regexp_extract(scv_directed(x), {number}, 1)"
            rf" || regexp_extract(scv_directed(x), {number}, 2), '')",
        ),
        (
            "scv_street_words(x)",
            r"scv_fold(regexp_replace(regexp_replace(x, '[''’`´.]', '', 'g'),"
            r" '[^\p{L}\p{M}\d\s]', ' ', 'g'))",
        ),
        # "5th Avenue" in words: only where the number of the house leads is a street counted so.
        (
            "scv_numbered(x)",
            f"array_to_string(list_transform(string_split(x, ' '),"
            f" lambda word: coalesce({ordinals}[word], word)), ' ')",
        ),
        (
            "scv_street(x)",
            rf"coalesce(scv_value(scv_spaced(scv_street_words(regexp_replace(regexp_replace("
            rf"regexp_extract(lower(scv_value(x)), '^({named}*)', 1), '\s+n(o|r)\.?\s*$', ''),"
            rf" '\s+', ' ', 'g')))),"
            rf" scv_value(scv_numbered(scv_spaced(scv_street_words(regexp_extract(scv_directed(x),"
            rf" '^\s*(?:n[or]\.?\s*)?\d+\s*(?:[a-z]\b)?[\s,]*({named}+)', 1))))))",
        ),
    ]


def _number_macros() -> list[tuple[str, str]]:
    nobodys = [d.replace("-", "") for d in words_of("placeholder_dates")]
    dates = ", ".join(f"date {text_literal(d)}" for d in words_of("placeholder_dates"))
    return [
        # Leading zeros and separators come and go between systems.
        (
            "scv_number(x)",
            r"scv_value(ltrim(regexp_replace(upper(scv_value(x)), '[^\p{L}\d]', '', 'g'), '0'))",
        ),
        (
            "scv_org_number(x)",
            _bound(
                r"regexp_replace(scv_value(x), '\D', '', 'g')",
                "digits",
                "case when len(digits) between 6 and 14"
                " and not regexp_matches(digits, '^(0+|1+|9+)$') then digits end",
            ),
        ),
        # A VAT number is the organisation number in the clothes of its country.
        (
            "scv_vat_number(x)",
            r"scv_org_number(regexp_replace(upper(scv_value(x)), '^SE(.*)01$|MVA$', '\1'))",
        ),
        # Year, month, day as eight digits; what is no date is compared as it was written.
        (
            "scv_birth_year_first(x)",
            r"regexp_replace(regexp_replace(x, '^\D*(\d)\D(\d{1,2})\D(\d{4})\D*$', '0\1-\2-\3'),"
            r" '^\D*(\d{2})\D(\d{1,2})\D(\d{4})\D*$', '\3-\2-\1')",
        ),
        (
            "scv_birth_text(x)",
            r"regexp_replace(scv_birth_year_first(scv_value(x)), '\D', '', 'g')",
        ),
        (
            "scv_birth_digits(born, written)",
            _bound(
                "coalesce(strftime(cast(born as date), '%Y%m%d'), scv_birth_text(written))",
                "digits",
                "case when len(digits) = 8 and left(digits, 4) between '1000' and '2200'"
                f" and digits not in {in_list(nobodys)}"
                " then digits end",
            ),
        ),
        (
            "scv_date(x)",
            f"case when cast(x as date) in ({dates}) or year(cast(x as date)) not between 1850"
            " and 2200 then null else cast(x as date) end",
        ),
    ]
