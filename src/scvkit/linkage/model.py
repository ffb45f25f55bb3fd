"""The model of matches: trained by Splink, completed where no session saw a level."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from splink.internals.exceptions import EMTrainingException, SplinkException

from scvkit.engine import Connection, EngineError, quoted
from scvkit.linkage.blocking import count_pairs, rule_sql
from scvkit.linkage.comparisons import KEY_COLUMNS, NEUTRAL
from scvkit.linkage.linker import open_linker
from scvkit.linkage.prepared import KEYS, Prepared
from scvkit.records.linkage import LevelWeight
from scvkit.vocabulary import EntityKind

SAMPLED_PAIRS = 5e5
LEAST_HITS_PER_LEVEL = 30
CHUNKS = 4
TRAINING_RULES = {
    EntityKind.PERSON: (
        ("given_name", "surname"),
        ("email",),
        ("phone",),
        ("date_of_birth",),
        ("surname", "postcode"),
        ("surname", "city"),
        ("given_name", "postcode"),
        ("given_name", "city"),
        ("street", "house_number"),
        ("surname", "birth_year"),
        ("surname",),
    ),
    EntityKind.ORGANISATION: (
        ("company",),
        ("org_number",),
        ("postcode", "company_start"),
        ("street", "house_number"),
        ("phone",),
        ("city", "company_start"),
    ),
}
MOST_SESSIONS = 4
TRAINING_PAIRS = 300_000
# Fewer pairs than this teach nothing: expectation maximisation would fit noise.
LEAST_TRAINING_PAIRS = 60
# A level nobody saw is rare, not impossible; Splink's own default gives absurd weights.
LEAST_M, LEAST_U = 5e-4, 2e-6
# More true matches than this with different given names: the column is poorly kept.
UNRELIABLE_M = 0.06
MISSPELT_M = 0.08
SLIPPED_M = 0.015
RELIABLE_M = 0.8
# A key that no session could judge is believed to be right this often.
KEY_M = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of non-match that agrees on ``comparisons`` as matches do, and its prior odds."""

    name: str
    comparisons: tuple[str, ...]
    odds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A trained model: Splink settings with m and u filled in, and how it was trained.

    A pair's evidence is the sum of its comparisons less log2(1 + odds · 2^shared), where shared
    are the bits of the comparisons of each of the ``kinds``.
    """

    settings: dict[str, Any]
    sessions: tuple[tuple[str, ...], ...]
    refused: str = ""
    kinds: tuple[Kind, ...] = ()
    # Bits by which two records of one source are likelier a match than the prior says, and two
    # of different sources (the last, under ""): few sources hold as many duplicates as overlaps.
    sources: tuple[tuple[str, float], ...] = ()
    # Bits that two records gained which were left alone in sources that hold everybody once.
    leftover: float = 0.0

    @property
    def prior(self) -> float:
        """Probability that two records drawn at random match."""
        return float(self.settings["probability_two_random_records_match"])

    @property
    def prior_weight(self) -> float:
        """The prior as a match weight in bits."""
        return math.log2(self.prior / (1 - self.prior))


def train(
    connection: Connection,
    prepared: Prepared,
    settings: dict[str, Any],
    *,
    seed: int = 1,
    sessions: Sequence[tuple[str, ...]] = (),
) -> Model:
    """Return the trained model; ``refused`` says why when the data cannot teach one.

    ``sessions`` are the columns each training session is blocked on; none lets the kit choose.
    """
    comparisons = [c["output_column_name"] for c in settings["comparisons"]]
    if len(comparisons) < 2:
        return Model(settings=settings, sessions=(), refused="one_comparison")
    rules = list(sessions) or _training_rules(connection, prepared)
    if not rules:
        return Model(settings=settings, sessions=(), refused="no_pairs_to_learn_from")
    start = copy.deepcopy(settings)
    _fix_chance_of_keys(connection, prepared, start)
    start["probability_two_random_records_match"] = _first_prior(connection, prepared, rules)
    done: list[tuple[str, ...]] = []
    with open_linker(connection, prepared.table, start, validate=True) as linker:
        linker.training.estimate_u_using_random_sampling(
            max_pairs=SAMPLED_PAIRS,
            seed=seed,
            min_count_per_level=LEAST_HITS_PER_LEVEL,
            num_chunks=CHUNKS,
        )
        for rule in rules:
            # A session takes comparisons out of the settings, and leaves them so when it fails.
            before = copy.deepcopy(linker._settings_obj.core_model_settings)
            try:
                linker.training.estimate_parameters_using_expectation_maximisation(
                    rule_sql(rule), max_pairs=TRAINING_PAIRS, record_sample_proportion=1.0
                )
                done.append(rule)
            except (EMTrainingException, SplinkException, EngineError, ArithmeticError, ValueError):
                # This rule leaves nothing to compare, or, among few and clean records, a level
                # that no match has (Splink refuses a chance of 0). The others still teach.
                linker._settings_obj.core_model_settings = before
        trained = linker.misc.save_model_to_json()
    if not done:
        return Model(settings=settings, sessions=(), refused="em_not_identifiable")
    return Model(settings=_completed(trained), sessions=tuple(done))


def with_prior(model: Model, prior: float) -> Model:
    """Return the model with another prior."""
    settings = copy.deepcopy(model.settings)
    settings["probability_two_random_records_match"] = prior
    return replace(model, settings=settings)


def names_unreliable(model: Model) -> bool:
    """True when the model learnt that names of true matches often differ or are misspelt."""
    names = ("given_name", "surname")
    misspelt = max(
        _m_of(model, name, "nearly the same") + _m_of(model, name, "similar") for name in names
    )
    return misspelt > MISSPELT_M or _m_of(model, "given_name", "different") > UNRELIABLE_M


def births_unreliable(model: Model) -> bool:
    """True when the model learnt that birth dates of true matches often have a slip."""
    slips = ("nearly the same", "two digits off")
    return sum(_m_of(model, "date_of_birth", slip) for slip in slips) > SLIPPED_M


def phones_reliable(model: Model) -> bool:
    """True when the model learnt that phones of true matches mostly agree."""
    return _m_of(model, "phone", "same") > RELIABLE_M


def _m_of(model: Model, comparison: str, level: str) -> float:
    found = [
        float(each.get("m_probability") or 0.0)
        for one in model.settings["comparisons"]
        if one["output_column_name"] == comparison and not model.refused
        for each in one["comparison_levels"]
        if each["label_for_charts"] == level
    ]
    return found[0] if found else 0.0


def level_weights(model: Model) -> tuple[LevelWeight, ...]:
    """Return m, u and weight of each level, strongest first within a comparison."""
    found = []
    for comparison in model.settings["comparisons"]:
        for level in comparison["comparison_levels"]:
            if level.get("is_null_level"):
                continue
            m, u = level.get("m_probability"), level.get("u_probability")
            found.append(
                LevelWeight(
                    comparison=str(comparison["output_column_name"]),
                    level=str(level["label_for_charts"]),
                    m_probability=None if m is None else round(float(m), 9),
                    u_probability=None if u is None else round(float(u), 12),
                    match_weight=round(math.log2(m / u), 6) if m and u else None,
                )
            )
    return tuple(found)


def _training_rules(connection: Connection, prepared: Prepared) -> list[tuple[str, ...]]:
    """Two to four rules that together leave every comparison open in at least one session."""
    source_of = {
        "birth_year": "date_of_birth",
        "company_start": "company",
        "given_start": "given_name",
    }
    rules: list[tuple[str, ...]] = []
    for rule in TRAINING_RULES[prepared.kind]:
        if any(prepared.filled.get(source_of.get(c, c), 0) < 2 for c in rule):
            continue
        pairs = count_pairs(connection, prepared, rule)
        if pairs < LEAST_TRAINING_PAIRS or pairs > 40 * TRAINING_PAIRS:
            continue
        if len(rule) == 1 and rule[0] not in KEYS[prepared.kind] and pairs > TRAINING_PAIRS:
            continue
        rules.append(rule)
        if len(rules) == MOST_SESSIONS:
            break
    return rules


def _fix_chance_of_keys(
    connection: Connection, prepared: Prepared, settings: dict[str, Any]
) -> None:
    """Set u of each key from contradictions: the key agrees, the names clearly do not.

    Sampled pairs of data full of duplicates count true matches as chance agreement; a match on
    the e-mail alone would then be held near one half.
    """
    named = ("given_name",) if prepared.kind is EntityKind.PERSON else ("company",)
    table = quoted(prepared.table)
    for comparison in settings["comparisons"]:
        column = comparison["output_column_name"]
        if column not in KEY_COLUMNS:
            continue
        holders = prepared.filled[column]
        apart = " and ".join(
            f"jaro_winkler_similarity(l.{n}, r.{n}) < 0.7 and not starts_with(l.{n}, r.{n})"
            f" and not starts_with(r.{n}, l.{n})"
            for n in named
        )
        contradicting = connection.execute(
            f"""select count(*) from {table} l join {table} r
                on l.{column} = r.{column} and l.unique_id < r.unique_id where {apart}"""
        ).fetchall()[0][0]
        u = min(0.01, max(1, contradicting) / max(1, holders * (holders - 1) / 2))
        for level in comparison["comparison_levels"]:
            if level["label_for_charts"] == "same":
                level |= {"u_probability": u, "fix_u_probability": True}
            elif level["label_for_charts"] == NEUTRAL:
                level |= {"u_probability": 1 - u, "fix_u_probability": True}


def _first_prior(connection: Connection, prepared: Prepared, rules: list[tuple[str, ...]]) -> float:
    most = max(count_pairs(connection, prepared, rule) for rule in rules[:3])
    return min(0.1, max(1e-7, min(most, 2 * prepared.records) / max(1, prepared.pairs)))


def _completed(settings: dict[str, Any]) -> dict[str, Any]:
    """Fill in levels that no session saw, and let a key that differs say nothing."""
    done = copy.deepcopy(settings)
    for comparison in done["comparisons"]:
        levels = [v for v in comparison["comparison_levels"] if not v.get("is_null_level")]
        if comparison["output_column_name"] in KEY_COLUMNS:
            _complete_key(levels)
            continue
        for side, least in (("m_probability", LEAST_M), ("u_probability", LEAST_U)):
            known = [v[side] for v in levels if isinstance(v.get(side), float)]
            missing = len(levels) - len(known)
            spread = max(0.0, 1 - sum(known)) / missing if missing and not known else least
            for level in levels:
                found = level.get(side)
                level[side] = max(least, found if isinstance(found, float) else spread)
            total = sum(v[side] for v in levels)
            for level in levels:
                level[side] /= total
    return done


def _complete_key(levels: list[dict[str, Any]]) -> None:
    for level in levels:
        if level["label_for_charts"] == NEUTRAL:
            level["m_probability"] = level["u_probability"] = 0.5
        else:
            found = level.get("m_probability")
            judged = isinstance(found, float) and found > LEAST_M
            level["m_probability"] = found if judged else KEY_M


def without_matches(model: Model, prior: float) -> Model:
    """Return the model with u freed of the true matches among the sampled pairs.

    Splink samples u from all pairs. Where a source is full of duplicates the agreement of true
    matches, prior × m, is a large part of what was sampled.
    """
    settings = copy.deepcopy(model.settings)
    settings["probability_two_random_records_match"] = prior
    for comparison in settings["comparisons"]:
        if comparison["output_column_name"] in KEY_COLUMNS:
            continue
        levels = [v for v in comparison["comparison_levels"] if not v.get("is_null_level")]
        for level in levels:
            m, u = level["m_probability"], level["u_probability"]
            level["u_probability"] = max(LEAST_U, u / 10, (u - prior * m) / (1 - prior))
        total = sum(v["u_probability"] for v in levels)
        for level in levels:
            level["u_probability"] /= total
    return replace(model, settings=settings)
