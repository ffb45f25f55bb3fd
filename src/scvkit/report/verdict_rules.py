"""Why this verdict: every rule that fired, every gate, and what would change the answer."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.readiness import FiredRule, Gate, Readiness
from scvkit.report.answer import (
    changes_text,
    flip_verdict,
    gate_said,
    gate_sentence,
    gate_title,
)
from scvkit.report.look import render
from scvkit.report.pen import Pen
from scvkit.report.sentences import said


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    id: str
    verdict: str
    reasons: tuple[str, ...]
    decides: bool


def verdict_rules(*, readiness: Readiness, words: Words) -> Markup:
    """Return the rules that fired in order, the first of which decides, and the gates."""
    rules = [_rule(rule, index == 0, words) for index, rule in enumerate(readiness.fired)]
    return render(
        "verdict_rules",
        words=words,
        pen=Pen("rules"),
        title=words("report.rules.title", n=len(rules)),
        rules=rules,
        gates=[_gate(gate, words) for gate in readiness.gates],
        flips=[
            (changes_text(flip, words), flip_verdict(flip, words))
            for flip in readiness.flips
            if flip not in readiness.chain
        ],
        chain=[(changes_text(flip, words), flip_verdict(flip, words)) for flip in readiness.chain],
        not_tried=[words(f"rules.{part}") for part in readiness.unevaluated],
    )


def _rule(rule: FiredRule, decides: bool, words: Words) -> _Rule:
    values = said(words, rule.values)
    return _Rule(
        id=rule.verdict,
        verdict=words(f"verdicts.{rule.verdict}.title"),
        reasons=tuple(words(f"rules.{reason}", **values) for reason in rule.reasons),
        decides=decides,
    )


def _gate(gate: Gate, words: Words) -> dict[str, str]:
    return {
        "id": gate.id,
        "title": gate_title(gate, words),
        "state": gate.state,
        "said": gate_said(gate, words),
        "sentence": gate_sentence(gate, words),
    }
