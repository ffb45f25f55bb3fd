"""What one row of a table is, which column numbers the rows, and which part of the business."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from scvkit.engine import Connection, RowTables, count_repeats, quoted
from scvkit.records.extracts import ColumnMeaning
from scvkit.sources.lexicon import domain_phrases, grain_phrases, has_phrase, tokens
from scvkit.sources.recognition import known_exports
from scvkit.vocabulary import Attribute, Domain, Grain

# In the order in which they number the rows of a table best.
_ID_ATTRIBUTES = (
    Attribute.UNIQUE_ID,
    Attribute.ORDER_NUMBER,
    Attribute.CUSTOMER_NUMBER,
    Attribute.MEMBER_NUMBER,
    Attribute.ACCOUNT_NUMBER,
    Attribute.LOGIN_ID,
    Attribute.DEVICE_ID,
)
_MOSTLY_UNIQUE = 0.9
_NUMBER = r"[A-Za-z]{0,4}[-_. ]?\d{1,12}"


def guess_domain(file: str, columns: Sequence[str]) -> Domain:
    """Return the part of the business a file speaks of, by its name, then by its columns.

    >>> guess_domain("esp_subscribers.csv", ["email"]).value
    'newsletter'
    """
    named = _domain_of(tokens(PurePath(file).stem))
    if named is not None:
        return named
    return _domain_of(tokens(" ".join(columns[:2]))) or _domain_by_columns(columns)


def domain_named(system: str) -> Domain:
    """Return the part of the business that a system serves, by its name; OTHER when that is mute.

    >>> [domain_named(name).value for name in ("Business Central", "Zendesk", "The old list")]
    ['purchases', 'service', 'other']
    """
    said = tokens(system)
    for export in known_exports():
        of = tokens(export.system)
        if has_phrase(of, {said}) or has_phrase(said, {of}):
            return export.domain
    return _domain_of(said) or Domain.OTHER


def guess_grain(file: str, columns: Sequence[str], meanings: Sequence[ColumnMeaning]) -> Grain:
    """Return what a row of the table is.

    >>> guess_grain("crm_konti.csv", ["account_id"], []).value
    'account'
    """
    words = tokens(PurePath(file).stem)
    attributes = {m.attribute for m in meanings}
    for name, phrases in grain_phrases().items():
        if has_phrase(words, phrases):
            return _of_people(Grain(name), attributes)
    personal = attributes & {
        Attribute.EMAIL,
        Attribute.FULL_NAME,
        Attribute.SURNAME,
        Attribute.GIVEN_NAME,
        Attribute.PHONE,
    }
    if {Attribute.ORDER_NUMBER, Attribute.AMOUNT} <= attributes and not personal:
        return Grain.ORDER
    domain = guess_domain(file, columns)
    usual = {name: grain for name, (_, grain) in domain_phrases().items()}
    if (
        domain is Domain.CRM
        and Attribute.CUSTOMER_NUMBER in attributes
        and not (attributes & {Attribute.COMPANY_NAME, Attribute.ORG_NUMBER})
    ):
        return Grain.CUSTOMER  # people with customer numbers are no leads
    return _of_people(Grain(usual.get(domain.value, Grain.CUSTOMER.value)), attributes)


def _of_people(grain: Grain, attributes: set[Attribute]) -> Grain:
    """An account with given names and no company is a customer's login, not a company."""
    people = attributes & {Attribute.GIVEN_NAME, Attribute.SURNAME}
    companies = attributes & {Attribute.COMPANY_NAME, Attribute.ORG_NUMBER}
    return Grain.CUSTOMER if grain is Grain.ACCOUNT and people and not companies else grain


def guess_id_column(
    connection: Connection,
    rows: RowTables,
    source: str,
    table: str,
    meanings: Sequence[ColumnMeaning],
    *,
    known: str | None = None,
) -> str | None:
    """Return the column that numbers the rows: filled and unique, else None.

    ``known`` is the one that a recognised export numbers its rows by; it is taken when it does.
    Where none of them does, a number that nobody named and that never repeats is taken, and an
    e-mail address that hardly repeats is better than none: people share and change addresses.
    """
    candidates = [known] if known in {m.column for m in meanings} and known else []
    candidates += [
        meaning.column
        for attribute in _ID_ATTRIBUTES
        for meaning in meanings
        if meaning.attribute is attribute and meaning.column != known
    ]
    scan = rows.scan("extract", source, table)
    unique: dict[str, float] = {}
    for column in candidates:
        unique[column] = _share_distinct(connection, scan, column)
        # No later one can be better.
        if round(unique[column], 2) >= 1.0:
            break
    if known and unique.get(known, 0.0) >= _MOSTLY_UNIQUE:
        return known
    best = max(unique, key=lambda c: (round(unique[c], 2), -candidates.index(c)), default=None)
    if best is not None and unique[best] >= _MOSTLY_UNIQUE:
        return best
    unnamed = [m.column for m in meanings if m.attribute is Attribute.OTHER and not m.codes]
    if number := next((c for c in unnamed if _numbers_rows(connection, scan, c)), None):
        return number
    emails = [] if candidates else [m.column for m in meanings if m.attribute is Attribute.EMAIL]
    shares = {column: _share_distinct(connection, scan, column) for column in emails}
    best = max(shares, key=lambda c: (round(shares[c], 2), -emails.index(c)), default=None)
    return best if best is not None and shares[best] >= _MOSTLY_UNIQUE else None


def _numbers_rows(connection: Connection, scan: str, column: str) -> bool:
    """True for whole numbers, or a few letters and a number, none blank and none twice."""
    value = f"trim(cast({quoted(column)} as varchar))"
    fits = f"coalesce(regexp_full_match({value}, '{_NUMBER}'), false)"
    ((told,),) = connection.execute(f"select bool_and({fits}) from {scan}").fetchall()
    return bool(told) and _share_distinct(connection, scan, column) >= 1.0


def _share_distinct(connection: Connection, scan: str, column: str) -> float:
    """Distinct values ÷ rows, 0–1; hashes of 64 bits decide."""
    ((rows,),) = connection.execute(f"select count(*) from {scan}").fetchall()
    repeats = count_repeats(connection, scan, quoted(column), int(rows))
    # A row without a number is told by having none.
    return float(repeats.distinct + (repeats.rows < rows)) / max(1, int(rows))


def _domain_of(words: tuple[str, ...]) -> Domain | None:
    for name, (phrases, _) in domain_phrases().items():
        if has_phrase(words, phrases):
            return Domain(name)
    joined = "".join(words)
    for name, (phrases, _) in domain_phrases().items():
        if any(len("".join(p)) >= 5 and joined.startswith("".join(p)) for p in phrases):
            return Domain(name)
    return None


def _domain_by_columns(columns: Sequence[str]) -> Domain:
    votes: dict[Domain, int] = {}
    for column in columns:
        domain = _domain_of(tokens(column))
        if domain is not None:
            votes[domain] = votes.get(domain, 0) + 1
    # One word in one column is not a system.
    strong = [d for d, n in votes.items() if n >= 3]
    return max(strong, key=lambda d: votes[d]) if strong else Domain.OTHER
