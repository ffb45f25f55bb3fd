"""Tables of the assessment for a notebook; nothing is added up."""

from __future__ import annotations

import pandas as pd

from scvkit.locale import Words
from scvkit.locale.waits import verdict_once
from scvkit.records.evidence import Evidence
from scvkit.records.readiness import Gate, Indicator, Readiness

SMALL = 5  # counts of people below it stay hidden
FEW = 30  # shares on fewer rows carry no score


def dimension_frame(readiness: Readiness, words: Words) -> pd.DataFrame:
    """Return one row a dimension: score and bar; None where there is not enough evidence."""
    rows = [
        {
            _head(words, "dimension"): words(f"dimensions.{bar.dimension.value}.name"),
            _head(words, "score"): _rounded(bar.score),
            _head(words, "low"): _rounded(bar.low),
            _head(words, "high"): _rounded(bar.high),
            _head(words, "assessed"): words.percent(
                bar.assessed_weight / bar.total_weight if bar.total_weight else 0
            ),
            _head(words, "held_back_by"): indicator_name(bar.held_back_by, words)
            if bar.held_back_by
            else "",
        }
        for bar in readiness.dimensions
    ]
    return pd.DataFrame(rows, dtype=object)  # so that None stays None


def indicator_frame(readiness: Readiness, words: Words) -> pd.DataFrame:
    """Return one row an indicator: value, counts, grade, score, and why when not assessed."""
    rows = [
        {
            "": i.id,
            _head(words, "indicator"): indicator_name(i.id, words),
            _head(words, "value"): value_text(i.evidence, words),
            _head(words, "counts"): _counted(i.evidence, words),
            _head(words, "grade"): words(f"grades.{i.evidence.grade.value}"),
            _head(words, "score"): _rounded(i.score),
            _head(words, "low"): _rounded(i.score_low),
            _head(words, "high"): _rounded(i.score_high),
            _head(words, "needed"): _steps(i, words),
            _head(words, "reason"): words(f"threshold_reasons.{i.reason}"),
            _head(words, "meaning"): explained(i.evidence, words),
        }
        for i in readiness.indicators
    ]
    return pd.DataFrame(rows, dtype=object)  # so that None stays None


def gate_frame(readiness: Readiness, words: Words) -> pd.DataFrame:
    """Return one row a gate: name, state and the sentence that explains it."""
    rows = [
        {
            _head(words, "gate"): words(f"gates.{gate.id}.name"),
            _head(words, "state"): words(f"gates.states.{gate.state.value}"),
            _head(words, "meaning"): gate_sentence(gate, words),
        }
        for gate in readiness.gates
    ]
    return pd.DataFrame(rows)


def rule_frame(readiness: Readiness, words: Words) -> pd.DataFrame:
    """Return one row a reason: every rule that fired, and every part that could not be tried."""
    verdict, decides, because = (_head(words, h) for h in ("verdict", "decides", "because"))
    rows = [
        {
            verdict: words(f"verdicts.{rule.verdict.value}.title"),
            decides: words("readiness.decides" if n == 0 else "readiness.fired_too"),
            because: words(f"rules.{reason}"),
        }
        for n, rule in enumerate(readiness.fired)
        for reason in rule.reasons
    ]
    rows += [
        {verdict: "", decides: words("readiness.not_tried"), because: words(f"rules.{part}")}
        for part in readiness.unevaluated
    ]
    return pd.DataFrame(rows, columns=[verdict, decides, because])


def flip_frame(readiness: Readiness, words: Words) -> pd.DataFrame:
    """Return one row a flip: what would have to change, and the verdict it would give."""
    rows = [
        {
            _head(words, "changes"): changes_text(flip.changes, words),
            _head(words, "gives"): verdict_once(flip.verdict, flip.once, words),
        }
        for flip in readiness.flips
    ]
    return pd.DataFrame(rows, columns=[_head(words, "changes"), _head(words, "gives")])


def use_case_frame(readiness: Readiness, words: Words) -> pd.DataFrame:
    """Return one row a use case after the gates."""
    rows = [
        {
            _head(words, "use_case"): use_case_name(
                use_case.fit.id, words, title=use_case.fit.title
            ),
            _head(words, "state"): words(f"readiness.statuses.{use_case.status.value}"),
            _head(words, "gate"): words.listed(words(f"gates.{g}.name") for g in use_case.gates),
        }
        for use_case in readiness.use_cases
    ]
    heads = [_head(words, h) for h in ("use_case", "state", "gate")]
    return pd.DataFrame(rows, columns=heads)


def indicator_name(indicator: str, words: Words) -> str:
    """Return the name of an indicator; the id of one that has no name yet."""
    key = f"indicators.i{indicator.replace('.', '_')}"
    return words(key) if words.has(key) else indicator


def gate_sentence(gate: Gate, words: Words) -> str:
    """Return the sentence that explains the state of a gate."""
    return words(f"gates.{gate.id}.{gate.detail}", **shown_values(gate.values, words))


def use_case_name(use_case: str, words: Words, *, title: str = "") -> str:
    """Return the use case as a noun phrase; a client's own one goes by its title or id."""
    key = f"verdicts.use_cases.{use_case}"
    return words(key) if words.has(key) else words("verdicts.own_use_case", name=title or use_case)


def changes_text(changes: tuple[str, ...], words: Words) -> str:
    """Return the changes of a flip as one phrase."""
    text = words(f"changes.{changes[0]}")
    for change in changes[1:]:
        text = words("readiness.and", first=text, second=words(f"changes.{change}"))
    return text


def value_text(evidence: Evidence, words: Words) -> str:
    """Return the value as it is printed: a share as per cent, a count as a number."""
    if evidence.value is None:
        return words("grades.not_assessed")
    if evidence.unit == "share":
        return words.percent(evidence.value)
    # Counts of people from 1 to 4 stay hidden wherever they are printed.
    if evidence.unit == "people" and 0 < evidence.value < SMALL:
        return words("common.less_than_five")
    return words.number(evidence.value)


def explained(evidence: Evidence, words: Words) -> str:
    """Return how a number was made, or why there is none.

    The sentence may lie with the room that made the number ("consent.methods.proof").
    """
    if evidence.assessed:
        return _sentence("methods", evidence.method, words) or ""
    return _sentence("reasons", evidence.reason, words) or evidence.reason


_ROOMS = ("linkage", "consent", "identity", "profile", "usecases")


def _sentence(shelf: str, key: str, words: Words) -> str | None:
    places = (f"{shelf}.{key}", key, *(f"{room}.{shelf}.{key}" for room in _ROOMS))
    found = next((place for place in places if key and words.has(place)), None)
    return words(found) if found else None


_SHARES = frozenset({"share", "bound", "model"})


def shown_values(values: tuple[tuple[str, str], ...], words: Words) -> dict[str, object]:
    """Return the words of a sentence: shares as per cent, whole numbers localised."""
    shown: dict[str, object] = {}
    for name, value in values:
        if name in _SHARES and value:
            shown[name] = words.percent(float(value))
        else:
            shown[name] = int(value) if value.isdigit() else value
    return shown


def _head(words: Words, name: str) -> str:
    return words(f"readiness.columns.{name}")


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 1)


def _counted(evidence: Evidence, words: Words) -> str:
    if evidence.passed is None or evidence.tested is None:
        return ""
    rest = evidence.tested - evidence.passed
    passed: int | str = evidence.passed
    # Small bases count sources or columns; on large ones a small count would point at people.
    if evidence.tested >= FEW and 0 < evidence.passed < SMALL:
        passed = words("common.less_than_five")
    elif evidence.tested >= FEW and 0 < rest < SMALL:
        return words("readiness.nearly_all", tested=evidence.tested)
    return words("readiness.counted", passed=passed, tested=evidence.tested)


def _steps(indicator: Indicator, words: Words) -> str:
    share = indicator.evidence.unit == "share"
    return " / ".join(
        words.exact_percent(step) if share else words.number(step) for step in indicator.thresholds
    )
