"""What a single notebook tells about itself as a lesson: its id, its title, its minutes."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mlops_lab.workbench.runs.errors import RefusedError

__all__ = ["Lesson", "lesson_id", "placed", "read_lesson"]

_COURSE = re.compile(r"(\d+)_\w+")
_FILE = re.compile(r"(\d+)_(\w+)")
_MINUTES = re.compile(r"^\|\W*minutes\W*\|\D*(\d+(?: \+ \d+)*)", re.IGNORECASE | re.MULTILINE)


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
        How long it takes, from the card at its top, all of its sittings (``25 + 20``) together;
        None when the card does not say.
    course : str
        The folder it is in, such as ``"4_deployment"``.
    """

    id: str
    title: str
    path: Path
    minutes: int | None
    course: str


def lesson_id(path: Path, metadata: Mapping[str, object], course: Path | None = None) -> str | None:
    """Tell which lesson a notebook is, from its own metadata and its place in the course.

    Parameters
    ----------
    path : Path
        The notebook's file.
    metadata : mapping
        The notebook's metadata; ``{"mlops_lab": {"lesson": "4.5"}}`` is what counts.
    course : Path, optional
        The course folder. Only inside of it does the place count: elsewhere a folder with a
        number in its name says nothing about lessons.

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
    >>> lesson_id(Path("notebooks/4_deployment/05_drift.ipynb"), {}, Path("notebooks"))
    '4.5'
    >>> lesson_id(Path("elsewhere/4_deployment/05_drift.ipynb"), {}, Path("notebooks")) is None
    True
    """
    ours = metadata.get("mlops_lab")
    told = ours.get("lesson") if isinstance(ours, Mapping) else None
    inside = course is not None and path.resolve().parent.parent == course.resolve()
    place = placed(path) if inside else None
    if told is not None and place is not None and str(told) != place:
        raise RefusedError(
            f"{path} lies where lesson {place} belongs, but its metadata says {told}. "
            "Rename the file or correct metadata.mlops_lab.lesson."
        )
    return place or (None if told is None else str(told))


def placed(path: Path) -> str | None:
    """Read a lesson's id from the names of its folder and its file; None for other names.

    Examples
    --------
    >>> placed(Path("4_deployment/05_drift.ipynb"))
    '4.5'
    >>> placed(Path("4_deployment/scratch.ipynb")) is None
    True
    """
    folder, file = _COURSE.fullmatch(path.absolute().parent.name), _FILE.fullmatch(path.stem)
    return f"{int(folder[1])}.{int(file[1])}" if folder and file else None


def read_lesson(path: Path) -> Lesson:
    """Read what a lesson says about itself.

    Plain JSON is enough for that, and keeps the listing fast.

    Raises
    ------
    RefusedError
        When the file is no notebook, or its place and its metadata disagree.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        metadata = dict(content["metadata"])
        cells = [c for c in content["cells"] if c["cell_type"] == "markdown"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise RefusedError(f"{path} is not a readable notebook: {error!r}.") from error
    heading = re.search(r"^#\s+(?:\d+\.\d+\s+)?(.+)$", text, re.MULTILINE)
    minutes = _MINUTES.search(text)
    return Lesson(
        id=lesson_id(path, metadata, path.absolute().parent.parent) or path.stem,
        title=heading[1].strip() if heading else path.stem,
        path=path,
        minutes=sum(map(int, minutes[1].split(" + "))) if minutes else None,
        course=path.parent.name,
    )
