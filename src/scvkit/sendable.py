"""Results as they may be sent: no count of 1 to 4 people stands in them, nor follows from them.

The work folder keeps the counts; what is exported beside the report is this form. A hidden count
is an object, ``{"hidden": "<5"}``, or ``{"hidden": ">95"}`` where a whole stands beside it that it
nearly fills. A reader of the kit gets a count back that prints the same.
"""

from __future__ import annotations

from typing import Any

from scvkit.records.telling import FEWEST, is_few, too_near

FEWEST_FOR_A_SHARE = 30
HIDDEN, SHARE = "hidden", "share"

# Whole numbers that count no people, records or rows: small ones point at nobody.
_OF_THINGS = frozenset(
    (
        *("schema", "version", "bytes", "tables", "columns", "sources", "columns_used"),
        *("columns_filled", "distinct", "shortest", "longest", "header_row", "skipped_rows"),
        *(
            "rejected_rows",
            "lost_rows",
            "repaired_rows",
            "files_same",
            "line",
            "large_from",
            "largest",
        ),
        *("weight", "harm", "score", "score_low", "score_high", "threshold", "thresholds"),
        *("days", "months", "rhythm_days", "lag_days", "need_hours", "told_hours", "worth"),
        *("voters", "answered", "decided", "unsure", "same", "expected", "confidence"),
        *("bits", "prior", "adjustment", "total", "match_weight", "share", "reach"),
    )
)
# Counts that stand beside a word or a base in a list.
_IN_LISTS = frozenset(("to_suppress", "kept_too_long", "order_found", "right_name", "people"))
# Lists of parts, largest first, whose sum is told beside them.
_TOLD_SUMS = frozenset(("kept_too_long",))
# What another count of the same record may be a part of; the first that it nearly fills counts.
_WHOLES = (
    *("tested", "readers", "records", "rows", "people", "people_in_both", "sent", "filled"),
    *("given", "smaller", "entities_a", "entities_b", "rows_then", "rows_now", "clusters", "base"),
)
# Parts that add up to the whole: one that is hidden alone could be computed from the others.
_ADD_UP = (
    (("given", "refused", "withdrawn", "unknown"), "records"),
    (("filled", "blank", "placeholder"), "rows"),
)
_UNITS_OF_THINGS = frozenset(("sources", "number"))


def without_few(body: Any) -> Any:
    """Return a result, as JSON holds it, with every count of 1 to 4 people hidden.

    Counts that leave 1 to 4 of their whole are hidden too, and a share whose counts were hidden
    is a whole per cent, or hidden itself where its base is under 30.

    >>> without_few({"rows": 3, "tested": 100})
    {'rows': {'hidden': '<5'}, 'tested': 100}
    >>> without_few({"people": 98, "sure": 96, "sources": 2})
    {'people': 98, 'sure': {'hidden': '>93'}, 'sources': 2}
    """
    if isinstance(body, list):
        return [without_few(item) for item in body]
    if not isinstance(body, dict):
        return body
    if body.get("of") == "things":
        return body
    counts = _counts(body)
    hidden = {name: {HIDDEN: f"<{FEWEST}"} for name, count in counts.items() if is_few(count)}
    hidden |= _nearly_whole(counts)
    hidden |= _that_would_follow(counts, hidden)
    shown = {
        name: hidden.get(name) or _inside(name, value, hides=bool(hidden))
        for name, value in body.items()
    }
    if "facts" in body and "use_cases" in body:
        shown["facts"] = _as_in_its_funnel(shown["facts"], shown["use_cases"])
    return _without_its_share(shown) if "tested" in body and hidden else shown


def read_back(body: Any) -> Any:
    """Return a result that was written without few, with counts that print as they were hidden.

    >>> read_back({"rows": {"hidden": "<5"}, "tested": {"hidden": ">95"}})
    {'rows': 2, 'tested': 98}
    """
    if isinstance(body, list):
        return [read_back(item) for item in body]
    if not isinstance(body, dict):
        return body
    if set(body) == {HIDDEN} and body[HIDDEN] != SHARE:
        said = str(body[HIDDEN])
        return FEWEST // 2 if said.startswith("<") else int(said[1:]) + FEWEST // 2 + 1
    read = {name: read_back(value) for name, value in body.items()}
    if read.get("value") == {HIDDEN: SHARE}:
        read["value"] = min(1.0, (read["passed"] or 0) / (read["tested"] or 1))
    return read


def _counts(body: dict[str, Any]) -> dict[str, int]:
    if body.get("unit") in _UNITS_OF_THINGS:
        return {}
    counts = {
        name: value
        for name, value in body.items()
        if isinstance(value, int) and not isinstance(value, bool) and name not in _OF_THINGS
    }
    if body.get("unit", SHARE) != SHARE:  # a counted number is written as a decimal
        told = {name: body.get(name) for name in ("value", "low", "high")}
        counts |= {name: int(value) for name, value in told.items() if isinstance(value, float)}
    return counts


def _nearly_whole(counts: dict[str, int]) -> dict[str, Any]:
    near = {}
    for name, count in counts.items():
        wholes = (counts[w] for w in _WHOLES if w in counts and w != name)
        whole = next((w for w in wholes if is_few(w - count) and count >= FEWEST), None)
        if whole is not None and whole > FEWEST:
            near[name] = {HIDDEN: f">{whole - FEWEST}"}
    return near


def _that_would_follow(counts: dict[str, int], hidden: dict[str, Any]) -> dict[str, Any]:
    """The largest part of a sum of which one part alone was hidden."""
    found = {}
    for parts, whole in _ADD_UP:
        if whole not in counts or not set(parts) <= set(counts):
            continue
        unseen = [part for part in parts if part in hidden]
        seen = [part for part in parts if part not in hidden and counts[part] > FEWEST]
        if len(unseen) == 1 and seen:
            largest = max(seen, key=lambda part: counts[part])
            found[largest] = {HIDDEN: f">{counts[largest] - FEWEST}"}
    return found


def _inside(name: str, value: Any, *, hides: bool) -> Any:
    if name in _IN_LISTS and isinstance(value, list):
        part, whole = value if len(value) == 2 else ("", "")
        if isinstance(part, int) and isinstance(whole, int):
            pair = without_few({"passed": part, "tested": whole})
            return [pair["passed"], pair["tested"]]
        listed = [_listed(item) for item in value]
        return _adding_up(listed) if name in _TOLD_SUMS else listed
    if name == "steps" and isinstance(value, list):
        return _falling(value)
    if hides and isinstance(value, float) and 0 < value < 1:
        return round(value, 2)
    return without_few(value)


def _adding_up(parts: list[Any]) -> list[Any]:
    """Parts of a told sum: beside one that is hidden the largest is hidden too."""
    if sum(isinstance(count, dict) for _, count in parts) != 1:
        return parts
    return [
        [word, {HIDDEN: f">{count - FEWEST}"}]
        if not place and isinstance(count, int) and count > FEWEST
        else [word, count]
        for place, (word, count) in enumerate(parts)
    ]


def _listed(item: Any) -> Any:
    if isinstance(item, list):
        return [_listed(one) for one in item]
    few = isinstance(item, int) and not isinstance(item, bool) and is_few(item)
    return {HIDDEN: f"<{FEWEST}"} if few else without_few(item)


def _as_in_its_funnel(facts: Any, verdicts: Any) -> Any:
    """Facts about use cases beside their funnels: people served are hidden where the steps do."""
    if not isinstance(facts, dict) or not isinstance(verdicts, list):
        return facts
    fits = [verdict["fit"] for verdict in verdicts]
    last = {fit["id"]: fit["steps"][-1]["mid"] for fit in fits if fit["steps"]}
    told = [
        {**fact, "served": last[fact["id"]]} if isinstance(last.get(fact["id"]), dict) else fact
        for fact in facts.get("use_cases", ())
    ]
    return {**facts, "use_cases": told}


def _falling(steps: list[Any]) -> list[Any]:
    """Steps of a funnel: no two may differ by few, nor one from those asked for."""
    shown = [without_few(step) for step in steps]
    if not steps or not all(isinstance(step, dict) for step in steps):
        return shown
    for name in ("low", "mid", "high"):
        counts = [_counted(step.get(name)) for step in steps]
        near = too_near(counts, whole=_counted(steps[0].get("mid")))
        for one, count, beside in zip(shown, counts, near, strict=True):
            if beside is not None and count is not None and count >= FEWEST:
                one[name] = {HIDDEN: f">{beside - FEWEST}"}
    return shown


def _counted(value: Any) -> int | None:
    """A count; None where it is unknown, or hidden already."""
    return value if isinstance(value, int) else None


def _without_its_share(evidence: dict[str, Any]) -> dict[str, Any]:
    tested = evidence["tested"]
    small = not isinstance(tested, int) or tested < FEWEST_FOR_A_SHARE
    if not (small and isinstance(evidence.get("value"), float) and "passed" in evidence):
        return evidence
    return {**evidence, "value": {HIDDEN: SHARE}, "low": None, "high": None}
