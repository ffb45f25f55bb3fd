"""Addresses that show a family and no person: whose is a record that gave nothing else?"""

from __future__ import annotations

from scvkit.engine import Connection, Steps, quoted
from scvkit.linkage.prepared import Prepared
from scvkit.records.evidence import wilson

# Tier B promises that 97 of 100 pairs are right.
PROMISED = 0.97
_SPELT = (("ae", "a"), ("oe", "o"), ("aa", "a"), ("ue", "u"))


def families_share_mailboxes(connection: Connection, prepared: Prepared) -> bool:
    """True when records of one such address name two people more often than tier B may be wrong.

    Counted on records that do have a name, with the lower end of the range: a few namesakes
    decide nothing. Where that is so, an address of a family ties nobody who gave no name.
    """
    if not {"email", "given_name", "surname"}.issubset(k for k, n in prepared.filled.items() if n):
        return False
    steps = Steps()
    steps.step(
        "holder",
        f"""select email, given_name, unique_id from {quoted(prepared.table)}
        where email is not null and given_name is not null
            and {of_a_family("email", "given_name", "surname")}""",
    )
    steps.step(
        "other",
        f"select email, given_name, unique_id from {quoted(prepared.table)}"
        f" where email is not null and given_name is not null",
    )
    [(two, every)] = steps.rows(
        connection,
        """select count(*) filter (
                jaro_winkler_similarity(holder.given_name, other.given_name) < 0.75
                and not starts_with(holder.given_name, other.given_name)
                and not starts_with(other.given_name, holder.given_name)), count(*)
        from holder join other on holder.email = other.email
            and holder.unique_id <> other.unique_id""",
    )
    return wilson(int(two), int(every))[0] > 1 - PROMISED


def of_a_family(email: str, given_name: str, surname: str) -> str:
    """SQL: whether the address shows the surname, and neither the given name nor its initial.

    ``mikkelsen.home@…`` of William Mikkelsen does; ``w.mikkelsen@…`` shows him. False where a
    part is missing.
    """
    local = _spelt(f"split_part({email}, '@', 1)")
    given, family = _spelt(given_name), _spelt(surname)
    return (
        f"coalesce(length({family}) > 2 and contains({local}, {family})"
        f" and not contains(replace({local}, {family}, ' '), {given})"
        f" and not regexp_matches(' ' || replace({local}, {family}, ' ') || ' ',"
        f" '[^a-z]' || left({given}, 1) || '[^a-z]'), false)"
    )


def _spelt(text: str) -> str:
    """One spelling for letters that are written with one sign or with two."""
    for two, one in _SPELT:
        text = f"replace({text}, '{two}', '{one}')"
    return text
