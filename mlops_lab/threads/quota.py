"""How many processor cores this process may use: by its affinity mask and by its cgroups' quota."""

import math
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

__all__ = ["cores", "cpu_quota"]

_PROCESS = Path("/proc/self")


def cores() -> int:
    """Count the processor cores that this process may use.

    Returns
    -------
    int
        The cores of its affinity mask, and no more than the CPU quota of its cgroups, a part of a
        core counted as a whole one; at least 1.
    """
    usable = getattr(os, "sched_getaffinity", None)
    count = len(usable(0)) if usable else os.cpu_count() or 1
    quota = cpu_quota()
    return count if quota is None else max(1, min(count, math.ceil(quota)))


def cpu_quota(process: Path = _PROCESS) -> float | None:
    """Read the CPU quota of a process' cgroups, version 1 and version 2.

    A quota of a group holds for all groups inside it, so the smallest on the way to the root of
    what is mounted here is the one that counts.

    Parameters
    ----------
    process : Path
        The process' folder in ``/proc``.

    Returns
    -------
    float or None
        In cores: 1.5 is one core and half of another. None without a quota, without cgroups, and
        on systems that have none.
    """
    try:
        groups = (process / "cgroup").read_text().splitlines()
        mounts = (process / "mountinfo").read_text().splitlines()
    except OSError:
        return None  # no Linux, or /proc is hidden
    folders = [folder for line in groups for folder in _folders(line, mounts)]
    quotas = [quota for folder in folders if (quota := _quota(folder)) is not None]
    return min(quotas, default=None)


def _folders(group: str, mounts: list[str]) -> Iterator[Path]:
    """Yield the folders of one line of ``/proc/self/cgroup``, from its group to what is mounted."""
    number, controllers, path = group.split(":", 2)
    version2 = number == "0" and not controllers
    if not version2 and "cpu" not in controllers.split(","):
        return
    for root, place, kind, options in map(_mount, mounts):
        if kind != ("cgroup2" if version2 else "cgroup"):
            continue
        if not version2 and "cpu" not in options:
            continue
        inside = PurePosixPath(path)
        # A container sees its own group as the root, whatever the path from outside says.
        within = inside.relative_to(root).parts if inside.is_relative_to(root) else ()
        steps = within if ".." not in within else ()
        yield from (place.joinpath(*steps[:end]) for end in range(len(steps), -1, -1))


def _mount(line: str) -> tuple[str, Path, str, list[str]]:
    """Return root, mount point, type and the file system's options of a line of ``mountinfo``."""
    before, _, after = line.partition(" - ")
    root, place = (_plain(word) for word in before.split()[3:5])
    kind, _, options = [*after.split(), "", "", ""][:3]
    return root, Path(place), kind, options.split(",")


def _plain(word: str) -> str:
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        word = word.replace(code, character)
    return word


def _quota(folder: Path) -> float | None:
    """Read the quota that a cgroup has itself, in cores."""
    try:
        if (folder / "cpu.max").is_file():
            most, period = (folder / "cpu.max").read_text().split()
        else:
            most, period = (
                (folder / f"cpu.cfs_{name}_us").read_text().strip() for name in ("quota", "period")
            )
        quota = float(most) / float(period)  # "max", as version 2 says for none, is no number
    except (OSError, ValueError, ZeroDivisionError):
        return None
    return quota if quota > 0 else None  # version 1 says -1 for none
