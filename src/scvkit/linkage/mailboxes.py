"""Addresses that show a family and no person: whose is a record that gave nothing else?"""

from __future__ import annotations

from functools import cache

from scvkit.engine import Connection, Steps, quoted
from scvkit.linkage.prepared import Prepared
from scvkit.records.evidence import wilson
from scvkit.shipped import shipped

# Tier B promises that 97 of 100 pairs are right.
PROMISED = 0.97
_SPELT = (("ae", "a"), ("oe", "o"), ("aa", "a"), ("ue", "u"))


def families_share_mailboxes(connection: Connection, prepared: Prepared) -> bool:
    """True when addresses of families would make ties by address break the promise of tier B.

    Each record with a name is hidden once: would the names of the others at its address have told
    whose it is? So often, at the lower end of the range, do records without a name go wrong at
    addresses of families and at others; records that give part of a name at their address are
    tied rightly. Where more than three in a hundred of all these would be wrong, an address of a
    family ties nobody who gave no name.
    """
    if not {"email", "given_name", "surname"}.issubset(k for k, n in prepared.filled.items() if n):
        return False
    steps = Steps()
    steps.step(
        "named",
        f"""select email, given_name, unique_id,
            {of_a_family("email", "given_name", "surname")} as family
        from {quoted(prepared.table)}
        where email is not null and given_name is not null and not {says_family("email")}""",
    )
    steps.step(
        "seen_beside_others",
        f"""select one.unique_id, any_value(one.given_name) as given_name,
            any_value(one.surname) as surname, bool_or(other.family) as family,
            min(other.given_name) as a_name, max(other.given_name) as a_later_name
        from {quoted(prepared.table)} one
        join named other on one.email = other.email and one.unique_id <> other.unique_id
        group by all""",
    )
    # Differently named holders tie nobody without a name as it is.
    steps.step(
        "at_one_name",
        f"""select *, {_differ("given_name", "a_name")} as wrong from seen_beside_others
        where not {_differ("a_name", "a_later_name")}""",
    )
    [(wrong, hidden, wrong_else, hidden_else, at_family, elsewhere, in_part)] = steps.rows(
        connection,
        """select count(*) filter (family and wrong),
            count(*) filter (family and wrong is not null),
            count(*) filter (not family and wrong),
            count(*) filter (not family and wrong is not null),
            count(*) filter (family and given_name is null),
            count(*) filter (not family and given_name is null),
            count(*) filter (given_name is not null and surname is null)
        from at_one_name""",
    )
    all_tied = at_family + elsewhere + in_part
    expected = at_family * _at_least(wrong, hidden) + elsewhere * _at_least(wrong_else, hidden_else)
    return bool(expected > (1 - PROMISED) * all_tied)


def _at_least(passed: int, tested: int) -> float:
    return wilson(passed, tested)[0] if tested else 0.0


def _differ(one: str, other: str) -> str:
    """SQL: whether two given names are those of two people; null where one is missing."""
    return (
        f"(jaro_winkler_similarity({one}, {other}) < 0.75"
        f" and not starts_with({one}, {other}) and not starts_with({other}, {one}))"
    )


def shields(email: str, given_name: str, surname: str, *, shared: bool, named: str) -> str:
    """SQL: whether this holder's address ties nobody who gave no name.

    One that says it is a family's, or that shows another's given name, never does; one that shows
    a family does not where such mailboxes are ``shared`` in these data. ``named`` is the table of
    all records: what it holds as a given name is one.
    """
    told = [says_family(email), _shows_another(email, given_name, surname, named)]
    told += [of_a_family(email, given_name, surname)] if shared else []
    return f"({' or '.join(told)})"


def _shows_another(email: str, given_name: str, surname: str, named: str) -> str:
    """SQL: whether an address begins with a given name that is not its holder's.

    A third of the records without a name at such an address are that other person's.
    """
    word = _spelt(f"regexp_extract(split_part({email}, '@', 1), '^\\p{{L}}{{3,}}')")
    given, family = _spelt(given_name), _spelt(surname)
    names = f"(select {_spelt('given_name')} from {named} where given_name is not null)"
    return (
        f"coalesce({word} in {names} and {_differ(word, given)}"
        f" and {word} is distinct from {family}, false)"
    )


def says_family(email: str) -> str:
    """SQL: whether an address calls itself a family's: ``familien.holm@…``, ``fam.holm@…``.

    False where there is none. Half of the records without a name at such an address are another
    member's than the one who is known elsewhere.
    """
    local = f"split_part({email}, '@', 1)"
    family, short = (_family_words()[kind] for kind in ("family", "alone"))
    alone = rf"(^|[._-])({'|'.join((*family, *short))})([._0-9-]|$)"
    return f"coalesce(regexp_matches({local}, '{alone}|^({'|'.join(family)})'), false)"


@cache
def _family_words() -> dict[str, tuple[str, ...]]:
    tree = shipped("scvkit.linkage", "family_words.yaml")
    return {kind: tuple(tree[kind]) for kind in ("family", "alone")}


def of_a_family(email: str, given_name: str, surname: str) -> str:
    """SQL: whether the address shows the surname and beside it letters that are not its holder's.

    ``mikkelsen.home@…`` of William Mikkelsen does, and ``gitte.mikkelsen@…``; ``w.mikkelsen@…``
    shows him, and ``mikkelsen1990@…`` nobody else. False where a part is missing.
    """
    local = _spelt(f"split_part({email}, '@', 1)")
    given, family = _spelt(given_name), _spelt(surname)
    beside = f"(' ' || replace({local}, {family}, ' ') || ' ')"
    return (
        f"coalesce(length({family}) > 2 and contains({local}, {family})"
        f" and regexp_matches({beside}, '\\p{{L}}')"
        f" and not contains({beside}, {given})"
        f" and not regexp_matches({beside}, '[^a-z]' || left({given}, 1) || '[^a-z]'), false)"
    )


def _spelt(text: str) -> str:
    """One spelling for letters that are written with one sign or with two."""
    for two, one in _SPELT:
        text = f"replace({text}, '{two}', '{one}')"
    return text
