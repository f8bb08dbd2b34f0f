"""Say which isolation this machine gives, by trying it."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mlops_lab.workbench.classroom.sandbox import kernel
from mlops_lab.workbench.classroom.sandbox.sandbox import Sandbox, SandboxError

__all__ = ["Layer", "probe"]

_SWITCHES = {
    "/proc/sys/user/max_user_namespaces": "0",
    "/proc/sys/kernel/unprivileged_userns_clone": "0",
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1",
}


@dataclass(frozen=True)
class Layer:
    """One layer of the isolation.

    Attributes
    ----------
    name : str
        What it is called.
    ok : bool
        Whether it is there.
    needed : bool
        Whether the sandbox refuses to work without it.
    sentence : str
        What was found.
    """

    name: str
    ok: bool
    needed: bool
    sentence: str


def probe() -> list[Layer]:
    """Try each layer, by starting one student process; takes less than a second.

    Returns
    -------
    list of Layer
        The sandbox works where all that are needed are there.
    """
    if sys.platform != "linux":
        why = f"The sandbox needs Linux; this is {sys.platform}."
        return [Layer("namespaces", False, True, why)]
    return [_namespaces(), _calls(), _memory()]


def _namespaces() -> Layer:
    user = "the administrator" if os.geteuid() == 0 else f"user {os.geteuid()}"
    try:
        with Sandbox() as box, box.start() as student:
            done = student.run([("probe", "answer = 6 * 7")])[0]
    except SandboxError as error:
        reasons = " ".join(_reasons()) or str(error)
        return Layer("namespaces", False, True, f"None for {user}: {reasons}")
    if not done.ok:
        return Layer("namespaces", False, True, f"A student process for {user} {done.failure}")
    own = "users, files, processes, network, messages and host name"
    return Layer("namespaces", True, True, f"Started by {user}: own {own}.")


def _reasons() -> Iterator[str]:
    for file, off in _SWITCHES.items():
        path = Path(file)
        if path.is_file() and path.read_text().strip() == off:
            yield f"{file} is {off}, so the system gives ordinary users no namespaces."


def _calls() -> Layer:
    found = kernel.has_filter()
    said = "libseccomp refuses system calls that no lesson needs." if found else (
        "libseccomp.so.2 is missing: no filter on system calls, and memory that a student puts "
        "into nameless files is not counted; install libseccomp2."
    )  # fmt: skip
    return Layer("system calls", found, False, said)


def _memory() -> Layer:
    found = Path("/proc/self/smaps_rollup").exists()
    said = "a limit on each process, and a watcher over all of them" if found else (
        "a limit on each process, and a rough count of all of them"
    )  # fmt: skip
    return Layer("memory", found, False, f"Memory is held by {said}; control groups are not used.")
