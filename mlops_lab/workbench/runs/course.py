"""Find the course folder, the lessons in it, and the notebook somebody asked for by name."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mlops_lab.workbench.runs.errors import RefusedError, did_you_mean

__all__ = [
    "Lesson",
    "find_course",
    "find_notebook",
    "lesson_id",
    "lesson_paths",
    "lessons",
    "read_lesson",
]

_COURSE = re.compile(r"(\d+)_\w+")
_FILE = re.compile(r"(\d+)_(\w+)")
_MINUTES = re.compile(r"^\|\W*minutes\W*\|\D*(\d+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Lesson:
    """One lesson of the course, as its own notebook tells it.

    Attributes
    ----------
    id : str
        Course and number, such as ``"4.5"``.
    title : str
        The notebook's first heading without the id.
    path : Path
        The notebook.
    minutes : int or None
        How long it takes, from the card at its top; None when the card does not say.
    course : str
        The folder it is in, such as ``"4_deployment"``.
    """

    id: str
    title: str
    path: Path
    minutes: int | None
    course: str


def find_course(given: Path | None = None) -> Path:
    """Find the folder that holds the course.

    Looks at `given`; without it at ``notebooks`` in the current folder and its parents, then
    beside the package in a checkout, then inside an installed package.

    Parameters
    ----------
    given : Path, optional
        The folder to use, and no other.

    Returns
    -------
    Path
        A folder with at least one course folder such as ``4_deployment`` in it.

    Raises
    ------
    RefusedError
        When there is no such folder.
    """
    places = [given] if given else _places()
    for place in places:
        if _is_course(place):
            return place
    looked = str(given) if given else "notebooks/ here, in the folders above or with the package"
    raise RefusedError(
        f"No course found: {looked} has no folder such as 4_deployment with lessons in it. "
        "Name the course folder with --course DIR."
    )


def _places() -> list[Path]:
    here, package = Path.cwd(), Path(__file__).resolve().parents[2]
    return [
        *(folder / "notebooks" for folder in (here, *here.parents)),
        package.parent / "notebooks",
        package / "_shipped" / "notebooks",
    ]


def _is_course(folder: Path) -> bool:
    return folder.is_dir() and any(
        _COURSE.fullmatch(p.name) and p.is_dir() for p in folder.iterdir()
    )


def lesson_id(path: Path, metadata: Mapping[str, object]) -> str | None:
    """Tell which lesson a notebook is, from its place and its own metadata.

    Parameters
    ----------
    path : Path
        The notebook's file.
    metadata : mapping
        The notebook's metadata; ``{"mlops_lab": {"lesson": "4.5"}}`` is what counts.

    Returns
    -------
    str or None
        The id, or None for a notebook that is no lesson of ours.

    Raises
    ------
    RefusedError
        When the place and the metadata disagree.

    Examples
    --------
    >>> lesson_id(Path("4_deployment/05_drift.ipynb"), {})
    '4.5'
    >>> lesson_id(Path("scratch.ipynb"), {}) is None
    True
    """
    ours = metadata.get("mlops_lab")
    told = ours.get("lesson") if isinstance(ours, Mapping) else None
    placed = _placed(path)
    if told is not None and placed is not None and str(told) != placed:
        raise RefusedError(
            f"{path} lies where lesson {placed} belongs, but its metadata says {told}. "
            "Rename the file or correct metadata.mlops_lab.lesson."
        )
    return placed or (None if told is None else str(told))


def _placed(path: Path) -> str | None:
    folder, file = _COURSE.fullmatch(path.absolute().parent.name), _FILE.fullmatch(path.stem)
    return f"{int(folder[1])}.{int(file[1])}" if folder and file else None


def lesson_paths(course: Path) -> dict[str, Path]:
    """List the lessons' files by id, in the order of the course, without opening any.

    Assignments are not lessons. Files with other names are left out.

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
    for path in sorted(course.glob("*/*.ipynb")):
        name = _placed(path)
        if name is None or path.stem.endswith("_assignment"):
            continue
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


def read_lesson(path: Path) -> Lesson:
    """Read what a lesson says about itself.

    Plain JSON is enough for that, and keeps the listing fast.

    Raises
    ------
    RefusedError
        When the file is no notebook, or its place and its metadata disagree.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        metadata = dict(content["metadata"])
        cells = [c for c in content["cells"] if c["cell_type"] == "markdown"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RefusedError(f"{path} is not a readable notebook: {error!r}.") from error
    heading = re.search(r"^#\s+(?:\d+\.\d+\s+)?(.+)$", text, re.MULTILINE)
    minutes = _MINUTES.search(text)
    return Lesson(
        id=lesson_id(path, metadata) or path.stem,
        title=heading[1].strip() if heading else path.stem,
        path=path,
        minutes=int(minutes[1]) if minutes else None,
        course=path.parent.name,
    )


def find_notebook(name: str, course: Path | None = None) -> Path:
    """Find the notebook somebody means by an id, a name or a path.

    Parameters
    ----------
    name : str
        A lesson's id (``4.5``), its name (``drift`` or ``05_drift``), or the path of any
        notebook, which then need not be in a course.
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
    paths = lesson_paths(find_course(course))
    wanted = [path for key, path in paths.items() if name in _names(key, path)]
    if len(wanted) == 1:
        return wanted[0]
    known = "\n".join(f"  {key}  {path.stem}" for key, path in paths.items())
    if wanted:
        raise RefusedError(f"{name!r} names more than one lesson. Use the id:\n{known}")
    names = [each for key, path in paths.items() for each in _names(key, path)]
    raise RefusedError(f"There is no lesson {name!r}.{did_you_mean(name, names)} Lessons:\n{known}")


def _names(key: str, path: Path) -> tuple[str, str, str]:
    return key, path.stem, path.stem.split("_", 1)[1]


def _file(path: Path) -> Path:
    if path.is_file():
        return path
    beside = [p.name for p in path.parent.glob("*.ipynb")]
    raise RefusedError(f"There is no file {path}.{did_you_mean(path.name, beside)}")
