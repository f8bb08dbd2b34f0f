"""The student's root folder: built once by the template, out of read-only binds."""

import os
import site
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from mlops_lab.workbench.classroom.sandbox import kernel

__all__ = ["SYSTEM", "build_root", "enter_root", "needed"]

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
"""The system's folders, which every process may read."""
_SETTINGS = ("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_ASIDE = ".tmp"
_TEXTS = {
    "passwd": "student:x:65534:65534:student:/tmp:/bin/sh\n",
    "group": "student:x:65534:\n",
    "hosts": "127.0.0.1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}


def needed() -> list[Path]:
    """Return folders that this Python and its packages live in, and the course's own package."""
    package = Path(__file__).resolve().parents[3]
    places = [sys.prefix, sys.base_prefix, sys.exec_prefix, *site.getsitepackages(), str(package)]
    return sorted({Path(one) for one in places if Path(one).is_dir()})


def build_root(root: Path, shown: Iterable[Path], hidden: Sequence[Path]) -> list[str]:
    """Build the tree on a small tmpfs; in a mount namespace of one's own.

    Parameters
    ----------
    root : Path
        An empty folder.
    shown : iterable of Path
        Folders and files that the student may read, each at its own place.
    hidden : sequence of Path
        Folders among them that look empty.

    Returns
    -------
    list of str
        What is shown of ``/tmp``, where a student process will have its own, and finds it again.
    """
    kernel.mount("none", "/", "", kernel.RECURSIVE | kernel.PRIVATE)
    kernel.mount("tmpfs", str(root), "tmpfs", kernel.NOSUID | kernel.NODEV, "size=1m,mode=755")
    for name in ("proc", "tmp", "dev", "etc", _ASIDE):
        (root / name).mkdir()
    for name in SYSTEM:
        _system(root, Path(name))
    for name, text in _TEXTS.items():
        (root / "etc" / name).write_text(text)
    places = [one for one in [*map(Path, _SETTINGS), *_outermost(shown)] if one.exists()]
    for place in places:
        _bind(root, place)
    for place in hidden:
        with suppress(FileNotFoundError):
            _hide(_inside(root, place))
    _devices(root)
    _lock(str(root), kernel.NOSUID | kernel.NODEV)
    return [str(one.relative_to("/tmp")) for one in places if one.is_relative_to("/tmp")]


def _inside(root: Path, place: Path) -> Path:
    """Return where a place is in the tree; set aside, if it is in ``/tmp``."""
    if place.is_relative_to("/tmp"):
        return root / _ASIDE / place.relative_to("/tmp")
    return root / place.relative_to("/")


def _system(root: Path, place: Path) -> None:
    if place.is_symlink():
        (root / place.name).symlink_to(place.readlink())
    elif place.is_dir():
        _bind(root, place)


def _outermost(places: Iterable[Path]) -> list[Path]:
    """Leave out what is inside another of them, or in the system's folders."""
    kept: list[Path] = []
    for place in sorted(Path(os.path.abspath(one)) for one in places):  # noqa: PTH100  no links followed
        if not any(place.is_relative_to(one) for one in [*kept, Path("/usr")]):
            kept.append(place)
    return kept


def _bind(root: Path, place: Path) -> None:
    target = _inside(root, place)
    _like(place, target)
    kernel.mount(str(place), str(target), "", kernel.BIND)
    _lock(str(target), kernel.BIND | kernel.NOSUID | kernel.NODEV)


def _like(place: Path, target: Path) -> None:
    """Make an empty folder or file, as `place` is one, to be covered by it."""
    if place.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()


def _lock(target: str, flags: int) -> None:
    kernel.mount("none", target, "", kernel.REMOUNT | kernel.READ_ONLY | flags | _kept(target))


def _kept(target: str) -> int:
    """Return what a mount already forbids, which a user namespace must repeat."""
    now = os.statvfs(target).f_flag
    pairs = ((os.ST_NOEXEC, kernel.NOEXEC), (os.ST_NOATIME, 1024), (os.ST_NODIRATIME, 2048),
             (os.ST_RELATIME, 1 << 21))  # fmt: skip
    return sum(flag for bit, flag in pairs if now & bit)


def _hide(target: Path) -> None:
    if target.is_dir():
        kernel.mount("tmpfs", str(target), "tmpfs", kernel.READ_ONLY | kernel.NOSUID, "size=4k")


def _devices(root: Path) -> None:
    for name in _DEVICES:
        (root / "dev" / name).touch()
        kernel.mount(f"/dev/{name}", str(root / "dev" / name), "", kernel.BIND)
    (root / "dev" / "shm").mkdir()
    (root / "dev" / "fd").symlink_to("/proc/self/fd")


def enter_root(root: str, room: int, temporary: Sequence[str]) -> None:
    """Take the tree as the root folder, with a ``/tmp`` of `room` bytes, as process 1.

    Nothing else of the file system can be reached afterwards.
    """
    kernel.mount("none", "/", "", kernel.RECURSIVE | kernel.PRIVATE)
    # Onto itself: what came from an outer namespace is locked, and cannot become the root.
    kernel.mount(root, root, "", kernel.BIND | kernel.RECURSIVE)
    safe = kernel.NOSUID | kernel.NODEV
    kernel.mount("tmpfs", f"{root}/tmp", "tmpfs", safe, f"size={room},nr_inodes=20000,mode=1777")
    for name in temporary:
        aside, target = Path(root, _ASIDE, name), Path(root, "tmp", name)
        _like(aside, target)
        kernel.mount(str(aside), str(target), "", kernel.BIND | kernel.RECURSIVE)
    Path(root, "tmp", ".shm").mkdir()
    kernel.mount(f"{root}/tmp/.shm", f"{root}/dev/shm", "", kernel.BIND)
    kernel.mount("proc", f"{root}/proc", "proc", safe | kernel.NOEXEC)
    Path(root, "proc/sys/user/max_user_namespaces").write_text("0")
    kernel.mount("none", f"{root}/proc", "", kernel.REMOUNT | kernel.BIND | kernel.READ_ONLY
                 | safe | kernel.NOEXEC)  # fmt: skip
    kernel.pivot(root)
