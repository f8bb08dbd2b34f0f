"""Bring the course into a workspace: what is missing, what has changed, one lesson afresh."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.study.course_files import CourseFile, learner_version, without_outputs
from mlops_lab.workbench.study.files import as_bytes, put, put_aside
from mlops_lab.workbench.study.ids import has_ids, restore_ids
from mlops_lab.workbench.study.merge import Merged, merged, same_text
from mlops_lab.workbench.study.workspace import VERSION, Known, Workspace

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["BACKUPS", "Outcome", "changed", "fill", "is_untouched", "reset", "update", "withdrawn"]

BACKUPS = "backups"
"""The folder of a workspace that `reset` puts the learner's files into."""

_LINE = 50  # letters of a cell that are enough to find it


@dataclass(frozen=True)
class Outcome:
    """What came of one file.

    Attributes
    ----------
    name : str
        As in `CourseFile`.
    title : str
        For people.
    state : str
        ``"new"``, ``"back"`` (it was missing), ``"same"``, ``"updated"`` or ``"kept"`` (it could
        not be merged).
    told : tuple of str
        Sentences: what was brought, and where what could not be merged is kept.
    """

    name: str
    title: str
    state: str
    told: tuple[str, ...] = ()


def fill(space: Workspace, course: Sequence[CourseFile]) -> list[Outcome]:
    """Put the files into a workspace that are not there; nothing that is there is touched.

    Parameters
    ----------
    space : Workspace
    course : sequence of CourseFile
        From `offered`.

    Returns
    -------
    list of Outcome
        Of the files that were written.
    """
    done = []
    for one in course:
        if not space.file(one.name).exists():
            back = space.base(one.name).is_file()
            _give(space, one, learner_version(one))
            done.append(Outcome(one.name, one.title, "back" if back else "new"))
    space.remember()
    return done


def changed(space: Workspace, course: Sequence[CourseFile]) -> list[CourseFile]:
    """List the files whose newest version is not the one that the learner was given."""
    return [one for one in course if space.file(one.name).exists() and _is_other(space, one)]


def _is_other(space: Workspace, one: CourseFile) -> bool:
    known = space.given.get(one.name)
    if known is not None and known.master == one.digest and space.base(one.name).is_file():
        return False
    base = _base(space, one)
    return base is None or not same_text(base, learner_version(one))


def update(space: Workspace, course: Sequence[CourseFile]) -> list[Outcome]:
    """Bring each file to its newest version, with the learner's answers and cells kept.

    Parameters
    ----------
    space : Workspace
        Not open in JupyterLab, which would write its own copy over the merged one.
    course : sequence of CourseFile
        What to bring.

    Returns
    -------
    list of Outcome
        In the order of `course`. The learner's file as it was before is kept, until the next
        update, where `Workspace.before` names it.
    """
    done = []
    for one in course:
        done.append(_update(space, one))
        space.remember()  # an update that is stopped goes on where it was
    return done


def _update(space: Workspace, one: CourseFile) -> Outcome:
    path = space.file(one.name)
    if not path.exists():
        return fill(space, [one])[0]
    if not _is_other(space, one):
        space.given[one.name] = Known(VERSION, one.digest)  # other bytes of the same text
        return Outcome(one.name, one.title, "same")
    new = learner_version(one)
    try:
        mine = read_notebook(path)
    except RefusedError as error:
        aside = put_aside(path.with_stem(f"{path.stem}.new"), as_bytes(without_outputs(new)))
        told = (f"{error}", f"It is as it was; the new version is in {aside}.")
        return Outcome(one.name, one.title, "kept", told)
    return _merge(space, one, mine, new)


def _merge(space: Workspace, one: CourseFile, mine: "NotebookNode", new: "NotebookNode") -> Outcome:
    path = space.file(one.name)
    base = _base(space, one)
    if base is not None and not has_ids(path):
        restore_ids(mine, base)
    result = merged(base, mine, without_outputs(new))
    told = [f"{_count(result.brought)} brought."] if result.brought else []
    told += [_told_below(result)] if result.below else []
    if result.answers:
        aside = put_aside(path.with_stem(f"{path.stem}.new"), as_bytes(without_outputs(new)))
        told += [_told_answer(name, result, aside) for name in result.answers]
    content = as_bytes(result.nb)
    # The merged file first: stopped in between, the next update makes the same of it.
    put(space.before(one.name), path.read_bytes())
    put(path, content)
    _record(space, one, new)
    return Outcome(one.name, one.title, "updated", tuple(told))


def _count(cells: int) -> str:
    return "1 cell was" if cells == 1 else f"{cells} cells were"


def _told_below(result: Merged) -> str:
    many = len(result.below)
    which = "A cell that you had changed has" if many == 1 else f"{many} cells of yours have"
    begins = [_first_line(cell.source) for cell in result.nb.cells if cell.id in result.below]
    listed = ", ".join(f'"{line}"' for line in begins)
    return f"{which} a new text; what you had written is in the cell below {listed}."


def _first_line(source: str) -> str:
    line = next(iter(source.strip().splitlines()), "")
    return line if len(line) <= _LINE else f"{line[:_LINE]}..."


def _told_answer(name: str, result: Merged, aside: Path) -> str:
    what = "asks for another function" if name in result.asked else "has another text"
    return f"Your answer {name} is kept, but its task {what} now: see {aside}."


def withdrawn(space: Workspace, course: Path) -> list[str]:
    """Name the files that the course does not have any more, once; the learner's copies stay.

    Parameters
    ----------
    space : Workspace
    course : Path
        The folder from `find_course`.
    """
    gone = [name for name in space.given if not (course / name).is_file()]
    for name in gone:
        del space.given[name]
    if gone:
        space.remember()
    return gone


def reset(space: Workspace, one: CourseFile, *, now: datetime | None = None) -> Path | None:
    """Return a lesson afresh, and keep what the learner had in the workspace's `BACKUPS`.

    Parameters
    ----------
    space : Workspace
    one : CourseFile
    now : datetime, optional
        For the name of the backup.

    Returns
    -------
    Path or None
        The backup; None when there was no file.
    """
    path, backup = space.file(one.name), None
    new = learner_version(one)
    if path.exists():
        when = (now or datetime.now().astimezone()).strftime("%Y-%m-%d_%H%M")
        place = space.root / BACKUPS / f"{path.stem}.{when}.ipynb"
        backup = put_aside(place, path.read_bytes())
    _give(space, one, new)
    space.remember()
    return backup


def is_untouched(space: Workspace, one: CourseFile) -> bool:
    """Tell whether a file is just as the newest version is given."""
    path = space.file(one.name)
    return path.is_file() and path.read_bytes() == as_bytes(without_outputs(learner_version(one)))


def _give(space: Workspace, one: CourseFile, new: "NotebookNode") -> None:
    put(space.file(one.name), as_bytes(without_outputs(new)))
    _record(space, one, new)


def _record(space: Workspace, one: CourseFile, new: "NotebookNode") -> None:
    put(space.base(one.name), as_bytes(new))
    space.given[one.name] = Known(VERSION, one.digest)


def _base(space: Workspace, one: CourseFile) -> "NotebookNode | None":
    try:
        return read_notebook(space.base(one.name))
    except RefusedError:  # not there, or damaged: then every difference is the learner's
        return None
