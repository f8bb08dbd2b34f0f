"""Find the course folder, the lessons in it, and the notebook somebody asked for by name."""

import fnmatch
import re
from collections.abc import Sequence
from glob import glob
from pathlib import Path

from mlops_lab.core import did_you_mean
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.lesson import Lesson, placed, read_lesson

__all__ = [
    "find_course",
    "find_notebook",
    "find_notebooks",
    "lesson_paths",
    "lessons",
    "misnamed",
]

_COURSE = re.compile(r"\d+_\w+")


def find_course(given: Path | None = None) -> Path:
    """Find the folder that holds the course.

    Looks at `given`; without it at ``notebooks`` in the current folder and its parents, then
    beside the package in a checkout, then inside an installed package. The first of these that
    really holds a lesson is it.

    Parameters
    ----------
    given : Path, optional
        The folder to use, and no other.

    Returns
    -------
    Path
        A folder with at least one course folder such as ``4_deployment`` in it. Only one that
        was given may be without any lesson.

    Raises
    ------
    RefusedError
        When there is no such folder.
    """
    if given is not None and _is_course(given):
        return given
    for place in [] if given else _places():
        if place.is_dir() and _lesson_files(place):
            return place
    looked = str(given) if given else "notebooks/ here, in the folders above or with the package"
    raise RefusedError(
        f"No course found: {looked} has no folder such as 4_deployment with lessons in it. "
        "Name the course folder with --course DIR."
    )


def _places() -> list[Path]:
    package = Path(__file__).resolve().parents[2]
    try:
        here = Path.cwd()
    except FileNotFoundError as error:
        raise RefusedError("The current folder is gone. Change to one that is there.") from error
    return [
        *(folder / "notebooks" for folder in (here, *here.parents)),
        package.parent / "notebooks",
        package / "_shipped" / "notebooks",
    ]


def _is_course(folder: Path) -> bool:
    return folder.is_dir() and any(
        _COURSE.fullmatch(p.name) and p.is_dir() for p in folder.iterdir()
    )


def _lesson_files(course: Path) -> list[Path]:
    files = (path for path in sorted(course.glob("*/*.ipynb")) if placed(path))
    return [path for path in files if not path.stem.endswith("_assignment")]


def misnamed(course: Path) -> list[Path]:
    """List the notebooks that `lesson_paths` leaves out because of their names.

    Parameters
    ----------
    course : Path
        The folder from `find_course`.

    Returns
    -------
    list of Path
        Sorted; folders that begin with a dot are not looked at.
    """
    files = (path for path in sorted(course.glob("*/*")) if path.suffix.lower() == ".ipynb")
    seen = (path for path in files if not path.parent.name.startswith("."))
    return [path for path in seen if path.suffix != ".ipynb" or not placed(path)]


def lesson_paths(course: Path) -> dict[str, Path]:
    """List the lessons' files by id, in the order of the course, without opening any.

    Assignments are not lessons. Files with other names are left out; `misnamed` lists them.

    Parameters
    ----------
    course : Path
        The folder from `find_course`.

    Returns
    -------
    dict of str to Path
        Sorted by course, then by number: 4.10 comes after 4.9.

    Raises
    ------
    RefusedError
        When two files claim the same id.
    """
    found: dict[str, Path] = {}
    for path in _lesson_files(course):
        name = str(placed(path))
        if name in found:
            raise RefusedError(f"{found[name]} and {path} are both lesson {name}. Rename one.")
        found[name] = path
    return dict(sorted(found.items(), key=lambda item: tuple(map(int, item[0].split(".")))))


def lessons(course: Path) -> list[Lesson]:
    """Read the lessons of a course, in its order; empty when it has none.

    Raises
    ------
    RefusedError
        When a lesson cannot be read.
    """
    return [read_lesson(path) for path in lesson_paths(course).values()]


def find_notebook(name: str, course: Path | None = None) -> Path:
    """Find the notebook somebody means by an id, a name or a path.

    Parameters
    ----------
    name : str
        A lesson's id (``4.5``), its name (``drift``, ``05_drift`` or ``4.5_drift``), or the path
        of any notebook, which then need not be in a course.
    course : Path, optional
        The course folder; looked for by `find_course` when it is needed and not given.

    Returns
    -------
    Path
        An existing file.

    Raises
    ------
    RefusedError
        When nothing, or more than one lesson, has that name.
    """
    if name.endswith(".ipynb"):
        return _file(Path(name))
    folder = find_course(course)
    paths = lesson_paths(folder)
    wanted = [path for key, path in paths.items() if name in _names(key, path)]
    if len(wanted) == 1:
        return wanted[0]
    if not paths:
        raise RefusedError(f"There is no lesson {name!r}: {folder} holds no lessons at all.")
    known = "\n".join(f"  {key}  {path.stem}" for key, path in paths.items())
    if wanted:
        raise RefusedError(f"{name!r} names more than one lesson. Use the id:\n{known}")
    close = did_you_mean(name, [each for key, path in paths.items() for each in _names(key, path)])
    raise RefusedError(f"There is no lesson {name!r} in {folder}.{close} Lessons:\n{known}")


def find_notebooks(words: Sequence[str], course: Path | None = None) -> list[Path]:
    """Find all notebooks that somebody means by names, paths and patterns.

    Parameters
    ----------
    words : sequence of str
        Each as `find_notebook` takes it, or a pattern with ``*``, ``?`` or ``[...]`` over the
        lessons' ids and names (``4.*``, ``*drift``) or over paths (``mine/*.ipynb``).
    course : Path, optional
        As in `find_notebook`.

    Returns
    -------
    list of Path
        In the order of the words and, within a pattern, of the course; none twice.

    Raises
    ------
    RefusedError
        When a word names nothing, or more than it should.
    """
    found = [path for word in words for path in _matching(word, course)]
    return list({path.resolve(): path for path in found}.values())


def _matching(word: str, course: Path | None) -> list[Path]:
    if not any(mark in word for mark in "*?["):
        return [find_notebook(word, course)]
    if word.endswith(".ipynb"):
        paths = sorted(map(Path, glob(word)))  # noqa: PTH207  a whole path may be a pattern
    else:
        known = lesson_paths(find_course(course))
        paths = [p for key, p in known.items() if fnmatch.filter(_names(key, p), word)]
    if not paths:
        raise RefusedError(f"Nothing matches {word!r}: `mlops-lab list` shows the lessons.")
    return paths


def _names(key: str, path: Path) -> tuple[str, str, str, str]:
    name = path.stem.split("_", 1)[1]
    return key, path.stem, name, f"{key}_{name}"


def _file(path: Path) -> Path:
    if path.is_file():
        return path
    beside = [p.name for p in path.parent.glob("*.ipynb")]
    raise RefusedError(f"There is no file {path}.{did_you_mean(path.name, beside)}")
