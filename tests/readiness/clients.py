"""Small engagements and facts for the tests of readiness and scenarios."""

from __future__ import annotations

import datetime as dt
from typing import Any

from scvkit.engagement import Engagement
from scvkit.readiness.thresholds import load_thresholds
from scvkit.records.consent import Permission
from scvkit.records.evidence import Evidence, measured_count, measured_share, not_assessed
from scvkit.records.extracts import ColumnMeaning, Intake, SourceIntake, SourceTable
from scvkit.records.identity import Identity, KeyTest, SourceRecords
from scvkit.records.linkage import KindLinkage, Linkage, Overlap, SeenIn, SourceEntities, TierCount
from scvkit.records.profile import ColumnProfile, SourceProfile, TableProfile
from scvkit.records.readiness import Facts, Mark, UseCaseFact
from scvkit.records.usecases import STEP_NAMES, FunnelStep, Replay, UseCaseFit, UseCases
from scvkit.vocabulary import (
    Attribute,
    Dimension,
    EntityKind,
    GateState,
    Grain,
    Key,
    Tier,
    UseCaseStatus,
)

PASSED = tuple((f"G{n}", GateState.PASSED) for n in range(10))


def marks(**scores: float | None) -> tuple[Mark, ...]:
    """One mark a dimension, 2.5 unless told; a number is its score and range."""
    found = {d.value: 2.5 for d in Dimension} | scores
    return tuple(
        Mark(
            id=name,
            dimension=Dimension(name),
            weight=1,
            critical=False,
            score=score,
            low=0 if score is None else score,
            high=4 if score is None else score,
        )
        for name, score in found.items()
    )


def use_case(name: str, status: UseCaseStatus = UseCaseStatus.READY, **more: Any) -> UseCaseFact:
    """A use case that links people and writes to nobody, unless told."""
    told: dict[str, Any] = {
        "chosen": True,
        "functions": ("marketing",),
        "outbound": False,
        "needs_linkage": True,
        "sources": (),
    }
    return UseCaseFact(id=name, fitted=status, **(told | more))


def facts(**changed: Any) -> Facts:
    """Facts under which only V5 fires: every change shows what one rule reads."""
    gates = dict(PASSED) | changed.pop("gates", {})
    settled: dict[str, Any] = {
        "gates": tuple(gates.items()),
        "marks": marks(),
        "use_cases": (use_case("U1"), use_case("U3"), use_case("U7")),
        "purchase_sources": ("erp",),
        "service_chosen": True,
        "seen_in_two_high": 0.6,
        "purchase_strong_key": 0.98,
        "recovery": 0.85,
    }
    return Facts(**(settled | changed))


def engagement(**changed: Any) -> Engagement:
    """Three sources of which everything was told; the four facts of G0 are there."""

    def card(name: str, domain: str, grain: str) -> dict[str, Any]:
        return {
            "name": name,
            "domain": domain,
            "owner": "head of it",
            "stored": "cloud",
            "collected": "form",
            "used": "mail",
            "refreshed": "nightly",
            "good_at": "orders",
            "customer_gets": "the goods",
            "party": "zero",
            "legal_basis": {"basis": "contract", "purpose": "sales", "covers_scv": True},
            "three_questions": {"why": "sales", "can_you": True, "last_used_for": "list"},
            "tables": {"rows": {"file": f"{name}.csv", "grain": grain}},
        }

    told: dict[str, Any] = {
        "version": 1,
        "client": {"name": "Prøve A/S"},
        "assessment": {
            "controller": "Prøve A/S",
            "processor_agreement": "signed",
            "purpose": "assessment",
            "delete_by": dt.date(2027, 1, 1),
            "dpia": {"status": "signed", "grade": "shown"},
        },
        "sources": {
            "erp": card("ERP", "purchases", "customer"),
            "mail": card("Newsletter", "newsletter", "subscriber"),
            "desk": card("Desk", "service", "ticket"),
        },
        "flows": [{"from": "erp", "to": "mail", "how": "manual"}],
        "use_cases": {
            "chosen": [
                {
                    "id": "U1",
                    "problem": "wrong mail",
                    "sponsor": "CMO",
                    "baseline": "2 %",
                    "target_date": dt.date(2026, 6, 1),
                }
            ]
        },
        "people": {
            "sponsor": {"role": "CMO", "functions": ["marketing", "service"]},
            "consent_owner": {"role": "DPO"},
            "id_issuer": "yes",
            "roles": ["analyst", "dpo", "data_engineer"],
            "days_a_month": 4,
        },
        "hours_per_list": 8,
        "analytics_form": "measured",
    }
    return Engagement.model_validate(told | changed)


def silent_engagement() -> Engagement:
    """The same sources, and nobody was asked anything."""
    told = engagement()
    bare = {
        name: {
            "name": source.name,
            "domain": source.domain,
            "tables": {"rows": {"file": "x.csv", "grain": source.tables["rows"].grain}},
        }
        for name, source in told.sources.items()
    }
    return Engagement.model_validate(
        {"version": 1, "client": {"name": "Tavs ApS"}, "sources": bare}
    )


def intake() -> Intake:
    """Three sources read, 100 rows each."""
    grains = {"erp": Grain.CUSTOMER, "mail": Grain.SUBSCRIBER, "desk": Grain.TICKET}
    return Intake(
        sources=tuple(
            SourceIntake(
                source=name,
                name=name,
                domain=engagement().sources[name].domain,
                readings=(),
                unread=(),
                tables=(
                    SourceTable(
                        source=name,
                        table="rows",
                        grain=grain,
                        id_column="id",
                        rows=100,
                        meanings=(
                            ColumnMeaning(
                                column="mail",
                                attribute=Attribute.EMAIL,
                                confidence=1,
                                decided_by="engagement",
                                detected=Attribute.EMAIL,
                                reason="told",
                            ),
                        ),
                    ),
                ),
            )
            for name, grain in grains.items()
        ),
        undeclared=(),
    )


def column(attribute: Attribute, **changed: Any) -> ColumnProfile:
    """A column of 100 rows, 90 filled, all valid and none damaged."""
    told: dict[str, Any] = {
        "column": attribute.value,
        "attribute": attribute,
        "decided_by": "engagement",
        "confidence": 1.0,
        "rows": 100,
        "filled": 90,
        "blank": 10,
        "placeholder": 0,
        "distinct": 90,
        "inferred_type": "text",
        "parses": 90,
        "valid": 90,
        "damaged": 0,
        "shouted": 0,
        "shortest": 1,
        "longest": 9,
        "smallest": None,
        "largest": None,
        "masks": (),
    }
    return ColumnProfile(**(told | changed))


def profiles(**changed: Any) -> tuple[SourceProfile, ...]:
    """Profiles of the three sources; ``changed`` goes to every column."""
    return tuple(
        SourceProfile(
            source=source.source,
            name=source.name,
            findings=(),
            tables=(
                TableProfile(
                    table="rows",
                    grain=source.tables[0].grain,
                    rows=100,
                    duplicate_rows=0,
                    columns=(
                        column(Attribute.EMAIL, **changed),
                        column(Attribute.FULL_NAME, **changed),
                    ),
                    touched=((24, measured_share(80, 100, method="touched")),),
                    constant_columns=(),
                    empty_columns=(),
                    ambiguous_dates=measured_share(1, 100, method="ambiguous_dates"),
                    last_date="2026-01-01",
                ),
            ),
        )
        for source in intake().sources
    )


def identity(with_strong_key: int = 95) -> Identity:
    """Three sources of 100 persons; e-mail is usable in all."""
    return Identity(
        sources=tuple(
            SourceRecords(
                source=name,
                persons=100,
                organisations=0,
                with_strong_key=with_strong_key,
                unlinkable=2,
            )
            for name in ("erp", "mail", "desk")
        ),
        keys=tuple(
            KeyTest(
                source=name,
                key=Key.EMAIL,
                present=True,
                records=100,
                filled=90,
                valid=90,
                unique=90,
                usable=with_strong_key,
                stable=not_assessed("one_extract"),
            )
            for name in ("erp", "mail", "desk")
        ),
        raw_overlap=(),
        claims=(),
    )


def linkage(recovery: Evidence | None = None, shared: int = 60) -> Linkage:
    """Linkage in which ``shared`` of 200 people are seen in two sources."""
    return Linkage(
        kinds=(
            KindLinkage(
                kind=EntityKind.PERSON,
                records=300,
                pairs_scored=900,
                clusters=200,
                threshold=5,
                prior=0.01,
                tiers=(TierCount(tier=Tier.A, pairs=80, across_sources=60, model_precision=0.99),),
                weights=(),
                blocking_rules=(),
                choices=(),
                precision=measured_share(97, 100, method="model_precision"),
                recall=measured_share(80, 100, method="model_recall"),
            ),
        ),
        sources=tuple(
            SourceEntities(
                source=name, kind=EntityKind.PERSON, records=100, low=94, mid=96, high=98
            )
            for name in ("erp", "mail")
        ),
        overlaps=(
            Overlap(
                source_a="erp",
                source_b="mail",
                kind=EntityKind.PERSON,
                entities_a=96,
                entities_b=96,
                low=shared // 2,
                mid=shared,
                high=shared + shared // 10,
            ),
        ),
        seen_in=(
            SeenIn(sources=1, people=200 - shared, sure=200 - shared),
            SeenIn(sources=2, people=shared, sure=shared // 2),
        ),
        recovery=recovery or measured_share(85, 100, method="recovery", low=0.8, high=0.9),
        contradictory_clusters=measured_share(1, 200, method="contradictory_clusters"),
        unlinkable=measured_share(6, 300, method="unlinkable"),
        stability=measured_share(98, 100, method="stability"),
        households=3,
        conflict=measured_share(120, 1000, method="linkage.method.disagreement"),
        newsletter=None,
    )


def permission(withdrawn: int = 0, conflict: int = 1) -> Permission:
    """Permission of 100 people compared in two sources."""
    return Permission(
        sources=(),
        bases=(),
        conflicts=(),
        people_compared=100,
        people_in_conflict=measured_count(conflict, unit="people", method="people_in_conflict"),
        withdrawn_but_mailable=measured_count(
            withdrawn,
            unit="people",
            method="withdrawn_but_mailable",
            low=withdrawn,
            high=withdrawn + 3,
        ),
        tested_for_withdrawal=100,
        proof=measured_share(90, 100, method="proof"),
        analytics_without_consent=not_assessed("no_analytics"),
        past_retention=measured_share(0, 100, method="past_retention"),
        not_assessed=(),
    )


def fit(name: str = "U1", status: UseCaseStatus = UseCaseStatus.READY, **more: Any) -> UseCaseFit:
    """A chosen use case of 100 people, 85 served, that needs ERP and newsletter."""
    told: dict[str, Any] = {
        "chosen": True,
        "base_word": "readers",
        "steps": tuple(FunnelStep(name=step, low=80, mid=85, high=90) for step in STEP_NAMES),
        "outbound": True,
        "needs_linkage": True,
        "function": "marketing",
        "refs": ("erp/rows.mail", "mail/rows.mail"),
        "need_hours": 744,
        "lag_days": 19,
    }
    return UseCaseFit(id=name, status=status, **(told | more))


def use_cases(*fits: UseCaseFit) -> UseCases:
    """Use cases with one dark column of ten and every needed attribute there."""
    return UseCases(
        fits=fits or (fit(),),
        dark_columns=("erp/rows.fax",),
        columns_used=6,
        columns_filled=10,
        needed_attributes=("email",),
        present_attributes=("email",),
        order_found=(30, 60),
        replay=Replay(sent=100, not_rebuilt=5, not_sent=20),
    )


def steps() -> dict[str, Any]:
    """Everything that ``assess`` takes, of a client in fair shape."""
    return {
        "engagement": engagement(),
        "intake": intake(),
        "profiles": profiles(),
        "identity": identity(),
        "linkage": linkage(),
        "permission": permission(),
        "use_cases": use_cases(),
    }


def threshold(name: str, **changed: Any) -> Any:
    """A shipped threshold under a new id."""
    return load_thresholds()[0].model_copy(update={"id": name} | changed)
