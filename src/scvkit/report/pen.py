"""Bars and marks of the report as SVG.

Bars have per-cent coordinates and no viewBox: they shrink on a phone, words never do. One
grammar for every share: teal is "at least", pale teal "up to", the ink tick the best estimate,
the thin track the whole base; dashed is estimated, hatch is not assessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

TEAL, PALE, MIST, INK = "#0b5d66", "#9fcac9", "#e3efee", "#1d2433"
ORANGE, ORANGE_PALE, ORANGE_MIST = "#b4531a", "#e2b48f", "#fbf1e8"
LINE, HATCH = "#dce0e8", "#8b93a5"


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws the marks of one section; ``section`` keeps its hatch pattern's id unique."""

    section: str

    @property
    def hatch_id(self) -> str:
        """Id of the hatch pattern of this section."""
        return f"scv-hatch-{self.section}"

    def hatch(self) -> Markup:
        """Return the pattern; a section writes it once, before its first mark."""
        return Markup(
            '<svg class="scv-defs" width="0" height="0" aria-hidden="true" focusable="false">'
            f'<defs><pattern id="{self.hatch_id}" width="6" height="6"'
            ' patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            '<rect width="6" height="6" fill="#fff"/>'
            f'<line x1="0" y1="0" x2="0" y2="6" stroke="{HATCH}" stroke-width="2.4"/>'
            "</pattern></defs></svg>"
        )

    def share(
        self,
        low: float,
        mid: float,
        high: float,
        *,
        tone: str = "teal",
        estimate: float | None = None,
        tick: bool = True,
        height: int = 16,
    ) -> Markup:
        """Return the bar of a share: at least ``low``, up to ``high``, best estimate ``mid``.

        ``estimate`` adds a dashed part up to that share: estimated, not observed.
        """
        solid, pale = (ORANGE, ORANGE_PALE) if tone == "orange" else (TEAL, PALE)
        marks = [_track(height)]
        if estimate is not None and estimate > high:
            marks.append(_rect(high, estimate, height, "#fff", edge=TEAL, dash="4 3", thick=1.5))
        marks.append(_rect(0, low, height, solid))
        marks.append(_rect(low, high, height, pale))
        if estimate is not None and mid < estimate <= high:
            marks.append(_rect(mid, estimate, height, "none", edge=TEAL, dash="4 3", thick=1.5))
        if tick:
            marks.append(_tick(mid, height))
        return _svg(marks, height)

    def step(
        self,
        low: float,
        mid: float,
        high: float,
        *,
        lost_from: float | None = None,
        height: int = 16,
    ) -> Markup:
        """Return one bar of a funnel; ``lost_from`` outlines the largest loss up to there."""
        marks = [_track(height)]
        if lost_from is not None and lost_from > mid:
            marks.append(_rect(mid, lost_from, height, ORANGE_MIST, edge=ORANGE, thick=1.5))
        marks += [_rect(0, low, height, TEAL), _rect(low, high, height, PALE)]
        if high > low or low < 1:
            marks.append(_tick(mid, height))
        return _svg(marks, height)

    def change(
        self, now: float, low: float, mid: float, high: float, ceiling: float, height: int = 16
    ) -> Markup:
        """Return the bar of a change: found now, the range after, its best guess, the ceiling."""
        sure = min(now, low)
        dashed = (
            f'<line x1="{_cent(ceiling)}" x2="{_cent(ceiling)}" y1="0" y2="{height + 4}"'
            f' stroke="{INK}" stroke-width="1.2" stroke-dasharray="3 2"/>'
        )
        marks = [
            _track(height),
            _rect(0, sure, height, TEAL),
            _rect(sure, high, height, PALE),
            _rect(now - 0.002, now, height, TEAL),
            _tick(mid, height),
            dashed,
        ]
        return _svg(marks, height)

    def span(self, low: float, high: float, height: int = 16) -> Markup:
        """Return a bar from ``low`` to ``high`` on a scale that starts at nothing."""
        return _svg([_track(height), _rect(low, high, height, PALE, edge=TEAL)], height)

    def unknown(self, upto: float = 1.0, height: int = 16) -> Markup:
        """Return a bar of which only the upper bound is known: hatch from 0 to there."""
        hatched = _rect(0, upto, height, f"url(#{self.hatch_id})", edge=HATCH)
        return _svg([_track(height), hatched], height)

    def parts(self, parts: Sequence[tuple[str, float]], height: int = 18) -> Markup:
        """Return one bar cut in parts: (kind, share), in reading order."""
        marks, at = [_track(height)], 0.0
        for kind, length in parts:
            fill, edge, dash = self._dress(kind)
            if length > 0:
                marks.append(_rect(at, at + length, height, fill, edge=edge, dash=dash))
            at += length
        return _svg(marks, height)

    def dots(
        self,
        low: float,
        high: float,
        *,
        point: float | None = None,
        inner: tuple[float, float] | None = None,
        said: float | None = None,
        ticks: int = 4,
    ) -> Markup:
        """Return a dot with its range on a scale of 0–1: hatch wider, pale range, dot.

        ``said`` adds the empty ring of what was claimed.
        """
        lines = "".join(
            f'<line x1="{_cent(i / ticks)}" x2="{_cent(i / ticks)}" y1="-6" y2="28"'
            f' stroke="{LINE}"/>'
            for i in range(ticks + 1)
        )
        marks = [lines]
        if high > low:
            marks.append(_rect(low, high, 14, f"url(#{self.hatch_id})", edge=HATCH, top=4))
        if inner is not None:
            marks.append(_rect(inner[0], inner[1], 14, PALE, top=4))
        if said is not None:
            marks.append(
                f'<circle cx="{_cent(said)}" cy="11" r="6" fill="#fff" stroke="{INK}"'
                ' stroke-width="1.6"/>'
            )
        if point is not None:
            marks.append(
                f'<circle cx="{_cent(point)}" cy="11" r="6.5" fill="{TEAL}" stroke="#fff"'
                ' stroke-width="1.5"/>'
            )
        return Markup(
            '<svg class="scv-bar" width="100%" height="22" aria-hidden="true"'
            f' focusable="false">{"".join(marks)}</svg>'
        )

    def cell(self, share: float | None, *, orange: bool = False) -> Markup:
        """Return the small bar inside a table cell, 84 × 10 px."""
        if share is None:
            return Markup('<span class="scv-cellbar">{}</span>').format(self.unknown(1.0, 10))
        colour = ORANGE if orange else TEAL
        bar = _svg([_track(10), _rect(0, share, 10, colour)], 10)
        return Markup('<span class="scv-cellbar">{}</span>').format(bar)

    def swatch(self, kind: str) -> Markup:
        """Return a sample for a key: a kind of part, or "tick" or "loss"."""
        if kind == "point":
            inside = f'<circle cx="13" cy="8" r="6" fill="{TEAL}"/>'
        elif kind == "said":
            inside = (
                f'<circle cx="13" cy="8" r="5.4" fill="#fff" stroke="{INK}" stroke-width="1.6"/>'
            )
        elif kind == "tick":
            inside = f'<rect x="11" y="0" width="3" height="16" fill="{INK}"/>'
        elif kind == "ceiling":
            inside = (
                f'<line x1="13" x2="13" y1="0" y2="16" stroke="{INK}" stroke-width="1.2"'
                ' stroke-dasharray="3 2"/>'
            )
        else:
            fill, edge, dash = self._dress(kind)
            stroke = f' stroke="{edge}"' if edge else ""
            dashes = f' stroke-dasharray="{dash}"' if dash else ""
            inside = f'<rect x="0.5" y="2.5" width="25" height="11" fill="{fill}"{stroke}{dashes}/>'
        return Markup(
            '<svg class="scv-swatch" width="26" height="16" aria-hidden="true"'
            f' focusable="false">{inside}</svg>'
        )

    def mark(self, state: str) -> Markup:
        """Return the small mark left of a state's word."""
        return Markup(
            '<svg class="scv-mark" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"'
            f' focusable="false">{self._mark(state)}</svg>'
        )

    def _mark(self, state: str) -> str:
        ring = f'<circle cx="9" cy="9" r="6" fill="#fff" stroke="{TEAL}" stroke-width="1.6"/>'
        if state in {"passed", "ready"}:
            return f'<circle cx="9" cy="9" r="6.8" fill="{TEAL}"/>'
        if state in {"open", "ready_once", "ready_with_limits"}:
            return f'{ring}<path d="M9 3 a6 6 0 0 0 0 12 z" fill="{TEAL}"/>'
        if state == "fix_first":
            return f'{ring}<circle cx="9" cy="9" r="2.2" fill="{TEAL}"/>'
        if state in {"failed", "blocked"}:
            return (
                f'<circle cx="9" cy="9" r="6" fill="{ORANGE}"/>'
                f'<path d="M1.5 16.5 L16.5 1.5" stroke="#fff" stroke-width="3.4"/>'
                f'<path d="M0.8 17.2 L17.2 0.8" stroke="{ORANGE}" stroke-width="1.8"/>'
            )
        if state == "not_now":
            return f'<circle cx="9" cy="9" r="6" fill="#fff" stroke="{INK}" stroke-width="1.4"/>'
        return (
            f'<rect x="2.5" y="2.5" width="13" height="13" fill="url(#{self.hatch_id})"'
            f' stroke="{HATCH}"/>'
        )

    def _dress(self, kind: str) -> tuple[str, str, str]:
        """Fill, edge and dash of a kind of part."""
        return {
            "solid": (TEAL, "", ""),
            "pale": (PALE, "", ""),
            "told": (MIST, TEAL, ""),
            "refused": (ORANGE_PALE, ORANGE, ""),
            "loss": (ORANGE_MIST, ORANGE, ""),
            "estimate": ("#fff", TEAL, "4 3"),
            "rest": ("#fff", HATCH, ""),
            "unknown": (f"url(#{self.hatch_id})", HATCH, ""),
        }[kind]


def _svg(marks: Sequence[str], height: int) -> Markup:
    return Markup(
        f'<svg class="scv-bar" width="100%" height="{height + 4}" aria-hidden="true"'
        f' focusable="false">{"".join(marks)}</svg>'
    )


def _track(height: int) -> str:
    return _rect(0, 1, height, "#fff", edge=LINE)


def _rect(
    start: float,
    end: float,
    height: int,
    fill: str,
    *,
    edge: str = "",
    dash: str = "",
    thick: float = 1,
    top: int = 2,
) -> str:
    if end <= start:
        return ""
    stroke = f' stroke="{edge}" stroke-width="{thick:g}"' if edge else ""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<rect x="{_cent(start)}" y="{top}" width="{_cent(end - start)}" height="{height}"'
        f' fill="{fill}"{stroke}{dashes}/>'
    )


def _tick(at: float, height: int) -> str:
    return (
        f'<rect x="{_cent(at)}" y="0" width="3" height="{height + 4}" fill="{INK}"'
        ' transform="translate(-1.5 0)"/>'
    )


def _cent(share: float) -> str:
    return f"{max(0.0, min(1.0, share)) * 100:.2f}%"
