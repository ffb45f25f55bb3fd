"""Makes scvkit's own environment beside this file, once, and runs what was asked inside it.

Standard library only. Linux, macOS and Windows. `python3 kit.py --help` lists the commands.

The file must parse on Python 3.6, and import on it too, so that an old Python meets one
paragraph in words instead of a traceback: hence `typing.List` and no newer syntax.
"""

import contextlib
import difflib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"

OLDEST_PYTHON = (3, 11)
FIRST_PYTHON_TOO_NEW = (3, 14)  # ydata-profiling and numba, as locked, stop at 3.13
ROOM_NEEDED = 2500000000  # bytes: 1.1 GB installed, the rest for downloads and unpacking
HEARTBEAT = 15  # seconds between two lines while an installer is silent

HELP = """\
python3 kit.py COMMAND

  demo               the sample client from its extracts to the report; prints where it is
  lab [ENGAGEMENT]   JupyterLab on the notebooks; without an engagement: the sample client
  test [CHECK ...]   every check, or only those named: {checks}
  notebooks          run the committed notebooks again and keep their outputs
  lock               write requirements.lock anew from pyproject.toml (needs uv)
  --help             this text

Any other word goes on to scvkit, whose messages write "scvkit" for "python3 kit.py":
  new DIR FILES      draft an engagement file from the client's extracts
  check, run         say what a run would do; run it and write the report
  profile, link      one file, or who is the same person in several; no engagement needed
The first start installs into .venv beside this file, or into SCVKIT_VENV when that is set.
"""


class KitError(Exception):
    """One paragraph for the person at the keyboard: what, where, what to do."""


class Environment(NamedTuple):
    """The virtual environment that this file makes and nobody else touches."""

    folder: Path

    @property
    def programs(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        return self.program("python")

    @property
    def stamp(self) -> Path:
        return self.folder / "scvkit-kit.json"

    def program(self, name: str) -> Path:
        return self.programs / (name + ".exe" if os.name == "nt" else name)


def main(words: Sequence[str]) -> int:
    """The exit code: 0 done, 1 a check failed, 2 could not start, else what scvkit returned."""
    try:
        refuse_unsuitable_python(sys.version_info[:2])
        return run_command(list(words))
    except KitError as problem:
        print(f"kit.py: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("kit.py: stopped. What is half made is made anew at the next start.", file=sys.stderr)
        return 130


def run_command(words: List[str]) -> int:
    command, rest = (words[0], words[1:]) if words else ("--help", [])
    if command in ("--help", "-h", "help"):
        print(HELP.format(checks=" ".join(check.name for check in CHECKS)))
        return 0
    environment = the_environment()
    if command == "lock":
        return write_lock()
    if command == "test":
        chosen = chosen_checks(rest)
        make_ready(environment)
        return run_checks(environment, chosen)
    make_ready(environment)
    return hand_over([str(environment.program("scvkit")), command, *rest], environment)


# --- The Python that runs this file --------------------------------------------------------


def refuse_unsuitable_python(version: Tuple[int, ...]) -> None:
    wrong = f"scvkit needs Python 3.11 to 3.13, and this is Python {version[0]}.{version[1]}"
    if version < OLDEST_PYTHON:
        raise KitError(
            f"{wrong} ({sys.executable}). Install a newer one, or if you have it, start it by "
            "name: python3.11 kit.py ..."
        )
    if version >= FIRST_PYTHON_TOO_NEW:
        raise KitError(
            f"{wrong} ({sys.executable}): ydata-profiling, one of the libraries, does not run on "
            "it yet. Start an older one by name, for instance: python3.13 kit.py ..."
        )


# --- The environment ------------------------------------------------------------------------


def the_environment() -> Environment:
    chosen = os.environ.get("SCVKIT_VENV")
    return Environment((Path(chosen).expanduser() if chosen else ROOT / ".venv").absolute())


def make_ready(environment: Environment) -> None:
    """Nothing, at once, when the environment is whole and up to date; else makes it so.

    The stamp is written last. A start that was interrupted leaves none, or an empty one, so
    the next start makes the environment anew instead of trusting half of it. Downloads are
    kept by the installer, so anew costs seconds.
    """
    wanted = fingerprints(environment)
    if stamped(environment) == wanted:
        return
    with one_start_at_a_time(environment):
        found = stamped(environment)
        if found.get("libraries") != wanted["libraries"]:
            install_libraries(environment)
        if found != wanted:
            install_project(environment)
            environment.stamp.write_text(json.dumps(wanted), encoding="utf-8")


def fingerprints(environment: Environment) -> Dict[str, str]:
    """What the environment is made from.

    Another lock, Python or place makes it anew; another pyproject.toml only installs the
    project again.
    """
    for needed in (LOCK, PROJECT):
        if not needed.is_file():
            raise KitError(
                f"{needed} is missing. kit.py works only inside a whole clone of the repository: "
                "get it again, and start it there."
            )
    python = f"{sys.version_info[0]}.{sys.version_info[1]} {sys.platform}"
    return {
        "libraries": digest(LOCK.read_bytes(), python, str(environment.folder)),
        "project": digest(PROJECT.read_bytes(), str(ROOT)),
    }


def digest(content: bytes, *words: str) -> str:
    return hashlib.sha256("\n".join(words).encode("utf-8") + b"\n" + content).hexdigest()


def stamped(environment: Environment) -> Dict[str, str]:
    """The fingerprints of the finished install, or none when it is missing or not whole."""
    if not environment.python.exists():  # also when the Python it points to was removed
        return {}
    try:
        found = json.loads(environment.stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


@contextlib.contextmanager
def one_start_at_a_time(environment: Environment) -> Iterator[None]:
    """Holds a lock that the operating system lets go of if this process dies."""
    folder = environment.folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        handle = folder.with_name(folder.name + ".lock").open("w")
    except OSError as problem:
        raise not_writable(folder.parent, problem) from problem
    with handle:
        waiting = False
        while not taken(handle.fileno()):
            if not waiting:
                print(f"Another start is installing into {folder}; waiting for it.")
            waiting = True
            time.sleep(1)
        yield


def taken(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def install_libraries(environment: Environment) -> None:
    uv = shutil.which("uv")
    has_pip = importlib.util.find_spec("ensurepip") is not None
    check_room(environment.folder.parent)
    refuse_foreign_folder(environment)
    if importlib.util.find_spec("venv") is None or not (uv or has_pip):
        raise KitError(
            f"This Python ({sys.executable}) cannot make a virtual environment: its parts venv and "
            "ensurepip are not installed. On Debian and Ubuntu: sudo apt-get install python3-venv. "
            "Then start again."
        )
    pins = sum("==" in line for line in LOCK.read_text(encoding="utf-8").splitlines())
    duration = "half a minute" if uv else "two to four minutes"
    print(f"First start: installing {pins} libraries into {environment.folder}.", flush=True)
    print(f"That takes about {duration}; later starts are instant.", flush=True)
    make_empty_environment(environment, with_pip=has_pip)
    if uv:
        command = [uv, "pip", "sync", "--python", str(environment.python), "--compile-bytecode"]
        install([*command, "--require-hashes", str(LOCK)], environment)
    else:
        # The lock is whole, and leaves out what pyproject.toml says nobody needs.
        command = [str(environment.python), "-m", "pip", "install", "--no-input", "--no-deps"]
        install([*command, "--require-hashes", "-r", str(LOCK)], environment)


def install_project(environment: Environment) -> None:
    """Installs scvkit so that a change in src/ counts at once.

    Needs no network: the build backend, setuptools, is among the libraries.
    """
    uv = shutil.which("uv")
    if uv:
        command = [uv, "pip", "install", "--offline", "--python", str(environment.python)]
    else:
        command = [str(environment.python), "-m", "pip", "install", "--no-index", "--no-input"]
    install([*command, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], environment)


def check_room(folder: Path) -> None:
    free = shutil.disk_usage(str(folder)).free
    if free < ROOM_NEEDED:
        raise KitError(
            f"Not enough room on the disk: {free / 1e9:.1f} GB are free at {folder}, and the "
            f"libraries need {ROOM_NEEDED / 1e9:.1f} GB. Make room, or set SCVKIT_VENV to a folder "
            "on another disk."
        )


def refuse_foreign_folder(environment: Environment) -> None:
    """Only a folder that carries our stamp, or an empty one, may be emptied and used."""
    folder = environment.folder
    foreign = folder.is_dir() and any(folder.iterdir()) and not environment.stamp.exists()
    if foreign or (folder.exists() and not folder.is_dir()):
        raise KitError(
            f"{folder} exists and was not made by kit.py, so it is left alone. Move it away, or "
            "set SCVKIT_VENV to another folder."
        )


def make_empty_environment(environment: Environment, with_pip: bool) -> None:
    try:
        if environment.folder.exists():
            shutil.rmtree(str(environment.folder))
        environment.folder.mkdir()
        environment.stamp.write_text("{}", encoding="utf-8")
    except OSError as problem:
        raise not_writable(environment.folder, problem) from problem
    how = [] if with_pip else ["--without-pip"]
    install([sys.executable, "-m", "venv", *how, str(environment.folder)], environment)


def not_writable(folder: Path, problem: OSError) -> KitError:
    return KitError(
        f"Cannot write to {folder} ({problem.strerror or problem}). Change its permissions, or "
        "set SCVKIT_VENV to a folder that is yours."
    )


# --- Installers -----------------------------------------------------------------------------


def install(command: List[str], environment: Environment) -> None:
    """Runs one installer, says every now and then that it lives, and puts its failure in words."""
    with tempfile.TemporaryFile() as log:
        started = time.monotonic()
        child = start(command, environment, log)
        try:
            while not ended(child):
                print(f"  still installing, {time.monotonic() - started:.0f} s", flush=True)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        if child.returncode:
            log.seek(0)
            raise KitError(failure_in_words(log.read().decode("utf-8", "replace"), command))


def start(
    command: List[str], environment: Environment, log: Optional[IO[bytes]] = None
) -> "subprocess.Popen[bytes]":
    """A child that works in the repository and writes to the log.

    Without a log it has the terminal, and works where the caller stands: the paths that were
    typed are meant from there.
    """
    if log is None:
        return subprocess.Popen(command, env=variables(environment))
    return subprocess.Popen(
        command,
        cwd=str(ROOT),
        env=variables(environment),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
    )


def ended(child: "subprocess.Popen[bytes]") -> bool:
    try:
        child.wait(timeout=HEARTBEAT)
    except subprocess.TimeoutExpired:
        return False
    return True


def variables(environment: Environment) -> Dict[str, str]:
    """The caller's environment variables, without those that would bring in other libraries."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "CONDA_PREFIX")
    }
    kept["VIRTUAL_ENV"] = str(environment.folder)
    kept["PATH"] = str(environment.programs) + os.pathsep + kept.get("PATH", "")
    kept["PYTHONNOUSERSITE"] = "1"
    kept["PYTHONUTF8"] = "1"
    # A kernel called python3 in the user's own Jupyter folder must not stand in for ours.
    kept["JUPYTER_PREFER_ENV_PATH"] = "1"
    return kept


FULL_DISK = ("no space left", "os error 28", "errno 28", "disk full")
OTHER_FILE = ("do not match the hashes", "hash mismatch", "hashes are required")
NO_NETWORK = (
    "connection refused",
    "connection error",
    "connectionerror",
    "newconnectionerror",
    "connecttimeout",
    "name resolution",
    "dns error",
    "failed to fetch",
    "failed to lookup",
    "error sending request",
    "getaddrinfo",
    "timed out",
    "unreachable",
    "proxyerror",
    "certificate verify failed",
    "no matching distribution found",
)


def cause(log: str) -> str:
    said = log.lower()
    if any(sign in said for sign in FULL_DISK):
        return (
            "The disk became full while installing. Make room, or set SCVKIT_VENV to a folder on "
            "another disk, and start again."
        )
    if any(sign in said for sign in OTHER_FILE):
        return (
            "A downloaded library is not the file that requirements.lock names, so it was not "
            "installed. Something between you and the package registry changes files: try another "
            "network, or ask whoever runs the mirror."
        )
    if any(sign in said for sign in NO_NETWORK):
        return (
            "The package registry cannot be reached, so the libraries could not be installed. The "
            "network is needed for the first start only: check it, and the proxy settings "
            "(HTTPS_PROXY), and start again."
        )
    return "Installing failed. Start again; if it fails again, report these words."


def failure_in_words(log: str, command: List[str]) -> str:
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    said = " / ".join(lines[-3:])[:600] or "nothing"
    return f"{cause(log)} The command was: {' '.join(command)}. It said: {said}"


def write_lock() -> int:
    """Pins every library, with hashes and without any registry's address, for all platforms."""
    uv = shutil.which("uv")
    if not uv:
        raise KitError("Only uv can write requirements.lock for all platforms. Install uv first.")
    wanted = "--extra test --universal --python-version 3.11 --generate-hashes --upgrade"
    silent = "--quiet --no-emit-index-url --no-emit-find-links --no-header --no-annotate"
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / LOCK.name
        command = [uv, "pip", "compile", str(PROJECT), *wanted.split(), *silent.split()]
        if subprocess.call([*command, "--output-file", str(fresh)], stdout=subprocess.DEVNULL):
            raise KitError("uv could not find versions that fit; its own words stand above.")
        text = fresh.read_text(encoding="utf-8")
        if "://" in text:
            raise KitError("The new lock would hold an address, so requirements.lock was kept.")
        LOCK.write_bytes(text.encode("utf-8"))
    print("requirements.lock is written. The next start installs from it.")
    return 0


# --- Handing over ---------------------------------------------------------------------------


def hand_over(command: List[str], environment: Environment) -> int:
    """The exit code of a command that has the terminal, its signals included, to itself."""
    child = start(command, environment)
    # Ctrl-C reaches the child by itself, and JupyterLab asks before it stops: so wait for it.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    code = child.wait()
    return code if code >= 0 else 128 - code


# --- Checks ---------------------------------------------------------------------------------


class Check(NamedTuple):
    """One named check: a program of the environment, its words, and a file it must leave."""

    name: str
    words: Tuple[str, ...]
    makes: Optional[str] = None


class Outcome(NamedTuple):
    """What one check came to. A check that runs no tests counts as one test itself."""

    good: bool
    output: str
    passed: int
    failed: int
    skipped: int


PYTEST = ("python", "-m", "pytest", "-q", "--color=no", "-p", "no:cacheprovider")

CHECKS = (
    Check("format", ("ruff", "format", "--check", ".")),
    Check("ruff", ("ruff", "check", ".")),
    Check("mypy", ("mypy",)),
    Check("imports", ("lint-imports",)),
    # Two at a time, a file on one of them: fixtures of a file are made once.
    Check("pytest", (*PYTEST, "-n", "2", "--dist", "loadfile")),
    Check(
        "nbval",
        (
            *PYTEST,
            # The rule on skips, which a run of notebooks/ would not load by itself.
            *("-p", "tests.conftest"),
            *("--nbval", "--nbval-sanitize-with", "tests/notebooks/sanitize.cfg", "notebooks"),
        ),
    ),
    Check(
        "demo",
        ("scvkit", "demo", "--out", "{scratch}/out", "--work", "{scratch}/work"),
        makes="{scratch}/out/index.html",
    ),
)


def chosen_checks(names: List[str]) -> List[Check]:
    """The checks of these names in their usual order; all that apply when none is named."""
    known = [check.name for check in CHECKS]
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise KitError(
                "There is no check {!r}.{} Checks: {}.".format(name, hint, " ".join(known))
            )
    if names:
        return [check for check in CHECKS if check.name in names]
    has_notebooks = any((ROOT / "notebooks").glob("*.ipynb"))
    return [check for check in CHECKS if check.name != "nbval" or has_notebooks]


def run_checks(environment: Environment, checks: Sequence[Check]) -> int:
    """Runs each check, whatever the one before it came to. 0 when all are good, else 1."""
    outcomes = []
    for check in checks:
        print(f"{check.name:<8}", end="", flush=True)
        started = time.monotonic()
        outcome = run_check(check, environment)
        seconds = time.monotonic() - started
        print("{:>7.1f} s  {}".format(seconds, "ok" if outcome.good else "FAILED"), flush=True)
        if not outcome.good:
            print(outcome.output, flush=True)
        outcomes.append(outcome)
    bad = [check.name for check, outcome in zip(checks, outcomes) if not outcome.good]
    print("All checks are good." if not bad else "Failed: {}.".format(" ".join(bad)))
    skipped = sum(outcome.skipped for outcome in outcomes)
    print(
        "{} passed, {} failed{}".format(
            sum(outcome.passed for outcome in outcomes),
            sum(outcome.failed for outcome in outcomes),
            f", {skipped} skipped" if skipped else "",
        )
    )
    return 1 if bad else 0


def run_check(check: Check, environment: Environment) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="scvkit-check-") as scratch:
        words = [word.format(scratch=scratch) for word in check.words]
        command = [str(environment.program(words[0])), *words[1:]]
        code, output = run_quietly(command, environment)
        made = Path(check.makes.format(scratch=scratch)) if check.makes else None
        if not code and made and not made.is_file():
            code, output = 1, f"{output}\nIt ended well but left no {made.name}."
    return outcome_of(code, output)


def run_quietly(command: List[str], environment: Environment) -> Tuple[int, str]:
    with tempfile.TemporaryFile() as log:
        try:
            code = start(command, environment, log).wait()
        except OSError as problem:
            return 1, f"{command[0]}: {problem}"
        log.seek(0)
        return code, log.read().decode("utf-8", "replace")


def outcome_of(code: int, output: str) -> Outcome:
    """Reads pytest's closing line; without one, the check is one test."""
    closing = re.findall(r"^=* ?(\d+ [a-z]+(?:, \d+ [a-z]+)*) in [\d.]+s.*$", output, re.MULTILINE)
    counts = {"passed": 0 if code else 1}  # type: Dict[str, int]
    if closing:
        counts = {word: int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", closing[-1])}
    failed = counts.get("failed", 0) + counts.get("error", 0) + counts.get("errors", 0)
    # An exit code that no count explains (an unlisted skip, a broken conftest) is a failure too.
    failed = max(failed, 1 if code else 0)
    return Outcome(code == 0, output, counts.get("passed", 0), failed, counts.get("skipped", 0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
