"""Who is seen where, without counting anybody off."""

from hypothesis import given
from hypothesis import strategies as st

from scvkit.locale.words import load_words
from scvkit.records.linkage import Combination
from scvkit.report.combinations import MOST, combination_table
from scvkit.report.pen import Pen

WORDS = load_words("en")
NAMES = {source: source.upper() for source in "abcde"}
SETS = st.dictionaries(
    st.frozensets(st.sampled_from("abcde"), min_size=1).map(lambda s: tuple(sorted(s))),
    st.integers(1, 300),
    min_size=2,
)


@given(SETS, st.integers(0, 40))
def test_nobody_is_shown_or_can_be_counted_off(sets: dict[tuple[str, ...], int], rest: int) -> None:
    found = [Combination(sources=s, people=n, sure=n // 2) for s, n in sets.items() if n >= 5]
    everyone = sum(each.people for each in found) + rest
    table = combination_table(found, everyone, NAMES, WORDS, Pen("x"))
    if table is None:
        return
    told = [row for row in table.rows if row.marks]
    assert len(told) <= MOST
    known = [int(row.people.replace(",", "")) for row in told if row.people[0].isdigit()]
    assert all(n >= 5 for n in known)
    if len(known) == len(told):
        assert not 1 <= everyone - sum(known) <= 4


def test_the_commonest_set_of_two_is_told_in_a_sentence() -> None:
    found = [
        Combination(sources=("a",), people=900, sure=900),
        Combination(sources=("a", "b"), people=300, sure=100),
        Combination(sources=("b", "c"), people=40, sure=10),
    ]
    table = combination_table(found, 1300, NAMES, WORDS, Pen("x"))
    assert table is not None
    assert "A + B, 300 people" in table.sentence
    assert [row.people for row in table.rows] == ["900", "300", "40", "60"]
    assert table.rows[1].marks == (True, True, False)
