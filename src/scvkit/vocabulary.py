"""The field's words as enums: one spelling for the engagement file, the SQL and the report."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """A language the kit speaks: a report can be made in each."""

    ENGLISH = "en"
    DANISH = "da"
    SWEDISH = "sv"
    ROMANIAN = "ro"
    TRADITIONAL_CHINESE = "zh-Hant"


class Attribute(StrEnum):
    """What a column means (semantic type)."""

    UNIQUE_ID = "unique_id"
    GIVEN_NAME = "given_name"
    MIDDLE_NAME = "middle_name"
    SURNAME = "surname"
    FULL_NAME = "full_name"
    COMPANY_NAME = "company_name"
    EMAIL = "email"
    PHONE = "phone"
    MOBILE = "mobile"
    STREET = "street"
    HOUSE_NUMBER = "house_number"
    POSTCODE = "postcode"
    CITY = "city"
    REGION = "region"
    COUNTRY = "country"
    DATE_OF_BIRTH = "date_of_birth"
    BIRTH_YEAR = "birth_year"
    NATIONAL_ID = "national_id"
    ORG_NUMBER = "org_number"
    VAT_NUMBER = "vat_number"
    CUSTOMER_NUMBER = "customer_number"
    MEMBER_NUMBER = "member_number"
    ORDER_NUMBER = "order_number"
    ACCOUNT_NUMBER = "account_number"
    LOGIN_ID = "login_id"
    CONSENT_FLAG = "consent_flag"
    CONSENT_TIME = "consent_time"
    CONSENT_SOURCE = "consent_source"
    CONSENT_TEXT = "consent_text"
    WITHDRAWAL_TIME = "withdrawal_time"
    CREATED_AT = "created_at"
    CHANGED_AT = "changed_at"
    LAST_SEEN_AT = "last_seen_at"
    LAST_PURCHASE_AT = "last_purchase_at"
    AMOUNT = "amount"
    CURRENCY = "currency"
    PRODUCT = "product"
    PRODUCT_SERIAL = "product_serial"
    WARRANTY_END = "warranty_end"
    PROMOTION = "promotion"
    STOCK = "stock"
    UNIT_COST = "unit_cost"
    PROMISED_AT = "promised_at"
    DELIVERED_AT = "delivered_at"
    TOPIC = "topic"
    FREE_TEXT = "free_text"
    LANGUAGE = "language"
    GENDER = "gender"
    CHANNEL = "channel"
    SEGMENT = "segment"
    URL = "url"
    IP_ADDRESS = "ip_address"
    DEVICE_ID = "device_id"
    OTHER = "other"


DATE_ATTRIBUTES = frozenset(
    {
        Attribute.DATE_OF_BIRTH,
        Attribute.CONSENT_TIME,
        Attribute.WITHDRAWAL_TIME,
        Attribute.CREATED_AT,
        Attribute.CHANGED_AT,
        Attribute.LAST_SEEN_AT,
        Attribute.LAST_PURCHASE_AT,
        Attribute.WARRANTY_END,
        Attribute.PROMISED_AT,
        Attribute.DELIVERED_AT,
    }
)

# Dates that are set ahead: a day after the assessment is no mistake in them.
PLANNED_DATES = frozenset({Attribute.WARRANTY_END, Attribute.PROMISED_AT})

# Attributes whose values point at one person or household: never shown, always searched for by
# the privacy gate, dropped or hashed before the deep dive.
IDENTIFYING_ATTRIBUTES = frozenset(
    {
        Attribute.UNIQUE_ID,
        Attribute.GIVEN_NAME,
        Attribute.MIDDLE_NAME,
        Attribute.SURNAME,
        Attribute.FULL_NAME,
        Attribute.EMAIL,
        Attribute.PHONE,
        Attribute.MOBILE,
        Attribute.STREET,
        Attribute.HOUSE_NUMBER,
        Attribute.DATE_OF_BIRTH,
        Attribute.NATIONAL_ID,
        Attribute.ORG_NUMBER,
        Attribute.VAT_NUMBER,
        Attribute.COMPANY_NAME,
        Attribute.CUSTOMER_NUMBER,
        Attribute.MEMBER_NUMBER,
        Attribute.ORDER_NUMBER,
        Attribute.ACCOUNT_NUMBER,
        Attribute.LOGIN_ID,
        Attribute.FREE_TEXT,
        Attribute.IP_ADDRESS,
        Attribute.DEVICE_ID,
        Attribute.URL,
    }
)


class Grain(StrEnum):
    """What one row of a table is."""

    CUSTOMER = "customer"
    ACCOUNT = "account"
    CONTACT = "contact"
    MEMBER = "member"
    SUBSCRIBER = "subscriber"
    TICKET = "ticket"
    VISIT = "visit"
    ORDER = "order"
    SEND = "send"


# Rows of these grains are things that happened to somebody, not records of somebody.
EVENT_GRAINS = frozenset({Grain.ORDER, Grain.SEND})


class Domain(StrEnum):
    """The part of the business a source belongs to."""

    PURCHASES = "purchases"
    SHOP = "shop"
    NEWSLETTER = "newsletter"
    LOYALTY = "loyalty"
    SERVICE = "service"
    WEB_ANALYTICS = "web_analytics"
    CRM = "crm"
    CAMPAIGN = "campaign"
    OTHER = "other"


class EntityKind(StrEnum):
    """What a record is about."""

    PERSON = "person"
    ORGANISATION = "organisation"


class Key(StrEnum):
    """An identity key: something that can tie a record to the same person elsewhere."""

    CUSTOMER_NUMBER = "customer_number"
    EMAIL = "email"
    PHONE = "phone"
    NAME_ADDRESS = "name_address"
    MEMBER_NUMBER = "member_number"
    LOGIN_ID = "login_id"
    ORG_NUMBER = "org_number"


class Tier(StrEnum):
    """Evidence tier of a pair of records (design 03 §2.6)."""

    A = "A"  # one exact key and a second independent agreement
    B = "B"  # one exact key, nothing contradicts
    C = "C"  # full name and address, no key
    D = "D"  # weaker score: a lead, never counted
    X = "X"  # the key agrees, the name contradicts


class Grade(StrEnum):
    """How a number is known."""

    MEASURED = "measured"
    SHOWN = "shown"
    DECLARED = "declared"
    NOT_ASSESSED = "not_assessed"


class Channel(StrEnum):
    """How a person can be reached, or how data about them is collected."""

    EMAIL = "email"
    SMS = "sms"
    POST = "post"
    PHONE = "phone"
    ANALYTICS = "analytics"


class ConsentStatus(StrEnum):
    """Status of a permission in W3C DPV 2.3 terms, in snake case."""

    GIVEN = "consent_given"
    REFUSED = "consent_refused"
    WITHDRAWN = "consent_withdrawn"
    UNKNOWN = "consent_unknown"


class LawfulBasis(StrEnum):
    """Lawful basis of a source, GDPR art. 6(1)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    LEGITIMATE_INTEREST = "legitimate_interest"
    NONE = "none"


class Dimension(StrEnum):
    """The eight dimensions of readiness (design 03 §2.2)."""

    PURPOSE = "D1"
    LANDSCAPE = "D2"
    SOURCE_QUALITY = "D3"
    IDENTITY = "D4"
    PERMISSION = "D5"
    FLOW = "D6"
    USE = "D7"
    PEOPLE = "D8"


class GateState(StrEnum):
    """Outcome of a gate."""

    PASSED = "passed"
    OPEN = "open"  # limited: passes once something named is done
    FAILED = "failed"
    NOT_ASSESSED = "not_assessed"


class UseCaseStatus(StrEnum):
    """Verdict on one use case."""

    READY = "ready"
    READY_ONCE = "ready_once"  # usable when an open gate is closed
    READY_WITH_LIMITS = "ready_with_limits"
    FIX_FIRST = "fix_first"
    NOT_NOW = "not_now"
    BLOCKED = "blocked"
    NOT_ASSESSED = "not_assessed"


class Verdict(StrEnum):
    """The seven answers (design 03 §2.5)."""

    V0 = "V0"
    V1 = "V1"
    V2 = "V2"
    V3 = "V3"
    V4 = "V4"
    V5 = "V5"
    V6 = "V6"


class FlowKind(StrEnum):
    """How data is carried from one source to another."""

    AUTOMATIC = "automatic"
    NIGHTLY = "nightly"
    MANUAL = "manual"


class ClaimOutcome(StrEnum):
    """What became of a claim when it was measured."""

    HELD = "held"
    HELD_PARTLY = "held_partly"
    DID_NOT_HOLD = "did_not_hold"
    CANNOT_BE_TESTED = "cannot_be_tested"


class DoubtKind(StrEnum):
    """What a consultant should look at in how a file was read.

    The first group is settled by a line of its own under ``reading``; what is in the second was
    done and is only accepted.
    """

    SECOND_DELIMITER = "second_delimiter"
    SNIFF_DIFFERS = "sniff_differs"
    NO_HEADER = "no_header"
    WEAK_HEADER = "weak_header"
    PREAMBLE = "preamble"
    FOOTER = "footer"
    GUESSED_ENCODING = "guessed_encoding"
    LOSSY_ENCODING = "lossy_encoding"
    DECIMAL = "decimal"
    DATE_ORDER = "date_order"
    HIDDEN_SHEETS = "hidden_sheets"
    OTHER_TABLES = "other_tables"

    MIXED_ENCODING = "mixed_encoding"
    CONTROL_BYTES = "control_bytes"
    REPLACEMENT_CHARACTERS = "replacement_characters"
    JOINED_HEADER = "joined_header"
    SHORT_HEADER = "short_header"
    REPEATED_HEADER = "repeated_header"
    DUPLICATE_COLUMNS = "duplicate_columns"
    BLANK_COLUMNS = "blank_columns"
    BLANK_ROWS = "blank_rows"
    SET_ASIDE = "set_aside"
    REPAIRED = "repaired"
    REJECTED = "rejected"
    PARTS_DIFFER = "parts_differ"
    PARTS_LEFT_OUT = "parts_left_out"
