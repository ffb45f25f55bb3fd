"""The drawing of the map as a picture for slides, made without a browser.

It takes the SVG of ``draw_map`` and knows the marks that stand in it, no others. The lettering is
set in DejaVu Sans, for which the room of every word was reckoned; other scripts take a face of
this machine, and where there is none, no picture is made.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from math import atan2, cos, hypot, sin
from typing import TYPE_CHECKING, Any

from scvkit.landscape.marks import HATCH

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SCALE = 2  # px of the picture for one of the drawing: sharp on a projector
EDGE = 16  # px of white around the drawing
_NAMESPACE = "{http://www.w3.org/2000/svg}"
_FACES = (
    "DejaVu Sans",
    "PingFang TC",
    "Microsoft JhengHei",
    "Noto Sans CJK TC",
    "Noto Sans TC",
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Arial Unicode MS",
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def picture_of(svg: str) -> bytes | None:
    """Return the drawing as PNG; None where no face of this machine has all of its letters."""
    # Slow to import, and only an export needs it.
    from matplotlib.figure import Figure

    root = ET.fromstring(svg)
    faces = _faces("".join(text.text or "" for text in root.iter(f"{_NAMESPACE}text")))
    if not faces:
        return None
    left, top, width, height = _numbers(root.get("viewBox", ""))
    left, top, width, height = left - EDGE, top - EDGE, width + 2 * EDGE, height + 2 * EDGE
    figure = Figure(figsize=(width / 72, height / 72), dpi=72 * SCALE, facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(left, left + width), ylim=(top + height, top))
    axes.axis("off")
    for order, mark in enumerate(_marks(root)):
        draw = _DRAWN.get(mark.tag.removeprefix(_NAMESPACE))
        if draw is not None:
            draw(axes, mark, {"zorder": order, "clip_on": False}, faces)
    made = io.BytesIO()
    figure.savefig(made, format="png", metadata={"Software": None})
    return made.getvalue()


def _faces(letters: str) -> list[str]:
    """The faces needed for the letters, the first before the others; empty when one is missing."""
    from matplotlib import font_manager

    files = {font.name: font.fname for font in reversed(font_manager.fontManager.ttflist)}
    chosen: list[str] = []
    missing = {ord(letter) for letter in letters if not letter.isspace()}
    for name in _FACES:
        if not missing:
            break
        if name in files:
            has = set(font_manager.get_font(files[name]).get_charmap())
            if missing & has:
                chosen.append(name)
                missing -= has
    return [] if missing else chosen or [_FACES[0]]


def _marks(root: ET.Element) -> list[ET.Element]:
    """Everything that is drawn, in order; what is defined for later use is not."""
    found: list[ET.Element] = []
    for child in root:
        if child.tag == f"{_NAMESPACE}g":
            found += _marks(child)
        elif child.tag != f"{_NAMESPACE}defs":
            found.append(child)
    return found


def _text(axes: Axes, mark: ET.Element, how: dict[str, Any], faces: list[str]) -> None:
    turn = _numbers(mark.get("transform", ""))
    anchors = {"end": "right", "middle": "center"}
    axes.text(
        float(mark.get("x", "0")),
        float(mark.get("y", "0")),
        mark.text or "",
        fontsize=float(mark.get("font-size", "13")),
        fontweight="bold" if mark.get("font-weight") == "700" else "normal",
        color=mark.get("fill", "black"),
        ha=anchors.get(mark.get("text-anchor", ""), "left"),
        va="baseline",
        rotation=-turn[0] if turn else 0,
        rotation_mode="anchor",
        family=faces,
        parse_math=False,
        **how,
    )


def _line(axes: Axes, mark: ET.Element, how: dict[str, Any], _: list[str]) -> None:
    x1, y1, x2, y2 = (float(mark.get(name, "0")) for name in ("x1", "y1", "x2", "y2"))
    width = float(mark.get("stroke-width", "1"))
    axes.plot(
        [x1, x2], [y1, y2], color=mark.get("stroke"), linewidth=width, solid_capstyle="butt", **how
    )


def _rect(axes: Axes, mark: ET.Element, how: dict[str, Any], _: list[str]) -> None:
    from matplotlib.patches import Rectangle

    x, y, width, height = (float(mark.get(name, "0")) for name in ("x", "y", "width", "height"))
    axes.add_patch(Rectangle((x, y), width, height, **_dress(mark), **how))


def _circle(axes: Axes, mark: ET.Element, how: dict[str, Any], _: list[str]) -> None:
    from matplotlib.patches import Circle

    x, y, radius = (float(mark.get(name, "0")) for name in ("cx", "cy", "r"))
    axes.add_patch(Circle((x, y), radius, **_dress(mark), **how))


def _polygon(axes: Axes, mark: ET.Element, how: dict[str, Any], _: list[str]) -> None:
    from matplotlib.patches import Polygon

    points = _numbers(mark.get("points", ""))
    corners = list(zip(points[::2], points[1::2], strict=True))
    axes.add_patch(Polygon(corners, closed=True, **_dress(mark), **how))


def _path(axes: Axes, mark: ET.Element, how: dict[str, Any], _: list[str]) -> None:
    """An arc of a flow, with its arrow; or the short line that explains it in the key."""
    from matplotlib.patches import PathPatch, Polygon
    from matplotlib.path import Path

    way = mark.get("d", "")
    points = _numbers(way)
    if "h" in way:
        x, y, length = points
        path = Path([(x, y), (x + length, y)])
    else:
        corners = list(zip(points[::2], points[1::2], strict=True))
        path = Path(corners, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
    axes.add_patch(PathPatch(path, **_dress(mark), **how))
    if mark.get("marker-end"):
        arrow = _arrow(*points[-4:])
        axes.add_patch(Polygon(arrow, closed=True, facecolor=mark.get("stroke"), lw=0, **how))


def _arrow(x1: float, y1: float, x: float, y: float) -> list[tuple[float, float]]:
    """The head at the end of an arc, along the way it arrives; 9 px long."""
    turn = atan2(y - y1, x - x1) if hypot(x - x1, y - y1) else 0.0
    shape = ((-2.25, -3.8), (6.75, 0.0), (-2.25, 3.8))
    return [
        (x + a * cos(turn) - b * sin(turn), y + a * sin(turn) + b * cos(turn)) for a, b in shape
    ]


def _dress(mark: ET.Element) -> dict[str, Any]:
    """Fill, edge and dashes of a mark; a pattern is the hatch of what was not assessed."""
    fill = mark.get("fill", "none")
    hatched = fill.startswith("url(")
    width = float(mark.get("stroke-width", "1")) if mark.get("stroke") else 0.0
    dashes = _numbers(mark.get("stroke-dasharray", ""))
    style: object = (0, [part / (width or 1) for part in dashes]) if dashes else "solid"
    dressed = {
        "facecolor": "white" if hatched else fill,
        "edgecolor": mark.get("stroke", HATCH if hatched else "none"),
        "linewidth": width,
        "linestyle": style,
    }
    if hatched:
        dressed |= {"hatch": "//////", "hatch_linewidth": 1.2}
    if mark.get("stroke-linecap") == "round":
        dressed["capstyle"] = "round"
    return dressed


def _numbers(text: str) -> list[float]:
    return [float(found) for found in _NUMBER.findall(text)]


_DRAWN = {
    "text": _text,
    "line": _line,
    "rect": _rect,
    "circle": _circle,
    "polygon": _polygon,
    "path": _path,
}
