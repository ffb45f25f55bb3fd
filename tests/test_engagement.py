import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from scvkit.engagement import Engagement, load_engagement
from scvkit.errors import EngagementError
from scvkit.locale import load_words
from scvkit.usecases.catalogue import load_catalogue
from scvkit.vocabulary import Attribute, Channel, Domain, FlowKind, Grain, LawfulBasis

ROOT = Path(__file__).parents[1]

GOOD = """version: 1
client: {name: Holm ApS, country: NO}
sources:
  erp:
    name: ERP
    tables:
      customers: {file: a.csv, columns: {nr: customer_number}}
"""


def fault(folder: Path, text: str) -> str:
    (folder / "engagement.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(EngagementError) as caught:
        load_engagement(folder)
    return str(caught.value)


def test_no_stays_norway(tmp_path: Path) -> None:
    (tmp_path / "engagement.yaml").write_text(GOOD, encoding="utf-8")
    assert load_engagement(tmp_path).client.country == "NO"


def test_unknown_key_names_line_key_and_nearest_key(tmp_path: Path) -> None:
    message = fault(tmp_path, GOOD.replace("country: NO", "cuntry: NO"))
    assert "line 2, client.cuntry" in message
    assert "Did you mean 'country'?" in message


def test_unknown_key_deep_inside_a_list_is_found(tmp_path: Path) -> None:
    message = fault(tmp_path, GOOD + "flows: [{from: erp, too: erp, how: manual}]\n")
    assert "line 8, flows.0.too" in message
    assert "Did you mean 'to'?" in message


def test_wrong_type_names_line_and_value(tmp_path: Path) -> None:
    message = fault(tmp_path, GOOD.replace("name: ERP", "name: ERP\n    since: long ago"))
    assert "line 6, sources.erp.since" in message
    assert "'long ago'" in message


def test_unknown_attribute_names_the_nearest(tmp_path: Path) -> None:
    message = fault(tmp_path, GOOD.replace("customer_number", "costumer_number"))
    assert "Did you mean 'customer_number'?" in message


def test_two_sources_with_one_id_are_refused(tmp_path: Path) -> None:
    double = GOOD + "  erp:\n    name: Other\n    tables: {t: {file: b.csv}}\n"
    message = fault(tmp_path, double)
    assert "duplicate key" in message
    assert "name of its own" in message


def test_two_sources_with_one_name_are_refused(tmp_path: Path) -> None:
    double = GOOD + "  erp2:\n    name: ERP\n    tables: {t: {file: b.csv}}\n"
    assert "two sources are called 'ERP'" in fault(tmp_path, double)


def test_several_faults_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("country: NO", "cuntry: NO").replace("customer_number", "emial")
    message = fault(tmp_path, text)
    assert "cuntry" in message
    assert "emial" in message


def test_a_flow_to_a_source_that_is_not_there_is_refused(tmp_path: Path) -> None:
    message = fault(tmp_path, GOOD + "flows: [{from: erp, to: earp, how: manual}]\n")
    assert "Did you mean 'erp'?" in message


@pytest.mark.parametrize("file", ["/etc/passwd", "../other/a.csv"])
def test_a_file_outside_the_extracts_folder_is_refused(tmp_path: Path, file: str) -> None:
    assert "inside the extracts folder" in fault(tmp_path, GOOD.replace("a.csv", file))


def test_a_missing_file_says_how_to_draft_one(tmp_path: Path) -> None:
    with pytest.raises(EngagementError, match="scvkit new"):
        load_engagement(tmp_path)


def test_without_the_four_facts_the_engagement_is_not_lawful(tmp_path: Path) -> None:
    (tmp_path / "engagement.yaml").write_text(GOOD, encoding="utf-8")
    engagement = load_engagement(tmp_path)
    assert not engagement.lawful
    assert engagement.missing_lawful_facts == (
        "controller",
        "processor_agreement",
        "purpose",
        "delete_by",
    )


def test_every_part_refuses_what_it_does_not_know() -> None:
    models = [Engagement]
    seen: set[type] = set()
    while models:
        model = models.pop()
        seen.add(model)
        assert model.model_config["extra"] == "forbid", model
        for field in model.model_fields.values():
            inner = [field.annotation, *getattr(field.annotation, "__args__", ())]
            models += [
                t
                for t in inner
                if isinstance(t, type) and hasattr(t, "model_fields") and t not in seen
            ]
    assert len(seen) > 8


def test_the_documentation_names_every_key_and_every_word_it_may_hold() -> None:
    text = (ROOT / "docs" / "engagement.md").read_text(encoding="utf-8")
    told = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]+)`", text))))
    assert _keys(Engagement) - told == set()
    for words in (Attribute, Grain, Domain, Channel, LawfulBasis, FlowKind):
        assert {word.value for word in words} - told == set()


def _keys(part: object) -> set[str]:
    """Names of the keys of a part and of the parts in it."""
    if isinstance(part, type) and issubclass(part, BaseModel):
        fields = part.model_fields.items()
        inside = (_keys(field.annotation) for _, field in fields)
        return {field.alias or name for name, field in fields}.union(*inside)
    return set().union(*(_keys(inner) for inner in get_args(part)))


def test_the_page_lists_every_use_case_by_its_id() -> None:
    text = (ROOT / "docs" / "engagement.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(U\d+)` \| (.+) \|$", text, re.MULTILINE)
    words = load_words("en")
    assert listed == [(use.id, words(f"usecases.names.{use.id}")) for use in load_catalogue()]
