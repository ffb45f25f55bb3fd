"""What a linkage may cost, and that its cost does not grow with the square of the sources."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from scvkit import identity, linkage
from scvkit.engine import Connection, connect
from scvkit.errors import EngagementError, LinkageRefused
from scvkit.linkage import Stage, Stages, choose_settings
from scvkit.linkage.limits import most_pairs, refuse_exploding_rules
from scvkit.linkage.prepared import Prepared
from scvkit.linkage.resolve import score_by_facts
from scvkit.records.linkage import Linkage
from scvkit.vocabulary import EntityKind
from tests.identity.small import Row, Small

NAMES = ("Anna Berg", "Bo Dahl", "Carl Eng", "Dorte Friis", "Eva Gran", "Finn Holm")


def people(records: int) -> list[Row]:
    """Two records of each person; names repeat, as they do."""
    return [
        {
            "full_name": NAMES[n // 2 % len(NAMES)],
            "email": f"p{n // 2}@mail.example",
            "street": f"Birkevej {n // 2}",
            "postcode": f"{2000 + n // 2 % 40}",
        }
        for n in range(records)
    ]


class Counted:
    """A connection that counts its statements."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.statements = 0

    def execute(self, *arguments: Any, **options: Any) -> Any:
        self.statements += 1
        return self._connection.execute(*arguments, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def split_over(folder: Path, sources: int) -> tuple[int, int, Linkage]:
    """Statements of standardising, statements of linking, and the result."""
    small = Small(folder)
    every = people(120)
    for number in range(sources):
        small.add(f"source_{number}", every[number::sources])
    engagement = small.engagement(linkage=small.options)
    counted: Any = Counted(small.connection)
    identity.write_records(counted, small.rows, engagement, small.intake)
    standardising = counted.statements
    found = linkage.link_records(counted, small.rows, engagement, small.intake)
    return standardising, counted.statements - standardising, found


def test_no_step_grows_with_the_square_of_the_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Splink wants the connection itself; what it runs depends on rules, never on sources.
    from scvkit.linkage import linker

    api = linker.DuckDBAPI
    monkeypatch.setattr(linker, "DuckDBAPI", lambda c: api(getattr(c, "_connection", c)))
    few, many = (split_over(tmp_path / str(n), n) for n in (4, 12))
    assert many[0] / few[0] <= 12 / 4, "statements per source while standardising"
    assert many[1] == few[1], "statements of the linkage"
    compared = [sum(kind.pairs_scored for kind in each[2].kinds) for each in (few, many)]
    assert compared[0] == compared[1]
    assert len(many[2].overlaps) == 12 * 11 // 2


def test_an_exploding_rule_is_refused_before_it_runs(small: Small) -> None:
    small.add("crm", people(40))
    engagement = small.engagement(linkage=small.options)
    identity.write_records(small.connection, small.rows, engagement, small.intake)
    choice = choose_settings(small.connection, small.rows)
    small.connection.execute(
        "create temp table everybody as select 'x' as city, n as unique_id from range(100000) r(n)"
    ).fetchall()
    crowd = Prepared(table="everybody", kind=EntityKind.PERSON, records=100_000, filled={})
    settings = dict(choice.settings)
    for sql, refused in (
        ("l.city = r.city", True),
        ("l.city = r.city or l.unique_id = r.unique_id", True),
        ("l.unique_id = r.unique_id + 1 and l.city = r.city", False),
    ):
        settings["blocking_rules_to_generate_predictions"] = [{"blocking_rule": sql}]
        if refused:
            with pytest.raises(LinkageRefused, match="would compare 4,999,950,000 pairs"):
                refuse_exploding_rules(small.connection, crowd, settings)
        else:
            refuse_exploding_rules(small.connection, crowd, settings)
    assert most_pairs(100_000) < 4_999_950_000


def test_without_a_model_a_value_that_everybody_has_compares_nobody(small: Small) -> None:
    connection = small.connection
    connection.execute(
        "create temp table crowd as select 'x' as email, n as unique_id from range(50000) r(n)"
        " union all select 'y', n from range(50000, 50002) r(n)"
    ).fetchall()
    crowd = Prepared(table="crowd", kind=EntityKind.PERSON, records=50_002, filled={})
    assert score_by_facts(connection, crowd, "facts", rules=[("email",)]) == 1


def test_rows_that_do_not_fit_go_to_the_private_folder_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    private = tmp_path / "private"
    connection = connect(threads=1, memory_limit="120MB", spill_folder=private)
    connection.execute(
        "create temp table wide as select md5(n::text) a, md5((n + 1)::text) b"
        " from range(2000000) r(n)"
    ).fetchall()
    assert connection.sql("select count(*), max(b) > '' from wide").fetchall() == [
        (2_000_000, True)
    ]
    assert [entry.name for entry in tmp_path.iterdir()] == ["private"]
    assert any(private.iterdir())
    if os.name == "posix":
        assert private.stat().st_mode & 0o077 == 0


def test_the_memory_limit_can_be_set_from_outside_and_must_be_an_amount(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SCVKIT_MEMORY", "123MB")
    limit = "select current_setting('memory_limit')"
    assert connect().sql(limit).fetchall() == connect(memory_limit="123MB").sql(limit).fetchall()
    monkeypatch.setenv("SCVKIT_MEMORY", "a lot")
    with pytest.raises(EngagementError, match="'a lot' is no amount of memory"):
        connect()


def test_every_stage_is_told_once_with_the_time_that_has_gone(small: Small) -> None:
    small.add("crm", people(40))
    engagement = small.engagement(linkage=small.options)
    identity.write_records(small.connection, small.rows, engagement, small.intake)
    told: list[Stage] = []
    stages = Stages(told.append)
    linkage.link_records(small.connection, small.rows, engagement, small.intake, stages=stages)
    assert [stage.number for stage in told] == list(range(1, told[0].of + 1))
    assert [stage.elapsed for stage in told] == sorted(stage.elapsed for stage in told)
    assert told[0].remaining is None
    assert all(stage.remaining is not None for stage in told[1:])
    assert sorted(stages.end()) == sorted(stage.name for stage in told)
