"""What a fork of the template does to become a kernel like any fresh one."""

import atexit
import gc
import os
import resource
import signal
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

from mlops_lab.core import end_with_parent
from mlops_lab.threads import thread_count
from mlops_lab.workbench.kernels.importing import Imported
from mlops_lab.workbench.kernels.own import renew
from mlops_lab.workbench.kernels.protocol import send
from mlops_lab.workbench.kernels.session import attend
from mlops_lab.workbench.kernels.settled import settle

__all__ = ["SpawnRequest", "become_kernel"]

_PATIENCE = 1.0  # seconds


@dataclass(frozen=True)
class SpawnRequest:
    """A request that a fork has to fulfil.

    Attributes
    ----------
    template : int
        Process id of the template.
    streams : list of int
        Descriptors that become standard input, output and error.
    line : socket
        To the owner, who is told the outcome.
    imported : Imported
        What the template has imported.
    request : dict
        ``argv``, ``env``, ``cwd``, ``umask`` and ``limits``, as a fresh kernel of the owner would
        have them.
    """

    template: int
    streams: list[int]
    line: socket.socket
    imported: Imported
    request: dict[str, Any]


def become_kernel(birth: SpawnRequest) -> None:
    """Take on streams, environment and limits, then run ipykernel until it ends.

    Parameters
    ----------
    birth : SpawnRequest
        A request that cannot be fulfilled is refused to the owner, and this process ends.
    """
    try:
        _belong(birth.template)
        _streams(birth.streams)
        _settings(birth.request, birth.imported.variables)
        renew(birth.imported.hidden.modules)
        _threads(birth.imported, birth.request["env"])
    except Exception as error:  # noqa: BLE001  whatever it is, the owner can still start cold
        said = f"the fork failed: {type(error).__name__}: {error}"
        send(birth.line, {"refused": said, "stale": False})
        os._exit(1)
    me = os.pidfd_open(os.getpid())
    send(birth.line, {"pid": os.getpid()}, [me])
    birth.line.close()
    os.close(me)
    _run(birth)


def _belong(template: int) -> None:
    os.setsid()
    # A template that was killed can reap nobody and end nobody: its kernels end with it.
    if not end_with_parent(template):
        os._exit(1)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _streams(streams: list[int]) -> None:
    for target, one in enumerate(streams):
        os.dup2(one, target)
        os.close(one)


def _settings(request: dict[str, Any], imported: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(imported | request["env"])
    os.environ["JPY_PARENT_PID"] = str(os.getppid())
    os.chdir(request["cwd"])
    os.umask(request["umask"])
    for name, limit in request["limits"].items():
        resource.setrlimit(int(name), tuple(limit))


def _threads(imported: Imported, env: dict[str, str]) -> None:
    """Give OpenBLAS the number of threads that it would have started with."""
    imported.blas.limit(limits=min(thread_count(env, "openblas"), len(os.sched_getaffinity(0))))


def _run(birth: SpawnRequest) -> None:
    from importlib.util import find_spec

    from ipykernel.kernelapp import IPKernelApp

    launcher = find_spec("ipykernel_launcher")
    sys.argv = [str(launcher.origin) if launcher else "ipykernel_launcher", *birth.request["argv"]]
    sys.orig_argv = [sys.executable, "-m", "ipykernel_launcher", *birth.request["argv"]]
    unread = settle(birth.imported.hidden)
    # Jupyter names the parent in the environment, which ipykernel has read in the template.
    app = IPKernelApp.instance(parent_handle=birth.template)
    app.initialize(birth.request["argv"])  # type: ignore[no-untyped-call]  # ipykernel's, untyped
    birth.imported.hand_over_streams()
    session = attend(app, birth.request, birth.imported.hidden, unread)
    app.start()  # type: ignore[no-untyped-call]  # likewise
    if session.relay is not None:
        session.relay.close()
        _end_with(session.relay.code or 0)
    birth.imported.hidden.show_all()  # the end of a library may need the library
    if app.control_thread is not None:
        # It still says that it is idle, through a thread that ipykernel's own end stops first:
        # then it waits for seconds in vain, and whoever asked for the end waits with it.
        app.control_thread.join(_PATIENCE)
    _leave()


def _end_with(code: int) -> NoReturn:
    """End as the fresh kernel that ran in this one's place; what cells left to the end, it did."""
    if code < 0:
        with suppress(OSError):  # some signals cannot be caught anyway
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


def _leave() -> NoReturn:
    """End as a fresh kernel does, without taking the template's modules to pieces.

    That would write to, and so copy, most of the memory that kernels share: more work than many a
    notebook's cells.
    """
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as at any end
    atexit._run_exitfuncs()  # IPython's empties the notebook's namespace, so its files are closed
    gc.collect()  # those in cycles too; what the template made is frozen and is not looked at
    for stream in (sys.__stdout__, sys.__stderr__):
        with suppress(OSError, ValueError):  # closed by the notebook, or nobody reads any more
            if stream is not None:
                stream.flush()
    os._exit(0)
