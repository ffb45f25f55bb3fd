"""Pattern masks: the shape of a value, never the value."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scvkit.engine import EngineError

if TYPE_CHECKING:
    from scvkit.engine import Connection

MASK_LENGTH = 24
_FIRST_SIGNS = 4
_LONG = 64  # octets of a value beyond which it is cut before its mask is made
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
_FUNCTION = "value_mask"
_BY_ARROW: Any = "arrow"
# One byte each while masks are made; they become "•" and "…" in the few masks that hold them.
_OTHER_SIGN, _ELLIPSIS, _DROPPED = 0x1F, 0x1E, 0
_BEYOND_ASCII = 0x80
OTHER_SIGN, ELLIPSIS = chr(_OTHER_SIGN), chr(_ELLIPSIS)


def add_mask_function(connection: Connection) -> None:
    """Let SQL on the connection call ``value_mask``; ``remove_mask_function`` takes it away."""
    remove_mask_function(connection)
    # "arrow" is a word the binding takes; its stub knows the enumeration only.
    connection.create_function(_FUNCTION, masks_of, ["varchar"], "varchar", type=_BY_ARROW)


def remove_mask_function(connection: Connection) -> None:
    """Take ``value_mask`` away: a connection must not outlive the interpreter with it."""
    # Asking whether it is there looks at thousands of functions.
    with suppress(EngineError):
        connection.remove_function(_FUNCTION)


def mask_sql(value: str) -> str:
    """Return SQL for the mask of ``value``: A upper, a lower, 9 digit, • any other sign.

    ASCII punctuation and blanks stay; longer values are cut to 24 signs and "…". The mask of a
    mask is itself. The connection needs ``add_mask_function``.

    >>> from scvkit.engine import connect
    >>> connection = connect()
    >>> add_mask_function(connection)
    >>> connection.sql("select " + mask_sql("'Åse 12-b漢'")).fetchall()
    [('Aaa 99-aa',)]
    >>> remove_mask_function(connection)
    """
    return readable_mask_sql(bare_mask_sql(value))


def bare_mask_sql(value: str) -> str:
    """Return SQL for a mask to count by, in which one byte each stands for "•" and "…"."""
    return f"{_FUNCTION}(left({value}, {MASK_LENGTH + 1}))"


def readable_mask_sql(bare: str) -> str:
    """Return SQL for the mask to show: done for each mask, not for each value."""
    return f"replace(replace({bare}, chr({_OTHER_SIGN}), '•'), chr({_ELLIPSIS}), '…')"


def readable_mask(bare: str) -> str:
    """Return the mask to show for a bare one."""
    return bare.replace(OTHER_SIGN, "•").replace(ELLIPSIS, "…")


def masks_of(values: Any) -> Any:
    """Return the masks of an Arrow array of text of at most 25 signs, from its bytes at once.

    A tenth of a microsecond a value, where one regular expression for each class of signs costs
    several. Signs outside ASCII stand as the bytes 1F (any other sign) and 1E (cut here), which
    ``mask_sql`` replaces.
    """
    texts = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    texts = texts.cast(pa.string())
    count = len(texts)
    _, places, held = texts.buffers()
    if not count or held is None:
        return texts
    offsets = np.frombuffer(places, np.int32)[texts.offset : texts.offset + count + 1]
    raw = held[int(offsets[0]) : int(offsets[-1])]
    signs, offsets = _classes(raw, offsets - offsets[0])
    # What is as long as this was cut before it came here: its last sign says so.
    signs[offsets[1:][np.diff(offsets) > MASK_LENGTH] - 1] = _ELLIPSIS
    return pa.StringArray.from_buffers(
        count, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(signs)
    )


def counted_masks(texts: Any, rows: Any | None = None) -> Any:
    """Return a table of the bare masks of an Arrow array of text: mask, rows; nothing of blanks.

    As ``bare_mask_sql`` makes them, in a third of the time: whole columns at once, and cut when
    they are counted. ``rows`` says in how many rows each text stands, where that is not one.

    >>> counted_masks(pa.array(["12-b", "34-c", None, "x"])).to_pydict()
    {'mask': ['99-a', 'a'], 'rows': [2, 1]}
    """
    found = []
    for kept, ascii_only in _by_script(texts):
        part = texts if kept is None else texts.filter(kept)
        if not ascii_only or octets_of(part).size > _LONG * len(part):
            part = pc.utf8_slice_codeunits(part, 0, MASK_LENGTH + 1)
        masks = _masks_of_ascii(part) if ascii_only else masks_of(part)
        if rows is None and (few := _if_all_alike(masks)) is not None:
            counted = few
        elif rows is None:
            counted = pa.table(pc.value_counts(masks).flatten(), ["mask", "rows"])
        else:
            held = rows if kept is None else rows.filter(kept)
            counted = joined_masks([pa.table({"mask": masks, "rows": held})])
        if ascii_only:
            # Only a blank has a mask without a sign.
            counted = counted.filter(pc.greater(pc.binary_length(counted.column(0)), 0))
        found.append(counted.set_column(0, "mask", _cut(counted.column(0))))
    return joined_masks(found)


def _if_all_alike(masks: Any) -> Any | None:
    """The count of masks that are one and the same, blanks left out; None where they differ.

    To see that costs a tenth of counting them.
    """
    sizes = np.diff(offsets_of(masks))
    filled = np.count_nonzero(sizes)
    signs = octets_of(masks)
    if not filled or len(signs) % filled:
        return None
    size = len(signs) // filled
    if sizes.max() != size or (signs[size:] != signs[:-size]).any():
        return None
    return pa.table({"mask": [signs[:size].tobytes().decode()], "rows": [int(filled)]})


def joined_masks(tables: Sequence[Any]) -> Any:
    """Return the counts of several tables of masks as one."""
    together = pa.concat_tables(tables)
    summed = together.group_by("mask", use_threads=False).aggregate([("rows", "sum")])
    return summed.select(["mask", "rows_sum"]).rename_columns(["mask", "rows"])


def rows_of_masks(texts: Any, masks: Sequence[str]) -> list[int]:
    """Return how many values of an Arrow array of text have each of a few bare masks.

    >>> rows_of_masks(pa.array(["12-b", "34-c", None, "xå"]), ["99-a", "aa"])
    [2, 1]
    """
    rows: dict[str, int] = {}
    (plain, _), *beyond_ascii = _by_script(texts)
    if beyond_ascii:
        counted = counted_masks(texts.filter(beyond_ascii[0][0]))
        rows = dict(zip(*counted.to_pydict().values(), strict=True))
        texts = texts.filter(plain)
    octets, offsets, classes = octets_of(texts), offsets_of(texts), _sign_classes()
    sizes, begins = np.diff(offsets), offsets[:-1]
    leads = _leads(octets, sizes, begins)
    found = []
    for mask in masks:
        bare = mask.removesuffix(ELLIPSIS).encode("ascii")
        like = sizes > MASK_LENGTH if mask.endswith(ELLIPSIS) else sizes == len(mask)
        if len(bare) >= _FIRST_SIGNS:
            like &= leads == int.from_bytes(bare[:_FIRST_SIGNS], "little")
        left = begins[like]
        for place, sign in enumerate(bare):
            left = left[classes[octets[left + place]] == sign]
        found.append(rows.get(mask, 0) + (len(left) if mask else 0))
    return found


def _leads(octets: Any, sizes: Any, begins: Any) -> Any:
    """The classes of the first signs of each value as one number; 0 for shorter ones.

    They part nearly all values from a mask.
    """
    leads = np.zeros(len(sizes), np.uint32)
    long = np.flatnonzero(sizes >= _FIRST_SIGNS)
    if len(long) and sizes.min() == sizes.max():
        # All of one length: they lie in steps.
        firsts = octets.reshape(-1, int(sizes[0]))[:, :_FIRST_SIGNS]
    else:
        firsts = octets[begins[long][:, None] + np.arange(_FIRST_SIGNS)]
    leads[long] = _ascii_classes(np.ascontiguousarray(firsts)).view("<u4")
    return leads


def plain_mask_sql(value: str) -> str:
    """Return SQL for the same mask that needs nothing on the connection: slow, for few values.

    >>> from scvkit.engine import connect
    >>> connect().sql("select " + plain_mask_sql("'Åse 12-b漢'")).fetchall()
    [('Aaa 99-aa',)]
    """
    return _replaced(
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
    return _replaced(
        value,
        (
            (f"[{MARKS}]", ""),
            ("[A-ZÀÁÄ-ÖØ-Þ]", "A"),
            ("[a-zß-áã-öø-ÿ]", "a"),
            ("[0-9]", "9"),
            (f"[^ -~{DAMAGE_SIGNS}]", "a"),
        ),
    )


def _replaced(value: str, replacements: tuple[tuple[str, str], ...]) -> str:
    sql = f"left({value}, {MASK_LENGTH + 1})"
    for pattern, sign in replacements:
        sql = f"regexp_replace({sql}, '{pattern}', '{sign}', 'g')"
    return (
        f"case when length({value}) > {MASK_LENGTH} "
        f"then left({sql}, {MASK_LENGTH}) || '…' else {sql} end"
    )


def _by_script(texts: Any) -> list[tuple[Any, bool]]:
    """Which values are nothing but ASCII, None for all; then which are not, where any is."""
    if not octets_of(texts).size or octets_of(texts).max() < _BEYOND_ASCII:
        return [(None, True)]
    plain = pc.string_is_ascii(texts)
    return [(plain, True), (pc.invert(plain), False)]


def _masks_of_ascii(texts: Any) -> Any:
    """The masks of values of nothing but ASCII, however long."""
    signs = _ascii_classes(octets_of(texts))
    offsets = offsets_of(texts).astype(np.int32)
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(offsets), pa.py_buffer(signs))


def _cut(masks: Any) -> Any:
    """Masks of more than 24 signs cut there, with the sign that says so."""
    long = pc.greater(pc.utf8_length(masks), MASK_LENGTH)
    cut = pc.utf8_slice_codeunits(masks, 0, MASK_LENGTH)
    return pc.if_else(long, pc.binary_join_element_wise(cut, ELLIPSIS, ""), masks)


def offsets_of(texts: Any) -> Any:
    """Where each value begins among the octets, and where the last one ends."""
    offsets = np.frombuffer(texts.buffers()[1], np.int32)
    offsets = offsets[texts.offset : texts.offset + len(texts) + 1]
    return offsets - offsets[0]


def octets_of(texts: Any) -> Any:
    """The octets of the values, one after the other."""
    _, places, held = texts.buffers()
    if held is None or not len(texts):
        return np.empty(0, np.uint8)
    ends = np.frombuffer(places, np.int32)
    return np.frombuffer(held, np.uint8)[ends[texts.offset] : ends[texts.offset + len(texts)]]


def _classes(raw: Any, offsets: Any) -> tuple[Any, Any]:
    """One byte a sign, and where each value begins among them."""
    octets = np.frombuffer(raw, np.uint8)
    if not len(octets) or octets.max() < _BEYOND_ASCII:
        return _ascii_classes(octets), offsets
    table = _sign_classes()
    points = np.frombuffer(
        raw.to_pybytes().decode("utf-8", "replace").encode("utf-32-le"), np.uint32
    )
    begun = np.concatenate(([0], np.cumsum((octets & 0xC0) != 0x80)))
    offsets = begun[offsets]
    signs = table[np.minimum(points, len(table) - 1)]
    if not signs.all():
        kept = np.concatenate(([0], np.cumsum(signs != _DROPPED)))
        offsets, signs = kept[offsets], signs[signs != _DROPPED]
    return signs, offsets


def _ascii_classes(octets: Any) -> Any:
    """The class of each octet of ASCII, in an array of its own."""
    return translated(octets, _sign_classes()[:256].tobytes())


def translated(octets: Any, table: bytes) -> Any:
    """What a table of 256 octets has for each of the octets; a third of the cost of indexing."""
    found = bytearray(octets).translate(table)
    return np.frombuffer(found, np.uint8) if found else np.empty(0, np.uint8)


@cache
def _sign_classes() -> Any:
    """The class of every sign of the first plane of Unicode; the rest are other signs."""
    table = np.full(0x10000, _OTHER_SIGN, np.uint8)
    table[0x20:0x7F] = np.arange(0x20, 0x7F)
    table[ord("…")] = _ELLIPSIS
    for signs, stands in ((SMALL + OTHER_LETTERS, "a"), (CAPITALS, "A"), ("0-9", "9")):
        table[_listed(signs)] = ord(stands)
    table[_listed(MARKS)] = _DROPPED
    return table


def _listed(signs: str) -> list[int]:
    """Code points of a class as regular expressions write it."""
    found: list[int] = []
    rest = list(signs)
    while rest:
        first = last = rest.pop(0)
        if len(rest) > 1 and rest[0] == "-":
            last = rest[1]
            rest = rest[2:]
        found += range(ord(first), ord(last) + 1)
    return found
