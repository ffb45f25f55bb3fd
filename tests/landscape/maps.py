"""Maps made by hand, of any number of sources, for the tests of the drawing."""

from dataclasses import replace

from scvkit.records.consent import SourcePermission
from scvkit.records.evidence import not_assessed
from scvkit.records.identity import KeyTest
from scvkit.records.landscape import LandscapeMap, MapFlow, MapGap, MapPair, MapSource
from scvkit.vocabulary import Channel, Domain, FlowKind, Key

NAMES = (
    "Web analytics",
    "Web shop",
    "Loyalty club / tills",
    "ERP",
    "Newsletter",
    "Service desk",
    "B2B CRM",
)
DOMAINS = (
    Domain.WEB_ANALYTICS,
    Domain.SHOP,
    Domain.LOYALTY,
    Domain.PURCHASES,
    Domain.NEWSLETTER,
    Domain.SERVICE,
    Domain.CRM,
)


def key_test(source: str, key: Key, records: int, usable: int) -> KeyTest:
    return KeyTest(
        source=source,
        key=key,
        present=True,
        records=records,
        filled=min(records, usable + 9),
        valid=usable,
        unique=usable,
        usable=usable,
        stable=not_assessed("no_earlier_extract"),
    )


def source_of(index: int, **changed: object) -> MapSource:
    id_, records = f"s{index}", 868 + index * 397
    keys = tuple(
        key_test(id_, key, records, records * ((index * 37 + place * 23) % 101) // 100)
        for place, key in enumerate(Key)
        if (index + place) % 3
    )
    stated = SourcePermission(
        source=id_,
        channel=Channel.EMAIL,
        purpose="marketing",
        records=records,
        given=records // 2,
        refused=records // 5,
        withdrawn=records // 20,
        unknown=records - records // 2 - records // 5 - records // 20,
        proven=records // 3,
        refs=(),
    )
    known = index % 3 != 2
    fields: dict[str, object] = {
        "id": id_,
        "name": NAMES[index % 7] + ("" if index < 7 else f" {index}"),
        "domain": DOMAINS[index % 7],
        "owner": ("Digital", "E-commerce", "Stores", "Finance")[index % 4],
        "stored": "cloud, EU",
        "since": str(2009 + index % 10),
        "collected": "form",
        "used": "U1",
        "good_at": "one thing",
        "records": records,
        "people": records - 100,
        "keys": keys,
        "failed_claims": (keys[0].key,) if index % 4 == 1 else (),
        "permission": stated if known else None,
        "permission_reason": "" if known else "no_permission_column",
    }
    return MapSource(**(fields | changed))  # type: ignore[arg-type]


def map_of(count: int, *, flows: int = 5, gaps: int = 2) -> LandscapeMap:
    sources = tuple(source_of(index) for index in range(count))
    pairs = []
    for i, a in enumerate(sources):
        for j in range(i + 1, count):
            smaller = min(a.people or 0, sources[j].people or 0)
            mid = (i * 31 + j * 17) % 90
            wide = (i + j) % 3 == 0
            unknown = i == 0 and j > 1
            pairs.append(
                MapPair(
                    source_a=a.id,
                    source_b=sources[j].id,
                    smaller=None if unknown else smaller,
                    low=None if unknown else max(0, mid - (8 if wide else 2)) / 100,
                    mid=None if unknown else mid / 100,
                    high=None if unknown else (mid + (8 if wide else 2)) / 100,
                    people=None if unknown else smaller * mid // 100,
                    reason="nothing_to_link" if unknown else "",
                )
            )
    kinds = tuple(FlowKind)
    return LandscapeMap(
        client="Tærskel & Søn A/S",
        as_of="2026-09-30",
        sources=sources,
        keys=tuple(Key),
        pairs=tuple(pairs),
        flows=tuple(
            MapFlow(
                source_from=f"s{(n * 5) % count}",
                source_to=f"s{(n * 5 + 1 + n % (count - 1)) % count}",
                how=kinds[n % 3],
                what="orders",
            )
            for n in range(flows)
        ),
        gaps=tuple(
            MapGap(name=name, unlocks=what)
            for name, what in (
                ("Product registrations", "would tie goods to people: warranty, recalls"),
                ("Returns at the till", "would show service cost per customer"),
            )[:gaps]
        ),
    )


def lettered(map_: LandscapeMap) -> LandscapeMap:
    """The same map as a client with long words would have it: every word of theirs too long."""
    long_ = "Kundenstammdatenverwaltungssystem der Niederlassungen im Norden"
    return replace(
        map_,
        client=f"{long_} Aktieselskab",
        sources=tuple(
            replace(
                source,
                name=f"{long_} {index}",
                owner="Afdelingen for kundeoplevelser og fastholdelse",
                stored="cloud, EU, hosted by a partner of the group",
                records=None if source.records is None else source.records * 9973,
                people=None if source.people is None else source.people * 9973,
            )
            for index, source in enumerate(map_.sources)
        ),
        gaps=tuple(replace(gap, name=long_, unlocks=f"{gap.unlocks} {long_}") for gap in map_.gaps),
        flows=tuple(replace(flow, what=long_) for flow in map_.flows),
        undeclared=(
            "export_of_the_old_system_2019_final_v2.csv",
            "another_long_name_of_a_file.csv",
        ),
    )
