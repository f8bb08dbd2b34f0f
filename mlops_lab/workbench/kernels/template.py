"""The template: it has imported the heavy libraries once, and forks a kernel for each request.

It runs no code of a lesson or a student, starts no thread and computes nothing: whatever it did
before a fork, every kernel would inherit half of.
"""

import gc
import json
import os
import select
import shutil
import signal
import socket
import struct
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlops_lab.workbench.kernels.child import SpawnRequest, become_kernel
from mlops_lab.workbench.kernels.conditions import differing, fingerprint, shadowed
from mlops_lab.workbench.kernels.importing import Imported, import_all
from mlops_lab.workbench.kernels.owner import BASE
from mlops_lab.workbench.kernels.protocol import SOCKET, receive, send

__all__ = ["main"]

_PATIENCE = 5.0  # seconds for an owner to finish its request, and to take an answer
_FILES = 3  # standard input, output and error


@dataclass(frozen=True)
class _Kernel:
    """A kernel that was forked, the line to its owner, and the owner's process."""

    pid: int
    process: int
    """Descriptor of the kernel's process."""
    owner: int
    """Descriptor of the owner's process."""
    line: socket.socket


def main(folder: str, parent: str, modules: Sequence[str]) -> None:
    """Import `modules`, then fork kernels for whoever asks in `folder`, until the owner ends.

    Parameters
    ----------
    folder : str
        Private to this user; the socket ``template`` is made in it. It goes with the template.
    parent : str
        Process id of the owner, who started this program.
    modules : sequence of str
        What to import. One that is not installed is left out.
    """
    birth = None
    try:
        birth = _template(Path(folder), int(parent), modules)
    finally:
        if birth is None:
            shutil.rmtree(folder, ignore_errors=True)
    if birth is not None:  # in the fork, back on the stack of a fresh program
        become_kernel(birth)


def _template(folder: Path, parent: int, modules: Sequence[str]) -> SpawnRequest | None:
    owner = os.pidfd_open(os.getppid())
    if os.getppid() != parent:
        return None  # it ended before we could watch it
    environment = dict(os.environ)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner, and for its kernels
    mark = fingerprint()  # before the imports, so that what changes meanwhile counts as changed
    imported = import_all(modules, BASE)
    gc.collect()
    gc.freeze()  # a later collection in a kernel would touch, and so copy, every page
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        early = folder / "early"
        listener.bind(str(early))
        listener.listen(64)
        early.rename(folder / SOCKET)  # who finds it can connect
        with suppress(BrokenPipeError):  # the loop will see that the owner ended
            sys.stdout.write(json.dumps({"left_out": imported.problems}) + "\n")
            sys.stdout.flush()
        return _Template(listener, owner, environment, mark, imported).serve()


class _Template:
    """The loop around one poll: requests, kernels that ended, owners that ended."""

    def __init__(
        self,
        listener: socket.socket,
        owner: int,
        environment: dict[str, str],
        mark: str,
        imported: Imported,
    ) -> None:
        self.listener = listener
        self.owner = owner
        self.environment = environment
        self.imported = imported
        self.mark = mark
        self.stale = False
        self.kernels: dict[int, _Kernel] = {}  # by each descriptor that tells of it
        self.poll = select.poll()
        for one in (listener.fileno(), owner):
            self.poll.register(one, select.POLLIN)

    def serve(self) -> SpawnRequest | None:
        """Work until the owner ends, or the last kernel of a stale template does.

        In each fork, return at once with the request.
        """
        while not self.stale or self.kernels:
            ready = [one for one, _ in self.poll.poll()]
            if self.owner in ready:
                break
            # Ended kernels first: a request opens descriptors, whose numbers may be theirs.
            for one in ready:
                if one in self.kernels:
                    self.settle(one)
            if self.listener.fileno() in ready and (birth := self.answer()):
                return birth
        for kernel in set(self.kernels.values()):
            self.end(kernel)
        return None

    def answer(self) -> SpawnRequest | None:
        """Take one request. None in the template, what to become in the fork."""
        line, _ = self.listener.accept()
        files: list[int] = []
        try:
            line.settimeout(_PATIENCE)
            asking, user = _peer(line)
            if user != os.getuid():  # the folder's mode forbids it already
                raise PermissionError(f"user {user} may not have a kernel of user {os.getuid()}")
            request, files = receive(line, _FILES)
            if refused := self.refuse(request, files):
                send(line, {"refused": refused, "stale": self.stale})
                line.close()
                return None
            return self.fork(request, files, line, os.pidfd_open(asking))
        except (OSError, EOFError, ValueError) as error:
            sys.stderr.write(f"a request failed: {error}\n")  # in the folder's log
            line.close()
            return None
        finally:
            for one in files:
                os.close(one)

    def refuse(self, request: dict[str, Any], files: list[int]) -> str | None:
        """Say why a fork would not be what a fresh kernel is, None where it would."""
        if len(files) != _FILES:
            return f"{len(files)} of {_FILES} standard streams came"
        if fingerprint() != self.mark:
            self.stale = True
            return "installed packages or mlops_lab have changed since the template imported them"
        if request["executable"] != sys.executable:
            return f"the kernel runs on {request['executable']}, the template on {sys.executable}"
        if request["processors"] != sorted(os.sched_getaffinity(0)):
            return "it may use other processors than the template"
        if names := differing(self.environment, request["env"]):
            return f"read at start, and not the template's: {', '.join(names)}"
        if names := shadowed(Path(request["cwd"]), self.imported.hidden.modules):
            return f"its folder has its own {', '.join(names)}"
        return None

    def fork(
        self, request: dict[str, Any], files: list[int], line: socket.socket, owner: int
    ) -> SpawnRequest | None:
        """Fork; the new process reports itself to its owner."""
        template = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                streams = [os.dup(one) for one in files]
                self.forget(owner)
                return SpawnRequest(template, streams, line, self.imported, request)
            except BaseException:  # noqa: BLE001  a fork must never go on as a second template
                os._exit(1)
        kernel = _Kernel(pid, os.pidfd_open(pid), owner, line)
        for one, events in ((kernel.process, select.POLLIN), (owner, select.POLLIN),
                            (line.fileno(), select.POLLHUP)):  # fmt: skip
            self.kernels[one] = kernel
            self.poll.register(one, events)
        return None

    def forget(self, owner: int) -> None:
        """Close, in the fork, all that is the template's; the line to its own owner stays."""
        self.listener.close()
        for kernel in set(self.kernels.values()):
            kernel.line.close()
            os.close(kernel.process)
            os.close(kernel.owner)
        os.close(self.owner)
        os.close(owner)

    def settle(self, ready: int) -> None:
        """Deal with a kernel that ended, or whose owner ended or let go of it."""
        kernel = self.kernels[ready]
        if ready == kernel.process:
            self.reap(kernel)
        else:
            self.end(kernel)

    def end(self, kernel: _Kernel) -> None:
        """Kill a kernel with what it started."""
        try:
            os.killpg(kernel.pid, signal.SIGKILL)
        except ProcessLookupError:  # it has not come as far as to lead a group
            signal.pidfd_send_signal(kernel.process, signal.SIGKILL)
        self.reap(kernel)

    def reap(self, kernel: _Kernel) -> None:
        """Collect an ended kernel and tell its owner how it ended."""
        _, status = os.waitpid(kernel.pid, 0)
        for one in (kernel.process, kernel.owner, kernel.line.fileno()):
            self.poll.unregister(one)
            del self.kernels[one]
        os.close(kernel.process)
        os.close(kernel.owner)
        with suppress(OSError):  # its owner is gone or has let go: the code has no other reader
            send(kernel.line, {"code": os.waitstatus_to_exitcode(status)})
        kernel.line.close()


def _peer(line: socket.socket) -> tuple[int, int]:
    form = struct.Struct("3i")
    raw = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, form.size)
    pid, user, _ = form.unpack(raw)
    return pid, user
