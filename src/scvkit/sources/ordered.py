"""The table of customers that is drafted beside a list of orders which names its buyers."""

from __future__ import annotations

from dataclasses import replace

from scvkit.records.extracts import ColumnMeaning, SourceTable
from scvkit.sources.yaml_text import scalar, sequence
from scvkit.vocabulary import Attribute, Grain

# What says who ordered, the surest first; a customer number may be the one of every guest.
_KEYS = (Attribute.EMAIL, Attribute.MOBILE, Attribute.PHONE)
_OF_THE_BUYER = frozenset(
    {
        *_KEYS,
        Attribute.CUSTOMER_NUMBER,
        Attribute.MEMBER_NUMBER,
        Attribute.LOGIN_ID,
        Attribute.ORG_NUMBER,
        Attribute.VAT_NUMBER,
        Attribute.NATIONAL_ID,
        Attribute.FULL_NAME,
        Attribute.GIVEN_NAME,
        Attribute.MIDDLE_NAME,
        Attribute.SURNAME,
        Attribute.COMPANY_NAME,
        Attribute.DATE_OF_BIRTH,
        Attribute.BIRTH_YEAR,
        Attribute.GENDER,
        Attribute.LANGUAGE,
        Attribute.STREET,
        Attribute.HOUSE_NUMBER,
        Attribute.POSTCODE,
        Attribute.CITY,
        Attribute.REGION,
        Attribute.COUNTRY,
        Attribute.CONSENT_FLAG,
        Attribute.CONSENT_TIME,
        Attribute.CONSENT_SOURCE,
        Attribute.CONSENT_TEXT,
        Attribute.WITHDRAWAL_TIME,
    }
)
_TIES = frozenset({*_KEYS, Attribute.CUSTOMER_NUMBER, Attribute.MEMBER_NUMBER, Attribute.LOGIN_ID})
_DATES = (Attribute.LAST_PURCHASE_AT, Attribute.CREATED_AT)
_SETTLED = 1.0


def one_per_of(table: SourceTable) -> tuple[str, ...]:
    """Return the columns that say who ordered; none when the rows are no orders or name nobody."""
    if table.grain is not Grain.ORDER:
        return ()
    usable = [m for m in table.meanings if m.column not in table.quarantined]
    found = ((m.column for m in usable if m.attribute is attribute) for attribute in _KEYS)
    return tuple(column for column in (next(columns, None) for columns in found) if column)


def customers_of(orders: SourceTable) -> SourceTable:
    """Return the same columns as they speak of the buyer; the order's date is the last purchase.

    The number of the order is the record's: it leads to the row that tells of the customer.
    """
    attributes = [m.attribute for m in orders.meanings]
    number = next(
        (m.column for m in orders.meanings if m.attribute is Attribute.ORDER_NUMBER), None
    )
    date = next((a for a in _DATES if a in attributes), None)
    dated = next((m.column for m in orders.meanings if m.attribute is date), None)

    def of_the_buyer(meaning: ColumnMeaning) -> ColumnMeaning:
        if meaning.column == dated:
            return replace(meaning, attribute=Attribute.LAST_PURCHASE_AT, confidence=_SETTLED)
        kept = meaning.attribute in _OF_THE_BUYER or meaning.column == number
        return meaning if kept else _nothing(meaning)

    return replace(
        orders,
        grain=Grain.CUSTOMER,
        id_column=number,
        meanings=tuple(of_the_buyer(meaning) for meaning in orders.meanings),
    )


def customers_line(file: str, orders: SourceTable) -> str:
    """Return the table that draws the customers out of a list of orders, as one line of YAML."""
    customers = customers_of(orders)
    numbered = f"id: {scalar(customers.id_column)}, " if customers.id_column else ""
    dated = [m.column for m in customers.meanings if m.attribute is Attribute.LAST_PURCHASE_AT]
    columns = f", columns: {{{scalar(dated[0])}: last_purchase_at}}" if dated else ""
    return (
        f"customers: {{file: {scalar(file)}, grain: customer, {numbered}"
        f"one_per: {sequence(one_per_of(orders))}{columns}}}"
    )


def without_the_buyer(orders: SourceTable) -> SourceTable:
    """Return the orders with what ties them to their customers, who lie in a table of their own."""
    return replace(
        orders,
        meanings=tuple(
            _nothing(m) if m.attribute in _OF_THE_BUYER - _TIES else m for m in orders.meanings
        ),
    )


def _nothing(meaning: ColumnMeaning) -> ColumnMeaning:
    return replace(meaning, attribute=Attribute.OTHER, confidence=_SETTLED, codes=())
