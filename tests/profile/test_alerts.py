"""What the deep dive points at: in the client's words, counted over all rows, told once."""

from dataclasses import replace

import pytest

from scvkit.engine import RowTables, connect
from scvkit.locale.words import load_words
from scvkit.profile import with_deep_dives
from scvkit.profile.alerts import _FINDINGS, _KINDS, Pointed, alerts_of
from scvkit.records.extracts import SourceIntake
from scvkit.records.profile import Alert, DeepDive
from scvkit.vocabulary import Attribute, Domain

from .conftest import Desk

WORDS = load_words("en")
COUNT = 120
CELLS = {
    "nr": [str(i) for i in range(COUNT)],
    "gruppe": [f"g{i % 6}" for i in range(COUNT)],
    "betaling": [f"b{i % 6 // 2}" for i in range(COUNT)],
    "butik": [f"s{i % 7}" for i in range(COUNT)],
    "svar": ["ja" if i else "måske" for i in range(COUNT - 1)] + ["nej"],
    "flag": ["1" if i < 2 else "0" for i in range(COUNT)],
    "beløb": ["0" if i % 3 else f"{i},5" for i in range(COUNT)],
    "ok": ["J"] * (COUNT - 1) + ["N"],
}
MEANS = {"beløb": Attribute.AMOUNT, "ok": Attribute.CONSENT_FLAG}


@pytest.fixture(scope="module")
def weighed(tmp_path_factory):
    desk = Desk(connect(threads=1), RowTables(tmp_path_factory.mktemp("alerts")))
    table = desk.write(CELLS, **MEANS)
    intake = SourceIntake(
        source="s", name="S", domain=Domain.OTHER, readings=(), unread=(), tables=(table,)
    )
    profile = desk.profile(table).source

    def weigh(*alerts: Alert, quarantined: tuple[str, ...] = ()):
        held = replace(intake, tables=(replace(table, quarantined=quarantined),))
        dive = DeepDive(table="t", page="p.html", sampled_rows=9, rows=COUNT, alerts=alerts)
        found = with_deep_dives(desk.connection, desk.rows, held, profile, [dive])
        return found, [f for f in found.findings if f.kind in _FINDINGS.values()]

    return weigh


def alert(kind: str, *columns: str) -> Alert:
    return Alert(kind=kind, columns=columns, told=True)


def test_a_column_that_follows_another_becomes_a_finding_with_its_count(weighed):
    profile, [finding] = weighed(alert("move_together", "gruppe", "betaling"))
    assert (finding.kind, finding.column) == ("columns_move_together", "betaling")
    assert (finding.rows, finding.tested) == (COUNT, COUNT)
    assert dict(finding.values)["leader"] == "gruppe"
    [weighed_alert] = profile.deep_dives[0].alerts
    assert not weighed_alert.told


def test_what_all_rows_do_not_bear_out_is_no_finding(weighed):
    profile, found = weighed(alert("move_together", "gruppe", "butik"))
    assert found == []
    [counted] = profile.deep_dives[0].alerts
    assert counted.told
    assert counted.rows is not None


def test_an_answer_that_is_nearly_always_the_same_is_counted_over_all_rows(weighed):
    _, [finding] = weighed(alert("one_answer", "svar"))
    assert (finding.rows, finding.tested) == (COUNT - 2, COUNT)


@pytest.mark.parametrize(
    "told",
    [
        alert("one_answer", "flag"),  # a flag is rarely set, and does its work
        alert("one_answer", "ok"),
        alert("zeros", "flag"),  # a count of zero is an answer
        alert("blank", "svar"),
        alert("all_different", "nr"),
        alert("move_together", "nr", "gruppe"),  # whatever never repeats decides everything
        alert("move_together", "ok", "flag"),
    ],
)
def test_what_is_natural_or_told_already_accuses_nobody(weighed, told):
    assert weighed(told)[1] == []


def test_sums_of_zero_are_asked_about(weighed):
    _, [finding] = weighed(alert("zeros", "beløb"))
    assert (finding.kind, finding.rows) == ("many_zeros", 80)


def test_a_column_held_back_is_never_pointed_at(desk, weighed):
    assert weighed(alert("one_answer", "svar"), quarantined=("svar",))[1] == []
    table = replace(desk.write(CELLS), quarantined=("svar",))
    pointed = [Pointed(kind="imbalance", column="svar"), Pointed(kind="zeros", column="beløb")]
    received = {name: name for name in CELLS}
    assert [a.columns for a in alerts_of(pointed, received, table)] == [("beløb",)]


def test_pairs_become_one_group_under_the_names_as_received(desk):
    table = desk.write(CELLS)
    pointed = [
        Pointed(kind="high_correlation", column="‹a›", others=("b", "c")),
        Pointed(kind="high_correlation", column="b", others=("‹a›",)),
    ]
    received = {"‹a›": "gruppe", "b": "betaling", "c": "butik"}
    [found] = alerts_of(pointed, received, table)
    assert found.columns == ("gruppe", "betaling", "butik")


def test_every_kind_has_its_words_and_every_new_finding_its_fix():
    for kind in set(_KINDS.values()):
        assert WORDS(f"report.source_page.alerts.{kind}", columns="a")
    for kind in _FINDINGS.values():
        for part in ("title", "sentence", "fix", "who"):
            assert WORDS(f"findings.{kind}.{part}", column="a", leader="b")
