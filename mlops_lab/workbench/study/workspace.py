"""The folder a learner works in: where it is, what is in it, and what it remembers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import mlops_lab
from mlops_lab.workbench.runs.course import find_course
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.study.files import put, require_ours

__all__ = [
    "HIDDEN",
    "VERSION",
    "Known",
    "Workspace",
    "find_workspace",
    "open_workspace",
    "read_workspace",
]

HIDDEN = ".mlops-lab"
"""The folder inside a workspace that is not the learner's; JupyterLab does not show it."""
VERSION: str = mlops_lab.__version__
"""This version of MLOps Lab."""
_FORMAT = 1
_USUAL = "workspace"


@dataclass(frozen=True)
class Known:
    """What is remembered of one file that the learner was given.

    Attributes
    ----------
    version : str
        The version of MLOps Lab that it came with.
    master : str
        SHA-256 of the master's file at that time.
    """

    version: str
    master: str


@dataclass(frozen=True)
class Workspace:
    """A learner's folder.

    Attributes
    ----------
    root : Path
    version : str
        The version of MLOps Lab that wrote to it last; empty for a folder that has no record yet.
    given : dict of str to Known
        By the file's name in the course, such as ``"4_deployment/05_drift.ipynb"``.
    course : str
        Where the course was when the workspace was last opened in JupyterLab.
    """

    root: Path
    version: str = ""
    given: dict[str, Known] = field(default_factory=dict)
    course: str = ""

    @property
    def hidden(self) -> Path:
        """Name the folder that is not the learner's."""
        return self.root / HIDDEN

    @property
    def log(self) -> Path:
        """Name the file with what JupyterLab said."""
        return self.hidden / "lab.log"

    def file(self, name: str) -> Path:
        """Name the learner's own file."""
        return self.root / name

    def base(self, name: str) -> Path:
        """Name the copy of what the learner was given."""
        return self.hidden / "base" / name

    def before(self, name: str) -> Path:
        """Name the copy of the learner's file as it was before its last update."""
        return self.hidden / "before" / name

    def remember(self) -> None:
        """Write down what was given, by this version."""
        record = {
            "format": _FORMAT,
            "version": VERSION,
            "course": self.course,
            "given": {name: vars(known) for name, known in sorted(self.given.items())},
        }
        put(_record(self.root), (json.dumps(record, indent=1) + "\n").encode())


def _record(root: Path) -> Path:
    return root / HIDDEN / "workspace.json"


def find_workspace(given: Path | None = None, course: Path | None = None) -> Path:
    """Find the workspace, or the place where it is to be made.

    Parameters
    ----------
    given : Path, optional
        This one and no other.
    course : Path, optional
        The course folder; in a checkout, the workspace is made beside it.

    Returns
    -------
    Path
        The one around the current folder, else one called ``workspace`` in the current folder or
        those above, else where that would be made. Need not exist.

    Raises
    ------
    RefusedError
        When it would lie in the course or around it, where the masters are.
    """
    try:
        here = Path.cwd()
    except FileNotFoundError as error:
        raise RefusedError("The current folder is gone. Change to one that is there.") from error
    if given is not None:
        return _apart(here / given.expanduser(), course)
    for folder in (here, *here.parents):
        for place in (folder, folder / _USUAL):
            if _is_there(_record(place)):
                return place
    home = course.resolve().parent if course else here
    beside = course is not None and (home / "pyproject.toml").is_file()
    return _apart((home if beside else here) / _USUAL, course)


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # in a folder that nobody but its owner may look into
        return False


def _apart(root: Path, course: Path | None) -> Path:
    masters = (course or find_course()).resolve()
    place = root.resolve()
    if place == masters or masters in place.parents or place in masters.parents:
        raise RefusedError(
            f"{root} is no place for a workspace: the course itself is in {masters}, and its "
            "notebooks stay as they are. Name another folder with --workspace DIR."
        )
    return root


def open_workspace(root: Path) -> Workspace:
    """Open a workspace, making its folder where there is none.

    Parameters
    ----------
    root : Path
        From `find_workspace`. A folder without a record of ours is taken as one from before such
        records: what is in it is the learner's.

    Raises
    ------
    RefusedError
        When it may not be written to, or was written by a newer version.
    """
    require_ours(root)
    (root / HIDDEN).mkdir(parents=True, exist_ok=True)
    require_ours(root / HIDDEN)
    return read_workspace(root)


def read_workspace(root: Path) -> Workspace:
    """Read what a workspace remembers, without making or changing anything.

    Raises
    ------
    RefusedError
        When its record is damaged, or was written by a newer version.
    """
    path = _record(root)
    if not _is_there(path):
        return Workspace(root)
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        number, version = int(record["format"]), str(record["version"])
        known = {str(name): _known(one) for name, one in record["given"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RefusedError(
            f"{path} is damaged ({error!r}). Remove it: your notebooks stay, and what you wrote "
            "is told from what you were given by the copies beside it."
        ) from error
    if number > _FORMAT:
        raise RefusedError(
            f"{root} was last used with MLOps Lab {version}, and this is the older {VERSION}. "
            "Use the newer one, or another folder with --workspace DIR."
        )
    return Workspace(root, version, known, str(record.get("course", "")))


def _known(one: Mapping[str, str]) -> Known:
    return Known(str(one["version"]), str(one["master"]))
