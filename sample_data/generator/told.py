"""Indicators that are only told: counted from the engagement file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_CARD = ("owner", "collected", "stored", "used", "refreshed", "legal_basis", "good_at")
_STEPS = {"no": 1, "partly": 2, "yes": 3, "shown": 4}
_FORM = {"neither": 0, "measured": 2, "tested": 4}


def told_values(told: dict[str, Any]) -> Iterator[tuple[str, float | None]]:
    """Each told indicator with its value; None where nobody answered."""
    cards = list(told["sources"].values())
    people = told.get("people") or {}
    yield "1.1", _share([_three(c.get("three_questions") or {}) for c in cards])
    chosen = (told.get("use_cases") or {}).get("chosen", [])
    yield (
        "1.2",
        _share([all(c.get(k) for k in ("problem", "sponsor", "baseline", "target_date"))
                for c in chosen]),
    )  # fmt: skip
    yield "2.2", sum(bool(c.get(k)) for c in cards for k in _CARD) / len(cards) / len(_CARD)
    yield "4.6", _STEPS.get(people.get("id_issuer", ""))
    yield "5.1", _share([_covered(c) for c in cards])
    yield "5.7", _FORM.get(told.get("analytics_form") or "")
    yield "5.8", _share([_said(c.get("customer_gets")) for c in cards])
    flows = told.get("flows", [])
    yield "6.2", sum(f["how"] == "manual" for f in flows) / len(flows) if flows else None
    yield "6.3", told.get("hours_per_list")
    yield "7.1", _share([_said(c.get("used")) for c in cards])
    yield "8.1", _share([_said(c.get("owner")) for c in cards])
    sponsor = people.get("sponsor")
    yield "8.2", len(sponsor["functions"]) if sponsor else None
    yield "8.3", len(people["roles"]) if "roles" in people else None
    owner = people.get("consent_owner")
    yield "8.4", float(bool(owner["role"])) if owner else None
    yield "8.5", people.get("days_a_month")


def _three(questions: dict[str, Any]) -> bool | None:
    if questions.get("can_you") is False:
        return False
    return True if all(questions.get(k) for k in ("why", "can_you", "last_used_for")) else None


def _covered(card: dict[str, Any]) -> bool | None:
    basis = card.get("legal_basis")
    return None if basis is None else bool(basis.get("covers_scv"))


def _said(text: object) -> bool | None:
    return None if text is None else bool(text)


def _share(answers: list[bool | None]) -> float | None:
    """Of what was answered; None when less than six in ten were."""
    known = [a for a in answers if a is not None]
    return sum(known) / len(known) if known and len(known) / len(answers) >= 0.6 else None
