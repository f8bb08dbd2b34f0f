"""What the sandbox asks of Linux and Python 3.11 has no words for: a few calls of libc."""

import ctypes
import os
import sys
from functools import cache

from mlops_lab.core import end_with_parent

__all__ = [
    "BIND", "DETACH", "NAMESPACES", "NEWNS", "NEWUSER", "NODEV", "NOEXEC", "NOSUID", "PRIVATE",
    "READ_ONLY", "RECURSIVE", "REMOUNT", "adopt_orphans", "die_with_parent", "drop_capabilities",
    "filter_calls", "has_filter", "mount", "no_new_privileges", "pivot", "readable_by_self",
    "unmount", "unshare",
]  # fmt: skip

NEWNS = 0x00020000
_NEWCGROUP, _NEWUTS, _NEWIPC = 0x02000000, 0x04000000, 0x08000000
NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000
NAMESPACES = NEWNS | _NEWCGROUP | _NEWUTS | _NEWIPC | NEWUSER | _NEWPID | _NEWNET

READ_ONLY, NOSUID, NODEV, NOEXEC = 1, 2, 4, 8
REMOUNT, BIND, RECURSIVE, PRIVATE = 32, 4096, 16384, 1 << 18
DETACH = 2

_DUMPABLE, _DROP, _NO_NEW_PRIVS, _AMBIENT = 4, 24, 38, 47
_CAPABILITY_VERSION = 0x20080522
_SIGKILL = 9
# What no lesson needs. Some reach past the namespaces, some hide memory from whoever counts it,
# and most widen what an attacker may try on the kernel.
_FORBIDDEN = """
    acct add_key bpf chroot clock_adjtime clock_settime delete_module fanotify_init finit_module
    fsconfig fsmount fsopen fspick init_module inotify_add_watch inotify_init inotify_init1
    io_uring_enter io_uring_register io_uring_setup
    kcmp kexec_file_load kexec_load keyctl lookup_dcookie mbind memfd_create memfd_secret
    migrate_pages mount mount_setattr move_mount move_pages msgget name_to_handle_at nfsservctl
    open_by_handle_at open_tree perf_event_open personality pidfd_getfd pivot_root
    process_madvise process_vm_readv process_vm_writev ptrace quotactl quotactl_fd reboot
    request_key semget setns settimeofday shmget swapoff swapon syslog umount2 unshare
    userfaultfd uselib vmsplice
"""
# Students share the files of the system, which they can read: a lock on one, a watch of it or a
# lease is seen by whoever asks, and so carries a message from one student to another.
_TELLING = {"F_GETLK": 5, "F_OFD_GETLK": 36, "F_SETLEASE": 1024, "F_NOTIFY": 1026}
_KILL_NOTHING, _ERRNO, _GREATER, _EQUAL_BITS, _EPERM = 0x7FFF0000, 0x00050000, 6, 7, 1
_INT = 0xFFFFFFFF  # the bits of an argument that the system looks at
_LARGEST_FAMILY = 16  # netlink: beyond are vsock and others that no namespace holds


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _prctl(option: int, *values: int) -> int:
    words = [ctypes.c_ulong(one) for one in (*values, 0, 0, 0, 0)[:4]]
    return int(_libc().prctl(option, *words))


def unshare(flags: int) -> None:
    """Leave namespaces for new ones."""
    _checked(_libc().unshare(flags), "unshare")


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """Mount, bind or remount."""
    done = _libc().mount(
        os.fsencode(source), os.fsencode(target), kind.encode(), ctypes.c_ulong(flags),
        data.encode() or None,
    )  # fmt: skip
    _checked(done, f"mount {target}")


def unmount(target: str) -> None:
    """Unmount with all that is on it, at once."""
    _checked(_libc().umount2(os.fsencode(target), DETACH), f"unmount {target}")


def pivot(root: str) -> None:
    """Make `root`, a mount point, the root folder; nothing else stays in sight."""
    os.chdir(root)
    name = "pivot_root"
    _checked(getattr(_libc(), name)(b".", b"."), name)
    unmount(".")
    os.chdir("/")


def die_with_parent(parent: int) -> None:
    """Be killed when the parent ends; end now if it has ended."""
    if not end_with_parent(parent):
        os._exit(1)


def readable_by_self(yes: bool) -> None:
    """Say whether processes of the same user may look into this one."""
    _prctl(_DUMPABLE, int(yes))


def no_new_privileges() -> None:
    """Let no program give this process more rights than it has."""
    _checked(_prctl(_NO_NEW_PRIVS, 1), "no_new_privs")


def drop_capabilities() -> None:
    """Give up every capability, also those that a program could be started with."""
    for number in range(64):
        if _prctl(_DROP, number) != 0:
            break
    _prctl(_AMBIENT, 4)
    head = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    _checked(_libc().capset(head, (ctypes.c_uint32 * 6)()), "capset")


class _Compared(ctypes.Structure):
    _fields_ = [
        ("arg", ctypes.c_uint), ("op", ctypes.c_int),
        ("a", ctypes.c_uint64), ("b", ctypes.c_uint64),
    ]  # fmt: skip


@cache
def _seccomp() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return None
    library.seccomp_init.restype = ctypes.c_void_p
    return library


def has_filter() -> bool:
    """Say whether system calls can be filtered here."""
    return sys.platform == "linux" and _seccomp() is not None


def filter_calls() -> None:
    """Refuse the system calls that no lesson needs, for good; nothing without libseccomp."""
    library = _seccomp()
    if library is None:
        return
    refuse = ctypes.c_uint32(_ERRNO | _EPERM)
    rules = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(_KILL_NOTHING)))
    for name in _FORBIDDEN.split():
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:  # this processor or this version has it
            _refuse(library, rules, refuse, number)
    for name in ("socket", "socketpair"):
        _refuse_where(library, rules, refuse, name, _Compared(0, _GREATER, _LARGEST_FAMILY, 0))
    for command in _TELLING.values():
        _refuse_where(library, rules, refuse, "fcntl", _Compared(1, _EQUAL_BITS, _INT, command))
    # Libraries lock files of their own, so they are told that it was done; between processes of
    # one student such a lock holds nothing back.
    flock = library.seccomp_syscall_resolve_name(b"flock")
    _refuse(library, rules, ctypes.c_uint32(_ERRNO), flock)
    loaded = library.seccomp_load(rules)
    library.seccomp_release(rules)
    _checked(-loaded, "seccomp")


def _refuse(
    library: ctypes.CDLL, rules: ctypes.c_void_p, action: ctypes.c_uint32, number: int
) -> None:
    _checked(-library.seccomp_rule_add_array(rules, action, number, 0, None), f"seccomp {number}")


def _refuse_where(
    library: ctypes.CDLL, rules: ctypes.c_void_p, action: ctypes.c_uint32, name: str,
    where: _Compared,
) -> None:  # fmt: skip
    number = library.seccomp_syscall_resolve_name(name.encode())
    added = library.seccomp_rule_add_array(rules, action, number, 1, ctypes.byref(where))
    _checked(-added, f"seccomp {name}")


def adopt_orphans() -> None:
    """Become the parent of whatever loses its own among one's descendants."""
    _checked(_prctl(36, 1), "subreaper")
