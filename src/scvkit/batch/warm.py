"""Warm kernels: forked from a process that has done the imports already.

Starting a kernel and importing pandas, matplotlib and ydata-profiling costs more than most
notebooks take. A warm process imports once and forks; each notebook still has a kernel process of
its own, and a fork shares no state that a notebook could change for another. Only on Linux, where
forking such a process is safe; elsewhere, and with SCVKIT_COLD_KERNELS set, kernels start cold.
"""

from __future__ import annotations

import contextlib
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
            [sys.executable, "-W", "ignore", "-m", "scvkit.batch.warm", *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

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


@contextlib.contextmanager
def warm_managers(
    groups: dict[str, tuple[str, ...]],
) -> Iterator[dict[str, type[AsyncKernelManager]]]:
    """Yield a kernel manager per group of modules; plain ones where forking does not work.

    The processes import side by side, so that the second group is ready when it is needed.
    """
    with contextlib.ExitStack() as stack:
        if os.name != "posix":
            yield dict.fromkeys(groups, AsyncKernelManager)
            return
        # Sockets in a folder of our own: two runs that pick TCP ports at once collide and hang,
        # and nobody else on the machine can listen. A short path, since sockets allow no long one.
        sockets = stack.enter_context(tempfile.TemporaryDirectory(prefix="scv-"))
        quiet = _socket_manager(sockets)
        if not can_fork():
            yield dict.fromkeys(groups, quiet)
            return
        yield {
            name: _manager(stack.enter_context(WarmProcess(modules)), quiet)
            for name, modules in groups.items()
        }


def _socket_manager(folder: str) -> type[AsyncKernelManager]:
    """A kernel manager class that talks over sockets in ``folder``."""

    class SocketManager(AsyncKernelManager):
        def __init__(self, **settings: Any) -> None:
            name = uuid.uuid4().hex[:8]
            super().__init__(**{**settings, "transport": "ipc", "ip": f"{folder}/{name}"})

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


def _serve(modules: list[str]) -> None:
    """Import, then fork a kernel for every line on stdin, until it is closed."""
    import importlib

    for name in ("ipykernel.kernelapp", *modules):
        module, _, function = name.partition(":")
        loaded = importlib.import_module(module)
        if function:
            getattr(loaded, function)()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    # The system takes the dead away by itself: this process never waits for a kernel.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            _become_kernel(request)
        answers.write(f"{child}\n")
        answers.flush()


def _become_kernel(request: dict[str, Any]) -> None:
    """In the child: take on the request's folder and environment and run a kernel."""
    warm_pid = os.getppid()
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
    _serve(sys.argv[1:])
