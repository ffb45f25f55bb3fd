"""Showing things in a notebook: sections, pictures with words, tables."""

from __future__ import annotations

import io
import re
import warnings
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pandas as pd
from IPython.core.getipython import get_ipython
from IPython.display import HTML, display
from markupsafe import Markup, escape

from scvkit.locale import Words
from scvkit.records.linkage import ExplainedPair
from scvkit.workshop.faces import faces, holds_chinese
from scvkit.workshop.room import FEWEST, header, is_live, privacy_mode

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from scvkit.workshop.form import Piece

# Text stays text and ids stay the same from run to run, so that pages can be compared.
PICTURE_SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "scvkit",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 12,
}


LARGE_OUTPUTS = Path(__file__).parent / "lab_config" / "custom" / "custom.css"
TABLE_SETTINGS = {
    "display.width": 120,
    "display.max_columns": 30,
    "display.max_rows": 200,
    "display.max_colwidth": None,  # a sentence that is cut says nothing
    "display.precision": 3,
}


def prepare_notebook(words: Words) -> None:
    """Set the inline pictures and tables of the running notebook; no effect elsewhere."""
    shell = get_ipython()
    if shell is None:
        return
    mpl.use("agg", force=True)
    chinese = words.language.startswith("zh")
    mpl.rcParams.update(PICTURE_SETTINGS | {"font.family": faces(chinese=chinese)})
    # Where no Chinese face is installed the reader's browser has one: not the reader's concern.
    warnings.filterwarnings("ignore", message=r"Glyph \d+ ")
    # Fixed, not taken from the terminal: an output must be the same wherever it is made.
    for name, value in TABLE_SETTINGS.items():
        pd.set_option(name, value)
    if shell.display_formatter is not None:
        html = shell.display_formatter.formatters["text/html"]
        html.for_type(pd.DataFrame, partial(table_html, words=words))


def announce(words: Words) -> None:
    """Say at the head of a live notebook how much it shows, and set its outputs large.

    The size is that of `scvkit lab`, for a JupyterLab that was started without it.
    """
    if is_live() and get_ipython() is not None:
        size = LARGE_OUTPUTS.read_text(encoding="utf-8")
        display(HTML(f"<style>{size}</style>{header(words, privacy_mode())}"))


def table_html(frame: pd.DataFrame, *, words: Words) -> str:
    """Return a table to be read from the back of the room: no bare index, text at the left.

    Numbers, yes and no are written as the language writes them. A table without rows is a
    sentence: an empty frame looks like a fault.

    >>> from scvkit.locale import load_words
    >>> shown = pd.DataFrame({"key": ["<b>"], "rows": [16337], "m": [0.0005], "sure": [True]})
    >>> text = table_html(shown, words=load_words("da"))
    >>> [piece in text for piece in ("&lt;b&gt;", ">16.337<", ">0,0005<", ">ja<")]
    [True, True, True, True]
    """
    if frame.empty:
        nothing = frame.attrs.get("nothing") or words("common.nothing_to_list")
        return f"<p>{escape(nothing)}</p>"
    counted = isinstance(frame.index, pd.RangeIndex)
    shown = frame.astype(object).copy()
    for place in range(len(frame.columns)):
        column = frame.iloc[:, place]
        if not _years(column):
            cells = [_cell(value, words) for value in column]
            shown.isetitem(place, cells)
    text = shown.to_html(
        index=not counted, na_rep="–", border=0, justify="left", max_rows=200, escape=True
    )
    # Cells are escaped, so a tag here is one that pandas wrote. JupyterLab sets heads to the right.
    for tag in ("th", "td"):
        text = text.replace(f"<{tag}>", f'<{tag} style="text-align:left">')
    return text.replace("None</td>", "–</td>").replace("&lt;NA&gt;</td>", "–</td>")


def folded(frame: pd.DataFrame, title: str, words: Words) -> Markup:
    """Return a table that opens when its title is pressed: for whoever wants the details."""
    return Markup("<details><summary>{}</summary>{}</details>").format(
        title, Markup(table_html(frame, words=words))
    )


def _cell(value: object, words: Words) -> object:
    """A number, yes or no as the language writes it; anything else as it is."""
    if isinstance(value, bool | np.bool_):
        return words("workshop.yes" if value else "workshop.no")
    if isinstance(value, int | np.integer):
        return words.number(int(value))
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else words.decimal(float(value))
    return None if value is pd.NA or value is pd.NaT else value


def _years(column: pd.Series) -> bool:
    """True for whole numbers that may all be years: 2026 is no count."""
    whole = pd.api.types.is_integer_dtype(column)
    return bool(whole and column.notna().all() and column.between(1900, 2100).all())


def hide_few(frame: pd.DataFrame, *columns: str, mode: str = "") -> pd.DataFrame:
    """Return a table of counts with "<5" for 1 to 4 in ``columns`` (all of them when none named).

    The analyst sees them as they are.

    >>> hide_few(pd.DataFrame({"size": [1], "records": [3]}), "records").to_dict("list")
    {'size': [1], 'records': ['<5']}
    """
    if privacy_mode(mode) == "analyst":
        return frame
    shown = frame.copy()
    for name in columns or tuple(shown.columns):
        if pd.api.types.is_integer_dtype(shown[name]):
            few = shown[name].between(1, FEWEST - 1).fillna(False).astype(bool)
            if few.any():
                shown[name] = shown[name].astype(object).mask(few, f"<{FEWEST}")
    return shown


def show(thing: object, *, title: str = "", description: str = "") -> None:
    """Display a section, a table, a piece of the room, or a figure with title and description.

    A figure without a title is an error: a reader who cannot see it needs the words.
    """
    if hasattr(thing, "twin"):
        _show_piece(thing)  # type: ignore[arg-type]
    elif isinstance(thing, ExplainedPair):
        drawn = Markup("<figure><figcaption><b>{}</b></figcaption>{}</figure>")
        display(HTML(str(drawn.format(thing.title, Markup(thing.svg)))))
    elif isinstance(thing, Markup):
        display(HTML(str(thing)))
    elif isinstance(thing, str):
        display(HTML(str(escape(thing))))
    elif hasattr(thing, "savefig"):
        display(HTML(picture(thing, title=title, description=description)))  # type: ignore[arg-type]
    else:
        display(thing)


def _show_piece(piece: Piece) -> None:
    """Live the widget, with its twin for whoever reads the notebook when the kernel is gone."""
    twin = str(piece.twin())
    if not is_live():
        display(HTML(twin))
        return
    bundle = dict(piece.widget()._repr_mimebundle_())
    bundle |= {"text/html": twin, "text/plain": type(piece).__name__}
    display(bundle, raw=True)


def picture(figure: Figure, *, title: str, description: str) -> str:
    """Return a figure as inline SVG with role, title and description."""
    if not title or not description:
        raise ValueError("a picture needs a title and a description")
    drawn = io.StringIO()
    chosen = {"font.family": faces(chinese=holds_chinese(figure))}
    with mpl.rc_context(PICTURE_SETTINGS | chosen):
        figure.savefig(drawn, format="svg", bbox_inches="tight", metadata={"Date": None})
    text = drawn.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    head, body = text.split(">", 1)
    mark = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    label = (
        f'<title id="{mark}-title">{escape(title)}</title>'
        f'<desc id="{mark}-desc">{escape(description)}</desc>'
    )
    opening = f'{head} role="img" aria-labelledby="{mark}-title {mark}-desc">'
    ground = '<div class="scv-picture" style="background:#fff;max-width:100%">'
    return f"{ground}{opening}{label}{body}</div>"
