"""What the engagement file or an expert changes in the settings that the kit chose."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scvkit.engagement import KindOptions
from scvkit.engine import Connection, EngineError, quoted
from scvkit.errors import EngagementError, nearest
from scvkit.linkage.comparisons import KEY_COLUMNS, NEUTRAL
from scvkit.linkage.prepared import Prepared
from scvkit.locale.words import load_words

if TYPE_CHECKING:
    from scvkit.linkage.choose import LinkageChoice

Settings = dict[str, Any]


def overridden(
    connection: Connection, prepared: Prepared, choice: LinkageChoice, options: KindOptions
) -> LinkageChoice:
    """Return the choice with every override of the engagement file, each told in a sentence.

    An expert's settings come first; comparisons left out, blocking, training sessions, prior and
    threshold are laid over them. Raises EngagementError for a file that holds no Splink settings,
    a column there is not, or a comparison there is not.
    """
    words = load_words()
    sentences = list(choice.choices)
    if options.settings:
        choice = replace(
            choice,
            settings=read_settings(connection, prepared, Path(options.settings)),
            blocking=None,
        )
        key = "given_trained" if is_trained(choice.settings) else "given"
        sentences = [
            sentences[0],
            words(
                f"linkage.override.{key}",
                n=len(choice.comparisons),
                rules=len(choice.blocking_rules),
                file=Path(options.settings).name,
            ),
        ]
    if options.leave_out:
        choice = choice.without(*options.leave_out)
        names = ", ".join(options.leave_out)
        sentences.append(words("linkage.override.leave_out", names=names))
    if options.blocking:
        choice = with_blocking(connection, prepared, choice, options.blocking)
        sentences.append(
            words(
                "linkage.override.blocking",
                n=len(options.blocking),
                rules="; ".join(" + ".join(rule) for rule in options.blocking),
            )
        )
    if options.training:
        _refuse_unknown(connection, prepared, options.training, "training")
        choice = replace(choice, training=options.training)
        rules = "; ".join(" + ".join(rule) for rule in options.training)
        sentences.append(words("linkage.override.training", rules=rules))
    if options.prior is not None:
        choice = replace(choice, prior=options.prior)
        sentences.append(words("linkage.override.prior", one_in=round(1 / options.prior)))
    if options.threshold is not None:
        choice = replace(choice, threshold=options.threshold)
        sentences.append(words("linkage.override.threshold", bits=f"{options.threshold:.1f}"))
    return replace(choice, choices=tuple(sentences))


def with_blocking(
    connection: Connection,
    prepared: Prepared,
    choice: LinkageChoice,
    rules: Sequence[Sequence[str]],
) -> LinkageChoice:
    """Return the choice with these blocking rules, each a list of columns that must agree."""
    _refuse_unknown(connection, prepared, rules, "blocking")
    settings = copy.deepcopy(choice.settings)
    settings["blocking_rules_to_generate_predictions"] = [
        {
            "blocking_rule": " and ".join(f"l.{quoted(c)} = r.{quoted(c)}" for c in rule),
            "sql_dialect": "duckdb",
        }
        for rule in rules
    ]
    return replace(choice, settings=settings, blocking=None)


def is_trained(settings: Mapping[str, Any]) -> bool:
    """Return True when every level already has its m and u: nothing is left to learn.

    >>> level = {"sql_condition": "ELSE", "m_probability": 0.1, "u_probability": 0.9}
    >>> is_trained({"comparisons": [{"comparison_levels": [level]}]})
    True
    """
    levels = [
        level
        for comparison in settings["comparisons"]
        for level in comparison["comparison_levels"]
        if not level.get("is_null_level")
    ]
    return bool(levels) and all(
        isinstance(level.get(side), float | int)
        for level in levels
        for side in ("m_probability", "u_probability")
    )


def read_settings(connection: Connection, prepared: Prepared, file: Path) -> Settings:
    """Return an expert's Splink settings, made to fit the kit's table of records.

    The file is what Splink's ``save_model_to_json`` writes, or the same by hand: comparisons
    with their levels, and blocking rules. Column names are those of ``04_link_records``.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        raise EngagementError(
            f"{file.name} cannot be read as JSON. Save the settings with Splink's "
            "linker.misc.save_model_to_json, or take those that 04_link_records wrote."
        ) from None
    comparisons = found.get("comparisons") if isinstance(found, dict) else None
    if not comparisons or not all(
        isinstance(c, dict)
        and isinstance(c.get("comparison_levels"), list)
        and all(isinstance(v, dict) and "sql_condition" in v for v in c["comparison_levels"])
        for c in comparisons
    ):
        raise EngagementError(
            f"{file.name} holds no Splink settings: 'comparisons' must be a list in which each "
            "has 'comparison_levels' with a 'sql_condition'."
        )
    settings: Settings = copy.deepcopy(found)
    settings |= {
        "link_type": "dedupe_only",  # one table holds the records of all sources
        "unique_id_column_name": "unique_id",
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
    }
    settings.setdefault("probability_two_random_records_match", 1e-4)
    for name in ("linker_uid", "source_dataset_column_name"):
        settings.pop(name, None)
    settings["comparisons"] = [_named(n, c) for n, c in enumerate(settings["comparisons"], 1)]
    settings["blocking_rules_to_generate_predictions"] = [
        rule if isinstance(rule, dict) else {"blocking_rule": str(rule), "sql_dialect": "duckdb"}
        for rule in settings.get("blocking_rules_to_generate_predictions", [])
    ]
    if not settings["blocking_rules_to_generate_predictions"]:
        raise EngagementError(
            f"{file.name} has no blocking rules: every pair of records would be compared. Add "
            "'blocking_rules_to_generate_predictions'."
        )
    _refuse_bad_sql(connection, prepared, settings, file.name)
    return settings


def _named(position: int, comparison: Settings) -> Settings:
    """A comparison with a name, and a label on every level."""
    name = str(comparison.get("output_column_name") or f"comparison_{position}")
    levels = [
        {
            **level,
            "label_for_charts": str(level.get("label_for_charts") or level["sql_condition"]),
        }
        for level in comparison["comparison_levels"]
    ]
    labels = {level["label_for_charts"] for level in levels}
    if name in KEY_COLUMNS and labels != {"missing", "same", NEUTRAL}:
        # The kit sets the chance of its own key levels; an expert's other levels are their own.
        name = f"{name}_as_given"
    return {**comparison, "output_column_name": name, "comparison_levels": levels}


def _refuse_unknown(
    connection: Connection, prepared: Prepared, rules: Sequence[Sequence[str]], what: str
) -> None:
    known = _columns(connection, prepared)
    for rule in rules:
        for column in rule:
            if column not in known:
                raise EngagementError(
                    f"linkage.{prepared.kind}.{what}: there is no column '{column}'."
                    f"{nearest(column, known)} Columns: {', '.join(known)}."
                )


def _refuse_bad_sql(
    connection: Connection, prepared: Prepared, settings: Settings, file: str
) -> None:
    """Try every condition on no rows at all, so that a slip is told before the work."""
    known = _columns(connection, prepared)
    table = quoted(prepared.table)
    sides = ", ".join(f"l.{quoted(c)} as {quoted(f'{c}_{s}')}" for c in known for s in ("l", "r"))
    for comparison in settings["comparisons"]:
        for level in comparison["comparison_levels"]:
            condition = str(level["sql_condition"])
            if condition.strip().upper() != "ELSE":
                where = f"comparison '{comparison['output_column_name']}': {condition}"
                sql = f"select {condition} from (select {sides} from {table} l) limit 0"
                _try(connection, sql, file, where, known)
    for rule in settings["blocking_rules_to_generate_predictions"]:
        if "arrays_to_explode" not in rule:
            condition = str(rule["blocking_rule"])
            sql = f"select 1 from {table} l join {table} r on {condition} limit 0"
            _try(connection, sql, file, f"blocking rule: {condition}", known)


def _try(connection: Connection, sql: str, file: str, where: str, known: tuple[str, ...]) -> None:
    try:
        connection.execute(sql).fetchall()
    except EngineError:
        raise EngagementError(
            f"{file}, {where} is no SQL that fits the records. Columns there are, each with _l "
            f"and _r in a comparison, l. and r. in a blocking rule: {', '.join(known)}."
        ) from None


def _columns(connection: Connection, prepared: Prepared) -> tuple[str, ...]:
    described = connection.execute(f"describe {quoted(prepared.table)}").fetchall()
    return tuple(str(row[0]) for row in described)
