"""What type the values of a column have, and between which bounds they lie."""

from __future__ import annotations

import datetime as dt

from scvkit.profile.catalogue import read_rules
from scvkit.profile.conditions import TEXTS
from scvkit.profile.counted import Counted
from scvkit.records.profile import InferredType, MaskCount
from scvkit.vocabulary import DATE_ATTRIBUTES, IDENTIFYING_ATTRIBUTES, Attribute


def inferred_type(
    counted: Counted, attribute: Attribute, masks: tuple[MaskCount, ...]
) -> tuple[InferredType, int]:
    """Return the narrowest type that most filled rows parse as, and how many do."""
    filled = counted.filled
    if filled == 0:
        return "empty", 0
    enough = filled * float(read_rules()["type_share"])
    if counted.rows("two_valued") == filled and counted.distinct <= 4:
        return "boolean", filled
    dates, whole, numbers = (counted.rows(name) for name in ("dated", "whole", "number"))
    if dates >= enough or (attribute in DATE_ATTRIBUTES and dates * 2 >= filled):
        return "date", dates
    if attribute in TEXTS:
        return "text", filled
    if whole >= enough:
        return "integer", whole
    # 0123 is a code, not a number: a column of decimals has at least one decimal sign.
    if numbers >= enough and numbers > whole and any({",", "."} & set(m.mask) for m in masks):
        return "decimal", numbers
    return "text", filled


def shown_range(
    kind: InferredType,
    counted: Counted,
    attribute: Attribute,
    days: tuple[tuple[dt.date, int], ...],
) -> tuple[str | None, str | None]:
    """Return the smallest and largest number or date, unless they would show one person's value."""
    if attribute in IDENTIFYING_ATTRIBUTES or attribute is Attribute.BIRTH_YEAR:
        return None, None
    if kind == "date" and days:
        return days[0][0].isoformat(), days[-1][0].isoformat()
    # Whole numbers that hardly repeat may be somebody's number under another name.
    unique = counted.distinct * 2 > counted.filled
    if kind == "integer" and unique and attribute is not Attribute.AMOUNT:
        return None, None
    if kind in {"integer", "decimal"} and counted.smallest is not None:
        return f"{counted.smallest:.12g}", f"{counted.largest:.12g}"
    return None, None
