"""SQL that finds text damaged by a wrong encoding, and names in capitals."""

from __future__ import annotations

from scvkit.engine import text_literal
from scvkit.profile.masks import CAPITALS, LETTERS, SMALL
from scvkit.profile.placeholders import NAMES
from scvkit.vocabulary import Attribute

# UTF-8 read as Windows-1252 or Latin-1: the first byte shows as Ã or Â, the second as a sign
# that follows no letter in any language; a case change may have followed.
_WRONG_ENCODING = (
    "[ÃãÂ][\u0080-\u00a0\u00a2-\u00bfƒ„…†‡ˆ‰‹‘’“”•–—˜™›œžšŒŽŠ€¡]"
    "|â€|Äƒ|È™|È›|Å£|Å¡|Å¾|Ä‡|Å‘|Å±|Å‚|Ä…|Ä™|ï»¿|ï¿½"
    # U+FFFD stands where a reader gave up; box-drawing signs where a DOS code page was read.
    "|�|[\u2500-\u257f]"
    "|&(aelig|oslash|aring|auml|ouml|uuml|eacute|amp|lt|gt|quot|nbsp|#[0-9]{2,5});"
)
# A letter lost to "?", or to the brackets that old seven-bit sets put in its place.
_LETTER, _SMALL = f"[{LETTERS}]", f"[{SMALL}]"
_LOST_LETTER = (
    rf"{_LETTER}\?+{_LETTER}|{_LETTER}[\[\]{{}}|\\]{_LETTER}|^\?+{_SMALL}|{_LETTER}{_LETTER}\?$"
)
_LOST_SIGN = r"[?\[\]{}|\\]"
PLACES = frozenset({Attribute.STREET, Attribute.CITY, Attribute.REGION})


def damaged_sql(attribute: Attribute, value: str) -> str:
    """Return the condition under which ``value`` is damaged.

    >>> from scvkit.engine import connect
    >>> sql = damaged_sql(Attribute.FULL_NAME, "v")
    >>> cells = "(values ('JÃ¸rgen'), ('J?rgen'), ('Jørgen'), ('João')) t(v)"
    >>> connect().sql(f"select {sql} from {cells}").fetchall()
    [(True,), (True,), (False,), (False,)]
    """
    pattern = _WRONG_ENCODING
    # Most values are plain ASCII without such a sign: a look at their length tells.
    suspect = f"length({value}) <> strlen({value}) or contains({value}, '&')"
    if attribute in NAMES or attribute in PLACES:
        pattern += "|" + _LOST_LETTER
        suspect += f" or regexp_matches({value}, {text_literal(_LOST_SIGN)})"
    return f"(({suspect}) and regexp_matches({value}, {text_literal(pattern)}))"


def shouted_sql(attribute: Attribute, value: str) -> str:
    """Return the condition for a name in capitals; short ones may be initials."""
    if attribute not in NAMES:
        return "false"
    return (
        f"(length({value}) >= 5 and regexp_matches({value}, '[{CAPITALS}]{{3}}') "
        f"and not regexp_matches({value}, '[{SMALL}]'))"
    )
