"""A client assessed in one process, from its files to the verdict, without notebooks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from scvkit.consent import reconcile, write_permissions
from scvkit.engagement import Engagement, load_engagement
from scvkit.engine import Connection, RowTables, connect
from scvkit.extracts import read_delivery
from scvkit.identity import test_keys as key_test
from scvkit.identity import write_records
from scvkit.linkage import link_records
from scvkit.profile import profile_source
from scvkit.readiness import assess
from scvkit.records.consent import Permission
from scvkit.records.extracts import Intake
from scvkit.records.identity import Identity
from scvkit.records.linkage import Linkage
from scvkit.records.profile import SourceProfile
from scvkit.records.queries import Queries
from scvkit.records.readiness import Readiness, TierVotes
from scvkit.records.usecases import UseCases
from scvkit.scenarios import with_flips
from scvkit.sources import understand_delivery
from scvkit.store import Store
from scvkit.usecases import fit_use_cases


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """One client with everything that was found about it; ``client`` is its folder."""

    client: Path
    engagement: Engagement
    connection: Connection
    rows: RowTables
    intake: Intake
    profiles: tuple[SourceProfile, ...]
    identity: Identity
    linkage: Linkage
    permission: Permission
    use_cases: UseCases
    queries: Queries  # the SQL behind all of it

    def expected(self) -> dict[str, Any]:
        """What truth/expected.yaml says."""
        text = (self.client / "truth" / "expected.yaml").read_text("utf-8")
        content: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
        return content

    def readiness(self, votes: tuple[TierVotes, ...] = (), **changed: Any) -> Readiness:
        """The verdict, of these findings or of changed ones."""
        found = {
            "engagement": self.engagement,
            "intake": self.intake,
            "profiles": self.profiles,
            "identity": self.identity,
            "linkage": self.linkage,
            "permission": self.permission,
            "use_cases": self.use_cases,
        }
        return with_flips(assess(votes=votes, **(found | changed)))

    def after_linkage(self, engagement: Engagement | None = None) -> Assessed:
        """Permission and use cases made again, under another engagement file if one is given."""
        told = engagement or self.engagement
        write_permissions(self.connection, self.rows, told, self.intake)
        permission = reconcile(self.connection, self.rows, told, self.intake)
        return replace(
            self,
            engagement=told,
            permission=permission,
            use_cases=fit_use_cases(
                self.connection, self.rows, told, self.intake, recovery=self.linkage.recovery
            ),
        )


def assess_client(client: Path, work: Path) -> Assessed:
    """Read, profile, link and assess the delivery in ``client``."""
    engagement = load_engagement(client / "engagement.yaml")
    connection = connect(spill_folder=work / "spill", home=work)
    rows = RowTables(work / "rows")
    delivery = read_delivery(connection, rows, engagement, client / engagement.extracts)
    intake = understand_delivery(connection, rows, engagement, delivery)
    profiles = tuple(
        profile_source(connection, rows, source, as_of=engagement.assessment.as_of)
        for source in intake.sources
        if source.tables
    )
    write_records(connection, rows, engagement, intake)
    identity = key_test(connection, rows, engagement, intake)
    linkage = link_records(connection, rows, engagement, intake)
    write_permissions(connection, rows, engagement, intake)
    permission = reconcile(connection, rows, engagement, intake)
    use_cases = fit_use_cases(connection, rows, engagement, intake, recovery=linkage.recovery)
    return Assessed(
        client=client,
        engagement=engagement,
        connection=connection,
        rows=rows,
        intake=intake,
        profiles=profiles,
        identity=identity,
        linkage=linkage,
        permission=permission,
        use_cases=use_cases,
        queries=connection.queries("all"),
    )


def of_work(client: Path, work: Path) -> Assessed:
    """What a run of the notebooks found, read back from its work folder."""
    results = Store(work / "results")
    engagement = load_engagement(client / "engagement.yaml")
    return Assessed(
        client=client,
        engagement=engagement,
        connection=connect(spill_folder=work / "spill", home=work),
        rows=RowTables(work / "rows"),
        intake=results.load("intake", Intake, made_by=""),
        profiles=tuple(
            results.load(f"profile-{source}", SourceProfile, made_by="")
            for source in engagement.sources
        ),
        identity=results.load("identity", Identity, made_by=""),
        linkage=results.load("linkage", Linkage, made_by=""),
        permission=results.load("permission", Permission, made_by=""),
        use_cases=results.load("use_cases", UseCases, made_by=""),
        queries=results.queries(),
    )
