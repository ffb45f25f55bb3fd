"""What if: a question put to the linked data, answered with a range and a ceiling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import numpy as np

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, text_literal
from scvkit.errors import EngagementError, nearest
from scvkit.linkage import HiddenKey
from scvkit.records.evidence import measured_share, not_assessed
from scvkit.records.extracts import Intake
from scvkit.records.scenarios import (
    ANY,
    AddKey,
    Change,
    FixValues,
    LoseKey,
    OneSuppressionList,
    Predicted,
    WhatIf,
)
from scvkit.scenarios.estimate import RELINKED, Estimate, Possible, Sample, at_share, possible_gain
from scvkit.scenarios.mending import Misspelt, broken_values, mended_links, misspelt_addresses
from scvkit.scenarios.predicted import (
    METHOD,
    most_gained,
    predicted,
    share_now,
    shifted,
    whole,
    with_counts,
)
from scvkit.scenarios.remembered import Remembered
from scvkit.scenarios.serving import Serving
from scvkit.scenarios.withdrawals import one_list
from scvkit.scenarios.worlds import (
    KEYS,
    Array,
    SourceRecords,
    found_without,
    read_records,
    survives_hiding,
    ties_by_key,
)
from scvkit.vocabulary import Channel, ConsentStatus, EntityKind

METHOD_LOST = "scenarios.methods.key_hidden"
LEAST_RECORDS = 30
LEAST_TIED = 0.5
FEWEST_ASKED = 5


def what_if(
    connection: Connection, rows: RowTables, engagement: Engagement, intake: Intake, change: Change
) -> WhatIf:
    """Return the answer to one question; ask ``Scenarios`` when there are several.

    Needs the tables of the linking and the permission step; trains and writes nothing.
    """
    return Scenarios(connection, rows, engagement, intake).what_if(change)


@dataclass(kw_only=False, eq=False)
class Scenarios:
    """The questions of one engagement; what was worked out for one is kept for the next.

    Moving the share of a key is answered from memory, as a slider needs. What was worked out
    outlives the notebook, for the next that asks of the same tables.
    """

    connection: Connection
    rows: RowTables
    engagement: Engagement
    intake: Intake
    _sources: tuple[str, ...] = field(default=(), repr=False)
    _records: dict[str, SourceRecords] = field(default_factory=dict, repr=False)
    _survives: dict[tuple[str, str], Array] = field(default_factory=dict, repr=False)
    _ties: dict[tuple[str, str], float] = field(default_factory=dict, repr=False)
    _possible: dict[tuple[str, str, str, int], Possible] = field(default_factory=dict, repr=False)
    _slips: Mapping[str, Misspelt] | None = field(default=None, repr=False)
    _serving: Serving | None = field(default=None, repr=False)
    _remembered: Remembered = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._remembered = Remembered(self.rows, self.engagement, self.intake)

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the sources that hold persons, in order."""
        if not self._sources:
            found = self.connection.execute(
                f"""select distinct source from {self.rows.scan("clusters")}
                where entity_kind = {text_literal(EntityKind.PERSON)}"""
            ).fetchall()
            held = {str(row[0]) for row in found}
            self._sources = tuple(s.source for s in self.intake.sources if s.source in held)
        return self._sources

    @property
    def serving(self) -> Serving:
        """What a change in links and values means to the use cases."""
        if self._serving is None:
            self._serving = Serving(
                self.connection, self.rows, self.engagement, self.intake, self._remembered
            )
        return self._serving

    def beside(self) -> Scenarios:
        """Return another asker of the same questions, for another thread.

        It has a cursor of its own, so that neither meets the temporary tables of the other.
        """
        cursor = self.connection.cursor()
        other = Scenarios(cursor, self.rows, self.engagement, self.intake)
        other._sources, other._remembered = self.sources, self._remembered
        other._records.update(self._records)
        other._serving = self.serving.beside(cursor)
        return other

    def what_if(self, change: Change, *, use_cases: bool = True) -> WhatIf:
        """Return the answer; without ``use_cases`` only what is found in which source."""
        if isinstance(change, OneSuppressionList):
            return one_list(self.connection, self.rows)
        self._refuse_unknown(change)
        if isinstance(change, LoseKey):
            return self._lost(change, use_cases=use_cases)
        if isinstance(change, FixValues):
            return self._fixed(change, use_cases=use_cases)
        return self._added(change, use_cases=use_cases)

    def records(self, source: str) -> SourceRecords:
        """The person records of a source as they are."""
        if source not in self._records:
            self._records[source] = read_records(self.connection, self.rows, self.sources, source)
        return self._records[source]

    def _refuse_unknown(self, change: AddKey | LoseKey | FixValues) -> None:
        if change.key not in KEYS:
            raise EngagementError(
                f"There is no key '{change.key}'.{nearest(change.key, KEYS)}"
                f" Keys: {', '.join(KEYS)}."
            )
        if change.source and change.source not in self.sources:
            raise EngagementError(
                f"There is no source '{change.source}'.{nearest(change.source, self.sources)}"
                f" Sources: {', '.join(self.sources)}."
            )

    def _added(self, change: AddKey, *, use_cases: bool) -> WhatIf:
        records = self.records(change.source)
        has = records.held[change.key]
        consent = self._may_be_asked(records, ~has)
        reach = change.reach * (1.0 if consent is None else consent)
        lacking = round(float((~has).mean()) * records.whole) if len(has) else 0
        estimates = self._estimates(records, change.key, ~has, change.share, reach)
        why = "consent" if consent is not None else "reach" if change.reach < 1 else "others"
        return self._answer(
            "add_key",
            change,
            records,
            estimates,
            asked=round(lacking * change.share * reach),
            reach=reach,
            ceiling=why,
            use_cases=use_cases,
        )

    def _fixed(self, change: FixValues, *, use_cases: bool) -> WhatIf:
        """Fillers and unreadable values are asked for again; misspelt domains are mended."""
        records = self.records(change.source)
        broken = np.isin(
            records.keys, broken_values(self.connection, self.rows, self.intake, change)
        )
        lacking = broken & ~records.held[change.key]
        estimates = self._estimates(records, change.key, lacking, change.share, 1.0)
        mended = mended_links(records, self._misspelt(change))
        scale = records.whole / max(len(records.keys), 1)
        exact = {
            target: float(
                (records.found(mended.bits, target) & ~records.found(records.now, target)).mean()
            )
            for target in estimates
        }
        estimates = {t: shifted(e, exact[t]) for t, e in estimates.items()}
        answer = self._answer(
            "fix_values",
            change,
            records,
            estimates,
            asked=round(float(lacking.sum()) * change.share * scale)
            + round(mended.records * scale),
            reach=1.0,
            ceiling="others",
            use_cases=use_cases,
        )
        return with_counts(
            answer,
            unusable=round(float(lacking.sum()) * scale),
            misspelt=round(mended.records * scale),
        )

    def _misspelt(self, change: FixValues) -> Misspelt:
        """Only e-mail has a part that many share, so that a slip can be told from a rare value."""
        if change.key != "email":
            return {}
        if self._slips is None:
            self._slips = misspelt_addresses(self.connection, self.rows, self.sources)
        return self._slips.get(change.source, {})

    def _lost(self, change: LoseKey, *, use_cases: bool) -> WhatIf:
        """Measured, not simulated: the key is hidden and the evidence judged again."""
        source = change.source or self._richest(change.key)
        records = self.records(source)
        bits = found_without(
            self.connection,
            self.rows,
            records,
            HiddenKey(key=change.key, source=change.source),
        )
        overlaps = []
        for target in (ANY, *(s for s in self.sources if s != source)):
            now = records.found(records.now, target)
            after = float(records.found(bits, target).mean()) if len(now) else 0.0
            share = share_now(now, records)
            spread = 1.645 * RELINKED
            overlaps.append(
                Predicted(
                    target=target,
                    now=share,
                    after=measured_share(
                        round(after * records.whole),
                        records.whole,
                        method=METHOD_LOST,
                        refs=(f"{source}.{change.key}",),
                        low=max(0.0, after - spread),
                        high=min(1.0, after + spread),
                    ),
                    naive=None,
                    ceiling=share.value or 0.0,
                    ceiling_reason="lost",
                )
            )
        return WhatIf(
            kind="lose_key",
            source=change.source,
            key=change.key,
            share=1.0,
            reach=1.0,
            records=records.whole,
            filled=whole(records, records.held[change.key]),
            asked=0,
            recovery=not_assessed("not_asked", method=METHOD),
            overlaps=tuple(overlaps),
            use_cases=self.serving.lost(change) if use_cases else (),
            assumptions=("measured",),
        )

    def _richest(self, key: str) -> str:
        """The source whose records would be told of when a key is lost everywhere."""
        return max(self.sources, key=lambda s: int(self.records(s).held[key].sum()))

    def _may_be_asked(self, records: SourceRecords, lacking: Array) -> float | None:
        """Share of the records without the key whose visitor agreed to be followed.

        None for a source that asks nobody: only analytics do.
        """
        if not self.rows.exists("permissions"):
            return None
        found = self.connection.execute(
            f"""select record_key, bool_or(status = {text_literal(ConsentStatus.GIVEN)})
            from {self.rows.scan("permissions")}
            where source = ? and channel = {text_literal(Channel.ANALYTICS)}
            group by record_key order by record_key""",
            [records.source],
        ).fetchall()
        if not found:
            return None
        agreed = np.isin(records.keys, [str(key) for key, given in found if given])
        return float(agreed[lacking].mean()) if lacking.any() else 0.0

    def _estimates(
        self, records: SourceRecords, key: str, lacking: Array, share: float, reach: float
    ) -> dict[str, Estimate]:
        stratum, family = records.strata(key)
        found = {}
        for target in (ANY, *(s for s in self.sources if s != records.source)):
            # How many are asked changes nothing here: a slider is answered from memory.
            place = (records.source, key, target, int(lacking.sum()))
            if place not in self._possible:
                self._possible[place] = self._recalled(place) or self._worked_out(
                    place, records, lacking, stratum, family
                )
            found[target] = at_share(
                self._possible[place], share=share, reach=reach, in_doubt=self._in_doubt(place[:2])
            )
        return found

    def _recalled(self, place: tuple[str, str, str, int]) -> Possible | None:
        held = self._remembered.get("possible", *place)
        return Possible(**held) if held else None

    def _worked_out(
        self,
        place: tuple[str, str, str, int],
        records: SourceRecords,
        lacking: Array,
        stratum: Array,
        family: Array,
    ) -> Possible:
        _, key, target, _ = place
        wanted = bool(lacking.any())  # where nobody lacks the key, nothing is learnt of it
        found = possible_gain(
            Sample(
                person=records.person,
                has=records.held[key] & wanted,
                lacking=lacking,
                stratum=stratum,
                family=family,
                found=records.found(records.now, target),
                still=records.found(
                    self._surviving(records, key) if wanted else records.now, target
                ),
            )
        )
        self._remembered.put("possible", *place, content=asdict(found))
        return found

    def _in_doubt(self, place: tuple[str, str]) -> bool:
        """True when the key of this source agrees with hardly anybody's it is found with."""
        if place not in self._ties:
            known = self._remembered.get("ties", *place)
            if known is None:
                known = ties_by_key(self.connection, self.rows, *place)
                self._remembered.put("ties", *place, content=known)
            self._ties[place] = float(known)
        return self._ties[place] < LEAST_TIED

    def _surviving(self, records: SourceRecords, key: str) -> Array:
        place = (records.source, key)
        if place not in self._survives and not records.held[key].any():
            self._survives[place] = records.now  # a key that nobody holds is missed by nobody
        if place not in self._survives:
            self._survives[place] = survives_hiding(self.connection, self.rows, records, key)
        return self._survives[place]

    def _answer(
        self,
        kind: str,
        change: AddKey | FixValues,
        records: SourceRecords,
        estimates: Mapping[str, Estimate],
        *,
        asked: int,
        reach: float,
        ceiling: str,
        use_cases: bool,
    ) -> WhatIf:
        overlaps = tuple(
            predicted(target, estimate, records, change.key, ceiling)
            for target, estimate in estimates.items()
        )
        first = estimates[ANY]
        assessed = any(p.after.assessed for p in overlaps)
        # Counting every funnel again for a handful of records would tell nothing.
        worth = assessed and asked >= FEWEST_ASKED and most_gained(overlaps) >= FEWEST_ASKED
        return WhatIf(
            kind="add_key" if kind == "add_key" else "fix_values",
            source=change.source,
            key=change.key,
            share=change.share,
            reach=round(reach, 6),
            records=records.whole,
            filled=whole(records, records.held[change.key]),
            asked=asked,
            recovery=measured_share(
                first.survived,
                first.hidden,
                method=METHOD,
                refs=(f"{change.source}.{change.key}",),
            ),
            overlaps=overlaps,
            use_cases=self.serving.gained(change, overlaps, asked) if use_cases and worth else (),
            reason="" if assessed else "nothing_to_measure_on",
            assumptions=("alike", "answers_own", "names_something_else")
            if self._in_doubt((change.source, change.key))
            else ("alike", "answers_own"),
        )
