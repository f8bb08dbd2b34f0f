"""What a fork of the template does, step by step, before it runs a word of a student's."""

import os
import random
import resource
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

from mlops_lab.workbench.classroom.sandbox import kernel, watch, worker
from mlops_lab.workbench.classroom.sandbox.folders import enter_root
from mlops_lab.workbench.kernels.protocol import send

__all__ = ["NOBODY", "SpawnRequest", "be_born", "own_user"]

NOBODY = 65534
_LINE = 3
_IGNORED = {signal.SIGPIPE, signal.SIGXFSZ}  # by Python, which raises an OSError instead


@dataclass(frozen=True)
class SpawnRequest:
    """A request that a fork fulfils.

    Attributes
    ----------
    template : int
        Process id of the template.
    root : str
        The tree that becomes the root folder; empty for a plain process, not isolated.
    temporary : list of str
        What is shown of the machine's own ``/tmp``.
    limits : dict
        The fields of `Limits`.
    files : list of int
        Descriptors: the student's line, standard output, standard error, the owner's control line.
    """

    template: int
    root: str
    temporary: list[str]
    limits: dict[str, Any]
    files: list[int]


def be_born(birth: SpawnRequest) -> NoReturn:
    """Fork the student process, and watch over it until it ends; never returns."""
    control = socket.socket(fileno=birth.files[3])
    try:
        for number in set(range(1, signal.NSIG)) - _IGNORED:
            with suppress(OSError, ValueError):
                signal.signal(number, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        os.setsid()
        kernel.die_with_parent(birth.template)
        if birth.root:
            _isolated(birth, control)
        else:
            _plain(birth, control)
    except BaseException as error:  # noqa: BLE001  whatever it is, the owner has to know
        with suppress(OSError):
            send(control, {"refused": f"{type(error).__name__}: {error}"})
        os._exit(1)
    os._exit(0)


def own_user(inside: int) -> None:
    """Map one user, `inside` a new user namespace, to the user who made it."""
    Path("/proc/self/setgroups").write_text("deny")
    user, group = _USER
    Path("/proc/self/uid_map").write_text(f"{inside} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{inside if inside == NOBODY else group} {group} 1")


_USER = (os.geteuid(), os.getegid())


def become_nobody() -> None:
    """Stop being the administrator, for whom the limits do not hold."""
    global _USER  # what the maps need, from before the new namespace
    parent = os.getppid()
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    _USER = (os.geteuid(), os.getegid())
    kernel.readable_by_self(True)
    kernel.die_with_parent(parent)  # the system forgets it when the user changes


def _isolated(birth: SpawnRequest, control: socket.socket) -> None:
    become_nobody()
    kernel.unshare(kernel.NAMESPACES)
    own_user(NOBODY)
    hold, held = os.pipe()
    init = os.fork()
    if init == 0:
        os.close(held)
        _first(birth, control, hold)
    os.close(hold)
    process = os.pidfd_open(init)
    send(control, {"process": init}, [process])
    os.write(held, b"x")
    control.close()
    os.waitpid(init, 0)


def _first(birth: SpawnRequest, control: socket.socket, hold: int) -> NoReturn:
    """Be process 1 of the namespace: when it ends, the system kills all others in it."""
    try:
        kernel.die_with_parent(0)  # the parent is outside, so it has no number here
        if os.read(hold, 1) != b"x":
            os._exit(1)
        enter_root(birth.root, birth.limits["tmp"], birth.temporary)
        socket.sethostname("student")
        student = _fork(lambda: _student(birth, control))
        kernel.readable_by_self(False)
        _close_all_but([control.fileno(), hold])
        watch.watch(control, hold, student, watch.everybody, watch.sockets, birth.limits)
    except BaseException as error:  # noqa: BLE001  as above
        with suppress(OSError):
            send(control, {"refused": f"{type(error).__name__}: {error}"})
    os._exit(1)


def _plain(birth: SpawnRequest, control: socket.socket) -> None:
    kernel.adopt_orphans()
    send(control, {"process": os.getpid()}, [os.pidfd_open(os.getpid())])
    student = _fork(lambda: _student(birth, control))  # now: two must not speak at once
    _close_all_but([control.fileno()])
    watch.watch(control, None, student, watch.descendants, watch.no_sockets, birth.limits)


def _fork(child: Callable[[], None]) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            child()
        finally:
            os._exit(0)
    return pid


def _student(birth: SpawnRequest, control: socket.socket) -> None:
    try:
        _bind(birth, control)
        _reseed()
        send(control, {"ready": True})
    except BaseException as error:
        send(control, {"refused": f"{type(error).__name__}: {error}"})
        raise
    control.close()
    worker.serve(socket.socket(fileno=_LINE))


def _bind(birth: SpawnRequest, control: socket.socket) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    line, out, err = (os.dup(one) for one in birth.files[:3])
    for source, target in ((nothing, 0), (out, 1), (err, 2)):
        os.dup2(source, target)
    # High first: the line may sit on the number of another's.
    high = os.dup(line)
    kept = control.fileno()
    if kept == _LINE:
        kept = control.detach()
        kept = os.dup(kept)
        socket.socket.__init__(control, fileno=kept)
    os.dup2(high, _LINE)
    _close_all_but([0, 1, 2, _LINE, kept])
    home = "/tmp" if birth.root else str(Path.cwd())
    os.chdir(home)
    os.umask(0o077)
    os.environ.update(HOME=home, TMPDIR=home)
    if not birth.root:
        kernel.die_with_parent(os.getppid())
    os.nice(5)  # the watcher and the grader come first
    _limit(birth.limits)
    if birth.root:
        kernel.drop_capabilities()
    kernel.no_new_privileges()
    if birth.root:
        kernel.filter_calls()
        kernel.readable_by_self(True)


def _limit(limits: dict[str, Any]) -> None:
    numbers = {
        "CORE": 0,
        "CPU": limits["cpu"],
        "DATA": watch.data_of("self") + limits["memory"],
        "FSIZE": limits["file_size"],
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
        "NOFILE": limits["files"],
        # Counted for each user of a user namespace: this one and process 1 are among them.
        "NPROC": limits["processes"] + 1,
    }
    for name, number in numbers.items():
        which = getattr(resource, f"RLIMIT_{name}", None)
        if which is not None:
            resource.setrlimit(which, (number, number))


def _reseed() -> None:
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    # On the descriptors that are the student's now, line by line.
    sys.stdin = open(0, closefd=False)  # noqa: SIM115  lives as long as the process
    sys.stdout = open(1, "w", closefd=False, buffering=1, errors="replace")  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False, buffering=1, errors="replace")  # noqa: SIM115


def _close_all_but(kept: list[int]) -> None:
    edges = [-1, *sorted(kept), 1 << 20]
    for low, high in pairwise(edges):
        if low + 1 < high:  # an empty range that begins at 0 closes all
            os.closerange(low + 1, high)
