"""Splink settings chosen from the data, each choice with its reason in one sentence."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scvkit.engagement import LinkageOptions
from scvkit.engine import Connection, RowTables
from scvkit.errors import EngagementError, nearest
from scvkit.linkage.blocking import EVERY_PAIR, Blocking, choose_blocking, rule_sql
from scvkit.linkage.comparisons import comparisons_for
from scvkit.linkage.overrides import is_trained, overridden
from scvkit.linkage.prepared import Prepared, prepare
from scvkit.linkage.spoken import comparison_word, level_word
from scvkit.locale.words import load_words
from scvkit.vocabulary import EntityKind

if TYPE_CHECKING:
    import pandas as pd

    from scvkit.locale.words import Words

FIRST_PRIOR = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageChoice:
    """Splink settings for one kind of entity, before training.

    ``settings`` is the dictionary that Splink reads: show it, change it, hand it back to
    ``link_records``. ``threshold`` is the match weight in bits from which a pair without an
    exact key is tied; None lets the kit choose. ``training`` names the columns each training
    session is blocked on and ``prior`` is fixed where somebody set them.
    """

    kind: EntityKind
    settings: dict[str, Any]
    choices: tuple[str, ...]
    threshold: float | None = None
    blocking: Blocking | None = None
    training: tuple[tuple[str, ...], ...] = field(default=())
    prior: float | None = None

    @property
    def blocking_rules(self) -> tuple[str, ...]:
        """The rules that decide which pairs are compared, as SQL."""
        return tuple(
            str(rule["blocking_rule"])
            for rule in self.settings["blocking_rules_to_generate_predictions"]
        )

    @property
    def comparisons(self) -> tuple[str, ...]:
        """Names of the comparisons in their order."""
        return tuple(str(c["output_column_name"]) for c in self.settings["comparisons"])

    @property
    def trained(self) -> bool:
        """True when every level came with its weights: an expert's model, used as it is."""
        return is_trained(self.settings)

    def save(self, file: Path) -> None:
        """Write the settings as JSON: change them, and name the file in the engagement."""
        text = json.dumps(self.settings, indent=2, ensure_ascii=False)
        file.write_text(text + "\n", encoding="utf-8")

    def rule_frame(self, words: Words) -> pd.DataFrame:
        """Return one row per blocking rule."""
        import pandas as pd

        told = [
            words("linkage.choice.no_rule") if rule == EVERY_PAIR else rule
            for rule in self.blocking_rules
        ]
        return pd.DataFrame({words("linkage.columns.rule"): told})

    def frame(self, words: Words) -> pd.DataFrame:
        """Return one row per comparison level, with its SQL."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    words("linkage.columns.comparison"): comparison_word(
                        comparison["output_column_name"], words
                    ),
                    words("linkage.columns.level"): level_word(level["label_for_charts"], words),
                    words("linkage.columns.condition"): level["sql_condition"],
                    words("linkage.columns.term_frequency"): "tf_adjustment_column" in level,
                }
                for comparison in self.settings["comparisons"]
                for level in comparison["comparison_levels"]
            ]
        )

    def without(self, *comparisons: str) -> LinkageChoice:
        """Return the choice with these comparisons left out.

        Raises EngagementError for a comparison there is not, naming the nearest.
        """
        for comparison in comparisons:
            if comparison not in self.comparisons:
                raise EngagementError(
                    f"There is no comparison '{comparison}' to leave out."
                    f"{nearest(comparison, self.comparisons)} "
                    f"Comparisons: {', '.join(self.comparisons)}."
                )
        settings = copy.deepcopy(self.settings)
        settings["comparisons"] = [
            c for c in settings["comparisons"] if c["output_column_name"] not in comparisons
        ]
        return replace(self, settings=settings)


def choose_settings(
    connection: Connection,
    rows: RowTables,
    *,
    kind: EntityKind = EntityKind.PERSON,
    options: LinkageOptions | None = None,
    seed: int = 1,
) -> LinkageChoice:
    """Return comparisons and blocking rules for the records of ``kind``.

    Needs ``records``; raises MissingResult when it has not been written.
    """
    prepared = prepare(connection, rows, kind)
    blocking = choose_blocking(connection, prepared, seed=seed)
    settings = {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": FIRST_PRIOR,
        "comparisons": comparisons_for(prepared.columns),
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": rule_sql(rule), "sql_dialect": "duckdb"} for rule in blocking.rules
        ],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "max_iterations": 25,
    }
    choice = LinkageChoice(
        kind=kind,
        settings=settings,
        choices=_sentences(prepared, blocking, settings),
        threshold=options.threshold if options else None,
        blocking=blocking,
    )
    return overridden(connection, prepared, choice, options.of(kind)) if options else choice


def _sentences(prepared: Prepared, blocking: Blocking, settings: dict[str, Any]) -> tuple[str, ...]:
    words = load_words()
    kind = words(f"linkage.kind.{prepared.kind}")
    sentences = [words("linkage.choice.records", n=prepared.records, kind=kind)]
    if not prepared.records:
        return tuple(sentences)
    names = words.listed(
        words(f"linkage.comparison.{c['output_column_name']}") for c in settings["comparisons"]
    )
    if names:
        sentences.append(words("linkage.choice.comparisons", names=names))
    unfilled = [column for column, count in prepared.filled.items() if count < 2]
    if unfilled:
        left_out = words.listed(words(f"linkage.column.{column}") for column in unfilled)
        sentences.append(words("linkage.choice.left_out", names=left_out))
    if blocking.rules == ((),):
        return (*sentences, words("linkage.choice.every_pair", pairs=sum(blocking.pairs)))
    sentences.append(
        words(
            "linkage.choice.blocking",
            n=len(blocking.rules),
            pairs=sum(blocking.pairs),
            budget=blocking.budget,
        )
    )
    if blocking.expected_recall is not None:
        share = words.percent(blocking.expected_recall)
        sentences.append(words("linkage.choice.expected_recall", share=share))
    return tuple(sentences)
