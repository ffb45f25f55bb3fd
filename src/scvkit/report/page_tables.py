"""The tables of a page as text, with the headings they stand under."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from scvkit.report.sentences import plain


@dataclass(slots=True)
class Table:
    """One table of a page as text."""

    section: str  # heading of its section
    title: str  # heading or caption it stands under
    anchor: str = ""  # id of its section
    head: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def tables_of(page: str) -> list[Table]:
    """Return every table of a page that has rows, in reading order.

    Columns that hold only pictures are left out, and pictures, masks of style and script with
    them.

    >>> [
    ...     (t.section, t.head, t.rows)
    ...     for t in tables_of(
    ...         "<section><h2>Keys</h2><table><tr><th>Key</th><th>Bar</th></tr>"
    ...         "<tr><td>E-mail</td><td><svg><text>x</text></svg></td></tr></table></section>"
    ...     )
    ... ]
    [('Keys', ['Key'], [['E-mail']])]
    """
    return [without_pictures(table) for table in read_tables(page)]


def read_tables(page: str) -> list[Table]:
    """Return every table that has rows, columns of pictures among its own."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return [table for table in reader.tables if table.rows]


def without_pictures(table: Table) -> Table:
    """Return the table without columns that no row tells anything in."""
    wide = max(len(row) for row in (table.head, *table.rows))
    told = [n for n in range(wide) if any(len(row) > n and row[n] for row in table.rows)]
    pick = [[row[n] if len(row) > n else "" for n in told] for row in (table.head, *table.rows)]
    return replace(table, head=pick[0], rows=pick[1:])


class Mask(str):
    """Text in a typewriter's face: a mask of digits is no number."""

    __slots__ = ()


class _Reader(HTMLParser):
    """Collects tables with the headings they stand under."""

    _SILENT = frozenset({"svg", "style", "script"})
    _CONTAINERS = frozenset({"div", "section", "details", "article", "figure"})
    _BREAKS = frozenset({"br", "p", "div", "li", "ul"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Table] = []
        self._section = ""
        self._anchor = ""
        self._under = ""  # the h3 it stands under: a source, a use case
        self._heading = ""
        self._collected: list[str] | None = None
        self._code = False
        self._row: list[str] = []
        self._head = False
        self._silent = 0
        self._depth = 0
        self._under_at = self._heading_at = 0  # how deep they stand

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._CONTAINERS:
            self._depth += 1
        if tag in self._SILENT:
            self._silent += 1
        elif tag in {"h1", "h2", "h3", "h4", "summary", "caption", "th", "td"}:
            self._collected, self._code = [], False
        elif tag == "code":
            self._code = True
        elif tag in self._BREAKS and self._collected is not None:
            self._collected.append("\n")
        if tag == "section":
            self._section = self._heading = self._under = ""
            self._anchor = dict(attrs).get("id") or ""
        elif tag == "table":
            table = Table(section=self._section, title="", anchor=self._anchor)
            table.title = self._titled(self._heading)
            self.tables.append(table)
            self._head = True
        elif tag == "tr":
            self._row = []
        elif tag == "tbody":
            self._head = False

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SILENT:
            self._silent = max(0, self._silent - 1)
            return
        if tag in self._CONTAINERS:
            self._leave()
        text = self._text() if self._collected is not None else ""
        if tag in {"h1", "h2"}:
            self._section = self._heading = text
            self._under = ""
        elif tag in {"h3", "h4", "summary"}:
            self._headed(tag, text)
        elif tag == "caption" and self.tables and text:
            self.tables[-1].title = self._titled(text)
        elif tag in {"th", "td"}:
            self._row.append(Mask(text) if self._code else text)
        elif tag == "tr" and self.tables:
            table = self.tables[-1]
            if self._head and not table.head:
                table.head = self._row
            else:
                table.rows.append(self._row)
        if tag in {"h1", "h2", "h3", "h4", "summary", "caption", "th", "td"}:
            self._collected = None

    def handle_data(self, data: str) -> None:
        if self._collected is not None and not self._silent:
            self._collected.append(data)

    def _titled(self, text: str) -> str:
        under = self._under
        if not under or under in text or text in under:
            return text
        # A caption that begins as its heading ends is told once.
        starts = [m.end() for m in re.finditer(r"\s", under)]
        joint = next((at for at in starts if text.startswith(under[at:])), None)
        return f"{under}: {text}" if joint is None else under[:joint] + text

    def _headed(self, tag: str, text: str) -> None:
        self._heading, self._heading_at = text, self._depth
        if tag == "h3":
            self._under, self._under_at = text, self._depth

    def _leave(self) -> None:
        """A heading names what stands beside it and inside it, and nothing after that."""
        self._depth -= 1
        if self._depth < self._heading_at:
            self._heading, self._heading_at = self._section, 0
        if self._depth < self._under_at:
            self._under, self._under_at = "", 0

    def _text(self) -> str:
        lines = "".join(self._collected or ()).split("\n")
        told = (re.sub(r"[ \t]+", " ", line).strip() for line in lines)
        return plain("\n".join(line for line in told if line))
