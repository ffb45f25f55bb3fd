"""Records of an invented client, made by hand: what the sections of the report are drawn from."""

import datetime as dt

from scvkit.engagement import Engagement
from scvkit.records.consent import PairConflict, Permission, SourceBasis, SourcePermission
from scvkit.records.evidence import Evidence, measured_count, measured_share, not_assessed
from scvkit.records.extracts import (
    ColumnMeaning,
    Intake,
    ReadingReport,
    SourceIntake,
    SourceTable,
    UndeclaredFile,
    UnreadFile,
)
from scvkit.records.identity import ClaimTest, Identity, KeyTest
from scvkit.records.linkage import (
    KindLinkage,
    Linkage,
    NewsletterSplit,
    Overlap,
    SeenIn,
    SourceEntities,
    TierCount,
)
from scvkit.records.profile import ColumnProfile, Finding, MaskCount, SourceProfile, TableProfile
from scvkit.records.readiness import (
    DimensionScore,
    FiredRule,
    Flip,
    Gate,
    Indicator,
    Readiness,
    UseCaseVerdict,
)
from scvkit.records.usecases import STEP_NAMES, FunnelStep, UseCaseFit, UseCases
from scvkit.vocabulary import (
    Attribute,
    Channel,
    ClaimOutcome,
    Dimension,
    Domain,
    EntityKind,
    GateState,
    Grade,
    Grain,
    Key,
    LawfulBasis,
    Tier,
    UseCaseStatus,
    Verdict,
)

SOURCES = {
    "shop": ("Web shop", Domain.SHOP, 3250),
    "club": ("Loyalty club", Domain.LOYALTY, 2560),
    "erp": ("ERP", Domain.PURCHASES, 3022),
    "news": ("Newsletter", Domain.NEWSLETTER, 2846),
    "desk": ("Service desk", Domain.SERVICE, 1860),
}
NAMES = {id_: name for id_, (name, _, _) in SOURCES.items()}


def engagement(**changed: object) -> Engagement:
    fields: dict[str, object] = {
        "version": 1,
        "client": {"name": "Tærskel & Søn A/S"},
        "assessment": {
            "as_of": dt.date(2026, 9, 30),
            "controller": "client",
            "processor_agreement": "seen",
            "purpose": "assessment",
            "delete_by": dt.date(2026, 12, 31),
        },
        "sources": {
            id_: {
                "name": name,
                "domain": domain,
                "owner": "Marketing",
                "stored": "cloud, EU",
                "since": 2015,
                "tables": {"main": {"file": f"{id_}.csv"}},
            }
            for id_, (name, domain, _) in SOURCES.items()
        },
        "flows": [{"from": "shop", "to": "erp", "how": "nightly", "what": "orders"}],
        "gaps": [
            {"name": "Returns at the till", "unlocks": "service cost per customer"},
            {"name": "Product registrations", "unlocks": "warranty, recalls"},
        ],
        "claims": [
            {"id": "c1", "source": "shop", "subject": "email", "kind": "unique", "expected": True}
        ],
    }
    return Engagement.model_validate(fields | changed)


def intake(*, unread: str = "desk") -> Intake:
    received = []
    for id_, (name, domain, rows) in SOURCES.items():
        readable = id_ != unread
        reading = ReadingReport(
            source=id_,
            table="main",
            file=f"{id_}.csv",
            format="csv",
            sha256="9c41" * 16,
            bytes=1000,
            dialect=None,
            columns=("id", "email"),
            rows=rows,
            rejected_rows=7,
            lost_rows=7,
        )
        meaning = ColumnMeaning(
            column="email",
            attribute=Attribute.EMAIL,
            confidence=1.0,
            decided_by="engagement",
            detected=Attribute.EMAIL,
            reason="declared",
        )
        table = SourceTable(
            source=id_,
            table="main",
            grain=Grain.CUSTOMER,
            id_column="id",
            rows=rows,
            meanings=(meaning,),
        )
        bad = UnreadFile(source=id_, table="main", file=f"{id_}.csv", reason="The file is empty.")
        received.append(
            SourceIntake(
                source=id_,
                name=name,
                domain=domain,
                readings=(reading,) if readable else (),
                unread=() if readable else (bad,),
                tables=(table,) if readable else (),
            )
        )
    shadow = UndeclaredFile(
        file="kampagne_jul.xlsx", rows=412, customer_columns=(Attribute.EMAIL, Attribute.FULL_NAME)
    )
    return Intake(sources=tuple(received), undeclared=(shadow,))


def key_test(source: str, key: Key, usable: int) -> KeyTest:
    records = SOURCES[source][2]
    return KeyTest(
        source=source,
        key=key,
        present=True,
        records=records,
        filled=min(records, usable + 300),
        valid=min(records, usable + 200),
        unique=usable,
        usable=usable,
        stable=not_assessed("no_earlier_extract"),
        refs=(f"{source}/main.email",),
    )


def identity() -> Identity:
    claim = ClaimTest(
        id="c1",
        source="shop",
        subject="email",
        kind="unique",
        expected=True,
        said_by="E-commerce",
        measured=measured_share(2800, 3250, method="unique", low=0.84, high=0.88),
        outcome=ClaimOutcome.DID_NOT_HOLD,
    )
    blind = ClaimTest(
        id="c2",
        source="erp",
        subject="address",
        kind="fresh",
        expected=0.95,
        said_by="Finance",
        measured=not_assessed("no_time_columns"),
        outcome=ClaimOutcome.CANNOT_BE_TESTED,
    )
    tests = (
        key_test("shop", Key.EMAIL, 2800),
        key_test("shop", Key.PHONE, 2000),
        key_test("club", Key.EMAIL, 1613),
        key_test("erp", Key.EMAIL, 1487),
        key_test("erp", Key.CUSTOMER_NUMBER, 2629),
        key_test("news", Key.EMAIL, 2840),
    )
    return Identity(sources=(), keys=tests, raw_overlap=(), claims=(claim, blind))


def linkage() -> Linkage:
    kind = KindLinkage(
        kind=EntityKind.PERSON,
        records=13_538,
        pairs_scored=90_000,
        clusters=6_100,
        threshold=4.0,
        prior=0.0001,
        tiers=tuple(
            TierCount(tier=tier, pairs=pairs, across_sources=pairs - 100, model_precision=precision)
            for tier, pairs, precision in (
                (Tier.A, 8103, 0.997),
                (Tier.B, 4240, 0.969),
                (Tier.D, 4067, 0.46),
            )
        ),
        weights=(),
        blocking_rules=(),
        choices=("E-mail chance agreement was estimated from contradictions.",),
        precision=measured_share(976, 1000, method="model"),
        recall=measured_share(819, 1000, method="model"),
    )
    pairs = [("shop", "erp", 1700, 1780, 1850), ("news", "erp", 1167, 1329, 1480)]
    pairs += [("club", "news", 900, 1100, 1400), ("shop", "club", 1300, 1460, 1500)]
    return Linkage(
        kinds=(kind,),
        sources=tuple(
            SourceEntities(
                source=s, kind=EntityKind.PERSON, records=n, low=n - 200, mid=n - 100, high=n
            )
            for s, (_, _, n) in SOURCES.items()
            if s != "desk"
        ),
        overlaps=tuple(
            Overlap(
                source_a=a,
                source_b=b,
                kind=EntityKind.PERSON,
                entities_a=SOURCES[a][2] - 100,
                entities_b=SOURCES[b][2] - 100,
                low=low,
                mid=mid,
                high=high,
            )
            for a, b, low, mid, high in pairs
        ),
        seen_in=(
            SeenIn(sources=1, people=3688, sure=3688),
            SeenIn(sources=2, people=1400, sure=900),
            SeenIn(sources=3, people=700, sure=520),
            SeenIn(sources=4, people=312, sure=210),
        ),
        recovery=measured_share(744, 1000, method="recovery", low=0.72, high=0.77),
        contradictory_clusters=measured_share(60, 6100, method="contradictory_clusters"),
        unlinkable=measured_share(420, 13_538, method="unlinkable"),
        stability=not_assessed("nothing_to_test"),
        households=300,
        conflict=measured_share(120, 1000, method="linkage.method.disagreement"),
        newsletter=NewsletterSplit(
            newsletter="news",
            customer_sources=("erp", "shop"),
            readers=2846,
            found=measured_count(
                1329, unit="people", method="found", low=1167, high=1480, tested=2846
            ),
            hidden=Evidence(
                grade=Grade.MEASURED, unit="people", value=480, low=370, high=600, method="hidden"
            ),
            method="recovery",
        ),
    )


def permission() -> Permission:
    def stated(source: str, given: int, refused: int) -> SourcePermission:
        records = SOURCES[source][2]
        return SourcePermission(
            source=source,
            channel=Channel.EMAIL,
            purpose="marketing",
            records=records,
            given=given,
            refused=refused,
            withdrawn=40,
            unknown=records - given - refused - 40,
            proven=given // 2,
            refs=(f"{source}/main.consent",),
        )

    return Permission(
        sources=(stated("shop", 1700, 1400), stated("club", 820, 800), stated("news", 1900, 400)),
        bases=(
            SourceBasis(source="erp", basis=LawfulBasis.CONTRACT, documented=True),
            SourceBasis(source="news", basis=None, documented=False),
        ),
        conflicts=(
            PairConflict(
                source_a="shop",
                source_b="news",
                channel=Channel.EMAIL,
                purpose="marketing",
                people_in_both=1100,
                people_differ=260,
            ),
        ),
        people_compared=2412,
        people_in_conflict=measured_count(
            402, unit="people", method="people_in_conflict", low=380, high=441, tested=2412
        ),
        withdrawn_but_mailable=measured_count(
            112, unit="people", method="withdrawn", low=96, high=139, tested=2412
        ),
        tested_for_withdrawal=2412,
        proof=measured_share(2210, 4420, method="proof"),
        analytics_without_consent=not_assessed("no_analytics"),
        past_retention=measured_share(310, 3022, method="retention"),
        not_assessed=(("erp", "not_explained"), ("desk", "not_read")),
    )


def funnel(
    id_: str,
    base_word: str,
    counts: tuple[tuple[int, int, int] | None, ...],
    reasons: tuple[str, ...],
    *,
    chosen: bool = True,
    status: UseCaseStatus = UseCaseStatus.FIX_FIRST,
) -> UseCaseFit:
    steps = tuple(
        FunnelStep(
            name=name,
            low=None if count is None else count[0],
            mid=None if count is None else count[1],
            high=None if count is None else count[2],
            reason=why,
        )
        for name, count, why in zip(STEP_NAMES, counts, reasons, strict=True)
    )
    return UseCaseFit(
        id=id_,
        chosen=chosen,
        base_word=base_word,
        steps=steps,
        status=status,
        outbound=True,
        needs_linkage=True,
        function="marketing",
        refs=("news/main.email",),
    )


def use_cases() -> UseCases:
    lost = ("", "only_an_email", "no_shared_key", "old_export", "no_yes_stated", "no_address")
    u1 = ((2846,) * 3, (1167, 1329, 1480), (1129, 1286, 1432), (1092, 1243, 1385))
    u7 = ((1860,) * 3, (688, 781, 893), (596, 690, 812), (564, 658, 786))
    asked = ("", "no_key_given", "name_damaged", "no_event_times", "no_basis", "no_address")
    return UseCases(
        fits=(
            funnel("U1", "readers", (*u1, (812, 921, 1027), (787, 894, 1001)), lost),
            funnel(
                "U17",
                "sends",
                (
                    (2604, 2604, 2604),
                    (2470, 2515, 2549),
                    (2355, 2402, 2440),
                    (2209, 2262, 2306),
                    (2149, 2205, 2253),
                    (2134, 2190, 2238),
                ),
                lost,
                status=UseCaseStatus.READY,
            ),
            funnel("U7", "contacts", (*u7, (564, 658, 786), (539, 632, 763)), asked),
            funnel(
                "U6",
                "contacts",
                (*u7[:3], None, None, None),
                asked,
                status=UseCaseStatus.NOT_ASSESSED,
            ),
            funnel(
                "U5",
                "visitors",
                ((900,) * 3, *[(20, 25, 31)] * 5),
                asked,
                chosen=False,
                status=UseCaseStatus.NOT_NOW,
            ),
        ),
        columns_used=31,
        columns_filled=74,
        order_found=(632, 1860),
    )


def indicator(id_: str, dimension: Dimension, evidence: Evidence, score: float | None) -> Indicator:
    return Indicator(
        id=id_,
        dimension=dimension,
        weight=2,
        critical=False,
        evidence=evidence,
        score=score,
        score_low=0.0 if score is None else max(0.0, score - 0.3),
        score_high=4.0 if score is None else min(4.0, score + 0.3),
        thresholds=(0.5, 0.75, 0.9, 0.98),
        lower_is_better=False,
        reason="convention",
    )


def readiness(**changed: object) -> Readiness:
    fits = {fit.id: fit for fit in use_cases().fits}
    gates = (
        Gate(id="G0", state=GateState.PASSED, detail="lawful"),
        Gate(
            id="G1",
            state=GateState.PASSED,
            detail="enough",
            values=(("sources", "5"), ("share", "0.813")),
        ),
        Gate(id="G2", state=GateState.PASSED, detail="documented"),
        Gate(id="G3", state=GateState.OPEN, detail="drafted"),
        Gate(id="G4", state=GateState.PASSED, detail="none_found"),
        Gate(
            id="G5",
            state=GateState.FAILED,
            detail="withdrawn_but_mailable",
            values=(("n", "112"), ("tested", "2412")),
            evidence=measured_count(112, unit="people", method="withdrawn"),
        ),
        Gate(id="G6", state=GateState.NOT_ASSESSED, detail="not_voted"),
        Gate(id="G7", state=GateState.PASSED, detail="owned"),
        Gate(id="G8", state=GateState.PASSED, detail="chosen", values=(("n", "4"),)),
        Gate(id="G9", state=GateState.OPEN, detail="some_unknown", values=(("share", "0.171"),)),
    )
    scores = {
        Dimension.PURPOSE: (2.3, 2.0, 2.9),
        Dimension.LANDSCAPE: (2.6, 2.4, 2.8),
        Dimension.SOURCE_QUALITY: (2.1, 1.8, 2.4),
        Dimension.IDENTITY: (1.9, 1.5, 2.6),
        Dimension.PERMISSION: (0.9, 0.7, 1.3),
        Dimension.FLOW: (None, 0.5, 3.3),
        Dimension.USE: (1.2, 1.0, 1.4),
        Dimension.PEOPLE: (2.4, 1.9, 2.7),
    }
    fields: dict[str, object] = {
        "verdict": Verdict.V2,
        "fired": (
            FiredRule(verdict=Verdict.V2, reasons=("withdrawals",), values=(("blocked", "U1,U7"),)),
            FiredRule(verdict=Verdict.V4, reasons=("few_share_a_core",)),
        ),
        "gates": gates,
        "dimensions": tuple(
            DimensionScore(
                dimension=dimension,
                score=score,
                low=low,
                high=high,
                evidence_low=None if score is None else score - 0.15,
                evidence_high=None if score is None else score + 0.15,
                assessed_weight=3 if score is None else 7,
                total_weight=8,
                held_back_by="3.1",
            )
            for dimension, (score, low, high) in scores.items()
        ),
        "indicators": (
            indicator(
                "3.1",
                Dimension.SOURCE_QUALITY,
                measured_share(940, 1000, method="completeness", refs=("erp/main.email",)),
                2.9,
            ),
            indicator("4.3", Dimension.IDENTITY, not_assessed("fewer_than_60_votes"), None),
            indicator("6.1", Dimension.FLOW, not_assessed("needs_two_timestamps"), None),
        ),
        "use_cases": (
            UseCaseVerdict(fit=fits["U1"], status=UseCaseStatus.BLOCKED, gates=("G5",)),
            UseCaseVerdict(fit=fits["U17"], status=UseCaseStatus.READY_ONCE, gates=("G3",)),
            UseCaseVerdict(fit=fits["U7"], status=UseCaseStatus.FIX_FIRST),
            UseCaseVerdict(fit=fits["U6"], status=UseCaseStatus.NOT_ASSESSED),
            UseCaseVerdict(fit=fits["U5"], status=UseCaseStatus.NOT_NOW),
        ),
        "flips": (Flip(changes=("one_suppression_list",), verdict=Verdict.V4),),
        "chain": (
            Flip(changes=("one_suppression_list",), verdict=Verdict.V4),
            Flip(changes=("raise.i4_2", "raise.i7_4"), verdict=Verdict.V5),
        ),
        "changed_thresholds": (),
        "exploratory": False,
        "measured_weight": 0.71,
        "shown_weight": 0.06,
        "declared_weight": 0.15,
        "not_assessed_weight": 0.08,
        "unevaluated": ("value_not_evaluated",),
    }
    return Readiness(**(fields | changed))  # type: ignore[arg-type]


def profiles() -> tuple[SourceProfile, ...]:
    column = ColumnProfile(
        column="faktura_email",
        attribute=Attribute.EMAIL,
        decided_by="engagement",
        confidence=1.0,
        rows=3022,
        filled=1400,
        blank=1380,
        placeholder=242,
        distinct=1390,
        inferred_type="text",
        parses=1400,
        valid=1350,
        damaged=0,
        shouted=0,
        shortest=9,
        longest=40,
        smallest=None,
        largest=None,
        masks=(MaskCount(mask="aaaaa@aaaaa.aaaaaaa", rows=131),),
    )
    table = TableProfile(
        table="main",
        grain=Grain.CUSTOMER,
        rows=3022,
        duplicate_rows=0,
        columns=(column,),
        touched=(),
        constant_columns=(),
        empty_columns=(),
        ambiguous_dates=not_assessed("nothing_to_test"),
        last_date=None,
    )
    findings = (
        Finding(
            kind="repeated_id",
            source="erp",
            table="main",
            column="id",
            rows=320,
            tested=3022,
            harm=3,
            masks=(MaskCount(mask="AAAAAA AAAA", rows=2),),
        ),
        Finding(
            kind="placeholder_key",
            source="erp",
            table="main",
            column="faktura_email",
            rows=242,
            tested=3022,
            harm=3,
            values=(("most_common", "131"),),
            masks=(MaskCount(mask="aaaaa@aaaaaaa.aaaaaaa", rows=131),),
        ),
        Finding(
            kind="damaged_text",
            source="erp",
            table="main",
            column="navn",
            rows=91,
            tested=3022,
            harm=2,
            masks=(MaskCount(mask="AÃ¸aaa", rows=91),),
        ),
        Finding(
            kind="lost_leading_zero",
            source="erp",
            table="main",
            column="postnr",
            rows=3,
            tested=3022,
            harm=2,
            masks=(MaskCount(mask="999", rows=3),),
        ),
        Finding(
            kind="duplicate_rows",
            source="erp",
            table="main",
            column=None,
            rows=19,
            tested=3022,
            harm=1,
        ),
    )
    return (SourceProfile(source="erp", name="ERP", tables=(table,), findings=findings),)
