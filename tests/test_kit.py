"""The bootstrap: what it refuses, what it installs, when it does nothing, what it hands on."""

import ast
import json
import re
import sys
import tomllib
from collections import namedtuple
from pathlib import Path
from typing import IO

import pytest

import kit
from tests.conftest import allowed_globs, unlisted_skips

LOCK_TEXT = kit.LOCK.read_text(encoding="utf-8")
PYPROJECT = tomllib.loads(kit.PROJECT.read_text(encoding="utf-8"))


class Child:
    """A process that has ended."""

    def __init__(self, code: int):
        self.returncode = code

    def wait(self, timeout: float | None = None) -> int:
        return self.returncode

    def poll(self) -> int:
        return self.returncode


class Machine:
    """Stands in for every program that kit.py would start, and remembers what was asked."""

    def __init__(self):
        self.commands: list[list[str]] = []
        self.codes: dict[str, int] = {}
        self.says = ""

    def start(
        self, command: list[str], environment: kit.Environment, log: IO[bytes] | None = None
    ) -> Child:
        self.commands.append(command)
        if "venv" in command:
            environment.programs.mkdir(parents=True)
            environment.python.touch()
        if log is not None:
            log.write(self.says.encode())
        return Child(next((code for word, code in self.codes.items() if word in command), 0))

    def asked(self) -> list[str]:
        return [self.kind(command) for command in self.commands]

    @staticmethod
    def kind(command: list[str]) -> str:
        if Path(command[0]).stem == "scvkit":
            return "scvkit " + " ".join(command[1:])
        for kind, word in (
            ("venv", "venv"),
            ("project", "--editable"),
            ("libraries", "--require-hashes"),
        ):
            if word in command:
                return kind
        return " ".join(command)


@pytest.fixture
def machine(monkeypatch, tmp_path):
    machine = Machine()
    monkeypatch.setenv("SCVKIT_VENV", str(tmp_path / "env"))
    monkeypatch.setattr(kit, "start", machine.start)
    monkeypatch.setattr(kit.shutil, "which", lambda name: None)
    monkeypatch.setattr(kit.signal, "signal", lambda *_: None)
    return machine


@pytest.fixture
def house(machine, monkeypatch, tmp_path):
    """A copy of the two files that decide what is installed, free to be changed."""
    for name in ("LOCK", "PROJECT"):
        copy = tmp_path / getattr(kit, name).name
        copy.write_bytes(getattr(kit, name).read_bytes())
        monkeypatch.setattr(kit, name, copy)
    return tmp_path


# --- Refusals ---


@pytest.mark.parametrize(
    ("version", "advice"),
    [((2, 7), "python3.11 kit.py"), ((3, 10), "python3.11 kit.py"), ((3, 14), "ydata-profiling")],
)
def test_an_unsuitable_python_meets_one_paragraph(machine, monkeypatch, capsys, version, advice):
    monkeypatch.setattr(kit.sys, "version_info", version)
    assert kit.main(["demo"]) == 2
    said = capsys.readouterr().err
    assert f"this is Python {version[0]}.{version[1]}" in said
    assert advice in said
    assert said.count("\n") == 1
    assert machine.commands == []


def test_an_old_python_can_parse_the_file():
    ast.parse(Path(kit.__file__).read_text(encoding="utf-8"), feature_version=(3, 6))


def test_the_oldest_python_is_the_one_that_the_project_names():
    assert PYPROJECT["project"]["requires-python"] == ">=" + ".".join(map(str, kit.OLDEST_PYTHON))


def test_a_full_disk_stops_before_anything_is_installed(machine, monkeypatch, capsys):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(kit.shutil, "disk_usage", lambda _: usage(10**10, 10**10, 10**9))
    assert kit.main(["demo"]) == 2
    assert "1.0 GB are free" in capsys.readouterr().err
    assert machine.commands == []


def test_a_python_without_ensurepip_names_the_package_to_install(machine, monkeypatch, capsys):
    found = kit.importlib.util.find_spec
    monkeypatch.setattr(
        kit.importlib.util,
        "find_spec",
        lambda name: None if name == "ensurepip" else found(name),
    )
    assert kit.main(["demo"]) == 2
    assert "apt-get install python3-venv" in capsys.readouterr().err
    assert machine.commands == []


def test_a_folder_that_kit_did_not_make_is_left_alone(machine, tmp_path, capsys):
    theirs = tmp_path / "env" / "thesis.docx"
    theirs.parent.mkdir()
    theirs.touch()
    assert kit.main(["demo"]) == 2
    assert "was not made by kit.py" in capsys.readouterr().err
    assert theirs.exists()


def test_a_folder_that_cannot_be_made_is_named(machine, monkeypatch, tmp_path, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SCVKIT_VENV", str(tmp_path / "file" / "env"))
    assert kit.main(["demo"]) == 2
    assert "Cannot write to" in capsys.readouterr().err


def test_a_kit_without_its_clone_says_so(machine, house, capsys):
    kit.LOCK.unlink()
    assert kit.main(["demo"]) == 2
    assert "whole clone" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (
            "WARNING: Retrying: NewConnectionError('[Errno 111] Connection refused')",
            "registry cannot",
        ),
        ("error: Failed to fetch: dns error: failed to lookup address", "registry cannot"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "is not the"),
        ("OSError: [Errno 28] No space left on device", "disk became full"),
        ("Segmentation fault", "report these words"),
    ],
)
def test_a_failed_installer_is_put_in_words(machine, house, capsys, says, words):
    machine.says = says
    machine.codes = {"--require-hashes": 1}
    assert kit.main(["demo"]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert says in said
    assert said.count("\n") == 1


# --- Installing once ---


def test_the_first_start_installs_and_the_second_runs_no_installer(machine, house):
    assert kit.main(["demo"]) == 0
    assert machine.asked() == ["venv", "libraries", "project", "scvkit demo"]
    machine.commands.clear()
    assert kit.main(["demo"]) == 0
    assert machine.asked() == ["scvkit demo"]


def test_uv_installs_where_it_is_found(machine, house, monkeypatch):
    monkeypatch.setattr(kit.shutil, "which", lambda name: "/usr/bin/" + name)
    kit.main(["demo"])
    assert machine.commands[1][:3] == ["/usr/bin/uv", "pip", "sync"]
    assert machine.commands[2][:4] == ["/usr/bin/uv", "pip", "install", "--offline"]


def test_an_interrupted_install_is_made_anew(machine, house):
    machine.codes = {"--require-hashes": 1}
    assert kit.main(["demo"]) == 2
    half = kit.the_environment().folder / "half-installed"
    half.touch()
    machine.codes = {}
    machine.commands.clear()
    assert kit.main(["demo"]) == 0
    assert machine.asked() == ["venv", "libraries", "project", "scvkit demo"]
    assert not half.exists()


def test_a_torn_stamp_is_no_stamp(machine, house):
    kit.main(["demo"])
    kit.the_environment().stamp.write_text('{"libraries": "12', encoding="utf-8")
    machine.commands.clear()
    kit.main(["demo"])
    assert machine.asked()[0] == "venv"


def test_another_lock_makes_the_environment_anew(machine, house):
    kit.main(["demo"])
    kit.LOCK.write_text(LOCK_TEXT + "# newer\n", encoding="utf-8")
    machine.commands.clear()
    kit.main(["demo"])
    assert machine.asked() == ["venv", "libraries", "project", "scvkit demo"]


def test_another_pyproject_installs_only_the_project(machine, house):
    kit.main(["demo"])
    kit.PROJECT.write_text("# newer\n", encoding="utf-8")
    machine.commands.clear()
    kit.main(["demo"])
    assert machine.asked() == ["project", "scvkit demo"]


def test_the_stamp_is_written_last(machine, house):
    machine.codes = {"--editable": 1}
    assert kit.main(["demo"]) == 2
    assert json.loads(kit.the_environment().stamp.read_text(encoding="utf-8")) == {}


# --- Handing over ---


def test_an_unknown_word_goes_on_to_scvkit_with_its_exit_code(machine, house):
    machine.codes = {"check": 1}
    assert kit.main(["check", "acme", "--language", "da"]) == 1
    assert machine.asked()[-1] == "scvkit check acme --language da"


def test_a_killed_command_gives_the_exit_code_of_a_shell(machine, house):
    machine.codes = {"demo": -9}
    assert kit.main(["demo"]) == 137


def test_typed_paths_are_meant_from_where_the_caller_stands(monkeypatch, tmp_path):
    script = "import pathlib, sys; sys.exit(len(list(pathlib.Path().glob('*.csv'))))"
    for name in "abc":
        (tmp_path / f"{name}.csv").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(kit.signal, "signal", lambda *_: None)
    assert kit.hand_over([sys.executable, "-c", script], kit.Environment(tmp_path)) == 3


def test_other_libraries_are_kept_out(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("PATH", "/usr/bin")
    environment = kit.Environment(tmp_path)
    variables = kit.variables(environment)
    assert "PYTHONPATH" not in variables
    assert variables["PATH"].split(kit.os.pathsep) == [str(environment.programs), "/usr/bin"]


def test_help_names_every_check_and_installs_nothing(machine, capsys):
    assert kit.main([]) == 0
    said = capsys.readouterr().out
    assert all(check.name in said for check in kit.CHECKS)
    assert machine.commands == []


# --- Checks ---


def test_every_check_runs_even_after_one_failed(machine, house, capsys):
    machine.codes = {"--check": 1}
    assert kit.main(["test", "format", "ruff"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(re.fullmatch(r"format +[\d.]+ s  FAILED", line) for line in lines)
    assert any(re.fullmatch(r"ruff +[\d.]+ s  ok", line) for line in lines)
    assert lines[-1] == "1 passed, 1 failed"


def test_a_demo_that_leaves_no_page_has_failed(machine, house, capsys):
    assert kit.main(["test", "demo"]) == 1
    assert "left no index.html" in capsys.readouterr().out


def test_a_misspelt_check_is_answered_with_the_nearest(machine, capsys):
    assert kit.main(["test", "mipy"]) == 2
    assert "Did you mean mypy?" in capsys.readouterr().err
    assert machine.commands == []


@pytest.mark.parametrize(
    ("code", "output", "counts"),
    [
        (0, "....\n4 passed in 0.12s", (4, 0, 0)),
        (1, "=== 1 failed, 3 passed, 2 skipped, 1 error in 61.02s (0:01:01) ===", (3, 2, 2)),
        (1, "5 passed, 1 skipped in 0.2s", (5, 1, 1)),
        (5, "no tests ran in 0.01s", (0, 1, 0)),
        (0, "Success: no issues found in 9 source files", (1, 0, 0)),
        (1, "Found 2 errors.", (0, 1, 0)),
        (0, "2 passed, 1 warning in 0.1s\n", (2, 0, 0)),
    ],
)
def test_tests_are_counted_from_the_closing_line(code, output, counts):
    outcome = kit.outcome_of(code, output)
    assert (outcome.passed, outcome.failed, outcome.skipped) == counts


def test_a_skip_without_leave_is_found():
    globs = allowed_globs("# a remark\n\ntests/browser/* | no Chromium\n")
    assert unlisted_skips(
        ["tests/browser/test_a.py::test_b", "tests/test_c.py::test_d"], globs
    ) == ["tests/test_c.py::test_d"]


def test_a_listed_skip_needs_a_reason():
    with pytest.raises(pytest.UsageError, match="line 1 gives no reason"):
        allowed_globs("tests/browser/*\n")


# --- The lock ---


def test_the_lock_holds_a_hash_for_every_pin_and_no_address():
    pins = re.split(r"\n(?=\S)", LOCK_TEXT.strip())
    assert len(pins) > 100
    assert [pin.splitlines()[0] for pin in pins if "--hash=sha256:" not in pin] == []
    assert re.findall(r"://|^-|file:|@ ", LOCK_TEXT, re.MULTILINE) == []


def test_the_lock_covers_what_the_project_asks_for():
    asked = PYPROJECT["project"]["dependencies"] + [
        *PYPROJECT["project"]["optional-dependencies"]["test"],
        *PYPROJECT["build-system"]["requires"],
    ]
    names = {re.split(r"[\[<>=~! ]", one)[0].replace(".", "-").lower() for one in asked}
    pinned = set(re.findall(r"^([a-z0-9-]+)==", LOCK_TEXT.replace(".", "-"), re.MULTILINE))
    assert names - pinned == set()
