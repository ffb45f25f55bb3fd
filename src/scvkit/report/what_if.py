"""What if: each change tried on the data, now and then, with its ceiling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.scenarios import ANY, AskedActions, Predicted, PredictedUse, WhatIf
from scvkit.records.telling import is_few
from scvkit.report.disclosure import people, share, spread
from scvkit.report.look import render
from scvkit.report.pen import Pen
from scvkit.report.sentences import use_case

KEY = (("solid", "found_now"), ("pale", "range_90"), ("tick", "best"), ("ceiling", "ceiling"))
MOST_USES = 2
FEWEST_TOLD = 5  # fewer people than this are no reason to act


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    question: str
    bar: Markup
    now: str
    after: str
    range: str
    notes: tuple[str, ...]
    assessed: bool


def what_if(
    *,
    asked: AskedActions | None,
    names: Mapping[str, str],
    words: Words,
    room: Sequence[str] = (),
) -> Markup:
    """Return one line per change that was tried; ``names`` gives a source's name for its id.

    ``room`` are the what-ifs that the room kept, a sentence each.
    """
    pen = Pen("what-if")
    answers = [a.answer for a in asked.asked] if asked else []
    shown = [a for a in answers if a.overlaps or a.people]
    return render(
        "what_if",
        words=words,
        pen=pen,
        room=list(room),
        key=[(pen.swatch(kind), words(f"report.key.{word}")) for kind, word in KEY],
        lines=[_line(answer, names, words, pen) for answer in sorted(shown, key=_order)],
    )


def _order(answer: WhatIf) -> tuple[bool, float, str, str]:
    """What serves most first; what only has a ceiling last."""
    gain = sum(max(0.0, (u.after.value or 0) - (u.now or 0)) for u in answer.use_cases)
    return bool(answer.reason), -gain, answer.source, answer.key


def _line(answer: WhatIf, names: Mapping[str, str], words: Words, pen: Pen) -> _Line:
    question = words(
        f"scenarios.questions.{answer.question}",
        source=names.get(answer.source, answer.source),
        key=words(f"scenarios.keys.{answer.key}") if answer.key else "",
        share=words.percent(answer.share),
        asked=people(answer.asked, words),
        lacking=people(answer.records - answer.filled, words),
    )
    found = answer.found_in(ANY)
    if found is None:
        counts = dict(answer.people)
        note = words("report.what_if.stopped", count=people(counts.get("mailable_now", 0), words))
        return _Line(
            question=question, bar=Markup(), now="", after="", range="", notes=(note,),
            assessed=True,
        )  # fmt: skip
    now, after = found.now, found.after
    value = now.value or 0.0
    told_now = share(now.passed or 0, now.tested or 0, words)
    if after.value is None or after.low is None or after.high is None:
        return _Line(
            question=question,
            bar=pen.unknown(found.ceiling),
            now=told_now,
            after=words("report.what_if.at_most", share=words.percent(found.ceiling)),
            range="",
            notes=(words("report.what_if.only_ceiling"), _ceiling(found, words)),
            assessed=False,
        )
    return _Line(
        question=question,
        bar=pen.change(value, after.low, after.value, after.high, found.ceiling),
        now=told_now,
        after=words.percent(after.value),
        range=words.percent_range(after.low, after.high),
        notes=tuple(_notes(answer, found, names, words)),
        assessed=True,
    )


def _notes(answer: WhatIf, found: Predicted, names: Mapping[str, str], words: Words) -> list[str]:
    best = max(
        (p for p in answer.overlaps if p.target != ANY and p.after.assessed),
        key=lambda p: (p.gain(), p.target),
        default=None,
    )
    notes = []
    if best is not None and best.gain() > 0:
        key = "report.what_if.most_few" if is_few(best.more()) else "report.what_if.most"
        source = names.get(best.target, best.target)
        notes.append(words(key, source=source, more=f"+{people(best.more(), words)}"))
    served = sorted(answer.use_cases, key=lambda u: (-_served(u), u.id))
    told = [text for use in served if (text := _serves(use, words))][:MOST_USES]
    # Use cases are not counted again for a handful of records: that is no "nobody".
    notes += told or [words(f"report.what_if.{'nobody' if answer.use_cases else 'too_few'}")]
    # A usual sum below what is found already promises nothing that one must be warned of.
    if found.naive is not None and found.naive >= (found.now.value or 0.0):
        notes.append(words("report.what_if.naive", share=words.percent(found.naive)))
    return [*notes, _ceiling(found, words)]


def _serves(use: PredictedUse, words: Words) -> str:
    after = use.after
    if after.value is None or use.now is None:
        return ""
    mid = round(after.value) - use.now
    low, high = (
        round(end if end is not None else after.value) - use.now for end in (after.low, after.high)
    )
    name = use_case(words, use.id, use.title)
    if mid >= FEWEST_TOLD:
        return words(
            "report.what_if.serves",
            use=name,
            n=people(mid, words),
            range=spread(max(0, low), high, None, words) or people(mid, words),
        )
    return (
        words("report.what_if.serves_upto", use=name, n=people(high, words))
        if mid > 0 and high >= FEWEST_TOLD
        else ""
    )


def _served(use: PredictedUse) -> float:
    return (use.after.value or 0.0) - (use.now or 0)


def _ceiling(found: Predicted, words: Words) -> str:
    why = words(f"scenarios.ceilings.{found.ceiling_reason}")
    return words("report.what_if.ceiling", share=words.percent(found.ceiling), why=why)
