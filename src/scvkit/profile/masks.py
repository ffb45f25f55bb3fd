"""Pattern masks: the shape of a value, never the value."""

from __future__ import annotations

MASK_LENGTH = 24
# RE2 compiles \p{L} in milliseconds, which a query per column pays each time. These ranges hold
# the letters of Latin, Greek, Cyrillic, Semitic, Indic and East Asian writing; a capital outside
# the listed ones is shown as a small letter.
CAPITALS = "A-ZÀ-ÖØ-ÞĂĄĆČĎĐĒĘĚĞĢĪĶĻŁŃŅŇŐŒŘŚŞŠŢŤŪŮŰŹŻŽȘȚ"
SMALL = "a-zß-öø-ÿ"
OTHER_LETTERS = "\u0100-\u02af\u0370-\u1fff\u2c00-\u2dff\u3005-\ud7ff\uf900-\ufaff"
MARKS = "\u0300-\u036f"
LETTERS = CAPITALS + SMALL + OTHER_LETTERS
# Signs that only a wrong encoding leaves in a text; a damaged mask keeps them, to show the fault.
DAMAGE_SIGNS = "ÃÂâ€�\u00a1-\u00bf\u2500-\u257fƒ„…†‡ˆ‰‹‘’“”•–—˜™›"


def mask_sql(value: str) -> str:
    """Return SQL for the mask of ``value``: A upper, a lower, 9 digit, • any other sign.

    ASCII punctuation and blanks stay; longer values are cut to 24 signs and "…". The mask of a
    mask is itself.

    >>> from scvkit.engine import connect
    >>> connect().sql("select " + mask_sql("'Åse 12-b漢'")).fetchall()
    [('Aaa 99-aa',)]
    """
    return _masked(
        value,
        (
            (f"[{MARKS}]", ""),
            (f"[{CAPITALS}]", "A"),
            (f"[{SMALL}{OTHER_LETTERS}]", "a"),
            ("[0-9]", "9"),
            ("[^ -~…]", "•"),
        ),
    )


def damaged_mask_sql(value: str) -> str:
    """Return SQL for a mask that keeps the signs of a wrong encoding.

    >>> from scvkit.engine import connect
    >>> connect().sql("select " + damaged_mask_sql("'JÃ¸rgen'")).fetchall()
    [('AÃ¸aaaa',)]
    """
    return _masked(
        value,
        (
            (f"[{MARKS}]", ""),
            ("[A-ZÀÁÄ-ÖØ-Þ]", "A"),
            ("[a-zß-áã-öø-ÿ]", "a"),
            ("[0-9]", "9"),
            (f"[^ -~{DAMAGE_SIGNS}]", "a"),
        ),
    )


def _masked(value: str, replacements: tuple[tuple[str, str], ...]) -> str:
    sql = f"left({value}, {MASK_LENGTH + 1})"
    for pattern, sign in replacements:
        sql = f"regexp_replace({sql}, '{pattern}', '{sign}', 'g')"
    return (
        f"case when length({value}) > {MASK_LENGTH} "
        f"then left({sql}, {MASK_LENGTH}) || '…' else {sql} end"
    )
