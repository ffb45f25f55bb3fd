"""The generator repeats itself to the byte, and only the seed changes the people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.sample_data.delivery import Delivery


def test_demo_made_again_is_byte_identical_to_the_committed_one(
    make: Callable[[str, int], Path], demo: Delivery
) -> None:
    again, committed = _files(make("demo", 20260930)), _files(demo.folder)
    assert sorted(again) == sorted(committed)
    assert [name for name in again if again[name] != committed[name]] == []


def test_another_seed_gives_other_people(make: Callable[[str, int], Path], tiny: Delivery) -> None:
    other = Delivery(make("tiny", 7)).tables["club.members"]
    same = set(other["mobil"]) & set(tiny.tables["club.members"]["mobil"]) - {""}
    assert len(same) < 3


def test_committed_demo_stays_under_six_megabytes(demo: Delivery) -> None:
    assert sum(len(content) for content in _files(demo.folder).values()) < 6_000_000


def test_generator_imports_nothing_from_the_package_it_tests(demo: Delivery) -> None:
    sources = (demo.folder.parent / "generator").glob("*.py")
    assert [p.name for p in sources if "scvkit" in p.read_text(encoding="utf-8")] == []


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }
