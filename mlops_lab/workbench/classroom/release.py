"""Release an assignment: freeze its master, write what the students get."""

import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import (
    EXTRA,
    MASTER,
    RECORD,
    STUDENT,
    Release,
    Task,
    as_record,
    content_digest,
    read_student,
    releases,
    tags_of,
    tasks_of,
)
from mlops_lab.workbench.classroom.names import (
    is_safe_name,
    private_folder,
    safe_file_name,
    write_whole,
)
from mlops_lab.workbench.classroom.student_version import (
    CELLS,
    cell_digests,
    student_version,
    with_seed,
)
from mlops_lab.workbench.runs.course import find_course, find_notebook, lesson_paths
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.lesson import lesson_id
from mlops_lab.workbench.runs.notebook import read_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["find_master", "make_release", "write_handouts"]

_ENDING = "_assignment"


def find_master(name: str, course: Path | None = None) -> Path:
    """Find the master of an assignment.

    Parameters
    ----------
    name : str
        The lesson's id or name, or the path of any notebook in nbgrader's format.
    course : Path, optional
        The course folder.

    Raises
    ------
    RefusedError
        When there is no such lesson, it has no assignment, or a folder is named.
    """
    if Path(name).is_dir():
        raise RefusedError(_folder_named(Path(name)))
    found = find_notebook(name, course)
    if name.endswith(".ipynb"):
        return found
    master = found.with_name(f"{found.stem}{_ENDING}.ipynb")
    if master.is_file():
        return master
    paths = lesson_paths(find_course(course)).items()
    have = [key for key, path in paths if path.with_name(f"{path.stem}{_ENDING}.ipynb").is_file()]
    raise RefusedError(f"Lesson {name} has no assignment. These have: {', '.join(have) or 'none'}.")


def _folder_named(folder: Path) -> str:
    """Say what to do about a folder, which is an assignment in nbgrader."""
    inside = sorted(folder.glob("*.ipynb"))
    if not inside:
        return f"{folder} is a folder without notebooks. Name a lesson, or a notebook by its path."
    commands = ", ".join(f"`mlops-lab class release {quote(str(one))}`" for one in inside)
    return (
        f"{folder} is a folder, and an assignment here is one notebook. Release each notebook as "
        f"an assignment of its own: {commands}. Then one `mlops-lab class collect` takes what was "
        "handed in for all of them, and each is graded and exported by itself."
    )


def make_release(
    folder: ClassFolder,
    master: Path,
    *,
    students: Iterable[str] = (),
    variant_seed: int | None = None,
    force: bool = False,
    now: datetime | None = None,
) -> Release:
    """Freeze a master and write the student versions.

    Parameters
    ----------
    folder : ClassFolder
        Where; ``frozen/<id>/<number>/`` is written once, ``release/<id>/`` anew.
    master : Path
        From `find_master`.
    students : iterable of str
        Ids; with a `variant_seed` each gets ``release/<id>/students/<student>.ipynb``.
    variant_seed : int, optional
        Gives each student a seed of their own, so other data with the same tasks.
    force : bool
        Make the next release when master or variant seed changed since the last one.
    now : datetime, optional
        The time of the release.

    Returns
    -------
    Release
        A new one, or the last where nothing changed.

    Raises
    ------
    RefusedError
        When the master is not in order, or changed since and `force` is not set.
    """
    nb = read_notebook(master)
    assignment = _id(master, nb, folder)
    tasks, answers = tasks_of(nb)
    _require_extra(nb, tasks)
    last = next(reversed(releases(folder.frozen, assignment)), None)
    digest = content_digest(nb)
    if last and (last.digest, last.variant_seed) == (digest, variant_seed):
        write_handouts(folder, last, students)
        return last
    if last and not force:
        what = "master" if last.digest != digest else "variant seed"
        raise RefusedError(
            f"{assignment} is out already, as release {last.number} of {last.time[:10]}, and its "
            f"{what} is another now. --force makes release {last.number + 1}; what was handed in "
            f"before is graded by its own until `mlops-lab class regrade {assignment}`."
        )
    number = last.number + 1 if last else 1
    new = Release(
        assignment=assignment,
        number=number,
        notebook=safe_file_name(master.name),
        digest=digest,
        time=(now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds"),
        variant_seed=variant_seed,
        tasks=tasks,
        answers=answers,
        path=folder.frozen / assignment / str(number),
    )
    _freeze(new, _files(new, nb))
    write_handouts(folder, new, students)
    return new


def _id(master: Path, nb: "NotebookNode", folder: ClassFolder) -> str:
    found = lesson_id(master, nb.metadata, folder.course) or master.stem
    if is_safe_name(found):
        return found
    raise RefusedError(
        f"{found!r} cannot be an assignment's id. Rename {master.name}: letters, digits, . _ -"
    )


def _require_extra(nb: "NotebookNode", tasks: Sequence[Task]) -> None:
    """Refuse signs of extra credit that would give none."""
    graded = {one.grade_id for one in tasks}
    for cell in nb.cells:
        for tag in tags_of(cell):
            name = str(cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id", ""))
            if re.sub(r"[\W_]", "", tag.casefold()) != "extracredit":
                continue
            if tag != EXTRA:
                raise RefusedError(f"Cell {name!r} has the tag {tag!r}. Write it {EXTRA!r}.")
            if name not in graded:
                raise RefusedError(
                    f"Cell {name!r} has the tag {EXTRA!r} and is not graded. Give the tag to the "
                    f"cell that has the points. These have: {', '.join(sorted(graded))}."
                )


def _files(release: Release, master: "NotebookNode") -> dict[str, bytes]:
    student = student_version(master)
    ours = student.metadata.get("mlops_lab", {})
    # A submission says by this which release it answers.
    student.metadata["mlops_lab"] = {
        **(ours if isinstance(ours, Mapping) else {}),
        "assignment": release.assignment,
        "release": release.number,
    }
    student.metadata[CELLS] = cell_digests(student)
    if release.variant_seed is not None:
        with_seed(student, release.variant_seed, "anyone")  # refuse before anything is written
    files = {MASTER: _written(master), STUDENT: _written(student)}
    return {**files, RECORD: as_record(release)}


def _written(nb: "NotebookNode") -> bytes:
    import nbformat

    text: str = nbformat.writes(nb)
    return f"{text}\n".encode()


def _freeze(release: Release, files: Mapping[str, bytes]) -> None:
    """Write all files of a release and name their folder last, so that it is whole or not there."""
    part = release.path.with_name(f".{release.number}.{os.getpid()}.part")
    private_folder(part)
    try:
        for name, content in files.items():
            write_whole(part / name, content)
            (part / name).chmod((part / name).stat().st_mode & 0o444)
        part.rename(release.path)
    except OSError as error:
        shutil.rmtree(part)
        if release.path.exists():
            raise RefusedError(f"{release.path} was made by somebody else just now.") from error
        raise


def write_handouts(folder: ClassFolder, release: Release, students: Iterable[str] = ()) -> None:
    """Write what students get under ``release/<id>/``; nothing secret is in it.

    Parameters
    ----------
    folder : ClassFolder
        The class.
    release : Release
        Which one; with variants, students have a file each and there is no common one.
    students : iterable of str
        Ids, safe as names of files.
    """
    place = folder.release / release.assignment
    if release.variant_seed is None:
        place.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(place / "students", ignore_errors=True)  # an older release's
        write_whole(place / release.notebook, _written(read_student(release)), public=True)
        return
    (place / "students").mkdir(parents=True, exist_ok=True)
    (place / release.notebook).unlink(missing_ok=True)  # an older release's
    plain = replace(release, variant_seed=None)
    nb = read_student(plain)
    for student in students:
        own = with_seed(nb, release.variant_seed, student)
        write_whole(place / "students" / f"{student}.ipynb", _written(own), public=True)
