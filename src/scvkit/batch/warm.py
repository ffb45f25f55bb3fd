"""Warm kernels: forked from a process that has done the imports already.

Starting a kernel and importing pandas, matplotlib and ydata-profiling costs more than most
notebooks take. A warm process imports once and forks; each notebook still has a kernel process of
its own, and a fork shares no state that a notebook could change for another. Only on Linux, where
forking such a process is safe; elsewhere, and with SCVKIT_COLD_KERNELS set, kernels start cold.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

COLD_VARIABLE = "SCVKIT_COLD_KERNELS"
# What the notebooks import, by the two kinds of notebook: the profile's last module alone takes
# longer to import than a profile to make.
WARM = {
    "line": ("scvkit.scenarios", "scvkit.linkage", "scvkit.report", "scvkit.workshop"),
    "profile": ("scvkit.workshop", "scvkit.profile", "scvkit.profile.deep_dive:load_library"),
}


def can_fork() -> bool:
    """True where warm kernels work and are wanted."""
    return sys.platform == "linux" and not os.environ.get(COLD_VARIABLE)


class WarmProcess:
    """A process that holds imported modules and forks kernels on request."""

    def __init__(self, modules: tuple[str, ...]) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "scvkit.batch.warm", str(os.getpid()), *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def alive(self) -> bool:
        """False once it has ended, for instance for want of memory."""
        return self._process.poll() is None

    def fork(self, command: list[str], cwd: str, env: dict[str, str]) -> int:
        """Fork a kernel that runs as ``command`` would; return its pid."""
        request = json.dumps({"command": command, "cwd": cwd, "env": env})
        with self._lock:
            if self._process.stdin is None or self._process.stdout is None:
                raise RuntimeError("the warm process has no pipes")
            self._process.stdin.write(request + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        if not answer.strip().isdigit():
            raise RuntimeError("the warm process has ended")
        return int(answer)

    def __enter__(self) -> WarmProcess:
        """Start nothing: the process runs since it was made."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process; kernels it forked end with it."""
        self._process.terminate()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


class Managers:
    """A kernel manager class per group of modules; its warm process starts when first asked for.

    Ask from the thread that outlives the run: on Linux a process ends with the thread it came from.
    """

    def __init__(
        self, groups: dict[str, tuple[str, ...]], cold: type[AsyncKernelManager], *, warm: bool
    ) -> None:
        self.cold = cold
        self._groups = groups
        self._warm = warm
        self._started: dict[str, type[AsyncKernelManager]] = {}
        self._stack = contextlib.ExitStack()

    def __getitem__(self, group: str) -> type[AsyncKernelManager]:
        """The manager class of a group."""
        if not self._warm:
            return self.cold
        if group not in self._started:
            process = self._stack.enter_context(WarmProcess(self._groups[group]))
            self._started[group] = _manager(process, self.cold)
        return self._started[group]

    def close(self) -> None:
        """End the warm processes; kernels they forked end with them."""
        self._stack.close()


@contextlib.contextmanager
def warm_managers(groups: dict[str, tuple[str, ...]], *, sockets: str = "") -> Iterator[Managers]:
    """Yield kernel managers per group of modules; plain ones where forking does not work.

    ``sockets`` is a private folder with a short path for the sockets; empty means a new one.
    """
    if os.name != "posix":
        yield Managers(groups, AsyncKernelManager, warm=False)
        return
    with contextlib.ExitStack() as stack:
        # Sockets in a folder of our own: two runs that pick TCP ports at once collide and hang,
        # and nobody else on the machine can listen. A short path, since sockets allow no long one.
        folder = sockets or stack.enter_context(tempfile.TemporaryDirectory(prefix="scv-"))
        managers = Managers(groups, _socket_manager(folder), warm=can_fork())
        stack.callback(managers.close)
        yield managers


def _socket_manager(folder: str) -> type[AsyncKernelManager]:
    """A kernel manager class that talks over sockets in ``folder``."""

    class SocketManager(AsyncKernelManager):
        def __init__(self, **settings: Any) -> None:
            name = uuid.uuid4().hex[:8]
            where = {"ip": f"{folder}/{name}", "connection_file": f"{folder}/{name}.json"}
            super().__init__(**{**settings, "transport": "ipc", **where})

    return SocketManager


def _manager(process: WarmProcess, base: type[AsyncKernelManager]) -> type[AsyncKernelManager]:
    """A kernel manager class whose kernels are forked from ``process``."""

    class Provisioner(_ForkingProvisioner):
        warm = process

    class Manager(base):  # type: ignore[valid-type, misc]
        async def _async_pre_start_kernel(
            self, **settings: Any
        ) -> tuple[list[str], dict[str, Any]]:
            own: Any = self  # traits, whose types mypy cannot see through a class made here
            if own.provisioner is None:
                own.kernel_id = own.kernel_id or str(uuid.uuid4())
                own.provisioner = Provisioner(
                    kernel_id=own.kernel_id, kernel_spec=own.kernel_spec, parent=self
                )
            started: tuple[list[str], dict[str, Any]]
            started = await super()._async_pre_start_kernel(**settings)
            return started

        pre_start_kernel = _async_pre_start_kernel

    return Manager


class _ForkingProvisioner(LocalProvisioner):
    """Launches a kernel by asking the warm process for a fork."""

    warm: WarmProcess

    async def launch_kernel(self, cmd: list[str], **settings: Any) -> Any:
        environment = {str(k): str(v) for k, v in (settings.get("env") or os.environ).items()}
        cwd = str(settings.get("cwd") or Path.cwd())
        self.pid = self.warm.fork(cmd, cwd, environment)
        self.pgid = self.pid
        self.cwd = cwd
        self.process = _Forked(self.pid)  # type: ignore[assignment]  # what is asked of a Popen
        return self.connection_info


class _Forked:
    """What the provisioner wants of a process; its exit code is known to its parent only."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """None while the kernel lives, 0 once it is gone."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self) -> int:
        """Return at once: the provisioner asks only after ``poll`` said it is gone."""
        return 0

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel alone."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End the kernel at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)


def _serve(parent: int, modules: list[str]) -> None:
    """Import, then fork a kernel for every line on stdin, until it is closed."""
    import importlib

    _end_with(parent)
    for name in ("ipykernel.kernelapp", *modules):
        module, _, function = name.partition(":")
        loaded = importlib.import_module(module)
        if function:
            getattr(loaded, function)()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    # The system takes the dead away by itself: this process never waits for a kernel.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    own = os.getpid()
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            _become_kernel(request, own)
        answers.write(f"{child}\n")
        answers.flush()


def _end_with(parent: int) -> None:
    """Have the system end this process when its parent ends, even by force.

    A notebook that went on after its run was killed would write into the next one.
    """
    death_signal = 1  # PR_SET_PDEATHSIG
    ctypes.CDLL(None).prctl(death_signal, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _become_kernel(request: dict[str, Any], warm_pid: int) -> None:
    """In the child: take on the request's folder and environment and run a kernel."""
    _end_with(warm_pid)
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    code = 1
    try:
        from ipykernel.kernelapp import IPKernelApp

        given = request["command"]
        arguments = given[given.index("ipykernel_launcher") + 1 :]
        IPKernelApp.launch_instance(argv=[*arguments, f"--IPKernelApp.parent_handle={warm_pid}"])
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    _serve(int(sys.argv[1]), sys.argv[2:])
