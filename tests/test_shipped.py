"""The kit's own data files say the same to every reader, and say nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

import scvkit
from scvkit.shipped import read_shipped

PACKAGE = Path(scvkit.__file__).parent
FILES = sorted(PACKAGE.rglob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_a_second_reader_that_refuses_repeated_keys_reads_the_same(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert read_shipped(text) == YAML(typ="safe", pure=True).load(text)


def test_norway_is_no_denial_and_numbers_are_numbers() -> None:
    written = (
        "no: NO\nyes: on\nn: 12\nz: 012\nf: 1.5\ne: 1e3\nnothing: ~\nempty:\nright: true\nt: '12'"
    )
    assert read_shipped(written) == {
        "no": "NO",
        "yes": "on",
        "n": 12,
        "z": "012",
        "f": 1.5,
        "e": 1000.0,
        "nothing": None,
        "empty": None,
        "right": True,
        "t": "12",
    }


def test_a_file_cannot_make_an_object() -> None:
    with pytest.raises(Exception, match="python/object"):
        read_shipped("x: !!python/object/apply:os.system ['true']")
