"""Look at this machine the way a lesson will: one check, one line, and what to do about it."""

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from mlops_lab.threads import cores
from mlops_lab.workbench.kernels.conditions import supported
from mlops_lab.workbench.runs.check import Check
from mlops_lab.workbench.runs.course import find_course, lesson_paths
from mlops_lab.workbench.runs.distributions import differs, missing_extras
from mlops_lab.workbench.runs.errors import KernelError, RefusedError
from mlops_lab.workbench.runs.lesson import read_lesson

__all__ = ["MINIMUM_DISK_GB", "MINIMUM_MEMORY_GB", "Check", "examine"]

MINIMUM_MEMORY_GB = 2.0
MINIMUM_DISK_GB = 2.0
_PYTHONS = ">=3.11,<3.14"
_LIBRARIES = ("tensorflow", "torch", "snorkel")
_GB = 1024**3
_OTHER_CACHE = "Set MLOPS_LAB_DATA to the whole path of a folder that you may write to."


def examine(course: Path | None = None, *, deep: bool = False) -> Iterator[Check]:
    """Look at everything a lesson needs, one check after the other.

    Parameters
    ----------
    course : Path, optional
        The course folder; looked for when not given.
    deep : bool
        Also import the heavy libraries, each in a process of its own; takes about half a minute.

    Yields
    ------
    Check
        As soon as it is known.
    """
    yield _safely("python", _python, "Make the environment again with Python 3.11.")
    yield _safely("packages", _packages, "Run `pip install -r requirements.lock` again.")
    yield _safely("extras", _extras, "Install the project again, with its extras.")
    yield _safely("kernel", _kernel, "Install the project again, in a new environment.")
    yield Check("warm kernels", True, _warm())
    yield _safely("course", lambda: _lessons(course), "Check who may read the course folder.")
    yield _safely("claims", lambda: _claims(course), "Restore the notebooks with git.")
    yield _safely("datasets", _datasets, "Restore datasets/ with git, or reinstall.")
    yield _safely("data cache", _cache, _OTHER_CACHE)
    yield _safely("memory", _memory, f"See for yourself that {MINIMUM_MEMORY_GB:g} GB are there.")
    yield Check("cores", True, f"{cores()} usable")
    yield _safely("disk", _disk, "Run it in a folder that exists and that you may read.")
    yield _safely("sandbox", _sandbox, "Install the project again, in a new environment.")
    if deep:
        for name in _LIBRARIES:
            yield _safely(name, partial(_library, name), f"Run `pip install {name}` again.")


def _safely(name: str, look: Callable[[], Check], fix: str) -> Check:
    try:
        return look()
    except Exception as error:  # noqa: BLE001  # a broken installation may raise anything
        return Check(name, False, f"{type(error).__name__}: {error}", fix)


def _checkout() -> Path | None:
    root = Path(__file__).resolve().parents[3]
    return root if (root / "pyproject.toml").is_file() else None


def _python() -> Check:
    from packaging.specifiers import SpecifierSet

    version = platform.python_version()
    try:
        wanted = importlib.metadata.metadata("mlops-lab")["Requires-Python"] or _PYTHONS
    except importlib.metadata.PackageNotFoundError:
        wanted = _PYTHONS
    detail = f"Python {version}, {wanted} is allowed"
    if SpecifierSet(wanted).contains(version, prereleases=True):
        return Check("python", True, detail)
    return Check("python", False, detail, "Make the environment with Python 3.11.")


def _packages() -> Check:
    root = _checkout()
    if root is None:
        return Check("packages", True, "installed as a package, there is no lock to compare with")
    lock = root / "requirements.lock"
    if not lock.is_file():
        return Check("packages", False, "requirements.lock is missing", "Restore it with git.")
    wrong = [line for line in lock.read_text(encoding="utf-8").splitlines() if differs(line)]
    if not wrong:
        return Check("packages", True, "as in requirements.lock")
    shown = ", ".join(line.split(";")[0].strip(" \\") for line in wrong[:5])
    more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
    told = f"not as in requirements.lock: {shown}{more}"
    fix = "Run `pip install -r requirements.lock` in this environment."
    return Check("packages", False, told, fix)


def _extras() -> Check:
    lacks = missing_extras()
    if not lacks:
        return Check("extras", True, "all that lessons use are installed")
    told = "; ".join(f"{extra} (lacks {', '.join(names)})" for extra, names in lacks.items())
    fix = f"Run `pip install 'mlops-lab[{','.join(lacks)}]'`; lessons that use it stop without."
    return Check("extras", False, f"not installed: {told}", fix)


def _kernel() -> Check:
    # Really started: a kernelspec that reads well may still point to another interpreter.
    import nbformat

    from mlops_lab.workbench.runs.engine import execute, prepare

    code = "import sys\nprint(1 + 1, sys.prefix)"
    cell = nbformat.v4.new_code_cell(code)
    nb = nbformat.v4.new_notebook(cells=[cell])
    fix = f"Run `{sys.executable} -m ipykernel install --sys-prefix`."
    ran = prepare(nb, {})
    try:
        ended = execute(ran, timeout=60)
    except KernelError as error:
        return Check("kernel", False, str(error), fix)
    answer = "".join(out.get("text", "") for out in ran.cells[0].outputs).split(maxsplit=1)
    if ended != "ended" or answer[:1] != ["2"]:
        return Check("kernel", False, f"python3 does not answer 1 + 1 ({ended})", fix)
    used = answer[1].strip()
    if used != sys.prefix:
        return Check("kernel", False, f"python3 belongs to {used}, not to {sys.prefix}", fix)
    return Check("kernel", True, "python3 starts this Python and answers")


def _lessons(course: Path | None) -> Check:
    problems: list[str] = []
    try:
        folder = find_course(course)
        paths = lesson_paths(folder)
    except RefusedError as error:
        return Check("course", False, str(error), "Run it in the project's folder.")
    for path in paths.values():
        try:
            read_lesson(path)
        except RefusedError as error:
            problems.append(str(error))
    if problems or not paths:
        detail = " ".join(problems) or f"{folder} has no lessons"
        return Check("course", False, detail, "Restore the notebooks with git, or reinstall.")
    return Check("course", True, f"{folder} holds {len(paths)} readable lesson(s)")


def _claims(course: Path | None) -> Check:
    from mlops_lab.workbench.runs.claims.status import claims_status

    try:
        known = {
            name: claims_status(p).state for name, p in lesson_paths(find_course(course)).items()
        }
    except RefusedError as error:
        return Check("claims", False, str(error), "Restore the notebooks with git, or reinstall.")
    tried = sum(state == "current" for state in known.values())
    detail = f"{tried} of {len(known)} lesson(s) show over which ranges their claims were tried"
    stale = [name for name, state in known.items() if state == "stale"]
    if not stale:
        return Check("claims", True, detail)
    told = f"{detail}; out of date in {', '.join(stale)}"
    return Check("claims", False, told, f"Run `mlops-lab claims {' '.join(stale)}`.")


def _datasets() -> Check:
    from mlops_lab.data import DataError, available

    try:
        names = available()
    except DataError as error:
        return Check("datasets", False, str(error), "Restore datasets/ with git, or reinstall.")
    if not names:
        return Check("datasets", False, "none found", "Restore datasets/ with git, or reinstall.")
    return Check("datasets", True, f"{len(names)} found")


def _cache() -> Check:
    from mlops_lab.data import DataError
    from mlops_lab.data.folders import cache_folder, obstacle

    try:
        folder = cache_folder()
    except DataError as error:
        return Check("data cache", False, str(error), _OTHER_CACHE)
    if found := obstacle(folder):
        return Check("data cache", False, found, f"Remove it, or: {_OTHER_CACHE}")
    nearest = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            return Check("data cache", True, f"{folder} can be written to")
    except OSError as error:
        told = f"{folder} cannot be written to: {error.strerror}"
        return Check("data cache", False, told, _OTHER_CACHE)


def _memory() -> Check:
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit = Path("/sys/fs/cgroup/memory.max")  # what a container may use
    if limit.is_file() and (text := limit.read_text().strip()).isdigit():
        total = min(total, int(text))
    fix = "Close other programs, or use a machine with more memory."
    return _at_least("memory", total / _GB, MINIMUM_MEMORY_GB, fix)


def _disk() -> Check:
    free = shutil.disk_usage(Path.cwd()).free / _GB
    return _at_least("disk", free, MINIMUM_DISK_GB, "Free some space on the disk of this folder.")


def _at_least(name: str, found: float, wanted: float, fix: str) -> Check:
    ok = found >= wanted
    return Check(name, ok, f"{found:.1f} GB, {wanted:g} GB needed", "" if ok else fix)


def _warm() -> str:
    reason = supported()
    return f"not here, kernels start afresh: {reason}" if reason else "kernels can be forked"


def _sandbox() -> Check:
    # Only who grades a class needs one, so a machine without it is no problem.
    from mlops_lab.workbench.classroom.sandbox import probe

    layers = probe()
    told = " ".join(one.sentence for one in layers)
    if all(one.ok for one in layers if one.needed):
        return Check("sandbox", True, f"students' code can be isolated. {told}")
    todo = "Grade on Linux where users may make namespaces, or with --no-sandbox; lessons need none"
    return Check("sandbox", True, f"students' code cannot be isolated here. {told} {todo}")


def _library(name: str) -> Check:
    # In a process of its own: these take seconds and gigabytes, and a broken build can crash.
    words = [sys.executable, "-c", f"import {name}; print({name}.__version__)"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode == 0:
        return Check(name, True, done.stdout.split()[-1])
    last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    part = next((extra for extra, lacks in missing_extras().items() if name in lacks), None)
    fix = f"Run `pip install 'mlops-lab[{part}]'`." if part else f"Run `pip install {name}` again."
    return Check(name, False, f"cannot be imported: {last}", fix)
