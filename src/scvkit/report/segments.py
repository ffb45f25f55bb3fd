"""Readiness of some people only: the segments, side by side."""

from __future__ import annotations

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.stakes import PeopleCounts, SegmentCount
from scvkit.report.disclosure import people
from scvkit.report.look import render
from scvkit.report.pen import Pen
from scvkit.report.quantities import quantity
from scvkit.report.sentences import not_assessed

MEASURES = ("with_key", "recognised", "agreed", "reachable")


def segments(*, counts: PeopleCounts | None, words: Words) -> Markup:
    """Return one line a segment: its people, and the four shares that decide what can be done."""
    pen = Pen("segments")
    held = counts.segments if counts else ()
    return render(
        "segments",
        words=words,
        pen=pen,
        heads=[words(f"report.segments.{name}") for name in MEASURES],
        lines=[_line(segment, words, pen) for segment in held],
    )


def _line(segment: SegmentCount, words: Words, pen: Pen) -> dict[str, object]:
    key = f"usecases.segments.{segment.id}"
    title = segment.title or (words(key) if words.has(key) else segment.id.replace("_", " "))
    cells = [quantity(getattr(segment, name), words) for name in MEASURES]
    return {
        "title": title,
        "people": people(segment.people, words),
        "why_not": not_assessed(words, segment.reason) if segment.reason else "",
        "anybody": bool(segment.people),
        "cells": [(q, pen.cell(q.mid) if q.bar else "") for q in cells],
    }
