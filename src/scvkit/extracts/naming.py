"""Names of columns and tables: unique, never blank, safe to stand in SQL and in a path."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from scvkit.ascii_names import ascii_name

# Columns the kit adds itself.
RESERVED = frozenset({"line_number"})


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """Unique column names in order, the names that were repeated, and those made for blanks."""

    names: tuple[str, ...]
    repeated: tuple[str, ...]
    unnamed: frozenset[str]

    @property
    def blank(self) -> int:
        """How many columns had no name."""
        return len(self.unnamed)

    def without(self, dropped: Collection[str]) -> ColumnNames:
        """Return the names without some of them."""
        kept = tuple(name for name in self.names if name not in dropped)
        return ColumnNames(kept, self.repeated, self.unnamed - set(dropped))


def column_names(header: Sequence[str | None]) -> ColumnNames:
    """Return unique names: blanks named by their place, repeats suffixed.

    Names that differ only in case count as repeats, because SQL does not tell them apart.

    >>> column_names(["id", "", "Id", " navn "]).names
    ('id', 'column_2', 'Id_2', 'navn')
    """
    taken = set(RESERVED)
    wanted = [_clean(cell) for cell in header]
    originals = {w.casefold() for w in wanted if w}
    names: list[str] = []
    repeated: list[str] = []
    for place, name in enumerate(wanted, start=1):
        base = name or f"column_{place}"
        unique, number = base, 1
        while unique.casefold() in taken or (number > 1 and unique.casefold() in originals):
            number += 1
            unique = f"{base}_{number}"
        if number > 1 and name and name.casefold() not in RESERVED and name not in repeated:
            repeated.append(name)
        taken.add(unique.casefold())
        names.append(unique)
    unnamed = frozenset(n for n, w in zip(names, wanted, strict=True) if not w)
    return ColumnNames(tuple(names), tuple(repeated), unnamed)


def slug(text: str, taken: Iterable[str] = ()) -> str:
    """Return a name fit for a source or table id, unlike those already taken.

    >>> slug("Kopi af kampagneliste FINAL2.xlsx")
    'kopi_af_kampagneliste_final2_xlsx'
    >>> slug("Kunder", taken=["kunder"])
    'kunder_2'
    >>> slug("2024 Køb")
    't_2024_koeb'
    """
    plain = ascii_name(text)
    if not plain[:1].isalpha():
        plain = f"t_{plain}".rstrip("_")
    base = plain[:36].rstrip("_")
    used = set(taken)
    unique, number = base, 1
    while unique in used:
        number += 1
        unique = f"{base}_{number}"
    return unique


def _clean(cell: str | None) -> str:
    # Control and bidirectional signs in a header would travel into SQL, pages and logs.
    text = "".join(
        " " if c in "\r\n\t" else c for c in cell or "" if c in "\r\n\t" or not _is_control(c)
    )
    return " ".join(text.split())


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf"}
